"""For whom a kader writes: a name after Pak, Bu, an., Sdr; a mere relation (*nenek sebelah*) is no name."""

from __future__ import annotations

import re
from collections.abc import Callable

from routing.normalise import Token, Words
from routing.rules import NameRules

_LONGEST = 3
_SHORTEST = 2
_LONGEST_ACRONYM = 4
_BREAK = re.compile(r"[,;:!?()\n/\d]|\.(?=\s|$)")


def on_behalf_of(
    words: Words, rules: NameRules, knows: Callable[[str], bool], place: frozenset[int] = frozenset()
) -> str | None:
    """The first name that stands behind a title and is not the writer's own; None when nobody is named.

    `knows` tells everyday words, so that a name may be written small (*pak ramlan*); `place` are the positions of the
    words that name the place, which may follow it (*Pak Jumadi Loa Buah*).
    """
    shouted = words.text.isupper()
    best: str | None = None
    tokens = words.tokens
    for index, token in enumerate(tokens[:-1]):
        marked = token.surface in rules.markers
        if token.surface not in rules.titles or (not marked and _own(tokens, index, rules)):
            continue
        name = _name_after(words, index, rules, knows, shouted, place)
        if name and marked:
            return name
        best = best or name
    return best


def _own(tokens: tuple[Token, ...], index: int, rules: NameRules) -> bool:
    return index > 0 and tokens[index - 1].surface in rules.own


def _name_after(
    words: Words, index: int, rules: NameRules, knows: Callable[[str], bool], shouted: bool, place: frozenset[int]
) -> str | None:
    """Up to three words right after the title; a title may follow a title (*Pak Haji Udin*)."""
    taken: list[str] = []
    end = words.tokens[index].end
    for at, token in enumerate(words.tokens[index + 1 : index + 2 + _LONGEST], index + 1):
        gap = words.text[end : token.start]
        if at in place or _BREAK.search(gap if taken else gap.removeprefix(".")):
            break
        end = token.end
        if not taken and token.surface in rules.titles and token.surface not in rules.markers:
            continue
        written = words.text[token.start : token.end]
        if not _may_be_name(written, token, rules, knows, shouted):
            break
        taken.append(written)
    return " ".join(_capital(word) for word in taken[:_LONGEST]) or None


def _may_be_name(written: str, token: Token, rules: NameRules, knows: Callable[[str], bool], shouted: bool) -> bool:
    if len(written) < _SHORTEST or not written.isalpha() or token.surface in rules.not_names:
        return False
    if written.isupper() and not shouted and len(written) <= _LONGEST_ACRONYM:
        return False
    return (written[0].isupper() and not shouted) or not knows(token.surface)


def _capital(word: str) -> str:
    return word if word[0].isupper() and word[1:].islower() else word.title()
