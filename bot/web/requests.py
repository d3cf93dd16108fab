"""One log line for each request that brings something, and for each that failed: route, status, duration, an id. Never
the address itself, which may hold a secret, and never the body."""

from __future__ import annotations

from time import perf_counter
from uuid import uuid4

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

log = structlog.get_logger(__name__)


class LogRequests:
    """ASGI middleware. What is logged while a request is answered carries its id as `request`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = perf_counter(), 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with bound_contextvars(request=uuid4().hex[:12]):
            try:
                await self._app(scope, receive, watched)
            finally:
                if status >= 500 or scope["method"] not in ("GET", "HEAD"):
                    _tell(scope, status, perf_counter() - began)


def _tell(scope: Scope, status: int, seconds: float) -> None:
    # A plain route of Starlette is not named in the scope, but whoever answered is.
    route = getattr(scope.get("route"), "path", None) or getattr(scope.get("endpoint"), "__qualname__", None)
    tell = log.warning if status >= 500 else log.info
    tell("web.request", method=scope["method"], route=route, status=status, ms=round(seconds * 1000))
