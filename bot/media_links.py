"""Links to single files for whoever holds them: private, short-lived, and telling nothing by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.clock import SystemClock
from bot.settings import Settings
from bot.store.keys import KeyLostError, Keys

PATH = "/m/"
_PURPOSE = "file"
_LONGEST = 400
"""Letters of a token; ours have about 150."""


@dataclass(frozen=True)
class Link:
    """What a token stands for. `for_person`: only while that person may see the report; None: whoever holds it."""

    attachment_id: int
    small: bool = False
    for_person: int | None = None


class Links:
    """Sealed with the keys of the installation (Fernet): nobody else can read, make or change one."""

    def __init__(self, settings: Settings, keys: Keys) -> None:
        self._base = (settings.public_url or f"http://{settings.host}:{settings.port}").rstrip("/")
        self._lasts = timedelta(hours=settings.link_hours)
        self._keys = keys

    def url(
        self, attachment_id: int, for_person: int | None = None, now: datetime | None = None, *, small: bool = False
    ) -> str:
        """A whole address that works for `link_hours` from `now` (aware UTC; the present unless given)."""
        until = (now or SystemClock().now()) + self._lasts
        known = (_PURPOSE, attachment_id, int(small), for_person or "", int(until.timestamp()))
        sealed = self._keys.encrypt(" ".join(map(str, known)).encode("ascii"))
        return f"{self._base}{PATH}{sealed.decode('ascii').rstrip('=')}"

    def read(self, token: str, now: datetime) -> Link | None:
        """None for a token that is not ours, was changed, or is too old."""
        if len(token) > _LONGEST or not token.isascii():
            return None
        try:
            plain = self._keys.decrypt((token + "=" * (-len(token) % 4)).encode("ascii")).decode("ascii")
        except (KeyLostError, UnicodeDecodeError):
            return None
        purpose, _, known = plain.partition(" ")
        if purpose != _PURPOSE:
            return None  # something else that was sealed with these keys
        attachment_id, small, person, until = known.split(" ")
        if datetime.fromtimestamp(int(until), UTC) <= now:
            return None
        return Link(int(attachment_id), small == "1", int(person) if person else None)
