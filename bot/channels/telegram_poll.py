"""Long polling: a machine without an address asks Telegram for its messages. Each is stored before Telegram hears that
we have it; then a crash costs nothing but a second look at messages that the inbox knows already."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import structlog
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.backoff import waiting_time
from bot.catalogue import Catalogue
from bot.channels.base import Intake
from bot.channels.telegram_client import TelegramClient
from bot.channels.telegram_payload import ASKED_FOR
from bot.channels.telegram_read import CHANNEL, opened
from bot.channels.telegram_results import code_of
from bot.logs import place_of

HOLD = 30
"""Seconds that Telegram keeps our question open while there is nothing; 50 at most."""
ANSWER = HOLD + 10.0
FIRST_WAIT = timedelta(seconds=1)
GROWS = 7
"""Failures in a row after which the waiting time, doubled each time, grows no more: a minute."""

log = structlog.get_logger(__name__)


class TelegramPoll:
    """Asks until it is cancelled. A webhook that was set before is taken down; what waits there stays.

    No number is kept between two starts: Telegram hands out again whatever it was not told to forget, and the inbox
    stores nothing twice. A number kept for long would even do harm, for after a quiet week Telegram begins to count
    anew at random (`platform.md §1`).
    """

    def __init__(self, words: Catalogue, *, first_wait: timedelta = FIRST_WAIT) -> None:
        self._words = words
        self._first_wait = first_wait

    async def __call__(self, client: TelegramClient, inbox: Intake) -> None:
        offset: int | None = None
        ready, failures = False, 0
        while True:
            try:
                if not ready:
                    await client.bot.delete_webhook(drop_pending_updates=False)
                    ready = True
                offset = await self._round(client, inbox, offset)
            except Exception as error:  # noqa: BLE001 - network, Telegram or database may be away; they come back
                failures += 1
                ready = ready and not isinstance(error, Conflict)
                self._tell(error)
                await asyncio.sleep(waiting_time(min(failures, GROWS), self._first_wait, 2).total_seconds())
            else:
                failures = 0

    async def _round(self, client: TelegramClient, inbox: Intake, offset: int | None) -> int | None:
        """The number to ask from next time; None once Telegram has nothing that it was not told to forget."""
        asked = {} if offset is None else {"offset": offset}
        found = await client.call("getUpdates", ANSWER, timeout=HOLD, allowed_updates=json.dumps(ASKED_FOR), **asked)
        updates: list[Any] = found if isinstance(found, list) else []
        await asyncio.gather(*(self._store(inbox, update) for update in updates))
        numbers = [one["update_id"] for one in updates if isinstance(one, dict) and type(one.get("update_id")) is int]
        return max(numbers) + 1 if numbers else None

    async def _store(self, inbox: Intake, update: object) -> None:
        raw = json.dumps(update, ensure_ascii=False).encode("utf-8", "surrogatepass")
        envelope = opened(raw)
        stored = inbox.submit(CHANNEL, envelope.external_id, envelope.contact, raw)
        await asyncio.shield(asyncio.wrap_future(stored))  # the inbox goes on, even if we end meanwhile

    def _tell(self, error: Exception) -> None:
        match error:
            case Conflict():
                log.error("telegram.poll", problem=self._words.text("telegram.poll.somebody_else"))
            case InvalidToken():
                log.error("telegram.poll", problem=self._words.text("telegram.poll.token"))
            case TelegramError():
                log.warning("telegram.poll", failure=code_of(error))
            case _:
                log.error("telegram.poll", error=place_of(error))
