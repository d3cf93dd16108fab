"""A phone sends, the bot answers, the phone shows it; whatever is odd gets a key and changes nothing."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.app import App
from bot.catalogue import load_catalogue
from bot.channels.base import Button, FetchFailed, Ok, Rendered, StoredFile
from bot.channels.simulator import SimulatorChannel
from bot.store.database import reading
from bot.store.tables import inbox, simulator_lines
from bot.web.simulator import MAX_FILE, MAX_JSON
from tests.web.conftest import TestClient

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def send(web: TestClient, *messages: dict[str, Any], contact: str = "warga-1") -> Any:
    return web.post("/api/simulator/messages", json={"contact": contact, "messages": list(messages)})


def lines(web: TestClient, after: int = 0) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = web.get("/api/simulator/lines", params={"after": after}).json()["lines"]
    return found


def rows(app: App) -> tuple[int, int]:
    """How many inbound messages and how many lines there are."""
    with reading(app.engine) as connection:
        counts = [connection.scalar(select(func.count()).select_from(one)) or 0 for one in (inbox, simulator_lines)]
    return counts[0], counts[1]


def test_a_talk(web: TestClient, app: App) -> None:
    first = send(web, {"id": "message-1", "text": "air mati"}, {"id": "message-2", "text": "sudah 4 hari"})
    assert first.status_code == 202
    assert [line["text"] for line in first.json()["lines"]] == ["air mati", "sudah 4 hari"]
    assert web.get("/api/simulator/lines").json()["pending"] == ["message-1", "message-2"]
    app.pump()
    answered = web.get("/api/simulator/lines").json()
    assert answered["pending"] == []
    asked = answered["lines"][-1]
    assert (asked["contact"], asked["outbound"], asked["text"]) == (
        "warga-1",
        True,
        "heard what=air mati + sudah 4 hari",
    )
    assert [button["id"] for button in asked["buttons"]] == ["m:yes", "m:no"]
    tapped = {"id": "message-3", "choice": "m:yes", "label": "Ya", "reply_to": asked["external_id"]}
    assert send(web, tapped).json()["lines"][0]["text"] == "Ya"
    app.pump()
    assert lines(web)[-1]["text"] == "heard what=m:yes"


def test_a_message_sent_twice_is_one_message(web: TestClient, app: App) -> None:
    once = {"id": "message-1", "text": "halo"}
    assert send(web, once).json() == send(web, once).json()
    assert rows(app) == (1, 1)


def test_a_photo_and_a_place_arrive_as_they_were_sent(web: TestClient, app: App) -> None:
    stored = web.post("/api/simulator/files", content=PNG, headers={"Content-Type": "image/png"}).json()
    assert stored == {"ref": stored["ref"], "media_type": "image/png", "size": len(PNG)}
    file = {"kind": "photo", "caption": "ini", **stored}
    send(web, {"id": "message-1", "attachments": [file]}, {"id": "message-2", "point": [-0.5, 117.1]})
    photo, place = lines(web)
    shown = web.get(photo["files"][0]["url"])
    assert (shown.content, shown.headers["content-type"]) == (PNG, "image/png")
    assert place["point"] == [-0.5, 117.1]
    app.pump()
    assert lines(web)[-1]["text"] == "heard what=1 files, None + 0 files, (-0.5, 117.1)"


def test_what_may_be_a_page_is_only_handed_out_as_a_download(web: TestClient) -> None:
    ref = web.post(
        "/api/simulator/files", content=b"<script>alert(1)</script>", headers={"Content-Type": "text/html"}
    ).json()["ref"]
    answer = web.get(f"/api/simulator/files/{ref}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment"


GOOD = {"id": "message-1", "text": "halo"}
FILE = {"kind": "photo", "ref": "0" * 32}


MALFORMED: list[Any] = [
    b"",
    b"halo",
    b"[]",
    b"null",
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"contact":"warga-1","messages":[{"id":"message-1","text":"\\ud800"}]}',
    b'{"contact":"warga-1","messages":[{"id":"message-1","point":[NaN,1]}]}',
    {"contact": "warga-1"},
    {"contact": 5, "messages": [GOOD]},
    {"contact": "", "messages": [GOOD]},
    {"contact": "../../etc", "messages": [GOOD]},
    {"contact": "warga-1", "messages": []},
    {"contact": "warga-1", "messages": [GOOD] * 21},
    {"contact": "warga-1", "messages": GOOD},
    {"contact": "warga-1", "messages": ["halo"]},
    {"contact": "warga-1", "messages": [GOOD], "more": 1},
    *(
        {"contact": "warga-1", "messages": [GOOD | odd]}
        for odd in (
            {"id": "short"},
            {"id": "message 1\n"},
            {"id": 12345678},
            {"text": 5},
            {"text": None},
            {"text": "a" * 20_001},
            {"choice": ""},
            {"choice": "c" * 65},
            {"choice": {"id": "m:yes"}},
            {"label": "l" * 201},
            {"point": [1]},
            {"point": [91, 0]},
            {"point": [0, 181]},
            {"point": ["a", "b"]},
            {"point": "0,0"},
            {"point": {"lat": 0, "lon": 0}},
            {"reply_to": "r" * 161},
            {"attachments": [FILE | {"ref": "../../../etc/passwd"}]},
            {"attachments": [FILE | {"kind": "virus"}]},
            {"attachments": [FILE | {"size": -1}]},
            {"attachments": [FILE | {"size": "1"}]},
            {"attachments": [FILE] * 11},
            {"attachments": FILE},
            {"unreadable": True},
        )
    ),
]


def test_a_malformed_message_changes_nothing(web: TestClient, app: App) -> None:
    for body in MALFORMED:
        sent = {"content": body} if isinstance(body, bytes) else {"json": body}
        answer = web.post("/api/simulator/messages", **sent)
        assert (answer.status_code, answer.json()) == (422, {"error": "bad_request"}), str(body)[:200]
    assert rows(app) == (0, 0)


REFUSED: list[tuple[str, str, dict[str, Any], int, str]] = [
    ("POST", "messages", {"json": {"contact": "nobody", "messages": [GOOD]}}, 404, "unknown_phone"),
    ("POST", "messages", {"content": b" " * (MAX_JSON + 1)}, 413, "too_large"),
    ("POST", "messages", {"content": [b" " * MAX_JSON, b" "]}, 413, "too_large"),
    ("POST", "files", {"content": b""}, 422, "empty_file"),
    ("POST", "files", {"content": b"x", "headers": {"Content-Length": str(MAX_FILE + 1)}}, 413, "too_large"),
    ("POST", "files", {"content": [b" " * MAX_FILE, b" "]}, 413, "too_large"),
    ("GET", "files/%2e%2e%2fkentongan.db", {}, 404, "not_found"),
    ("GET", "files/" + "0" * 32, {}, 404, "not_found"),
    ("GET", "files/" + "Z" * 32, {}, 404, "not_found"),
    ("GET", "lines?after=x", {}, 422, "bad_request"),
    ("GET", "lines?after=-1", {}, 422, "bad_request"),
    ("GET", "lines?after=", {}, 422, "bad_request"),
    ("GET", "lines?after=%EF%BC%91", {}, 422, "bad_request"),
    ("GET", "lines?after=" + "9" * 30, {}, 422, "bad_request"),
    ("POST", "residents", {"json": {"region": "99.99"}}, 404, "unknown_region"),
    ("POST", "residents", {"json": {"region": 64.72}}, 422, "bad_request"),
    ("POST", "residents", {"json": {}}, 422, "bad_request"),
    ("DELETE", "messages", {}, 405, "not_allowed"),
    *(
        ("POST", "clock", {"json": jump}, 422, "bad_request")
        for jump in (
            {},
            {"hours": 0},
            {"hours": -1},
            {"hours": 73},
            {"hours": "1"},
            {"hours": 1.5},
            {"hours": True},
            {"hours": 10**30},
            {"working_days": 16},
            {"hours": 1, "working_days": 1},
            {"reset": 0},
            {"hours": 1, "after": -1},
        )
    ),
    *(
        ("POST", path, {"json": {}, "headers": headers}, 403, "other_site")
        for path in ("messages", "files", "residents", "clock")
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"})
    ),
]


def test_a_refusal_has_a_key_that_the_page_has_words_for(web: TestClient) -> None:
    words = load_catalogue("id")
    for method, path, sent, status, error in REFUSED:
        answer = web.request(method, f"/api/simulator/{path}", **sent)
        assert (answer.status_code, answer.json()) == (status, {"error": error}), (method, path, str(sent)[:200])
        assert f"web.error.{error}" in words


def test_a_new_resident_can_write_at_once(web: TestClient, app: App) -> None:
    answer = web.post("/api/simulator/residents", json={"region": "62.71"})
    phone = answer.json()
    assert (answer.status_code, phone["kind"], phone["zone"]) == (201, "warga", "Asia/Pontianak")
    assert phone in web.get("/api/simulator/phones").json()["phones"]
    assert send(web, GOOD, contact=phone["contact"]).status_code == 202
    app.pump()
    assert lines(web)[-1]["contact"] == phone["contact"]


def test_phones_say_whose_they_are(web: TestClient) -> None:
    phones = {one["contact"]: one for one in web.get("/api/simulator/phones").json()["phones"]}
    shown = {contact: (phones[contact]["kind"], phones[contact]["place"]) for contact in ("warga-1", "opd-64.72-AIR")}
    assert shown == {"warga-1": ("warga", "Samarinda"), "opd-64.72-AIR": ("opd", "Perumdam Tirta Kencana")}
    assert {one["kind"] for one in phones.values()} == {"warga", "kader", "opd", "koordinator"}


def test_what_is_sent_again_under_the_same_key_is_the_same_line(web: TestClient, app: App) -> None:
    channel = app.channels["simulator"]
    message = Rendered("Halo", (Button("m:yes", "Ya"),), (StoredFile(1, "photo", "image/png", PNG),), key="7")
    assert channel.send("warga-1", message) == channel.send("warga-1", message) == Ok("out-7")
    (line,) = lines(web)
    assert (line["text"], line["buttons"]) == ("Halo", [{"id": "m:yes", "label": "Ya"}])
    assert web.get(line["files"][0]["url"]).content == PNG


@pytest.mark.parametrize("raw", [b"", b"{}", b"\xff", b'{"id":"message-1","contact":"warga-1","at":"yesterday"}'])
def test_the_channel_says_that_it_cannot_read_something(app: App, raw: bytes) -> None:
    with pytest.raises(ValueError):
        app.channels["simulator"].parse(raw)


@pytest.mark.parametrize("ref", ["", "../../kentongan.db", "0" * 32, "0" * 31, "0" * 33])
def test_the_channel_fetches_nothing_but_uploads(app: App, ref: str) -> None:
    channel = app.channels["simulator"]
    assert isinstance(channel, SimulatorChannel)
    with pytest.raises(FetchFailed):
        channel.fetch(ref)
