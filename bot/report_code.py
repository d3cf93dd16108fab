"""The eight characters by which the reporter of a restricted report, and nobody else, asks for it (`domain.md §6`)."""

from __future__ import annotations

import re
from itertools import count

from bot.store.keys import Digest, Keys

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without characters that look like another one (0 and O, 1, I and L, U and V)."""
LENGTH = 8

ATTEMPTS = 10
"""How many codes a draft could have, should another report have been given the same one before."""

_HALF = f"[{ALPHABET}]{{4}}"
# Looked for at every place, overlapping: in "saya 7Q4M-2KXD" the word before it is half a code as well.
_WRITTEN = re.compile(rf"(?<![0-9A-Z])(?=({_HALF})[\s–—-]{{0,2}}({_HALF})(?![0-9A-Z]))", re.IGNORECASE)


def code_for(ref: str, keys: Keys, attempt: int = 0) -> str:
    """The code of a draft, such as `7Q4M-2KXD`: the same each time, so that a repeated turn hands out the same one.

    Keyed: without the keys nobody can tell it from the reference.
    """
    for turn in count():
        code = _spelt(int(keys.hash(f"report code {attempt}.{turn} {ref}"), 16))
        if is_mixed(code):
            return code
    raise AssertionError("the count never ends")


def code_behind(ref: str, kept: Digest, keys: Keys) -> str:
    """The code that a filed draft was given, told from its hash. Raises LookupError when it is none of this draft's."""
    for attempt in range(ATTEMPTS):
        code = code_for(ref, keys, attempt)
        if keys.hash(code) == kept:
            return code
    raise LookupError("no code of this draft has that hash")


def number_instead(ref: str, keys: Keys) -> str:
    """What stands in the database where other reports have their number: it opens nothing and tells nothing."""
    return f"RHS-{keys.hash(f'number instead of a code {ref}')[:16].upper()}"


def codes_in(text: str) -> tuple[str, ...]:
    """What could be a code in these words, written the way codes are handed out."""
    found = (f"{first}-{second}".upper() for first, second in _WRITTEN.findall(text))
    return tuple(code for code in found if is_mixed(code))


def _spelt(number: int) -> str:
    signs = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[place])
    return f"{''.join(signs[:4])}-{''.join(signs[4:])}"


def is_mixed(code: str) -> bool:
    """A digit tells it from two short words, a letter from a telephone number."""
    return any(sign.isdigit() for sign in code) and any(sign.isalpha() for sign in code)
