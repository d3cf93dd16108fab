"""Where Telegram calls us. It hears 200 once the message is stored, and comes again for whatever it does not hear."""

from __future__ import annotations

import asyncio
import hmac
from typing import TYPE_CHECKING

import structlog
from fastapi import APIRouter, Request, Response

from bot.channels.telegram_read import CHANNEL, opened
from bot.channels.telegram_setup import PATH, webhook_secret
from bot.logs import place_of
from bot.web.guard import read_body

if TYPE_CHECKING:
    from bot.app import App

HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST = 1024 * 1024
"""Bytes; an update has a few thousand."""
MOST_WAITING = 2_000
"""Messages on their way to the database; more would wait longer than Telegram does."""
STORE_SECONDS = 20.0
COME_BACK = {"Retry-After": "5"}
"""Telegram keeps to it (`platform.md §1`)."""

log = structlog.get_logger(__name__)


def telegram_routes(app: App) -> APIRouter:
    """`POST /hook/telegram`, for whoever knows the secret."""
    routes = APIRouter(include_in_schema=False)
    hook = _Hook(app, webhook_secret(app.settings, app.keys))
    routes.add_route(PATH, hook.answer, methods=["POST"])
    return routes


class _Hook:
    def __init__(self, app: App, secret: str) -> None:
        self._inbox = app.inbox
        self._secret = secret.encode()
        self._waiting = 0

    async def answer(self, request: Request) -> Response:
        """403 without the secret, and nothing is read then; 413 for too long a body; 503 when it cannot be stored now.

        Bytes that make no sense are stored like any others: whoever knows the secret is Telegram, and would only send
        them again for a day.
        """
        if not hmac.compare_digest(request.headers.get(HEADER, "").encode(), self._secret):
            return Response(status_code=403)
        if self._waiting >= MOST_WAITING:
            return Response(status_code=503, headers=COME_BACK)
        raw = await read_body(request, LARGEST)
        self._waiting += 1
        try:
            return await self._store(raw)
        finally:
            self._waiting -= 1

    async def _store(self, raw: bytes) -> Response:
        envelope = opened(raw)
        stored = self._inbox.submit(CHANNEL, envelope.external_id, envelope.contact, raw)
        try:
            # Shielded: the inbox goes on with it, even if nobody waits any more.
            await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(stored)), STORE_SECONDS)
        except Exception as error:  # noqa: BLE001 - whatever the database says, Telegram keeps the message and comes again
            log.error("telegram.not_stored", error=place_of(error))
            return Response(status_code=503, headers=COME_BACK)
        return Response(status_code=200)
