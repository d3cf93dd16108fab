"""The connection to Telegram: an event loop in a thread of its own, because python-telegram-bot is asynchronous and the
workers are threads that wait."""

from __future__ import annotations

import asyncio
import os
import ssl
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlencode

# Read when an answer with a waiting time comes: without it the library warns of a change that we have made already.
os.environ.setdefault("PTB_TIMEDELTA", "true")

import httpx
from telegram import Bot
from telegram.request import HTTPXRequest

PROVIDER = "https://api.telegram.org"
CONNECTIONS = 32
LONGEST_CALL = 60.0
"""Seconds for anything that a worker waits for; each step of a call has its own, shorter bound."""

T = TypeVar("T")


@dataclass(frozen=True)
class Timeouts:
    """Seconds."""

    connect: float = 5.0
    read: float = 10.0
    write: float = 20.0


@dataclass(frozen=True)
class _Line:
    loop: asyncio.AbstractEventLoop
    thread: threading.Thread
    bot: Bot
    request: HTTPXRequest
    downloads: httpx.AsyncClient


class TelegramClient:
    """Connects when first used, and again when used after `close`. Any thread may use it."""

    def __init__(self, token: str, api: str | None = None, timeouts: Timeouts | None = None) -> None:
        self._token = token
        self._api = (api or PROVIDER).rstrip("/")
        self._timeouts = timeouts or Timeouts()
        self._starting = threading.Lock()
        self._line: _Line | None = None
        self._under_way: set[Future[Any]] = set()

    @property
    def bot(self) -> Bot:
        return self._up().bot

    @property
    def downloads(self) -> httpx.AsyncClient:
        return self._up().downloads

    def wait(self, doing: Coroutine[Any, Any, T], seconds: float = LONGEST_CALL) -> T:
        """Runs it and waits for what comes out. Raises TimeoutError, and what it raises itself."""
        future = self.spawn(doing)
        try:
            return future.result(seconds)
        except TimeoutError:
            future.cancel()
            raise

    def spawn(self, doing: Coroutine[Any, Any, T]) -> Future[T]:
        """Lets it run beside everything else; it ends at `close` at the latest."""
        future = asyncio.run_coroutine_threadsafe(doing, self._up().loop)
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)
        return future

    async def call(self, method: str, read_timeout: float, **values: object) -> Any:
        """A method of the Bot API whose answer is wanted as it came. Raises TelegramError."""
        line = self._up()
        url = f"{line.bot.base_url}/{method}?{urlencode(values)}"
        return await line.request.post(url, read_timeout=read_timeout)

    def close(self) -> None:
        """Ends what is under way. Nothing when it is closed already."""
        with self._starting:
            line, self._line = self._line, None
        if line is None:
            return
        # Only what we began ourselves: what that began in turn (a connection being made) it ends in good order.
        for future in tuple(self._under_way):
            future.cancel()
        asyncio.run_coroutine_threadsafe(_wind_up(line), line.loop).result(LONGEST_CALL)
        line.loop.call_soon_threadsafe(line.loop.stop)
        line.thread.join()
        line.loop.close()

    def _up(self) -> _Line:
        with self._starting:
            if self._line is None:
                self._line = self._connect()
            return self._line

    def _connect(self) -> _Line:
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, name="telegram", daemon=True)
        thread.start()
        bounds = self._timeouts
        request = HTTPXRequest(
            connection_pool_size=CONNECTIONS,
            connect_timeout=bounds.connect,
            read_timeout=bounds.read,
            write_timeout=bounds.write,
            media_write_timeout=bounds.write,
            pool_timeout=bounds.connect,
            httpx_kwargs={"verify": _trusted()},
        )
        bot = Bot(
            self._token,
            base_url=f"{self._api}/bot",
            base_file_url=f"{self._api}/file/bot",
            request=request,
            get_updates_request=request,
        )
        downloads = httpx.AsyncClient(timeout=httpx.Timeout(bounds.read, connect=bounds.connect), verify=_trusted())
        return _Line(loop, thread, bot, request, downloads)


@cache
def _trusted() -> ssl.SSLContext:
    """Certificates are read from the disk once."""
    return httpx.create_ssl_context()


async def _wind_up(line: _Line) -> None:
    while others := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(others)
    await line.request.shutdown()
    await line.downloads.aclose()
