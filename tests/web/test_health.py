"""What a service says of itself to who watches it: health, figures, and one log line for each request."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Iterator, MutableMapping
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import Engine, insert, text, update
from sqlalchemy.exc import OperationalError

from bot.app import App
from bot.logs import set_up_logs
from bot.metrics import Metrics
from bot.store.tables import inbox, outbox
from bot.web.figures import figure_routes
from bot.web.health import LONGEST_WAIT
from bot.web.site import make_site
from tests.web.conftest import TestClient

TOKEN = "made-up-token-for-figures"


def gone() -> None:
    raise OperationalError("SELECT 1", {}, Exception("gone"))


def put_message(app: App, *, late: timedelta, parked: bool = False) -> None:
    at = app.clock.now() - late
    row = {"channel": "simulator", "external_id": "piece-one", "contact_hash": "c", "contact": "warga-1", "raw": "x"}
    with app.engine.begin() as connection:
        statement = insert(inbox).values(received_at=at, next_at=at, parked_at=at if parked else None, **row)
        connection.execute(statement)


@pytest.fixture
def at_work(app: App, web: TestClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A service whose workers run but leave everything where it is."""
    for part in (app.turns, app.outbox, app.reminders):
        for work in ("run_due", "send_due", "tick"):
            if hasattr(part, work):
                monkeypatch.setattr(part, work, lambda *_args, **_named: 0)
    app.start()
    yield web
    app.stop()


def ready(web: TestClient) -> tuple[int, str]:
    answer = web.get("/health/ready")
    return answer.status_code, answer.json()["status"]


