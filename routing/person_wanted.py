"""Whether somebody asks for a person instead of the machine: *bisa ngomong sama petugas kah*."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from routing.answers import plain

LONGEST = 10
"""Words; a longer text tells of something, and who wants a person says so at once."""


def wants_person(text: str) -> bool:
    """*Mau bicara sama orang*, *tolong sambungkan ke admin*; not *suami tidak mau bicara dengan orang tua*."""
    said = re.sub(r"[^a-z0-9]+", " ", plain(text)).strip()
    if not said or len(said.split()) > LONGEST:
        return False
    if _plain().search(said):
        return True
    return _wish().search(said) is not None and _no_wish().search(said) is None


@cache
def _rules() -> dict[str, list[str]]:
    return tomllib.loads((files("routing.rules") / "person_wanted.toml").read_text("utf-8"))


@cache
def _plain() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_any('plain')})\b")


@cache
def _wish() -> re.Pattern[str]:
    """A verb at the beginning or behind a wish, and whom, with nothing behind that makes it somebody else."""
    verb = rf"(?:{_any('verbs')})(?:\s+(?:{_any('joints')}))*"
    start = rf"(?:^(?:\w+\s+)?|\b(?:{_any('wishes')})\s+(?:di\s+)?)"
    return re.compile(rf"{start}{verb}\s+(?:{_any('whom')})\b(?!\s+(?:{_any('not_behind')})\b)")


@cache
def _no_wish() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_any('not_after')})\s+(?:(?:{_any('wishes')})\s+)?(?:{_any('verbs')})\b")


def _any(name: str) -> str:
    return "|".join(_longest_first(_rules()[name]))


def _longest_first(forms: Iterable[str]) -> Iterable[str]:
    return sorted(map(re.escape, forms), key=len, reverse=True)
