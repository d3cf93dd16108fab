"""Several lines of a list in one breath: *semua benar*, *benar semua kecuali 2*, *1-3 benar*, *1 dan 2 benar*."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_MOST = 20
"""Lines that a range may reach over; more is no range of a list."""


@dataclass(frozen=True)
class ForAll:
    """`words` are said of every line but those in `but`; what is said of one of these stands beside its number.
    `unnumbered` names lines that are left out by what they are about: *kecuali yang lampu*."""

    words: str
    but: Mapping[int, str]
    unnumbered: str = ""


@cache
def _rules() -> Mapping[str, Sequence[str]]:
    return tomllib.loads((files("routing.rules") / "batches.toml").read_text("utf-8"))


def for_all(text: str) -> ForAll | None:
    """None when the words are not about all lines."""
    said, _, exceptions = _cut(text)
    words = said.split()
    while words and (words[0] in _rules()["before"] or words[-1] in _rules()["polite"]):
        words = words[1:] if words[0] in _rules()["before"] else words[:-1]
    if len(words) < 2:
        return None
    if words[0] in _rules()["all"]:
        rest = words[1:]
    elif words[-1] in _rules()["all"]:
        rest = words[:-1]
    else:
        return None
    but = _each(exceptions)
    return ForAll(" ".join(rest), but, "" if but else exceptions)


def spread(text: str) -> str:
    """*1-3 benar, 4 tidak* as *1 benar, 2 benar, 3 benar, 4 tidak*; other words as they are."""
    return _group().sub(_one_by_one, text)


def each_named(unnumbered: str) -> Iterable[str]:
    """Of *got sama air, yang itu sudah surut*: what is named, one by one."""
    joints = _any(joint for joint in _rules()["and"] if joint.isalpha())
    pieces = re.split(rf"[,;.&\n]+|\s+(?:{joints})\s+", unnumbered)
    return (piece.strip() for piece in pieces if piece.strip())


def _one_by_one(found: re.Match[str]) -> str:
    numbers = list(_numbers(found["numbers"]))
    if len(numbers) < 2:
        return found[0]
    return found["lead"] + ", ".join(f"{number} {found['words'].strip()}" for number in numbers)


def _cut(text: str) -> tuple[str, str, str]:
    """What is said of all, and what stands behind *kecuali*."""
    low = " ".join(text.lower().split()).strip(" .!")
    parting = re.search(rf"[\s,]+(?:{_any(_rules()['except'])})\s+", low)
    if parting is None:
        return low, "", ""
    return low[: parting.start()], parting[0], low[parting.end() :]


def _each(exceptions: str) -> dict[int, str]:
    """Numbers behind *kecuali*, each with the words behind it, if any."""
    found: dict[int, str] = {}
    for numbers, words in re.findall(rf"({_list()})([^\d]*)", exceptions):
        for number in _numbers(numbers):
            found[number] = words.strip(" ,.")
    return found


def _numbers(text: str) -> Iterable[int]:
    """Of *1, 3-5 dan 8*: 1, 3, 4, 5, 8."""
    for low, high in re.findall(rf"(\d+)(?:\s*(?:{_any(_rules()['to'])})\s*(\d+))?", text):
        first, last = int(low), int(high or low)
        yield from range(first, last + 1) if 0 <= last - first < _MOST else (first, last)


@cache
def _group() -> re.Pattern[str]:
    """Two numbers or more at the beginning, or behind a stop, and the words behind them."""
    return re.compile(
        rf"(?P<lead>^\s*|[,;.\n]\s*)(?P<numbers>{_list()})[.):]?\s+(?P<words>[a-z][^,;\n]*)", re.IGNORECASE
    )


@cache
def _list() -> str:
    joints = _any([*_rules()["to"], *_rules()["and"]])
    return rf"\d{{1,2}}(?!\d)(?:\s*(?:{joints}|\s)\s*\d{{1,2}}(?!\d))*"


def _any(forms: Iterable[str]) -> str:
    return "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
