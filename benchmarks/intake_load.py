"""The load: raw HTTP over connections that stay open, and a provider on loopback that takes whatever is sent.

Both live in the process of the benchmark. Sockets and bytes and no client library: on two cores, what the load costs is
taken from what is measured.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

from benchmarks.intake_people import ACCOUNT, Call

CONNECTIONS = 32
"""As many webhooks as a provider keeps open at the same time; Telegram's own default is 40."""


@dataclass
class Answers:
    """Seconds from request to answer, and how long all of it took. `refused`: anything but 2xx."""

    seconds: list[float] = field(default_factory=list)
    refused: int = 0
    lasted: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.seconds) / self.lasted

    def quantile(self, share: float) -> float:
        """Milliseconds within which that share was answered."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


async def deliver(port: int, calls: Iterable[Call], connections: int = CONNECTIONS) -> Answers:
    """Every call once, each connection one at a time; the next begins when the one before was answered."""
    answers, waiting = Answers(), iter(calls)
    lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(connections)]
    began = time.perf_counter()
    await asyncio.gather(*(_talk(reader, writer, waiting, answers) for reader, writer in lines))
    answers.lasted = time.perf_counter() - began
    for _, writer in lines:
        writer.close()
    return answers


async def _talk(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, waiting: Iterable[Call], answers: Answers
) -> None:
    for call in waiting:
        began = time.perf_counter()
        writer.write(call.payload)
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(_length(head))
        answers.seconds.append(time.perf_counter() - began)
        answers.refused += head[9:10] != b"2"


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


@asynccontextmanager
async def provider() -> AsyncIterator[int]:
    """Stands for both providers on one port, says yes to everything, and gives every message a number."""
    numbers = count(1)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(_length(head))
                path = head.split(b" ", 2)[1].decode()
                body = json.dumps(_yes(path, next(numbers))).encode()
                status = b"201 Created" if path.startswith("/2010") else b"200 OK"
                writer.write(
                    b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
                    % (status, len(body), body)
                )
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def _yes(path: str, number: int) -> dict[str, object]:
    if path.startswith("/bot"):
        chat = {"id": 1, "type": "private", "first_name": "Contoh"}
        user = {"id": 2, "is_bot": True, "first_name": "Kentongan", "username": "kentongan_bot"}
        method = path.rpartition("/")[2]
        result: object = user if method == "getMe" else {"message_id": number, "date": 1_795_400_000, "chat": chat}
        return {"ok": True, "result": True if method.startswith(("set", "answer", "delete")) else result}
    sid = f"HX{number:032x}" if "Content" in path else f"SM{number:032x}"
    return {"sid": sid, "account_sid": ACCOUNT, "status": "queued", "error_code": None, "contents": [], "messages": []}
