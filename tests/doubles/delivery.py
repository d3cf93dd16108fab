"""How a provider calls a webhook: over HTTP, or straight into an application under test."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx


@dataclass(frozen=True)
class Reply:
    """What the webhook answered. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def good(self) -> bool:
        return 200 <= self.status < 300


Post = Callable[[str, Mapping[str, str], bytes], Reply]
"""Address, headers, body. Raises OSError when nobody listens, TimeoutError (an OSError too) when nobody answers."""


def post_over_http(url: str, headers: Mapping[str, str], body: bytes, seconds: float = 15) -> Reply:
    parts = urlsplit(url)
    assert parts.hostname == "127.0.0.1", "a double only calls the machine it runs on"
    connection = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=seconds)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target or "/", body, dict(headers))
        answer = connection.getresponse()
        names = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, names, answer.read())
    except http.client.HTTPException as error:
        raise ConnectionResetError(str(error)) from error
    finally:
        connection.close()


def wire(**more: Any) -> httpx.Client:
    """A client for the loopback: no proxies, and no certificates, which take longer to load than a test to run."""
    return httpx.Client(trust_env=False, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), **more)
