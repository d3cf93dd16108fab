"""Stands between two servers where one of them leaves something out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import httpx

from tests.doubles.delivery import wire
from tests.doubles.loopback import Answer, Call, Loopback

_OF_THE_CONNECTION = (
    "host",
    "content-length",
    "connection",
    "transfer-encoding",
    "content-encoding",
    "accept-encoding",
)

Towards = Callable[[Call], str]
"""The address, without path, of the server that a call is for."""


class Relay:
    """Hands each call on, with `added` headers; redirections go back to whoever asked."""

    def __init__(self, towards: Towards, added: Mapping[str, str] | None = None) -> None:
        self._towards = towards
        self._added = dict(added or {})
        self._client: httpx.Client = wire(timeout=60)
        self._server = Loopback(self._handle)
        self.url = self._server.url

    def close(self) -> None:
        self._server.close()
        self._client.close()

    def __enter__(self) -> Relay:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _handle(self, call: Call) -> Answer:
        address = f"{self._towards(call)}{call.path}{'?' if call.query else ''}{call.query}"
        headers = {name: value for name, value in call.headers.items() if name not in _OF_THE_CONNECTION}
        try:
            answer = self._client.request(call.method, address, headers={**headers, **self._added}, content=call.body)
        except httpx.HTTPError:
            return Answer(502)
        kept = {name: value for name, value in answer.headers.items() if name.lower() not in _OF_THE_CONNECTION}
        return Answer(answer.status_code, answer.content, kept)
