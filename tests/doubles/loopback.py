"""A small HTTP server on the loopback that can also behave badly: hang, reset, stop in the middle, never end."""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from threading import Event, Lock, Thread
from typing import Any, Literal, cast
from urllib.parse import unquote, urlsplit

Ending = Literal["whole", "hang", "reset", "cut", "endless"]
"""How an answer ends: as it should · never begins · connection reset · half of the bytes · bytes for ever."""

MOST_ENDLESS = 256 * 1024 * 1024
_CHUNK = b"\0" * 65536
_LINGER_NOT = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Call:
    """One request. Names of headers are in lower case; `path` has no query."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    ending: Ending = "whole"


class Loopback:
    """Serves `handle` on a free port of 127.0.0.1 until closed; one thread for each connection, kept alive."""

    def __init__(self, handle: Callable[[Call], Answer]) -> None:
        self._closing = Event()
        self._handler = _handler(handle, self._closing)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._open: dict[socket.socket, Thread] = {}
        self._lock = Lock()
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = Thread(target=self._listen, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Ends every connection at once; waits for nobody's answer."""
        self._closing.set()
        _shut(self._listener)
        self._thread.join()
        self._listener.close()
        with self._lock:
            talking = dict(self._open)
        for connection, thread in talking.items():
            _shut(connection)
            thread.join()

    def _listen(self) -> None:
        while not self._closing.is_set():
            try:
                connection, peer = self._listener.accept()
            except OSError:
                return
            thread = Thread(target=self._talk, args=(connection, peer), daemon=True)
            with self._lock:
                self._open[connection] = thread
            thread.start()

    def _talk(self, connection: socket.socket, peer: object) -> None:
        with contextlib.suppress(OSError):  # a client that hung up is the client's business
            self._handler(connection, peer, cast(Any, self))
        with self._lock:
            del self._open[connection]
        _shut(connection)
        connection.close()


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _handler(handle: Callable[[Call], Answer], closing: Event) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def serve(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.answer(handle(Call(self.command, unquote(parts.path), parts.query, headers, body)))

        do_GET = do_POST = do_DELETE = do_PUT = do_HEAD = do_PATCH = serve  # noqa: N815 - names of the base class

        def answer(self, answer: Answer) -> None:
            if answer.ending == "hang":
                self.hang()
                return
            if answer.ending == "reset":
                self.reset()
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            length = MOST_ENDLESS if answer.ending == "endless" else len(answer.body)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            if answer.ending == "endless":
                self.pour()
            elif answer.ending == "cut":
                self.wfile.write(answer.body[: len(answer.body) // 2])
                self.close_connection = True
            else:
                self.wfile.write(answer.body)

        def hang(self) -> None:
            """Says nothing until the client has had enough."""
            self.close_connection = True
            self.connection.settimeout(0.05)
            while not closing.is_set():
                with contextlib.suppress(TimeoutError):
                    if not self.connection.recv(1):
                        return

        def reset(self) -> None:
            self.close_connection = True
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
            self.connection.close()

        def pour(self) -> None:
            for _ in range(MOST_ENDLESS // len(_CHUNK)):
                if closing.is_set():
                    break
                self.wfile.write(_CHUNK)
            self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:
            """Tests look at what happened, not at a log."""

    return Handler
