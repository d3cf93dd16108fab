"""A text without the people in it: what is kept to learn from names nobody and holds no number (UU 27/2022).

Rather a word too many is taken out than one too few: every word written like a name that is no word the reader knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from routing.normalise import Token, Words
from routing.rules import NameRules

HIDDEN = "…"
_LINKS = re.compile(r"\S*(?:@|://|www\.)\S*")
_DIGIT = re.compile(r"\d")
_LONGEST_NAME = 4
"""Words after a title that may belong to the name."""


def masked(words: Words, rules: NameRules, knows: Callable[[str], bool]) -> str:
    """The text with `…` for names and addresses and `0` for every digit: how long a number is tells an RT from a phone.

    `knows` tells everyday words.
    """
    text, end = "", 0
    for token in _of_people(words, rules, knows):
        text += words.text[end : token.start] + HIDDEN
        end = token.end
    return _DIGIT.sub("0", _LINKS.sub(HIDDEN, text + words.text[end:]))


def _of_people(words: Words, rules: NameRules, knows: Callable[[str], bool]) -> list[Token]:
    shouted = words.text.isupper()
    found: list[Token] = []
    after_title = 0
    for token in words.tokens:
        if found and token.start < found[-1].end:
            continue
        if token.surface in rules.titles or token.surface in rules.markers:
            after_title = _LONGEST_NAME
            continue
        capital = words.text[token.start].isupper() and not shouted
        named = after_title > 0 and token.surface not in rules.not_names and (capital or not knows(token.surface))
        if token.surface.isalpha() and (named or (capital and not knows(token.surface))):
            found.append(token)
        after_title = after_title - 1 if named else 0
    return found
