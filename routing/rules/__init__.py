"""The knowledge of the reader, as data: glossaries, concepts, settings. Nothing is read at import time."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from routing.lexicon import Concept, parse_concepts, words_of
from routing.model import FIELD_OF, Kind
from routing.normalise import Affixes, Meaning, Normaliser

GLOSSARIES = ("chat", "banjar", "kutai", "javanese", "ngaju", "bugis")
WEIGHTS: Mapping[str, float] = {
    "decisive": 10.0,
    "sure": 5.0,
    "strong": 3.5,
    "likely": 2.0,
    "hint": 0.5,
    "against": -2.5,
    "never": -8.0,
}
"""How much a concept of each block speaks for its category, in units of log-odds before calibration."""


@dataclass(frozen=True)
class Settings:
    """Figures of the reader (`rules/settings.toml`)."""

    home_region: str
    """Kemendagri code of the region that is meant when none is said."""
    ask_below: float
    """Below this score a resident chooses among the best three fields."""
    temperature: float
    priors: Mapping[str, float]
    unknown: float
    """What a category without any evidence scores."""
    leaning: float
    """How much the lean of single words counts beside phrases."""
    violence_first: float
    also_from: float
    restricted_from: float
    urgent_from: float
    longest: int
    """Characters of a text that patterns look at; the rest is kept, not read."""


@dataclass(frozen=True)
class NameRules:
    """How a kader names the person she writes for (`rules/names.toml`)."""

    titles: frozenset[str]
    markers: frozenset[str]
    not_names: frozenset[str]
    own: frozenset[str]


@dataclass(frozen=True)
class Rules:
    """Everything under `routing/rules`, parsed. Immutable; built once by `load_rules`."""

    normaliser: Normaliser
    fillers: frozenset[str]
    settings: Settings
    categories: tuple[tuple[str, Concept], ...]
    kinds: Mapping[str, tuple[Concept, ...]]
    kind_words: Mapping[str, frozenset[str]]
    urgent: tuple[Concept, ...]
    restricted: tuple[Concept, ...]
    faint: tuple[Concept, ...]
    """Somebody does not answer any more."""
    hinted: tuple[Concept, ...]
    """Somebody close and an unclear deed: no violence yet, and numbers all the same."""
    close: frozenset[str]
    """Senses of which a hint must touch on one."""
    idioms: tuple[Concept, ...]
    """Phrases whose words mean something else: hidden before anything is looked for."""
    exclamations: tuple[Concept, ...]
    officer: Mapping[str, tuple[Concept, ...]]
    officer_words: Mapping[str, Any]
    promises: Mapping[str, Any]
    cases: Mapping[str, Any]
    names: NameRules
    senses: Mapping[str, frozenset[str]]
    """A word, or two with a space between, to what it is about (`rules/senses.toml`)."""


@cache
def load_rules() -> Rules:
    """Reads all rule files, once for each process.

    Raises ValueError, KeyError or tomllib.TOMLDecodeError when one is malformed.
    """
    home = files("routing.rules")
    words = _toml(home, "words.toml")
    categories = tuple(_categories(home))
    kinds = _toml(home, "kinds.toml")
    dangers = _toml(home, "dangers.toml")
    officer = _toml(home, "officer.toml")
    kind_rules = {kind: tuple(_weighted(kinds[kind])) for kind in (*Kind, "problem")}
    officer_rules = {intent: tuple(_weighted(blocks)) for intent, blocks in officer["intents"].items()}
    urgent, restricted = tuple(_weighted(dangers["urgent"])), tuple(_weighted(dangers["restricted"]))
    exclamations = tuple(parse_concepts(dangers["idioms"]["exclamations"], 1.0))
    idioms = (*parse_concepts(dangers["idioms"]["phrases"], 1.0), *exclamations)
    faint = tuple(parse_concepts(dangers["faint"]["phrases"], 1.0))
    every = [*faint, *urgent, *restricted, *(c for _, c in categories)]
    every += [c for rules in kind_rules.values() for c in rules]
    every += [c for rules in officer_rules.values() for c in rules]
    return Rules(
        normaliser=_normaliser(home, words, every),
        fillers=frozenset(words["fillers"].split()),
        settings=Settings(**_toml(home, "settings.toml")),
        categories=categories,
        kinds=kind_rules,
        kind_words={name: frozenset(block.split()) for name, block in kinds["words"].items()},
        urgent=urgent,
        restricted=restricted,
        faint=faint,
        hinted=tuple(parse_concepts(dangers["hinted"]["phrases"], 1.0)),
        close=frozenset(dangers["hinted"]["close"].split()),
        idioms=idioms,
        exclamations=exclamations,
        officer=officer_rules,
        officer_words=officer["words"],
        promises=_toml(home, "promises.toml"),
        cases=_toml(home, "cases.toml"),
        names=_names(_toml(home, "names.toml")),
        senses=_senses(_toml(home, "senses.toml")),
    )


def _toml(home: Traversable, name: str) -> dict[str, Any]:
    return tomllib.loads((home / name).read_text("utf-8"))


def _categories(home: Traversable) -> Iterable[tuple[str, Concept]]:
    for file in sorted((home / "concepts").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            for category, blocks in tomllib.loads(file.read_text("utf-8")).items():
                if category not in FIELD_OF:
                    raise ValueError(f"{file.name}: no such category: {category}")
                for concept in _weighted(blocks):
                    yield category, concept


def _weighted(blocks: Mapping[str, str]) -> Iterable[Concept]:
    for name, block in blocks.items():
        yield from parse_concepts(block, WEIGHTS[name])


def _normaliser(home: Traversable, words: Mapping[str, Any], concepts: Iterable[Concept]) -> Normaliser:
    glossary = [row for name in GLOSSARIES for row in _glossary(home / f"{name}.csv")]
    looked_for = frozenset(words_of(concepts))
    meanings = {word for row in glossary for word in row.words}
    affixes = words["affixes"]
    rules = Affixes(
        clitics=tuple(affixes["clitics"].split()),
        prefixes=tuple(affixes["prefixes"].split()),
        suffixes=tuple(affixes["suffixes"].split()),
        nasals={nasal: tuple(letters.split()) for nasal, letters in affixes["nasals"].items()},
        owners=frozenset(affixes["owners"].split()),
    )
    return Normaliser(glossary, rules, looked_for | meanings | frozenset(words["common"].split()), looked_for)


def _glossary(file: Traversable) -> Iterable[Meaning]:
    for row in csv.DictReader(file.read_text("utf-8").splitlines()):
        yield Meaning(row["form"], tuple(row["meaning"].split()), row["lang"], row["context"])


def _names(data: Mapping[str, str]) -> NameRules:
    return NameRules(**{name: frozenset(block.split()) for name, block in data.items()})


def _senses(data: Mapping[str, Mapping[str, str]]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for group in data.values():
        for sense, block in group.items():
            for word in block.split():
                found.setdefault(word.replace("_", " "), set()).add(sense)
    return {word: frozenset(senses) for word, senses in found.items()}
