"""A kader goes to look: who should come along, and what short words about a visit mean (`rules/visits.toml`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from routing.answers import plain

Rules = Mapping[str, Mapping[str, Sequence[str]]]


@cache
def _rules() -> Rules:
    return tomllib.loads((files("routing.rules") / "visits.toml").read_text("utf-8"))


def along(category: str | None) -> str | None:
    """Who of the health service goes there with the kader: `bidan`, `puskesmas`; None where nobody has to."""
    return next((who for who, categories in _rules()["along"].items() if category in categories), None)


def is_all(text: str, name: str) -> bool:
    """Whether the whole text is a form of that list."""
    return plain(text) in _rules()["words"][name]


def says(text: str, name: str) -> bool:
    """Whether a form of that list stands anywhere in the text as whole words."""
    said = _spaced(text)
    return any(f" {form} " in said for form in _rules()["words"][name])


def begins(text: str, name: str) -> bool:
    """Whether the text is a form of that list, or begins with one."""
    return any(_spaced(text).startswith(f" {form} ") for form in _rules()["words"][name])


def company(text: str) -> str:
    """*Sama bu bidan* as *bu bidan*."""
    first, _, rest = text.strip().partition(" ")
    return rest if rest and first.lower() in _rules()["words"]["together_with"] else text.strip()


def how_grave(text: str) -> str | None:
    """`wait`, `soon` or `danger`: the longest form that stands in the text; None when none does."""
    said = _spaced(text)
    found = [(len(form), name) for name, forms in _rules()["grave"].items() for form in forms if f" {form} " in said]
    return max(found)[1] if found else None


def _spaced(text: str) -> str:
    return f" {' '.join(re.findall(r'[a-z0-9]+', plain(text)))} "
