"""The simulator's page and what it asks for. Bad input gets an error key, whose words the page knows; never a trace."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool

from bot.channels.base import FetchFailed
from bot.channels.simulator import Contact, Piece
from bot.media import media_type
from bot.store.simulator import Line
from bot.web.guard import from_another_site, read_body
from bot.web.jump import ClockFixedError, Jump, clock_movable, pass_time
from bot.web.pages import Pages
from bot.web.provider import Provider, Snapshot

if TYPE_CHECKING:
    from bot.app import App

MAX_JSON = 512 * 1024
MAX_FILE = 25 * 1024 * 1024
"""More than any channel carries, so that the bot itself can say what is too big."""

SHOWN = frozenset({"image", "audio", "video"})
"""What a browser may show; anything else is only handed out as a download."""
UNKNOWN = "application/octet-stream"

OVERLAP = 20
"""Two writers may commit in another order than they numbered; looking back this far misses nobody."""

Answer = TypeVar("Answer")


class RefusedError(Exception):
    """A request that is not followed; `key` says why and the page has words for it."""

    def __init__(self, status: int, key: str) -> None:
        super().__init__(key)
        self.status = status
        self.key = key


class Sending(BaseModel):
    """Messages of one phone, in order."""

    model_config = ConfigDict(extra="forbid")

    contact: Contact
    messages: Annotated[list[Piece], Field(min_length=1, max_length=20)]


class NewResident(BaseModel):
    """Where somebody new lives: the region's Kemendagri code."""

    model_config = ConfigDict(extra="forbid")

    region: Annotated[str, Field(max_length=8)]


Body = TypeVar("Body", bound=BaseModel)


def simulator_routes(app: App, provider: Provider, pages: Pages) -> APIRouter:
    """All of the simulator's addresses; included only where the simulator is on."""
    router = APIRouter()
    desk = _Desk(app, provider)
    page = pages.simulator(movable=clock_movable(app))
    router.add_api_route("/", lambda: HTMLResponse(page), methods=["GET"], include_in_schema=False)
    for path, method, endpoint in (
        ("phones", "GET", desk.phones),
        ("lines", "GET", desk.lines),
        ("messages", "POST", desk.messages),
        ("files", "POST", desk.keep_file),
        ("files/{ref}", "GET", desk.file),
        ("residents", "POST", desk.residents),
        ("clock", "POST", desk.clock),
    ):
        router.add_api_route(f"/api/simulator/{path}", endpoint, methods=[method], include_in_schema=False)
    return router


class _Desk:
    """The endpoints. Reading uses the framework's threads; writing has one thread of its own (`design.md`)."""

    def __init__(self, app: App, provider: Provider) -> None:
        self._app = app
        self._provider = provider
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="simulator")

    async def phones(self) -> dict[str, Any]:
        holders = await run_in_threadpool(self._provider.holders)
        regions = self._app.atlas.regions
        default = regions[self._app.settings.default_region]
        nearest_first = sorted(regions.values(), key=lambda one: (one.code != default.code, one.name))
        return {
            "phones": [self._provider.describe(one) for one in holders],
            "regions": [{"code": one.code, "name": one.name} for one in nearest_first],
            "default_region": default.code,
            "zone": default.zone,
        }

    async def lines(self, after: str = "0") -> dict[str, Any]:
        """Asked for by the page about twice a second: an open stream would keep the service from ending."""
        start = max(0, _whole_number(after) - OVERLAP)
        return _snapshot_json(await run_in_threadpool(self._provider.snapshot, start))

    async def messages(self, request: Request) -> JSONResponse:
        """202 after every message is committed to the inbox."""
        sending = await _read(request, Sending)
        kept = await self._write(lambda: self._provider.deliver(sending.contact, sending.messages))
        return JSONResponse({"lines": [_line_json(line) for line in kept]}, status_code=202)

    async def residents(self, request: Request) -> JSONResponse:
        wanted = await _read(request, NewResident)
        holder = await self._write(lambda: self._provider.add_resident(wanted.region))
        return JSONResponse(self._provider.describe(holder), status_code=201)

    async def clock(self, request: Request) -> dict[str, Any]:
        jump = await _read(request, Jump)
        try:
            await self._write(lambda: pass_time(self._app, jump))
        except ClockFixedError:
            raise RefusedError(409, "clock_fixed") from None
        return _snapshot_json(await run_in_threadpool(self._provider.snapshot, max(0, jump.after - OVERLAP)))

    async def keep_file(self, request: Request) -> JSONResponse:
        """The body is the file itself; its type is what the header claims, as with any sender."""
        _own_site_only(request)
        content = await read_body(request, MAX_FILE)
        if not content:
            raise RefusedError(422, "empty_file")
        ref = await self._write(lambda: self._provider.channel.store(content))
        claimed = request.headers.get("content-type", UNKNOWN)[:120]
        return JSONResponse({"ref": ref, "media_type": claimed, "size": len(content)}, status_code=201)

    async def file(self, ref: str) -> Response:
        try:
            content = await run_in_threadpool(self._provider.channel.fetch, ref)
        except FetchFailed:
            raise RefusedError(404, "not_found") from None
        kind = await run_in_threadpool(media_type, content)
        headers = {"Cache-Control": "private, max-age=86400, immutable"}
        if kind is None or kind.split("/")[0] not in SHOWN:
            headers["Content-Disposition"] = "attachment"
        return Response(content, media_type=kind or UNKNOWN, headers=headers)

    async def _write(self, work: Callable[[], Answer]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._writer, work)


def _own_site_only(request: Request) -> None:
    if from_another_site(request):
        raise RefusedError(403, "other_site")


async def _read(request: Request, form: type[Body]) -> Body:
    _own_site_only(request)
    raw = await read_body(request, MAX_JSON)
    try:
        return form.model_validate_json(raw)
    except ValidationError:
        raise RefusedError(422, "bad_request") from None


def _whole_number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise RefusedError(422, "bad_request")
    return int(text)


def _snapshot_json(found: Snapshot) -> dict[str, Any]:
    lines = [_line_json(line) for line in found.lines]
    return {
        "lines": lines,
        "pending": found.pending,
        "now": found.now.isoformat(),
        "moved": found.moved,
        "last": found.last,
    }


def _line_json(line: Line) -> dict[str, Any]:
    body = line.body
    files = [{**file, "url": f"/api/simulator/files/{file['ref']}"} for file in body.get("files", ())]
    return {
        "id": line.id,
        "contact": line.contact,
        "outbound": line.outbound,
        "at": line.at.isoformat(),
        "external_id": line.external_id,
        "text": body.get("text", ""),
        "buttons": body.get("buttons", []),
        "files": files,
        "point": body.get("point"),
        "choice": body.get("choice"),
        "reply_to": body.get("reply_to"),
    }
