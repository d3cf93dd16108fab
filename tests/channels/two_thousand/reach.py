"""How a storm reaches the service, which lives in another process, or, for a quick look, in this one."""

from __future__ import annotations

import asyncio
import http.client
import multiprocessing
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Protocol
from urllib.parse import urlsplit

import httpx
from fastapi import FastAPI

from bot.app import App
from bot.web.site import make_site
from tests.channels.two_thousand.service import COMMANDS, PUBLIC_URL, Setting, open_app, serve, shut_down
from tests.doubles.delivery import Reply
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble
from tests.flow.processes import started

AT_INTAKE = ("inbox.written", "inbox.stored")
AT_WORK = (
    "turn.leased",
    "turn.read",
    "turn.decided",
    "turn.written",
    "turn.committed",
    "outbox.claimed",
    "outbox.noted",
    "outbox.sent",
    "outbox.recorded",
)
"""Where the power may go."""
ANYWHERE = "anywhere"


PRELOADED = ["tests.flow.preloaded", "tests.channels.two_thousand.service"]
"""Imported once for all processes that follow, if none was started before."""


class DeadError(Exception):
    """The service does not live any more."""


class Service(Protocol):
    """What is started again whenever it died. `stops`: where it can die."""

    stops: Sequence[str]

    def know(self, telegram: TelegramDouble, twilio: TwilioDouble) -> None:
        """Where the providers are."""
        ...

    def start(self) -> None: ...

    def tell(self, command: str) -> int:
        """`pump` or `mend`. Raises DeadError."""
        ...

    def arm(self, stop: str) -> None:
        """It dies when it next passes `stop`."""
        ...

    def kill(self) -> None:
        """From outside, wherever it is."""
        ...

    def bury(self) -> None:
        """Waits for the end, and lets go of what led to it."""
        ...

    def close(self) -> None:
        """In good order, if it lives."""
        ...

    def end(self) -> None:
        """At once, if it lives."""
        ...

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """How the providers reach it: the public address leads here. Raises OSError while nobody listens."""
        ...

    def fetch(self, url: str) -> Reply: ...


class ServiceProcess:
    """A process that serves, and the next one when it was killed with SIGKILL."""

    stops: Sequence[str] = (*AT_INTAKE, *AT_WORK, ANYWHERE)

    def __init__(self, setting: Setting) -> None:
        multiprocessing.set_forkserver_preload(PRELOADED)
        self._setting = setting
        self._process: BaseProcess | None = None
        self._control: Connection | None = None
        self._wire: http.client.HTTPConnection | None = None

    def know(self, telegram: TelegramDouble, twilio: TwilioDouble) -> None:
        self._setting = _informed(self._setting, telegram, twilio)

    def start(self) -> None:
        ours, theirs = Pipe()
        self._process = started(serve, self._setting, theirs)
        theirs.close()
        self._control = ours
        self._wire = http.client.HTTPConnection("127.0.0.1", self._asked(ours), timeout=20)

    def tell(self, command: str) -> int:
        """Raises DeadError."""
        assert self._control is not None
        try:
            self._control.send(command)
        except OSError:
            raise DeadError from None
        return self._asked(self._control)

    def arm(self, stop: str) -> None:
        """It dies when it next passes `stop`."""
        assert self._control is not None
        with suppress(OSError):
            self._control.send(stop)

    def kill(self) -> None:
        """From outside, wherever it is."""
        if self._process is not None:
            self._process.kill()

    def close(self) -> None:
        """In good order, if it lives."""
        if self._process is not None and self._process.is_alive():
            self.tell("end")
        self.bury()

    def end(self) -> None:
        """At once, if it still lives."""
        self.kill()
        self.bury()

    def bury(self) -> None:
        """Waits for the end of the process, and lets go of what led to it."""
        if self._process is not None:
            self._process.join()
        for one in (self._control, self._wire):
            if one is not None:
                one.close()
        self._process = self._control = self._wire = None

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """How the providers reach it: the public address leads here. Raises OSError while nobody listens."""
        if self._wire is None:
            raise ConnectionRefusedError
        try:
            self._wire.request("POST", urlsplit(url).path, body, dict(headers))
            answer = self._wire.getresponse()
            return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        except http.client.HTTPException as error:
            self._wire.close()
            raise ConnectionResetError from error
        except OSError:
            self._wire.close()
            raise

    def fetch(self, url: str) -> Reply:
        assert self._wire is not None
        page = http.client.HTTPConnection(self._wire.host, self._wire.port, timeout=20)
        try:
            page.request("GET", urlsplit(url).path)
            answer = page.getresponse()
            return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            page.close()

    @staticmethod
    def _asked(control: Connection) -> int:
        try:
            answer: int = control.recv()
        except (EOFError, OSError):
            raise DeadError from None
        return answer


class PowerCut(BaseException):
    """This process goes on, but what was alive in it is dropped where it stood."""


class ServiceHere:
    """An App in this process: quick to start, and dropped in the middle without any clean-up of its own."""

    stops: Sequence[str] = AT_WORK

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._app: App | None = None
        self._site: FastAPI | None = None
        self._stop = ""
        self._loop = asyncio.new_event_loop()

    def know(self, telegram: TelegramDouble, twilio: TwilioDouble) -> None:
        self._setting = _informed(self._setting, telegram, twilio)

    def start(self) -> None:
        self._app = open_app(self._setting, self._pass)
        self._site = make_site(self._app)

    def tell(self, command: str) -> int:
        if self._app is None:
            raise DeadError
        try:
            return COMMANDS[command](self._app)
        except PowerCut:
            raise DeadError from None

    def arm(self, stop: str) -> None:
        self._stop = stop

    def kill(self) -> None:
        """Nothing here can be killed from outside."""

    def bury(self) -> None:
        """What the system would take back from a dead process: connections and threads that wait for nothing."""
        if self._app is not None:
            shut_down(self._app)
        self._app = self._site = None

    def close(self) -> None:
        self.bury()
        if not self._loop.is_closed():
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()

    end = close

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        if self._site is None:
            raise ConnectionRefusedError
        return self._loop.run_until_complete(self._asked("POST", url, headers, body))

    def fetch(self, url: str) -> Reply:
        """Another thread asks for it."""
        return asyncio.run(self._asked("GET", url, {}, b""))

    async def _asked(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        assert self._site is not None
        transport = httpx.ASGITransport(self._site, client=("127.0.0.1", 1))
        async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL, trust_env=False) as client:
            answer = await client.request(method, urlsplit(url).path, headers=dict(headers), content=body)
        names = {name.lower(): value for name, value in answer.headers.items()}
        return Reply(answer.status_code, names, answer.content)

    def _pass(self, here: str) -> None:
        if here == self._stop:
            self._stop = ""
            raise PowerCut


def _informed(setting: Setting, telegram: TelegramDouble, twilio: TwilioDouble) -> Setting:
    apis = {"telegram_api": telegram.base_url.removesuffix("/bot"), "twilio_api": twilio.url}
    return replace(setting, values={**setting.values, **apis})
