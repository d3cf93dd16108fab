"""Whether two problems of one message are needs of the same household, so that its people see one story."""

from __future__ import annotations

import re

from routing.alike import rules as alike_rules
from routing.numbered import rules

_WORD = re.compile(r"[a-z0-9]+")


def same(first: str | None, name: str | None, then: str | None, other_name: str | None, words: str) -> bool:
    """`first` and `then` are categories; `name` and `other_name` for whom a kader writes; `words` tell the second.

    A public matter (a road, a lamp) is nobody's household.
    """
    public = alike_rules().public
    if first in public or then in public or first is None or then is None:
        return False
    if name and other_name:
        return name == other_name
    said = f" {' '.join(_WORD.findall(words.lower()))} "
    return any(f" {form} " in said for form in rules()["household"])
