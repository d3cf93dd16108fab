"""*Yang sampah di RT 8*: one of several told apart by what it is about, as if its number had been written."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.draft import Draft
from handlers.scene import Scene
from routing import answers, numbered

_WORD = re.compile(r"[a-z]{3,}")
_NEAR = 3
"""Words behind the *yang* in which the matter is named."""


def with_number(scene: Scene, text: str, drafts: Sequence[Draft]) -> str | None:
    """The same remark with a number in front; None where it does not point at exactly one of them."""
    said = answers.plain(text).split()
    if len(said) < 2 or said[0] not in numbered.rules()["pointers"]:
        return None
    for length in range(1, min(_NEAR, len(said) - 1) + 1):
        named = " ".join(said[1 : 1 + length])
        number = _meant(scene, named, drafts)
        if number and len(said) > 1 + length:
            return f"{number} {' '.join(said[1 + length :])}"
    return None


def _meant(scene: Scene, named: str, drafts: Sequence[Draft]) -> int | None:
    """By a word of its own, else by its matter."""
    spoken = set(_WORD.findall(named))
    by_word = [n for n, draft in enumerate(drafts, 1) if spoken & set(_WORD.findall(draft.text.lower()))]
    if len(by_word) == 1:
        return by_word[0]
    read = scene.reader.read(named, near=scene.region)
    by_kind = [n for n, draft in enumerate(drafts, 1) if read.evidence and draft.category == read.category]
    return by_kind[0] if len(by_kind) == 1 else None
