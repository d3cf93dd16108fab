"""A link opens one file for a while, for whom it was made, and nothing that belongs to a restricted report."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from bot.app import App
from bot.media_links import PATH, Link
from bot.store.tables import attachments, people, reports
from bot.web.site import make_site
from handlers.messages import Attachment, Incoming
from tests.flow.test_media import OGG, picture
from tests.flow.world import FileChannel
from tests.web.conftest import TestClient

SUNDAY = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


@pytest.fixture
def database_url(tmp_path: Path, sqlite_template: Path) -> str:
    """Whose file it is, is asked of both databases in `tests/store/test_media_views.py`."""
    shutil.copy(sqlite_template, tmp_path / "one.db")
    return f"sqlite:///{tmp_path / 'one.db'}"


@pytest.fixture
def app(make: Callable[..., App]) -> App:
    return make()


@pytest.fixture
def client(app: App) -> TestClient:
    return TestClient(make_site(app))


def kept(app: App, kind: str, content: bytes, **report: Any) -> int:
    """A file of one report; `report` changes columns of it."""
    channel = FileChannel(app.settings.var_dir / "sent", files={"f": content})
    sent = Attachment(kind, "f")  # type: ignore[arg-type]
    (one,) = app.media.take_in(Incoming("test", kind, "+62", SUNDAY, attachments=(sent,)), channel).attachments
    assert not one.problem
    known: dict[str, Any] = {
        "ref": "1-1",
        "ticket": "SMD-0001",
        "region": "64.72",
        "office": "AIR",
        "status": "forwarded",
        "text": "x",
    }
    with app.engine.begin() as connection:
        who = connection.execute(insert(people).values(facts={}, created_at=SUNDAY).returning(people.c.id)).scalar_one()
        known |= {"reporter_id": who, "received_at": SUNDAY, **report}
        report_id = connection.execute(insert(reports).values(**known).returning(reports.c.id)).scalar_one()
        file = {"kind": kind, "ref": one.ref, "media_type": one.media_type, "size": one.size}
        values = {"report_id": report_id, "person_id": who, "kind": kind, "file": file, "added_at": SUNDAY}
        return int(connection.execute(insert(attachments).values(**values).returning(attachments.c.id)).scalar_one())


def path(app: App, *what: Any, **more: Any) -> str:
    url = app.links.url(*what, **more)
    return url[url.index(PATH) :]


def test_a_link_hands_out_the_file_and_leaves_nothing_behind(app: App, client: TestClient) -> None:
    number = kept(app, "voice", OGG)
    answer = client.get(path(app, number, now=SUNDAY))
    assert (answer.status_code, answer.content) == (200, OGG)
    assert answer.headers["content-type"] == "audio/ogg"
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == f'inline; filename="lampiran-{number}.ogg"'


def test_a_provider_may_ask_for_the_headers_alone(app: App, client: TestClient) -> None:
    answer = client.head(path(app, kept(app, "voice", OGG), now=SUNDAY))
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", str(len(OGG)))


def test_a_link_may_be_to_the_small_picture(app: App, client: TestClient) -> None:
    number = kept(app, "photo", picture(size=(900, 900)))
    large, small = (client.get(path(app, number, now=SUNDAY, small=one)).content for one in (False, True))
    assert (large[:2], small[:2], len(small) < len(large)) == (b"\xff\xd8", b"\xff\xd8", True)


def test_of_a_voice_note_there_is_no_small_one(app: App, client: TestClient) -> None:
    assert client.get(path(app, kept(app, "voice", OGG), now=SUNDAY, small=True)).content == OGG


BAD = ["", "x", "gAAAAAB", "é", "a" * 5_000, "../media", "%00", "gAAAAAB" + "A" * 120]


@pytest.mark.parametrize("token", BAD)
def test_whatever_is_not_our_link_gets_one_and_the_same_page(client: TestClient, token: str) -> None:
    answer = client.get(f"{PATH}{token}", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert "<h1>" in answer.text


def test_a_link_ends(app: App, client: TestClient) -> None:
    number = kept(app, "voice", OGG)
    hours = timedelta(hours=app.settings.link_hours)
    almost = path(app, number, now=SUNDAY - hours + timedelta(seconds=1))
    assert client.get(almost).status_code == 200
    ended = client.get(path(app, number, now=SUNDAY - hours))
    assert ended.status_code == 404
    assert ended.headers["cache-control"] == "private, no-store"


def test_a_link_that_was_changed_is_none(app: App, client: TestClient) -> None:
    link = path(app, kept(app, "voice", OGG), now=SUNDAY)
    assert client.get(link[:-2] + ("AA" if link[-2:] != "AA" else "BB")).status_code == 404


def test_what_else_was_sealed_with_our_keys_is_no_link(app: App, client: TestClient) -> None:
    number = kept(app, "voice", OGG)
    other = app.keys.encrypt(f"words {number} 0  9999999999".encode()).decode()
    assert client.get(f"{PATH}{other}").status_code == 404


def test_a_link_tells_nothing_by_itself(app: App) -> None:
    first, second = (app.links.url(7, 12, now=SUNDAY) for _ in range(2))
    assert first != second
    token = first.rpartition("/")[2]
    assert app.links.read(token, SUNDAY) == Link(7, for_person=12)
    assert len(token) < 200


def test_no_file_of_a_restricted_report_is_handed_out(app: App, client: TestClient) -> None:
    number = kept(app, "voice", OGG, restricted=True, code_hash="ABCD-2345")
    assert client.get(path(app, number, now=SUNDAY)).status_code == 404


def test_a_file_that_was_thrown_away_is_gone(app: App, client: TestClient) -> None:
    number = kept(app, "voice", OGG)
    for file in (app.settings.var_dir / "media").rglob("*"):
        if file.is_file():
            file.unlink()
    assert client.get(path(app, number, now=SUNDAY)).status_code == 404
    assert client.get(path(app, number + 1, now=SUNDAY)).status_code == 404


def test_a_link_for_somebody_opens_nothing_for_a_person_who_may_not_see_it(app: App, client: TestClient) -> None:
    """Who may is a table in `tests/store/test_media_views.py`."""
    number = kept(app, "voice", OGG)
    assert client.get(path(app, number, 999_999, now=SUNDAY)).status_code == 404
