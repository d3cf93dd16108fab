"""How fast a bot may send: about one message a second into a chat with short bursts, thirty a second overall."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from math import ceil

from tests.doubles.telegram.refusal import slower

OVERALL = 30
_SECOND = timedelta(seconds=1)


class Rates:
    """Refuses with 429 whoever is too fast, or comes back before the time that a 429 told."""

    def __init__(self, burst: int = 3, overall: int = OVERALL) -> None:
        self._burst = burst
        self._overall = overall
        self._sent: deque[datetime] = deque()
        self._tokens: dict[int, tuple[float, datetime]] = {}
        self._not_before: dict[int, datetime] = {}
        self.most_in_a_second = 0

    def check(self, chat: int, now: datetime) -> None:
        until = self._not_before.get(chat)
        if until is not None and now < until:
            raise slower(ceil((until - now).total_seconds()), fault=True)
        tokens = self._refilled(chat, now)
        if tokens < 1:
            self.hold(chat, now, seconds := ceil(1 - tokens))
            raise slower(seconds, fault=True)
        while self._sent and self._sent[0] <= now - _SECOND:
            self._sent.popleft()
        if len(self._sent) >= self._overall:
            raise slower(1, fault=True)
        self._tokens[chat] = tokens - 1, now
        self._sent.append(now)
        self.most_in_a_second = max(self.most_in_a_second, len(self._sent))

    def hold(self, chat: int, now: datetime, seconds: int) -> None:
        """Nothing into this chat for so long."""
        self._not_before[chat] = now + timedelta(seconds=seconds)

    def _refilled(self, chat: int, now: datetime) -> float:
        tokens, at = self._tokens.get(chat, (float(self._burst), now))
        return min(float(self._burst), tokens + (now - at).total_seconds())
