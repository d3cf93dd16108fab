"""The eight characters by which the reporter of a restricted report, and nobody else, asks for it (`domain.md §6`)."""

from __future__ import annotations

import re
from itertools import count

from bot.store.keys import Keys

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without characters that look like another one (0 and O, 1, I and L, U and V)."""
LENGTH = 8

_HALF = f"[{ALPHABET}]{{4}}"
# Looked for at every place, overlapping: in "saya 7Q4M-2KXD" the word before it is half a code as well.
_WRITTEN = re.compile(rf"(?<![0-9A-Z])(?=({_HALF})[\s–—-]{{0,2}}({_HALF})(?![0-9A-Z]))", re.IGNORECASE)


def code_for(ref: str, keys: Keys, attempt: int = 0) -> str:
    """The code of a draft, such as `7Q4M-2KXD`: the same each time, so that a repeated turn hands out the same one.

    Keyed: without the keys nobody can tell it from the reference.
    """
    for turn in count():
        code = _spelt(int(keys.hash(f"report code {attempt}.{turn} {ref}"), 16))
        if _is_code(code):
            return code
    raise AssertionError("the count never ends")


def codes_in(text: str) -> tuple[str, ...]:
    """What could be a code in these words, written the way codes are handed out."""
    found = (f"{first}-{second}".upper() for first, second in _WRITTEN.findall(text))
    return tuple(code for code in found if _is_code(code))


def _spelt(number: int) -> str:
    signs = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[place])
    return f"{''.join(signs[:4])}-{''.join(signs[4:])}"


def _is_code(code: str) -> bool:
    """A digit tells it from two short words, a letter from a telephone number."""
    return any(sign.isdigit() for sign in code) and any(sign.isalpha() for sign in code)
