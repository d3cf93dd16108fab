"""Reads an answer to a numbered list: which numbers, and what is said of each (*2 di RT 07, hapus 3*)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from routing.answers import plain

_NUMBER = re.compile(r"(?<![\w.,/-])#?([1-9])(?=[\s,.:;)&]|$)")
_EDGES = " ,.;:)&-"


@dataclass(frozen=True)
class Remark:
    """What is said of one item: `number` counts from 1. `words` are what it should be, without *hapus* or *salah*."""

    number: int
    words: str
    delete: bool = False


@cache
def rules() -> dict[str, tuple[str, ...]]:
    """The lists of `routing/rules/several.toml`, read once."""
    table = tomllib.loads((files("routing.rules") / "several.toml").read_text("utf-8"))
    return {name: tuple(sorted(forms, key=len, reverse=True)) for name, forms in table.items()}


def sends(text: str) -> bool:
    """*Kirim semua*, *semua benar*."""
    said = plain(text)
    return any(said == form or said.startswith(f"{form} ") for form in rules()["send"])


def means_all(text: str) -> bool:
    """*Semuanya*, alone or with *hapus*, *batal*, *tarik*."""
    words = set(plain(text).split())
    return any(form in words for form in rules()["all"]) and len(words) <= 3


def of_all(text: str) -> str | None:
    """What is said of all items (*semuanya di RT 05*); None when it is not about all of them."""
    said = plain(text)
    for form in rules()["all"]:
        if said.startswith(f"{form} "):
            return said.removeprefix(form).strip(_EDGES)
        if said.endswith(f" {form}"):
            return said.removesuffix(form).strip(_EDGES)
    return None


def remarks(text: str) -> tuple[Remark, ...]:
    """What is said of which number; empty when no number opens the answer. Numbers are not checked against the list."""
    said = plain(text)
    marks = [mark for mark in _NUMBER.finditer(said) if not _names_something(said[: mark.start()])]
    if not marks:
        return ()
    before = _bare(said[: marks[0].start()])
    if before and not (_is(before, "delete") or _is(before, "wrong")):
        return ()
    ends = [mark.start() for mark in marks[1:]] + [len(said)]
    parts = [(int(mark[1]), _bare(said[mark.end() : end])) for mark, end in zip(marks, ends, strict=True)]
    return tuple(_filled(_verbs_in_front(parts), before))


def _verbs_in_front(parts: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """*2 di RT 07, hapus 3*: the verb stands behind the words of the number before."""
    for at, (number, words) in enumerate(parts[:-1]):
        form = next((form for form in rules()["delete"] if words.endswith((f", {form}", f" {form}"))), "")
        following, theirs = parts[at + 1]
        if form and not theirs:
            parts[at], parts[at + 1] = (number, words.removesuffix(form).strip(_EDGES)), (following, form)
    return parts


def _names_something(before: str) -> bool:
    """*RT 7*, *gang 4*: the number belongs to the word in front."""
    words = before.split()
    return bool(words) and words[-1].strip(".") in rules()["before_number"]


def _filled(parts: list[tuple[int, str]], before: str) -> list[Remark]:
    """A number without words shares those of the next (*2 dan 3 di RT 7*), or the verb in front (*hapus 2 dan 3*)."""
    found: list[Remark] = []
    shared = ""
    for number, words in reversed(parts):
        shared = words or shared
        found.append(_remark(number, shared, before))
    return found[::-1]


def _remark(number: int, words: str, before: str) -> Remark:
    delete = _is(before, "delete") or _is(words, "delete")
    return Remark(number, "" if delete else _without(words, "wrong"), delete)


def _is(words: str, name: str) -> bool:
    return any(words == form or words.startswith(f"{form} ") for form in rules()[name])


def _without(words: str, name: str) -> str:
    """*Salah, harusnya RT 7* is *harusnya RT 7*; *bukan jalan, parit* stays, for both halves tell something."""
    form = next((form for form in rules()[name] if words == form or words.startswith(f"{form},")), "")
    return words.removeprefix(form).strip(_EDGES)


def _bare(words: str) -> str:
    """Without fillers at its edges."""
    kept = words.strip(_EDGES).split()
    fillers = rules()["fillers"]
    while kept and kept[0].strip(_EDGES) in fillers:
        kept = kept[1:]
    while kept and kept[-1].strip(_EDGES) in fillers:
        kept = kept[:-1]
    return " ".join(kept).strip(_EDGES)
