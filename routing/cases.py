"""Whether one message carries several separate problems, and where each begins and ends.

Marks of a list (numbers, letters, dashes, *satu … dua*) part a message by themselves. Without them sentences, joints
and commas are only places where it may part: it does where the words behind tell of another matter than those before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from routing import case_marks
from routing.case_marks import Atom, Piece
from routing.model import FIELD_OF

_SLIGHT = 1.0
"""Evidence of the lexicon from which a stretch of words names a matter at all."""
_SHORT = 90
"""Letters of a text with an *and* in it that costs little to look at: *jalan rusak sama lampu mati*."""
_LONG_STORY = 4
"""More stretches than that, unannounced, are a story: its commas part nothing, and reading each would cost time."""
_GUESSED = 0.2
_FEW = 3
_TRUSTED = 0.5
"""Trust in a category from which they name one that the lexicon has no words for."""


@dataclass(frozen=True)
class Told:
    """What a stretch of words was read as: categories with their trust, best first, and how plainly it names one."""

    ranked: tuple[tuple[str, float], ...]
    strength: float
    matter: bool
    """It is a report, by kind or by the words it holds."""
    rt: str | None = None
    name: str | None = None
    """Of the person a kader writes for."""

    @property
    def category(self) -> str:
        return self.ranked[0][0]

    @property
    def score(self) -> float:
        return self.ranked[0][1]

    def trust(self, category: str) -> float:
        return next((score for name, score in self.ranked if name == category), 0.0)


Listen = Callable[[str], Told]


@dataclass(frozen=True)
class Signs:
    """What the whole says of its parts: whether it is worth looking `at_joints` (lines, *selain itu*), or `anywhere`,
    for sentences and commas alone part what plainly names more than one matter."""

    at_joints: bool
    anywhere: bool


def pieces(text: str, rules: Mapping[str, Any], listen: Listen, signs: Signs) -> tuple[Piece, ...]:
    """Offsets of the separate problems of `text`; empty when it is one.

    `listen` reads a stretch of words, which costs time. Those before the first mark of a list belong to no piece: they
    say where for all.
    """
    listed = case_marks.listed(text, rules)
    if listed:
        kept = tuple(piece for piece in listed if _may_be_one(text[slice(*piece)], listen))
        return kept if len(kept) > 1 else ()
    atoms = case_marks.atoms(text, rules)
    counted = case_marks.counted(text, rules)
    short = len(text) <= _SHORT and any(atom.joint == "weak" for atom in atoms)
    strongly = sum(atom.joint == "strong" for atom in atoms) > 1
    joints = {atom.joint for atom in atoms}
    joined = "line" in joints or (signs.at_joints and (short or not joints.isdisjoint(rules["try_at"])))
    if not (counted or strongly or signs.anywhere or joined):
        return ()
    if len(atoms) > _LONG_STORY and not counted:
        atoms = case_marks.without_commas(atoms)
    groups = _Grouping(text, rules, listen, counted=counted).groups(atoms)
    return tuple((group.start, group.end) for group in groups) if len(groups) > 1 else ()


def _may_be_one(words: str, listen: Listen) -> bool:
    """A mark says that this is one of several; only a few words that tell of nothing (*tolong dibantu*) are none."""
    told = listen(words)
    named = told.strength > _SLIGHT or told.score >= _GUESSED
    return told.matter and (named or len(words.split()) > _FEW)


@dataclass(frozen=True)
class _Group:
    start: int
    end: int
    told: Told


@dataclass(frozen=True)
class _Grouping:
    """Neighbouring atoms about the same matter are one problem; words about none belong to what they stand beside: to
    the next where its joint stands before them (*satu lagi: ibunya, lansia, belum dapat BPNT*), else to the last."""

    text: str
    rules: Mapping[str, Any]
    listen: Listen
    counted: bool

    def groups(self, atoms: tuple[Atom, ...]) -> list[_Group]:
        found: list[_Group] = []
        waiting: tuple[Atom, ...] = ()
        for atom in atoms:
            told = self.listen(self.text[atom.start : atom.end])
            if not self._tells(told):
                waiting += (atom,)
                continue
            opening = min((*waiting, atom), key=lambda one: self._needed(one.joint))
            if not found:
                found.append(_Group(atom.start, atom.end, told))
            elif self._parts(found[-1].told, told, opening.joint):
                left = [one.end for one in waiting if one.start < opening.start]
                found[-1] = replace(found[-1], end=max((found[-1].end, *left)))
                found.append(_Group(opening.start, atom.end, told))
            else:
                best = max(found[-1].told, told, key=lambda one: one.score)
                found[-1] = replace(found[-1], end=atom.end, told=best)
            waiting = ()
        if found and waiting:
            found[-1] = replace(found[-1], end=waiting[-1].end)
        return found if self.counted or not _returns(found) else []

    def _needed(self, joint: str) -> float:
        """How surely the words on both sides must tell of different matters."""
        return float(self.rules["trust"]["counted" if self.counted else "alone"].get(joint, 1.0))

    def _tells(self, told: Told) -> bool:
        return told.matter and (told.strength >= _SLIGHT or told.score >= _TRUSTED)

    def _parts(self, before: Told, after: Told, joint: str) -> bool:
        """Another matter, trusted on both sides, and hardly a word of it in the other; or the same in another RT."""
        if before.category == after.category:
            return joint == "line" and (_other(before.rt, after.rt) or _other(before.name, after.name))
        needed = self._needed(joint)
        apart = max(before.trust(after.category), after.trust(before.category)) < 1 - needed
        if not apart or min(before.score, after.score) < needed:
            return False
        return self.counted or not self._belongs(before.category, after.category, joint)

    def _belongs(self, before: str, after: str, joint: str) -> bool:
        """Whether the second is likely only more about the first: a slum has many faults, a birth needs a midwife."""
        if joint in self.rules["plain_joints"]:
            return False
        return bool({before, after} & set(self.rules["holds_others"])) or FIELD_OF[before] == FIELD_OF[after]


def _other(before: str | None, after: str | None) -> bool:
    return None not in (before, after) and before != after


def _returns(groups: list[_Group]) -> bool:
    """Who comes back to the first matter told of one thing."""
    categories = [group.told.category for group in groups]
    threes = zip(categories, categories[1:], categories[2:], strict=False)
    return any(before == after != between for before, between, after in threes)