def test_ready_while_everything_works(at_work: TestClient) -> None:
    assert ready(at_work) == (200, "ok")
    assert at_work.get("/health/live").json() == {"status": "ok"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_not_ready_without_workers(web: TestClient) -> None:
    assert ready(web) == (503, "workers")


def test_not_ready_while_messages_wait_too_long(at_work: TestClient, app: App) -> None:
    put_message(app, late=LONGEST_WAIT)
    assert ready(at_work) == (200, "ok")
    with app.engine.begin() as connection:
        connection.execute(update(inbox).values(next_at=app.clock.now() - LONGEST_WAIT - timedelta(seconds=1)))
    assert ready(at_work) == (503, "inbox")
    with app.engine.begin() as connection:
        connection.execute(update(inbox).values(parked_at=app.clock.now()))
    assert ready(at_work) == (200, "ok")


def test_not_ready_on_another_version_of_the_database(at_work: TestClient, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    assert ready(at_work) == (503, "migrations")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_database_that_is_gone(at_work: TestClient, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.engine, "connect", gone)
    assert ready(at_work) == (503, "database")
    assert at_work.get("/health/live").status_code == 200


# --- figures ----------------------------------------------------------------------------------------------------------


def figures(app: App) -> dict[str, float]:
    lines = app.metrics.text().decode().splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_figures_of_a_talk(app: App, web: TestClient) -> None:
    pieces = {"contact": "warga-1", "messages": [{"id": "piece-0001", "text": "halo"}]}
    assert web.post("/api/simulator/messages", json=pieces).status_code < 300
    app.pump()
    found = figures(app)
    done = '{channel="simulator",result="done"}'
    assert found[f"kentongan_turn_seconds_count{done}"] == 1
    assert found['kentongan_sends_total{channel="simulator",result="ok"}'] == 1
    assert found["kentongan_inbox_waiting"] == found["kentongan_outbox_waiting"] == 0
    assert found["kentongan_database_up"] == 1
    assert web.get("/metrics").status_code == 404


def test_the_figures_of_what_waits(app: App) -> None:
    now = app.clock.now()
    put_message(app, late=timedelta(seconds=90), parked=False)
    rows: list[dict[str, Any]] = [
        {"dedupe": "late", "due_at": now - timedelta(seconds=40)},
        {"dedupe": "parked", "due_at": now - timedelta(days=2), "parked_at": now},
        {"dedupe": "lost", "due_at": now - timedelta(days=2), "failed_at": now - timedelta(hours=2)},
        {"dedupe": "lost long ago", "due_at": now - timedelta(days=9), "failed_at": now - timedelta(days=8)},
        {"dedupe": "tomorrow", "due_at": now + timedelta(days=1)},
    ]
    with app.engine.begin() as connection:
        for row in rows:
            connection.execute(insert(outbox).values(person_id=1, says=[], created_at=now, **row))
    found = figures(app)
    wanted = {
        "inbox_waiting": 1, "inbox_oldest_seconds": 90, "inbox_parked": 0, "outbox_waiting": 1,
        "outbox_oldest_seconds": 40, "outbox_parked": 1, "given_up_day": 1, "fires_waiting": 0,
        "fires_oldest_seconds": 0,
    }  # fmt: skip
    assert {name: found[f"kentongan_{name}"] for name in wanted} == wanted


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_figures_without_a_database(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.engine, "connect", gone)
    found = figures(app)
    assert found["kentongan_database_up"] == 0
    assert "kentongan_inbox_waiting" not in found


def test_what_happened_is_counted() -> None:
    metrics = Metrics()
    metrics.sent("whatsapp", "ok", 0.2)
    metrics.sent("whatsapp", "retrylater", 0.1)
    metrics.given_up()
    metrics.fire("escalate", timedelta(seconds=20))
    text = metrics.text().decode()
    for line in (
        'kentongan_sends_total{channel="whatsapp",result="ok"} 1.0',
        'kentongan_sends_total{channel="whatsapp",result="retrylater"} 1.0',
        "kentongan_given_up_total 1.0",
        'kentongan_fires_total{outcome="escalate"} 1.0',
        'kentongan_fire_lateness_seconds_bucket{le="15.0"} 0.0',
        'kentongan_fire_lateness_seconds_bucket{le="60.0"} 1.0',
    ):
        assert line in text.splitlines()


HERE = ("127.0.0.1", 40000)
ELSEWHERE = ("203.0.113.7", 40000)

WHO_MAY_READ = [
    (HERE, "http://127.0.0.1:8000", {}, 200),
    (("::1", 40000), "http://localhost:8000", {}, 200),
    (ELSEWHERE, "http://127.0.0.1:8000", {}, 404),
    (HERE, "https://kentongan.example", {}, 404),  # a proxy on this machine keeps the name it was called by
    (HERE, "http://127.0.0.1:8000", {"X-Forwarded-For": "203.0.113.7"}, 404),
    (HERE, "http://127.0.0.1:8000", {"Forwarded": "for=203.0.113.7"}, 404),
    (ELSEWHERE, "https://kentongan.example", {"Authorization": f"Bearer {TOKEN}"}, 200),
    (ELSEWHERE, "https://kentongan.example", {"Authorization": f"bearer {TOKEN}"}, 200),
    (ELSEWHERE, "https://kentongan.example", {"Authorization": "Bearer another"}, 404),
    (ELSEWHERE, "https://kentongan.example", {"Authorization": "Bearer "}, 404),
    (ELSEWHERE, "https://kentongan.example", {"Authorization": f"Basic {TOKEN}"}, 404),
    (ELSEWHERE, "https://kentongan.example", {}, 404),
]


def asked(token: str | None, client: tuple[str, int], address: str, headers: dict[str, str]) -> int:
    site = FastAPI()
    site.include_router(figure_routes(Metrics(), None if token is None else SecretStr(token)))
    answer = TestClient(site, base_url=address, client=client).get("/metrics", headers=headers)
    assert ("kentongan_given_up" in answer.text) is (answer.status_code == 200)
    return answer.status_code


@pytest.mark.parametrize(("client", "address", "headers", "status"), WHO_MAY_READ)
def test_who_may_read_the_figures(client: tuple[str, int], address: str, headers: dict[str, str], status: int) -> None:
    assert asked(TOKEN, client, address, headers) == status


@pytest.mark.parametrize("token", [None, ""])
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer "}, {"Authorization": "Bearer None"}])
def test_no_token_opens_the_figures_where_none_is_set(token: str | None, headers: dict[str, str]) -> None:
    assert asked(token, ELSEWHERE, "https://kentongan.example", headers) == 404


# --- log --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_requests_and_turns_leave_one_line_each(app: App, web: TestClient, own_logs: None) -> None:
    out = io.StringIO()
    set_up_logs(out)
    pieces = {"contact": "warga-1", "messages": [{"id": "piece-0001", "text": "rahasia sekali"}]}
    web.post("/api/simulator/messages", json=pieces)
    web.get("/api/simulator/phones")
    app.pump()
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    [request] = [line for line in lines if line["event"] == "web.request"]
    assert request["route"] == "/api/simulator/messages"
    assert (request["method"], request["status"] < 300, len(request["request"])) == ("POST", True, 12)
    [turn] = [line for line in lines if line["event"] == "turn"]
    assert (turn["channel"], turn["result"], turn["turn"]) == ("simulator", "done", "t1")
    [send] = [line for line in lines if line["event"] == "send"]
    assert (send["channel"], send["result"], send["outbox"]) == ("simulator", "ok", 1)
    assert "rahasia" not in out.getvalue()
    assert "warga-1" not in out.getvalue()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_caller_who_hangs_up_is_no_fault_of_ours(app: App, own_logs: None) -> None:
    out = io.StringIO()
    set_up_logs(out)
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/simulator/messages",
        "raw_path": b"/api/simulator/messages",
        "query_string": b"",
        "headers": [],
    }

    async def hang_up() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def nobody_hears(_message: MutableMapping[str, Any]) -> None:
        """Sent into the void."""

    asyncio.run(make_site(app)(scope, hang_up, nobody_hears))
    [line] = [json.loads(line) for line in out.getvalue().splitlines()]
    assert (line["event"], line["status"], line["level"]) == ("web.request", 400, "info")
