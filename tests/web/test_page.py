"""The pages themselves: what is there when the simulator is on, when it is off, and that no word is missing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib.resources import files

import pytest
from sqlalchemy.exc import OperationalError

from bot.app import App
from bot.catalogue import load_catalogue
from bot.web.guard import HEADERS
from bot.web.site import make_site
from tests.web.conftest import TestClient

API = [
    ("GET", "phones"),
    ("GET", "lines"),
    ("GET", "files/" + "0" * 32),
    ("POST", "messages"),
    ("POST", "files"),
    ("POST", "residents"),
    ("POST", "clock"),
]

REAL = {
    "telegram_token": "1:made-up",
    "telegram_secret": "made-up",
    "public_url": "https://kentongan.example",
}


def words_of(page: str) -> dict[str, str]:
    found = re.search(r'<script type="application/json" id="words">(.*?)</script>', page, re.DOTALL)
    assert found
    words: dict[str, str] = json.loads(found[1])
    return words


def test_the_page_is_marked_as_a_simulator_and_brings_its_words_along(web: TestClient) -> None:
    answer = web.get("/")
    words = load_catalogue("id")
    assert (answer.status_code, words.text("web.mark") in answer.text) == (200, True)
    assert words_of(answer.text)["web.clock.hours"] == words.text("web.clock.hours", n="{n}")


def test_nothing_on_the_page_is_fetched_from_elsewhere(web: TestClient) -> None:
    static = files("bot.web") / "static"
    sources = [
        web.get("/").text,
        *(one.read_text("utf-8") for one in static.iterdir() if one.name[-3:] in ("css", ".js")),
    ]
    addresses = {found for source in sources for found in re.findall(r"https?://[^\s\"']+", source)}
    assert addresses == {"http://www.w3.org/2000/svg"}


def test_every_answer_is_guarded(web: TestClient) -> None:
    for path in ("/", "/health", "/static/page.css", "/nothing", "/api/simulator/phones", "/api/nothing"):
        answer = web.get(path)
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, path


def test_every_word_the_scripts_ask_for_is_there() -> None:
    words = load_catalogue("id")
    static = files("bot.web") / "static"
    text = "\n".join(one.read_text("utf-8") for one in static.iterdir() if one.name.endswith(".js"))
    asked = set(re.findall(r'\bt\("([a-z_.]+)"', text))
    assert len(asked) > 20
    assert asked <= set(words)


@pytest.mark.parametrize("settings", [{"simulator": "off"}, REAL])
def test_without_the_simulator_a_friendly_page_is_all_there_is(
    make: Callable[..., App], settings: dict[str, str]
) -> None:
    with TestClient(make_site(make(**settings))) as web:
        front = web.get("/")
        assert load_catalogue("id").text("web.front.text") in front.text
        assert "simulator" not in front.text.lower()
        found = [web.request(method, f"/api/simulator/{path}").status_code for method, path in API]
    assert found == [404] * len(API)


def test_next_to_a_real_channel_it_is_there_when_asked_for_but_its_clock_stands_still(make: Callable[..., App]) -> None:
    with TestClient(make_site(make(simulator="on", **REAL))) as web:
        assert web.get("/api/simulator/phones").status_code == 200
        assert 'data-move="hours"' not in web.get("/").text
        answer = web.post("/api/simulator/clock", json={"hours": 1})
    assert (answer.status_code, answer.json()) == (409, {"error": "clock_fixed"})


def test_what_is_not_there(web: TestClient) -> None:
    page = web.get("/nothing", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert load_catalogue("id").text("web.nothing.title") in page.text
    for path in ("/nothing", "/api/nothing", "/static/nothing.js", "/static/..%2fapp.py"):
        answer = web.get(path)
        assert (answer.status_code, answer.json()) == (404, {"error": "not_found"}), path


def test_health_tells_when_the_database_is_gone(web: TestClient, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    assert web.get("/health").json() == {"status": "ok"}

    def gone() -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(app.engine, "connect", gone)
    answer = web.get("/health")
    assert (answer.status_code, answer.json()) == (503, {"status": "database"})
