"""One bot at a Telegram of our own, on the loopback."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from threading import Condition, RLock
from time import monotonic
from types import TracebackType
from typing import Any

from tests.doubles.delivery import Post, post_over_http
from tests.doubles.faults import Fault, Faults, broken
from tests.doubles.loopback import Answer, Call, Loopback
from tests.doubles.telegram.forms import Form, read_form
from tests.doubles.telegram.methods import Methods
from tests.doubles.telegram.people import People
from tests.doubles.telegram.rates import Rates
from tests.doubles.telegram.refusal import Refusal, slower
from tests.doubles.telegram.updates import Updates
from tests.doubles.telegram.world import Message, World

TOKEN = "700000001:contoh-token-yang-jelas-bukan-asli-0"
BOT = {"id": 700000001, "is_bot": True, "first_name": "Kentongan", "username": "kentongan_contoh_bot"}
BOT_CAN = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
_PATH = re.compile(r"/(?P<file>file/)?bot(?P<token>[^/]+)/(?P<rest>.+)")


def machine_time() -> datetime:
    return datetime.now(UTC)


class TelegramDouble(People):
    """Give `base_url` and `base_file_url` to the bot. Nothing is delivered before `deliver_due` is called.

    `violations`: what a well-behaved bot never does, in Telegram's words. `now` gives aware UTC.
    """

    def __init__(
        self,
        *,
        token: str = TOKEN,
        now: Callable[[], datetime] = machine_time,
        post: Post = post_over_http,
        seed: int = 0,
        burst: int = 3,
    ) -> None:
        self.token = token
        self.now = now
        self.violations: list[str] = []
        self.calls: Counter[str] = Counter()
        self.taken_unanswered: list[dict[str, Any]] = []
        """The results of messages that arrived, but whose sender never heard so."""
        self.faults = Faults(seed)
        self.world = World({**BOT, **BOT_CAN})
        self.updates = Updates(now, post, Random(seed), self._wake)
        self.rates = Rates(burst)
        self.methods = Methods(self.world, self.updates, self.rates)
        self._poll = 0
        self._lock = RLock()
        self._something = Condition(self._lock)
        self._closed = False
        self._server = Loopback(self._handle)
        self.base_url = f"{self._server.url}/bot"
        self.base_file_url = f"{self._server.url}/file/bot"

    def __enter__(self) -> TelegramDouble:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._something.notify_all()
        self._server.close()

    def _wake(self) -> None:
        with self._lock:
            self._something.notify_all()

    def deliver_due(self) -> int:
        """Calls the webhook with all that is due now; tells how many updates it accepted."""
        return self.updates.deliver_due()

    def sent_to(self, chat: int) -> list[Message]:
        """What stands in this chat from the bot, oldest first, deleted ones left out."""
        with self._lock:
            return [one for one in self.add_chat(chat).messages if one.by_bot and not one.deleted]

    # --- the server ---------------------------------------------------------------------------------------------------

    def _handle(self, call: Call) -> Answer:
        found = _PATH.fullmatch(call.path)
        if found is None:
            return _json(Refusal(404, "Not Found").as_json(), 404)
        method = "download" if found["file"] else found["rest"]
        with self._lock:
            self.calls[method] += 1
            fault = self.faults.pick(call)
            if fault is not None and not fault.taken:
                return self._broken(fault, call)
            answer = self._answer(found["token"], method, found["rest"], call)
        if fault is None:
            return answer
        with self._lock:
            return self._lost(fault, answer, call)

    def _answer(self, token: str, method: str, rest: str, call: Call) -> Answer:
        try:
            if token != self.token:
                raise Refusal(401, "Unauthorized")
            if method == "download":
                return self._download(rest)
            form = read_form(call)
            return _json({"ok": True, "result": self._called(method, form)}, 200)
        except Refusal as no:
            if no.fault:
                self.violations.append(f"{method}: {no.code} {no.description}")
            return _json(no.as_json(), no.code)
        except Exception as error:  # noqa: BLE001 - a test has to see it, and the caller has to get an answer
            self.violations.append(f"{method}: the double itself failed: {error!r}")
            return _json(Refusal(500, "Internal Server Error").as_json(), 500)

    def _called(self, method: str, form: Form) -> Any:
        return self._get_updates(form) if method == "getUpdates" else self.methods.call(method, form)

    def _broken(self, fault: Fault, call: Call, whole: Answer | None = None) -> Answer:
        seconds = 3
        if fault.kind == "too_many" and "/send" in call.path and (chat := self._chat_of(call)) is not None:
            self.rates.hold(chat, self.now(), seconds)
        return broken(
            fault,
            whole or _json({"ok": True, "result": True}, 200),
            _json(Refusal(500, "Internal Server Error").as_json(), 500),
            _json(slower(seconds, fault=False).as_json(), 429),
        )

    def _lost(self, fault: Fault, answer: Answer, call: Call) -> Answer:
        if answer.status == 200 and "/send" in call.path:
            self.taken_unanswered.append(json.loads(answer.body))
        return self._broken(fault, call, answer)

    @staticmethod
    def _chat_of(call: Call) -> int | None:
        try:
            return read_form(call).number("chat_id")
        except (Refusal, ValueError):
            return None

    def _download(self, path: str) -> Answer:
        file, until = self.methods.links.get(path, (None, None))
        if file is None or until is None or self.now() > until:
            return _json(Refusal(404, "Not Found").as_json(), 404)
        return Answer(200, file.content, {"Content-Type": "application/octet-stream"})

    def _get_updates(self, form: Form) -> list[dict[str, Any]]:
        """Holds the answer back while there is nothing, for at most `timeout` seconds of the machine's time."""
        if self.updates.webhook.url:
            words = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            raise Refusal(409, f"Conflict: {words}")
        if "allowed_updates" in form.values:
            self.updates.webhook.allowed = tuple(form.structure("allowed_updates") or ())
        self._poll += 1
        mine = self._poll
        self._something.notify_all()
        until = monotonic() + min(form.number("timeout", 0) or 0, 50)
        offset = form.number("offset", 0) or 0
        self.updates.confirm(offset)
        limit = min(max(form.number("limit", 100) or 100, 1), 100)
        while True:
            if mine != self._poll:
                raise Refusal(409, "Conflict: terminated by other getUpdates request")
            waiting = [update.as_json() for update in self.updates.pending() if update.id >= offset]
            left = until - monotonic()
            if waiting or left <= 0 or self._closed:
                return waiting[offset:][:limit] if offset < 0 else waiting[:limit]
            self._something.wait(left)


def _json(value: object, status: int) -> Answer:
    return Answer(status, json.dumps(value).encode(), {"Content-Type": "application/json"})
