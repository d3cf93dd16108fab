"""How long words, pictures and names are kept, by category (`domain.md §7`): data, not code."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

_RULES = Path(__file__).parent / "rules" / "retention.toml"


@dataclass(frozen=True)
class Terms:
    """Times after the end of a report; `paper` and `log` after they were made."""

    chat: timedelta
    files: timedelta
    report: timedelta
    paper: timedelta
    log: timedelta


@cache
def terms(category: str | None = None, *, restricted: bool = False) -> Terms:
    """Of a category, or the default; for a restricted report whatever its category."""
    tables = tomllib.loads(_RULES.read_text(encoding="utf-8"))
    own = tables["restricted"] if restricted else tables["category"].get(category or "", {})
    return Terms(**{name: timedelta(days=days) for name, days in {**tables["default"], **own}.items()})


def categories_with_terms() -> tuple[str, ...]:
    """Categories that do not keep the default times."""
    return tuple(tomllib.loads(_RULES.read_text(encoding="utf-8"))["category"])
