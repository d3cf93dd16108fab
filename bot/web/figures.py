"""`/metrics` for Prometheus: to this machine itself, or to whoever brings the token; for all others it is not there."""

from __future__ import annotations

import hmac
from ipaddress import ip_address

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from pydantic import SecretStr
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from bot.metrics import Metrics

_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
"""What a proxy on this machine adds when it hands on somebody else's request."""


def figure_routes(metrics: Metrics, token: SecretStr | None) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    wanted = "" if token is None else token.get_secret_value()

    async def figures(request: Request) -> Response:
        if not (_from_this_machine(request) or _brings(request, wanted)):
            raise HTTPException(404)
        text = await run_in_threadpool(metrics.text)
        return Response(text, media_type=CONTENT_TYPE_PLAIN_0_0_4)

    routes.add_api_route("/metrics", figures, methods=["GET"])
    return routes


def _brings(request: Request, wanted: str) -> bool:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    return bool(wanted) and scheme.lower() == "bearer" and hmac.compare_digest(given.encode(), wanted.encode())


def _from_this_machine(request: Request) -> bool:
    """Asked here, by an address of this machine, and not through a proxy or a page that a browser was tricked with."""
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    return _is_loopback(request.client.host) and _is_loopback(request.url.hostname or "")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
