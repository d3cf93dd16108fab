"""Telegram as a channel. What comes in is read in `telegram_read.py`; without a public address we ask for it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError
from contextlib import suppress
from datetime import timedelta
from functools import partial

import httpx
import structlog
from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, RetryAfter, TelegramError

from bot.channels.base import (
    FetchFailed,
    Intake,
    Limits,
    NothingMore,
    Ok,
    Refused,
    Rendered,
    Sent,
    Unsure,
)
from bot.channels.telegram_client import TelegramClient
from bot.channels.telegram_read import CHANNEL, LARGEST_FILE, read
from bot.channels.telegram_results import Floods, code_of, result_of, waiting_seconds
from bot.channels.telegram_steps import ALBUM, CAPTION, TEXT, Step, steps
from bot.logs import place_of
from handlers.messages import Incoming

FETCH_SECONDS = 20.0
"""For one file from the first byte to the last."""
PATIENCE = 30.0
"""Seconds of waiting that a tap's keyboard is worth."""
_REMEMBERED = 1_000
_SETTLED = ("query is too old", "message is not modified", "message can't be edited", "message to edit not found")

log = structlog.get_logger(__name__)

Opening = Callable[[TelegramClient, Intake], Awaitable[None]]


class TelegramChannel(NothingMore):
    """`at_start` runs beside everything else from `open` on: asking for messages, telling the list of commands."""

    name = CHANNEL
    limits = Limits(
        buttons=10,
        button_chars=40,
        text_chars=TEXT,
        files=ALBUM,
        caption_chars=CAPTION,
        per_second=25.0,
        seconds_per_contact=1.0,
        burst=3,
        unsend=timedelta(hours=48),
    )

    def __init__(self, client: TelegramClient, at_start: tuple[Opening, ...] = ()) -> None:
        self._client = client
        self._at_start = at_start
        self._floods = Floods()
        # Steps that are done of a message to somebody, and the number the last of them got: a second try goes on there.
        self._done: OrderedDict[tuple[int, str], tuple[int, int]] = OrderedDict()

    def open(self, inbox: Intake) -> None:
        for opening in self._at_start:
            self._client.spawn(_watched(partial(opening, self._client, inbox)))

    def close(self) -> None:
        self._client.close()

    def parse(self, raw: bytes) -> Incoming:
        return read(raw)

    # --- sending ------------------------------------------------------------------------------------------------------

    def send(self, contact: str, message: Rendered) -> Sent:
        try:
            number = self._client.wait(self._send(int(contact), message))
        except ValueError:
            return Refused("button_or_contact")
        except (TimeoutError, CancelledError):
            return Unsure("timeout")
        except (TelegramError, LookupError, TypeError, AttributeError) as error:
            return result_of(error, contact, self._floods)
        return Ok(str(number)) if number is not None else Refused("nothing_to_say")

    async def _send(self, chat: int, message: Rendered) -> int | None:
        done, number = self._done.get((chat, message.key), (0, None))
        for place, step in enumerate(steps(message)[done:], start=done + 1):
            number = await self._go(step, chat)
            self._remember(chat, message.key, place, number)
        return number

    async def _go(self, step: Step, chat: int) -> int:
        try:
            return await step.send(self._client.bot, chat)
        except ChatMigrated as moved:
            return await step.send(self._client.bot, moved.new_chat_id)

    def _remember(self, chat: int, key: str, place: int, number: int) -> None:
        if not key:
            return
        self._done[chat, key] = place, number
        if len(self._done) > _REMEMBERED:
            self._done.popitem(last=False)

    # --- files --------------------------------------------------------------------------------------------------------

    def fetch(self, ref: str) -> bytes:
        """Raises FetchFailed, also when it takes too long or never ends."""
        try:
            return self._client.wait(self._fetch(ref))
        except TelegramError as error:
            raise FetchFailed(code_of(error)) from None
        except (httpx.HTTPError, TimeoutError, CancelledError) as error:
            raise FetchFailed(type(error).__name__) from None

    async def _fetch(self, ref: str) -> bytes:
        async with asyncio.timeout(FETCH_SECONDS):
            return await self._download(ref)

    async def _download(self, ref: str) -> bytes:
        file = await self._client.bot.get_file(ref)
        if not file.file_path or (file.file_size or 0) > LARGEST_FILE:
            raise FetchFailed("too_big")
        content = bytearray()
        async with self._client.downloads.stream("GET", file.file_path) as answer:
            if answer.status_code != httpx.codes.OK:
                raise FetchFailed(f"status_{answer.status_code}")
            async for chunk in answer.aiter_bytes():
                content += chunk
                if len(content) > LARGEST_FILE:
                    raise FetchFailed("too_big")
        return bytes(content)

    # --- afterwards ---------------------------------------------------------------------------------------------------

    def acknowledge(self, incoming: Incoming) -> None:
        """Returns at once: nobody waits for a button to go away."""
        if incoming.receipt:
            self._client.spawn(_watched(partial(self._settle, incoming)))

    async def _settle(self, tap: Incoming) -> None:
        bot = self._client.bot
        await _patiently(lambda: bot.answer_callback_query(tap.receipt))
        if tap.reply_to and not tap.crowd:
            chat, number = int(tap.contact), int(tap.reply_to)
            await _patiently(lambda: bot.edit_message_reply_markup(chat, number, reply_markup=None))

    def unsend(self, contact: str, external_id: str) -> bool:
        with suppress(TelegramError, ValueError, TimeoutError, CancelledError):
            return self._client.wait(self._delete(self._client.bot, int(contact), int(external_id)))
        return False

    @staticmethod
    async def _delete(bot: Bot, chat: int, number: int) -> bool:
        return await bot.delete_message(chat, number)


async def _patiently(call: Callable[[], Awaitable[object]]) -> None:
    """Once more after a waiting time; that a question is gone, or too old to be answered, is nothing to tell."""
    for last in (False, True):
        try:
            await call()
        except RetryAfter as error:
            if last or waiting_seconds(error) > PATIENCE:
                raise
            await asyncio.sleep(waiting_seconds(error))
        except BadRequest as error:
            if not error.message.lower().startswith(_SETTLED):
                raise
            return
        else:
            return


async def _watched(begin: Callable[[], Awaitable[None]]) -> None:
    """What runs beside everything else fails in the log and nowhere else."""
    try:
        await begin()
    except TelegramError as error:
        log.info("telegram.beside", failure=code_of(error), error=place_of(error))
    except Exception as error:  # noqa: BLE001 - nobody waits for it, so nobody else would hear
        log.error("telegram.beside", error=place_of(error))
