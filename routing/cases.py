"""Whether one message carries several separate problems, and where each begins and ends."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_NUMBERED = re.compile(r"(?:^|(?<=[\s:;,.(]))\(?(?P<number>[1-9]\d?)\s?[.)]\s*(?=[^\W\d_])")
_LINE_NUMBER = re.compile(r"^[ \t]*(?P<number>[1-9]\d?)\s+(?=[^\W\d_])", re.MULTILINE)
_BULLET = re.compile(r"^[ \t]*[-*•–]\s+", re.MULTILINE)
_MOST = 20

Piece = tuple[int, int]


def pieces(text: str, rules: Mapping[str, Any]) -> tuple[Piece, ...]:
    """Offsets of the parts of `text`: a numbered list, a list of dashes, or two problems with a joint between.

    Empty when the message is one piece. Words before the first number belong to no piece: they say where for all.
    """
    marks = _numbered(_NUMBERED, text) or _numbered(_LINE_NUMBER, text) or _bullets(text)
    if marks:
        ends = [start for start, _ in marks[1:]] + [len(text)]
        return tuple((begin, end) for (_, begin), end in zip(marks, ends, strict=True))
    return _joined(text, rules)


def _numbered(pattern: re.Pattern[str], text: str) -> list[Piece]:
    """(start of the marker, start of its words) of 1., 2., 3. in their order; fewer than two are no list."""
    found: list[Piece] = []
    for mark in pattern.finditer(text):
        if int(mark["number"]) == len(found) + 1:
            found.append(mark.span())
    return found[:_MOST] if len(found) > 1 else []


def _bullets(text: str) -> list[Piece]:
    found = [mark.span() for mark in _BULLET.finditer(text)]
    return found[:_MOST] if len(found) > 1 else []


def _joined(text: str, rules: Mapping[str, Any]) -> tuple[Piece, ...]:
    low = text.lower()
    for joint in (joint for joint in rules["joints"] if joint in low):
        found = re.search(rf"(?<!\w){re.escape(joint)}(?!\w)", low)
        if found and found.start() > 0:
            return ((0, found.start()), (found.end(), len(text)))
    return ()
