"""The page of readings: what was typed, which words decided, and nothing of it without the simulator."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.app import App, knowledge
from bot.web.site import make_site
from tests.web.conftest import TestClient

TYPED = "parit di depan rumah mampet, rt 5 loa bakung"


def test_the_words_that_decided_are_marked(web: TestClient) -> None:
    read = web.post("/api/simulator/reading", json={"text": TYPED}).json()
    assert "".join(part["text"] for part in read["parts"]) == TYPED
    strongest = max(read["parts"], key=lambda part: part["weight"])
    assert strongest["text"] in ("parit", "mampet")
    assert read["first"][0]["score"] >= read["first"][1]["score"] >= read["first"][2]["score"]
    assert {"name": "Tempat", "value": "Loa Bakung"} in read["facts"]


def test_the_name_of_the_place_decides_nothing() -> None:
    explained = knowledge()[1].explain("air mati di Air Hitam")
    marked = {explained.text[word.start : word.end] for word in explained.words}
    assert "Hitam" not in marked


def test_what_is_no_report_has_no_category(web: TestClient) -> None:
    read = web.post("/api/simulator/reading", json={"text": "selamat pagi bu"}).json()
    assert (read["kind"], read["first"]) == ("Salam", [])


@pytest.mark.parametrize(("body", "status"), [("{}", 422), ("no json", 422), ('{"text": "x", "more": 1}', 422)])
def test_anything_else_is_refused(web: TestClient, body: str, status: int) -> None:
    assert web.post("/api/simulator/reading", content=body).status_code == status


def test_other_sites_may_not_ask(web: TestClient) -> None:
    answer = web.post("/api/simulator/reading", json={"text": "x"}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403


def test_without_the_simulator_there_is_no_such_page(make: Callable[..., App]) -> None:
    with TestClient(make_site(make(simulator="off")), raise_server_exceptions=False) as client:
        assert [client.get("/bacaan").status_code, client.post("/api/simulator/reading").status_code] == [404, 404]
    with TestClient(make_site(make(simulator="on")), raise_server_exceptions=False) as client:
        assert client.get("/bacaan").status_code == 200
