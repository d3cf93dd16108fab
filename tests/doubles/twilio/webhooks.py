"""How Twilio calls webhooks: signed, tried again for a failed connection alone unless the address says more, and never
again later."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush
from itertools import count
from random import Random
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from uuid import UUID

from twilio.request_validator import HMAC_SHA256, RequestValidator

from tests.doubles.delivery import Post

DEFAULT_RETRIES = 1
DEFAULT_POLICY = "ct"


@dataclass(frozen=True)
class SharedKey:
    """The newer way to sign: SHA-256 with a key of its own (Twilio's webhook-shared-keys page)."""

    id: str
    secret: str


@dataclass
class Due:
    """One call of a webhook that is still to be made. `token` stays the same for every try."""

    url: str
    fallback: str
    form: Mapping[str, str]
    token: str


@dataclass
class Webhooks:
    """Nothing moves by itself: a test calls `deliver_due`. `lost` is what nobody will ever deliver again."""

    now: Callable[[], datetime]
    post: Post
    random: Random
    auth_token: str
    shared_key: SharedKey | None = None
    lost: list[Mapping[str, str]] = field(default_factory=list)
    accepted: list[Mapping[str, str]] = field(default_factory=list)
    _due: list[tuple[datetime, int, Due]] = field(default_factory=list)
    _places: Iterator[int] = field(default_factory=count)

    def add(self, url: str, form: Mapping[str, str], *, at: datetime, fallback: str = "") -> None:
        if url:
            due = Due(url, fallback, form, str(UUID(int=self.random.getrandbits(128))))
            heappush(self._due, (at, next(self._places), due))

    def deliver_due(self) -> int:
        """Makes every call that is due, earliest first; tells how many were accepted."""
        done = 0
        while self._due and self._due[0][0] <= self.now():
            first = heappop(self._due)[2]
            if self._called(first.url, first) or (first.fallback and self._called(first.fallback, first)):
                self.accepted.append(first.form)
                done += 1
            else:
                self.lost.append(first.form)
        return done

    def next_at(self) -> datetime | None:
        return self._due[0][0] if self._due else None

    def signed(self, url: str, form: Mapping[str, str], token: str = "") -> tuple[dict[str, str], bytes]:
        """Headers and body of a call as Twilio makes it; for tests that forge and replay."""
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8", "User-Agent": "TwilioProxy/1.1"}
        headers["I-Twilio-Idempotency-Token"] = token or str(UUID(int=self.random.getrandbits(128)))
        if self.shared_key is None:
            signature = RequestValidator(self.auth_token).compute_signature(url, form)
        else:
            signature = RequestValidator(self.shared_key.secret).compute_signature(url, form, HMAC_SHA256)
            settings = f"key={self.shared_key.id},algorithm={HMAC_SHA256}"
            headers["X-Twilio-Webhooks-Signature-Settings"] = settings
        headers["X-Twilio-Signature"] = signature
        return headers, urlencode(form).encode()

    def _called(self, address: str, due: Due) -> bool:
        parts = urlsplit(address)
        more = dict(parse_qsl(parts.fragment))
        url = urlunsplit(parts._replace(fragment=""))  # the fragment is ours to read and is not signed
        policy = more.get("rp", DEFAULT_POLICY).split(",")
        headers, body = self.signed(url, due.form, due.token)
        for _ in range(1 + int(more.get("rc", DEFAULT_RETRIES))):
            failure = self._failure(url, headers, body)
            if not failure:
                return True
            if failure not in policy and "all" not in policy:
                return False
        return False

    def _failure(self, url: str, headers: Mapping[str, str], body: bytes) -> str:
        """Empty when it went well, else in Twilio's words: ct connection, rt reading, 4xx, 5xx."""
        try:
            reply = self.post(url, headers, body)
        except TimeoutError:
            return "rt"
        except OSError:
            return "ct"
        return "" if reply.good else f"{reply.status // 100}xx"
