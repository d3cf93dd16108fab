"""What a coordinator decides in words, clause by clause: which deed, what about it, and the reason behind *karena*."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

Deed = Literal["put_off", "move", "close"]
GAP = "…"
"""Stands in an unfinished sentence where an answer belongs."""


@dataclass(frozen=True)
class Clause:
    """`head` tells which reports and what is to happen to them; `reason` is as written, empty where none was given.

    Numbers of reports are looked for in the head alone: *tutup SMD-0012 karena dobel dengan SMD-0003* closes one.
    """

    head: str
    reason: str


@dataclass(frozen=True)
class Decision:
    """`words` are those of the head without the deed and the number: a day, an office, nothing."""

    deed: Deed | None
    words: str


def clauses(text: str) -> tuple[Clause, ...]:
    """A new one begins behind a comma, a full stop or *dan* where a deed with its number, or a number with its deed,
    follows."""
    borders = list(_border().finditer(text))
    starts = [0, *(border.end() for border in borders)]
    ends = [*(border.start() for border in borders), len(text)]
    parts = (text[start:end].strip(" ,;.\n") for start, end in zip(starts, ends, strict=True))
    return tuple(_clause(part) for part in parts if part)


def decision(words: str) -> Decision:
    """`words` without the numbers of reports. A deed without *karena* may be followed by the reason all the same."""
    for deed in get_args(Deed):
        found = _deed(deed).search(words)
        if found:
            rest = f"{words[: found.start()]} {words[found.end() :]}"
            return Decision(deed, " ".join(rest.split()).strip(" ,;:-"))
    return Decision(None, words.strip())


def line_first(head: str) -> str:
    """*Alihkan 2 ke DLH* as *2 alihkan ke DLH*: a figure behind the deed is a line of the list, as one before it is."""
    found = _deed_then_line().match(head)
    return f"{found['lines']} {found['deed']} {found['rest']}".strip() if found else head


def begins(text: str) -> bool:
    """Whether the first word says what is to be done: *tutup karena dobel*, not *jalan ditutup warga*."""
    return any(_deed(deed).match(text.strip()) for deed in get_args(Deed))


def sentence(deed: Deed | None, tickets: Sequence[str], words: str, reason: str) -> str:
    """The same decision as one would write it, with GAP where something is missing."""
    verb = _rules()["deeds"][deed][0] if deed else ""
    behind = f"{_rules()['words']['because'][0]} {reason}" if reason else ""
    return " ".join(part for part in (verb, " ".join(tickets), words, behind) if part)


def until_gap() -> str:
    """What stands where a day is missing."""
    return f"{_rules()['words']['until'][0]} {GAP}"


def office_gap() -> str:
    """What stands where an office is missing."""
    return f"{_rules()['words']['to'][0]} {GAP}"


def _clause(part: str) -> Clause:
    because = _because().search(part)
    if because is None:
        return Clause(part, "")
    return Clause(part[: because.start()].strip(" ,;"), part[because.end() :].strip(" ,;:"))


@cache
def _border() -> re.Pattern[str]:
    deeds = "|".join(form for deed in get_args(Deed) for form in _forms("deeds", deed))
    to = "|".join(_forms("words", "to"))
    report = r"(?:\d{1,2}|[A-Za-z]{3}[\s-]?\d{1,6})"
    begins = rf"(?:(?:{deeds})\b(?=[^,;.\n]*\d)|{report}\s+(?:{deeds}|{to})\b)"
    joins = "|".join(_forms("words", "joins"))
    return re.compile(rf"(?:[,;.\n]\s*(?:(?:{joins})\s+)?|\s+(?:{joins})\s+)(?={begins})", re.IGNORECASE)


@cache
def _deed_then_line() -> re.Pattern[str]:
    deeds = "|".join(form for deed in get_args(Deed) for form in _forms("deeds", deed))
    number, joins, counted = ("|".join(_forms("words", name)) for name in ("number", "joins", "counted"))
    lines = rf"[1-9](?:\s*(?:,|&|\b(?:{joins})\b)\s*[1-9])*"
    return re.compile(
        rf"\W*(?P<deed>{deeds})\s+(?:(?:{number})\b\.?\s*)?(?P<lines>{lines})(?![\w.-])(?!\s*(?:{counted})\b)"
        r"\s*(?P<rest>.*)",
        re.IGNORECASE | re.DOTALL,
    )


@cache
def _because() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(_forms('words', 'because'))})\b\s*:?", re.IGNORECASE)


@cache
def _deed(deed: Deed) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(_forms('deeds', deed))})\b", re.IGNORECASE)


def _forms(table: str, name: str) -> list[str]:
    return sorted((re.escape(form) for form in _rules()[table][name]), key=len, reverse=True)


@cache
def _rules() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((files("routing.rules") / "coordinator.toml").read_text("utf-8"))
