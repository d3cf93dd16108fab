"""What becomes of a message that the API has taken, and what it costs."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from tests.doubles.delivery import Reply
from tests.doubles.twilio.webhooks import Webhooks
from tests.doubles.twilio.world import Message, Person, World

SECOND = timedelta(seconds=1)
PAIR_SECONDS = 6
OVERALL = 80
IMAGE = 5 * 1024 * 1024
MEDIA = 16 * 1024 * 1024


class Fate:
    """`billed` counts service (free words in the window), utility (templates), and Twilio's own fee each way.

    Sending faster than the pair rate or the sender's is told in `violations`, as is free text outside the window.
    """

    def __init__(
        self,
        world: World,
        webhooks: Webhooks,
        violations: list[str],
        fetch: Callable[[str], Reply],
        burst: int,
    ) -> None:
        self.billed: Counter[str] = Counter()
        self.orderly = False
        self.most_in_a_second = 0
        self._world = world
        self._webhooks = webhooks
        self._violations = violations
        self._fetch = fetch
        self._burst = burst
        self._pairs: dict[str, tuple[float, datetime]] = {}
        self._sent: deque[datetime] = deque()
        self._ordered: deque[tuple[int, str]] = deque()
        self._random = Random(world.account)

    def fail_next(self, code: int, to: str = "") -> None:
        """The next message (to this contact) is taken, and fails afterwards with this code."""
        self._ordered.append((code, to.removeprefix("whatsapp:")))

    def decide(self, message: Message, person: Person, fault: str, now: datetime, callback: str) -> None:
        """Sets error and steps, and queues the status callbacks."""
        message.error = self._code(message, person, fault, now)
        first = "accepted" if message.service else "queued"
        last = {63016: "undelivered", 63024: "undelivered"}.get(message.error or 0, "failed")
        reached = ["sent"] if person.blocks_us else ["sent", "delivered", *(["read"] if person.reads else [])]
        names = [last] if message.error is not None else reached
        message.steps = [(now, first), *((now + SECOND * place, name) for place, name in enumerate(names, 1))]
        self._bill(message)
        self._tell(message, person, callback)

    def _code(self, message: Message, person: Person, fault: str, now: datetime) -> int | None:
        ordered = self._next_ordered(person)
        if ordered is not None:
            return ordered
        if not self._slow_enough(person, now):
            self._violations.append(f"too fast for {person.bsuid}: more than one message in {PAIR_SECONDS} s")
            return 63018
        if not person.on_whatsapp:
            return 63024
        if person.in_experiment:
            return 63032
        if not message.approved and not person.in_session(now):
            self._violations.append("63016: free words outside of the window")
            return 63016
        if fault:
            self._violations.append(f"63013: {fault}")
            return 63013
        return self._fetched(message)

    def _next_ordered(self, person: Person) -> int | None:
        for place, (code, to) in enumerate(self._ordered):
            if to in ("", person.number, person.bsuid):
                del self._ordered[place]
                return code
        return None

    def _slow_enough(self, person: Person, now: datetime) -> bool:
        while self._sent and self._sent[0] <= now - SECOND:
            self._sent.popleft()
        self._sent.append(now)
        self.most_in_a_second = max(self.most_in_a_second, len(self._sent))
        if len(self._sent) > OVERALL:
            self._violations.append(f"more than {OVERALL} messages in a second")
        left, at = self._pairs.get(person.bsuid, (float(self._burst), now))
        left = min(float(self._burst), left + (now - at).total_seconds() / PAIR_SECONDS)
        self._pairs[person.bsuid] = max(left - 1, 0), now
        return left >= 1

    def _fetched(self, message: Message) -> int | None:
        """WhatsApp shows what stands behind the addresses now, or nothing at all."""
        for url in message.media_urls:
            try:
                reply = self._fetch(url)
            except OSError:
                return 63019
            most = IMAGE if reply.headers.get("content-type", "").startswith("image/") else MEDIA
            if not reply.good or len(reply.body) > most:
                return 63019
            message.files.append(reply.body)
        return None

    def _bill(self, message: Message) -> None:
        if message.error is None:
            self.billed["utility" if message.approved else "service"] += 1
            self.billed["twilio_out"] += 1

    def _tell(self, message: Message, person: Person, callback: str) -> None:
        """No callback for the first status; the others may come late, twice, and in any order."""
        for at, status in message.steps[1:]:
            form = {
                "MessageSid": message.sid,
                "SmsSid": message.sid,
                "MessageStatus": status,
                "SmsStatus": status,
                "AccountSid": self._world.account,
                "From": message.sender,
                "To": message.to,
                "ChannelPrefix": "whatsapp",
                "ChannelToAddress": person.address,
                "ApiVersion": "2010-04-01",
            }
            if message.error is not None:
                form["ErrorCode"] = str(message.error)
            late = timedelta() if self.orderly else SECOND * self._random.randrange(4)
            self._webhooks.add(callback, form, at=at + late)
            if not self.orderly and self._random.random() < 0.2:
                self._webhooks.add(callback, form, at=at + late + SECOND)
