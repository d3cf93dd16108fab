"""Where Twilio calls us: with messages, and with what became of ours. It hears 204 once that is stored.

Signatures, retries and what is never delivered again: `platform.md §3`.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import structlog
from fastapi import APIRouter, Request, Response

from bot.channels.twilio_signature import SIGNATURE_HEADER, Signatures
from bot.channels.whatsapp import WhatsAppChannel
from bot.channels.whatsapp_read import CHANNEL, Form, message_id, sender, stamped
from bot.logs import place_of
from bot.store.sends import FAILED
from bot.web.guard import TooLargeError, read_body

if TYPE_CHECKING:
    from bot.app import App

PATH = "/hook/whatsapp"
STATUS_PATH = "/hook/whatsapp/status"
LARGEST = 256 * 1024
"""Bytes; a form has about a thousand."""
STORE_SECONDS = 12.0
"""Twilio waits 15 and then calls the fallback address, which may be the same one."""
IDEMPOTENCY = "I-Twilio-Idempotency-Token"

log = structlog.get_logger(__name__)


def whatsapp_routes(app: App) -> APIRouter:
    """Nothing without such a channel."""
    routes = APIRouter(include_in_schema=False)
    channel = app.channels.get(CHANNEL)
    if isinstance(channel, WhatsAppChannel):
        hook = _Hook(app, channel)
        routes.add_route(PATH, hook.message, methods=["POST"])
        routes.add_route(STATUS_PATH, hook.status, methods=["POST"])
    return routes


class ForgedError(Exception):
    """Not signed by Twilio, or signed for another address or other fields."""


class _Hook:
    def __init__(self, app: App, channel: WhatsAppChannel) -> None:
        settings = app.settings
        token, shared = settings.twilio_auth_token, settings.twilio_shared_keys
        self._signatures = Signatures(
            token.get_secret_value() if token else "", shared.get_secret_value() if shared else ""
        )
        # The address as configured with Twilio: what a proxy makes of it is not what was signed.
        self._base = (settings.public_url or "").rstrip("/")
        self._app = app
        self._channel = channel
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="whatsapp-status")

    async def message(self, request: Request) -> Response:
        """204 once it is stored, also for one that was stored before; 403 forged, 413 too long, 503 not stored now."""
        try:
            raw, form = await self._genuine(request, PATH)
            external_id, (contact, _) = message_id(form), sender(form)
        except ForgedError:
            return Response(status_code=403)
        except TooLargeError:
            return Response(status_code=413)
        except LookupError:
            log.warning("whatsapp.no_message", fields=len(form))
            return Response(status_code=204)
        if "MessageStatus" in form:  # the number's callback address was set to this one
            return await self._told(form)
        stored = self._app.inbox.submit(CHANNEL, external_id, contact, stamped(raw, self._app.clock.now()))
        try:
            # Shielded: the inbox goes on with it, even if nobody waits any more.
            new = await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(stored)), STORE_SECONDS)
        except Exception as error:  # noqa: BLE001 - whatever the database says, Twilio is to try the fallback address
            log.error("whatsapp.not_stored", error=place_of(error))
            return Response(status_code=503)
        if not new:
            log.info("whatsapp.came_again", idempotency=request.headers.get(IDEMPOTENCY, "")[:64])
        return Response(status_code=204)

    async def status(self, request: Request) -> Response:
        """204 when it is noted; 403 forged, 413 too long, 503 to be told again."""
        try:
            _, form = await self._genuine(request, STATUS_PATH)
        except ForgedError:
            return Response(status_code=403)
        except TooLargeError:
            return Response(status_code=413)
        return await self._told(form)

    async def _told(self, form: Form) -> Response:
        status = form.get("MessageStatus", "")
        if not status or not form.get("MessageSid"):
            return Response(status_code=204)
        try:
            # One thread of ours: many that write at once wait for each other, and for longest on SQLite.
            moved = await asyncio.get_running_loop().run_in_executor(self._writer, self._advance, form)
        except Exception as error:  # noqa: BLE001 - whatever the database says, Twilio is to tell us again
            log.error("whatsapp.status_not_stored", error=place_of(error))
            return Response(status_code=503)
        # A failure may be told before our own record of the message is there; any other status can be missed.
        again = moved == "unknown" and status in FAILED
        return Response(status_code=503 if again else 204)

    def _advance(self, form: Form) -> str:
        error, now = form.get("ErrorCode", ""), self._app.clock.now()
        status, means = form["MessageStatus"], self._channel.meaning(error)
        with self._app.engine.begin() as connection:
            return self._app.statuses.advance(
                connection, CHANNEL, form["MessageSid"], status, error or None, now, means
            )

    async def _genuine(self, request: Request, path: str) -> tuple[bytes, Form]:
        """The form of a call that Twilio signed. Raises ForgedError and TooLargeError."""
        if SIGNATURE_HEADER not in request.headers:
            raise ForgedError  # nothing of it is read
        raw = await read_body(request, LARGEST)
        pairs = parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True)
        query = request.scope["query_string"].decode("latin-1")
        url = f"{self._base}{path}?{query}" if query else f"{self._base}{path}"
        if not self._signatures.genuine(url, pairs, request.headers):
            log.warning("whatsapp.forged")
            raise ForgedError
        return raw, dict(pairs)
