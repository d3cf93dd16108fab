"""How updates reach the bot: by webhook in queues with retries, or by long polling; until they expire."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.doubles.delivery import Post

MESSAGE_LIVES = timedelta(hours=24)
PRESS_LIVES = timedelta(seconds=150)
NOT_BY_DEFAULT = ("chat_member", "message_reaction", "message_reaction_count")
PRESSES = 3 << 33
"""Presses of a person travel in a queue of their own, so they overtake that person's messages or fall behind."""


@dataclass
class Update:
    id: int
    queue: int
    kind: str
    body: dict[str, Any]
    expires: datetime
    not_before: datetime
    tries: int = 0

    def as_json(self) -> dict[str, Any]:
        return {"update_id": self.id, self.kind: self.body}


@dataclass
class Webhook:
    url: str = ""
    secret: str = ""
    allowed: Sequence[str] = ()
    connections: int = 40
    last_error: str = ""
    last_error_at: datetime | None = None


@dataclass
class Updates:
    """All updates that the bot has not taken yet. Nothing moves by itself: a test calls `deliver_due`."""

    now: Callable[[], datetime]
    post: Post
    random: Random
    on_new: Callable[[], None] = field(default=lambda: None)
    first_id: int = 100_001
    webhook: Webhook = field(default_factory=Webhook)
    expired: list[Update] = field(default_factory=list)
    delivered: list[Update] = field(default_factory=list)
    _queues: dict[int, deque[Update]] = field(default_factory=dict)
    _next_id: int = 0

    def add(self, kind: str, body: dict[str, Any], queue: int) -> Update | None:
        """None when the bot did not ask for this kind."""
        wanted = kind in self.webhook.allowed if self.webhook.allowed else kind not in NOT_BY_DEFAULT
        if not wanted:
            return None
        self._next_id = self._next_id + 1 if self._next_id else self.first_id
        press = kind == "callback_query"
        now = self.now()
        update = Update(
            self._next_id, queue + PRESSES * press, kind, body, now + (PRESS_LIVES if press else MESSAGE_LIVES), now
        )
        self._queues.setdefault(update.queue, deque()).append(update)
        self.on_new()
        return update

    def pending(self) -> list[Update]:
        """In the order in which they came to be; the expired ones are gone."""
        self._expire()
        return sorted((one for queue in list(self._queues.values()) for one in queue), key=lambda one: one.id)

    def _expire(self) -> None:
        now = self.now()
        for queue in list(self._queues.values()):
            while queue and queue[0].expires <= now:
                self.expired.append(queue.popleft())

    def drop_all(self) -> None:
        self._queues.clear()

    def confirm(self, below: int) -> None:
        for queue in self._queues.values():
            while queue and queue[0].id < below:
                self.delivered.append(queue.popleft())

    def deliver_due(self) -> int:
        """Posts the head of each queue that is due, again and again until none is; tells how many were accepted."""
        accepted = 0
        while self.webhook.url:
            self._expire()
            now = self.now()
            heads = [queue for queue in self._queues.values() if queue and queue[0].not_before <= now]
            if not heads:
                break
            self.random.shuffle(heads)
            for queue in heads:
                if self._deliver(queue[0]):
                    self.delivered.append(queue.popleft())
                    accepted += 1
        self._queues = {key: queue for key, queue in self._queues.items() if queue}
        return accepted

    def next_at(self) -> datetime | None:
        """When `deliver_due` will have something to do."""
        self._expire()
        return min((queue[0].not_before for queue in self._queues.values() if queue), default=None)

    def _deliver(self, update: Update) -> bool:
        headers = {"Content-Type": "application/json"}
        if self.webhook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.webhook.secret
        answered: Mapping[str, str] = {}
        try:
            reply = self.post(self.webhook.url, headers, json.dumps(update.as_json()).encode())
            if reply.good:
                return True
            answered = reply.headers
            failure = f"Wrong response from the webhook: {reply.status}"
        except OSError as error:
            failure = "Read timeout expired" if isinstance(error, TimeoutError) else "Connection refused"
        self.webhook.last_error, self.webhook.last_error_at = failure, self.now()
        update.tries += 1
        update.not_before = self.now() + timedelta(seconds=self._wait(update.tries, answered))
        return False

    def _wait(self, tries: int, answered: Mapping[str, str]) -> float:
        told = answered.get("retry-after", "")
        if told.isdigit():
            return min(int(told), 3600)
        if tries == 1:
            return 0
        return 2 ** (tries - 1) if tries <= 6 else self.random.uniform(60, 120)
