"""The one-time code with which somebody of the lists joins from a channel that does not tell their number."""

from __future__ import annotations

import re
import secrets

from bot.report_code import ALPHABET, is_mixed

_GROUP = 5
_HALF = f"[{ALPHABET}]{{{_GROUP}}}"
# Looked for at every place, overlapping: in "kader 7Q4MP-2KXDR" the word before it is half a code as well.
_WRITTEN = re.compile(rf"(?<![0-9A-Z])(?=({_HALF})[\s–—-]{{0,2}}({_HALF})(?![0-9A-Z]))", re.IGNORECASE)


def new_code() -> str:
    """A code nobody can guess, such as `7Q4MP-2KXDR`: two groups, so that no report's code looks like it."""
    while True:
        first, second = ("".join(secrets.choice(ALPHABET) for _ in range(_GROUP)) for _ in range(2))
        code = f"{first}-{second}"
        if is_mixed(code):
            return code


def codes_in(text: str) -> tuple[str, ...]:
    """What could be an invitation in these words, written the way invitations are handed out."""
    found = (f"{first}-{second}".upper() for first, second in _WRITTEN.findall(text))
    return tuple(code for code in found if is_mixed(code))
