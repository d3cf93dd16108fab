"""Our own service as an operator starts it: people from a list, invitations, `kentongan serve`, in office hours."""

from __future__ import annotations

import http.client
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, select, update

from bot.store.database import make_engine, reading
from bot.store.keys import Keys
from bot.store.tables import attachments, errands, outbox, reports
from tests.doubles.delivery import Reply, wire
from tests.peers.servers import free_port, running

PUBLIC_URL = "https://lapor.example"
KEY = "a2VudG9uZ2FuIHRlc3Qga2V5LCBub3QgYSBzZWNyZXQ="
"""Plainly written bytes: nothing real was ever encrypted with it."""
_CODE = re.compile(r"\b[A-Z0-9]{5}-[A-Z0-9]{5}\b")


@dataclass
class House:
    """`settings` are environment variables without `KENTONGAN_`."""

    folder: Path
    settings: Mapping[str, str]
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder}/kentongan.db"

    @property
    def environment(self) -> dict[str, str]:
        common = {
            "DATABASE_URL": self.url,
            "VAR_DIR": str(self.folder),
            "KEYS": KEY,
            "PORT": str(self.port),
            "SIMULATOR": "off",
            "DEMO_PEOPLE": "off",
            "QUIET_SECONDS": "0.5",
        }
        return {f"KENTONGAN_{name}": value for name, value in {**common, **self.settings}.items()}

    def tell(self, *command: str) -> str:
        """One command of ours; what it printed. Raises CalledProcessError."""
        whole = [sys.executable, "-m", "bot", *command]
        done = subprocess.run(whole, env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{command}: {done.stdout}{done.stderr}")
        return done.stdout

    def invite(self, name: str) -> str:
        """The code with which somebody of the list joins."""
        found = _CODE.search(self.tell("invite", name))
        assert found, "the invitation has no code"
        return found[0]

    @contextmanager
    def serving(self) -> Iterator[None]:
        command = [sys.executable, "-m", "tests.peers.in_office_hours"]
        with running(command, self.port, self.folder / "service.log", self.environment), wire() as client:
            until = monotonic() + 30
            while client.get(f"http://127.0.0.1:{self.port}/health/ready").status_code != 200:
                assert monotonic() < until, "never ready"
                sleep(0.1)
            yield

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """The public address leads here."""
        return self._call("POST", url, headers, body)

    def fetch(self, url: str) -> Reply:
        return self._call("GET", url, {}, b"")

    def _call(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, urlsplit(url).path, body, dict(headers))
            answer = connection.getresponse()
            return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def hurry(self) -> None:
        """What waits for its minutes or hours is due now: the service runs in real time, and a story must not."""
        engine = make_engine(self.url, Keys([KEY]))
        now = datetime.now(UTC)
        try:
            with engine.begin() as connection:
                connection.execute(update(errands).where(errands.c.done_at.is_(None)).values(due_at=now))
                waits = outbox.c.sent_at.is_(None) & outbox.c.not_before.is_not(None)
                connection.execute(update(outbox).where(waits).values(not_before=now, due_at=now))
        finally:
            engine.dispose()

    def looked(self) -> dict[str, Any]:
        """How the only report stands, and how many letters went out and did not."""
        engine = make_engine(self.url, Keys([KEY]))
        try:
            with reading(engine) as connection:
                row = connection.execute(select(reports.c.ticket, reports.c.status, reports.c.point)).one_or_none()
                files = connection.scalar(select(func.count()).select_from(attachments))
                sent = connection.scalar(select(func.count()).where(outbox.c.sent_at.is_not(None)))
                failed = connection.scalar(select(func.count()).where(outbox.c.failed_at.is_not(None)))
        finally:
            engine.dispose()
        report = {"ticket": None, "status": None, "point": None} if row is None else dict(row._mapping)
        return {**report, "files": files, "letters sent": sent, "letters lost": failed}
