"""Reads which month's recap somebody asks for: *rekap*, *rekap oktober*, *laporan bulanan posyandu bulan lalu*."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from routing.recap import months_on

_WORD = re.compile(r"[a-z/]+|\d+")
FIRST_YEAR = 2025
"""Kentongan has no earlier reports."""

Whose = Literal["mine", "posyandu"]
PaperForm = Literal["", "pdf", "xlsx"]


@dataclass(frozen=True)
class Asked:
    """`first` is the first day of the month, None when there is no such month with us; `form` is empty when it is to be
    told in the chat."""

    first: date | None
    whose: Whose
    form: PaperForm = ""


@cache
def _rules() -> Mapping[str, Any]:
    return tomllib.loads((files("routing.rules") / "recap.toml").read_text("utf-8"))


def recap_asked(text: str, today: date) -> Asked | None:
    """None when the words ask for something else. A month that is still to come is taken as last year's."""
    rules = _rules()
    said = " ".join(_WORD.findall(text.lower()))
    asking = next((form for form in sorted(rules["ask"], key=len, reverse=True) if f" {form} " in f" {said} "), None)
    if asking is None:
        return None
    rest = f" {said} ".replace(f" {asking} ", " ", 1).split()
    numbers = [int(word) for word in rest if word.isdigit()]
    named = [word for word in rest if not word.isdigit()]
    if any(word not in rules["around"] and word not in rules["months"] for word in named):
        return None
    month = next((rules["months"][word] for word in named if word in rules["months"]), None)
    first = _month(month, numbers, today, before=bool(set(named) & set(rules["last"])))
    return Asked(first, "posyandu" if set(named) & set(rules["posyandu"]) else "mine", _form(named, rules))


def _month(month: int | None, numbers: list[int], today: date, *, before: bool) -> date | None:
    this = today.replace(day=1)
    if month is None:
        return None if numbers else months_on(this, -1 if before else 0)
    if numbers:
        year = numbers[0] + 2000 if numbers[0] < 100 else numbers[0]
        known = FIRST_YEAR <= year <= today.year and len(numbers) == 1
        return date(year, month, 1) if known and date(year, month, 1) <= this else None
    named = date(today.year, month, 1)
    return named if named <= this else date(today.year - 1, month, 1)


def _form(named: list[str], rules: Mapping[str, Any]) -> PaperForm:
    if set(named) & set(rules["pdf"]):
        return "pdf"
    return "xlsx" if set(named) & set(rules["excel"]) else ""
