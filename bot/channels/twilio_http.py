"""How we talk to Twilio: one pool of connections with bounded time and bounded answers, for the API and for files.

Twilio's own client waits for ever unless told otherwise and cannot tell a connection that never was from an answer that
never came; whoever sends must know the difference.
"""

from __future__ import annotations

import ssl
from functools import cache
from ipaddress import ip_address
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import httpx
from twilio.http.response import Response

from bot.channels.base import FetchFailed

API = "https://api.twilio.com"
MOST_ANSWER = 4 * 1024 * 1024
"""Bytes of one answer of the API; a page of a thousand messages has about one million."""
REDIRECTS = 4
CONNECTIONS = 16

NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""The request did not leave this machine."""
FATE_UNKNOWN = (httpx.HTTPError, ValueError, LookupError, TypeError, AttributeError)
"""Twilio may have done what it was asked: no answer, half of one, or one that is none of Twilio's."""


class TooLongError(httpx.TransportError):
    """More bytes, or more time for them, than we allow."""


class TwilioHttp:
    """What Twilio's client takes as its `http_client`. `base` stands in for Twilio's own hosts.

    `seconds` bounds each wait, `patience` a whole answer.
    """

    def __init__(self, auth: tuple[str, str], base: str | None = None, *, seconds: float = 8, patience: float = 20):
        self._auth = auth
        self._base = urlsplit(base or API)
        self._replaced = base is not None
        self._patience = patience
        limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
        self._http = httpx.Client(
            timeout=seconds,
            limits=limits,
            verify=_trusted(),
            max_redirects=REDIRECTS,
            event_hooks={"request": [self._stay_outside]},
        )

    def request(
        self,
        method: str,
        url: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """One call of the API, as Twilio's client makes it. Raises httpx.HTTPError."""
        as_json = (headers or {}).get("Content-Type") == "application/json"
        body: dict[str, Any] = {"json" if as_json else "data": data} if data else {}
        query: Any = params or None
        with self._http.stream(
            method, self._here(url), params=query, headers=headers, auth=auth, follow_redirects=allow_redirects, **body
        ) as answer:
            content = self._read(answer, MOST_ANSWER)
        return Response(answer.status_code, content.decode("utf-8", "replace"), answer.headers)

    def download(self, url: str, most: int) -> bytes:
        """The bytes of a file, and one byte too many of one that is longer than `most`. Raises FetchFailed.

        Only Twilio is told who we are: it sends us on to another host for the bytes, which is not, and which is never
        one of our own network.
        """
        if not self.is_twilio(url):
            raise FetchFailed("foreign")
        try:
            with self._http.stream("GET", self._here(url), auth=self._auth, follow_redirects=True) as answer:
                if answer.status_code != httpx.codes.OK:
                    raise FetchFailed(str(answer.status_code))
                return self._read(answer, most, cut=True)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise FetchFailed(type(error).__name__) from None

    def is_twilio(self, url: str) -> bool:
        """Whether an address is one that Twilio, or what stands in for it, hands out."""
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
        except ValueError:
            return False
        own = parts.scheme == self._base.scheme and parts.netloc == self._base.netloc
        return own or (parts.scheme == "https" and host.endswith(".twilio.com"))

    def close(self) -> None:
        self._http.close()

    def _stay_outside(self, request: httpx.Request) -> None:
        """Called for each request, those that a redirect leads to included. Raises httpx.UnsupportedProtocol for what
        is not https to a named host: nobody inside has a certificate for the name."""
        stands_in = self._replaced and request.url.host == self._base.hostname
        if not stands_in and (request.url.scheme != "https" or not _is_a_name(request.url.host)):
            raise httpx.UnsupportedProtocol("not an address of a provider", request=request)

    def _here(self, url: str) -> str:
        if not self._replaced:
            return url
        return urlsplit(url)._replace(scheme=self._base.scheme, netloc=self._base.netloc).geturl()

    def _read(self, answer: httpx.Response, most: int, *, cut: bool = False) -> bytes:
        ends, content = monotonic() + self._patience, bytearray()
        for piece in answer.iter_bytes():
            content += piece
            if len(content) > most and cut:
                return bytes(content[: most + 1])
            if len(content) > most or monotonic() > ends:
                raise TooLongError("more than an answer may be")
        return bytes(content)


def _is_a_name(host: str) -> bool:
    """Of the kind that the whole world resolves: no number, and not a machine of this network."""
    try:
        ip_address(host)
    except ValueError:
        return "." in host.strip(".")
    return False


@cache
def _trusted() -> ssl.SSLContext:
    """Reading the certificates takes longer than anything else here."""
    return httpx.create_ssl_context()
