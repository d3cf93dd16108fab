"""What goes, and when: on request at once, by its age every night; the matter and the count of it stay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from bot.app import App
from bot.clock import FrozenClock
from bot.papers import paper
from bot.store.conversations import person_of
from bot.store.database import reading
from bot.store.own_data import held_of
from bot.store.tables import (
    attachments,
    conversations,
    deletions,
    errands,
    events,
    inbox,
    outbox,
    people,
    reports,
    sends,
    talks,
)
from handlers.dialogue import respond
from routing.model import Status
from routing.retention import terms
from tests.flow.conftest import World, make, world  # noqa: F401 - fixtures
from tests.flow.world import KADER, RESIDENT, START, add_person, rows, write

NIGHT = timedelta(hours=16)
"""After START: two in the morning in Samarinda."""


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(START)


@pytest.fixture
def numbers() -> Iterator[int]:
    return count(1)


class Town:
    """One resident and one kader who talk to the real conversation."""

    def __init__(self, world: World, numbers: Iterator[int]) -> None:  # noqa: F811
        self.app, self.channel = world
        self._numbers = numbers
        add_person(self.app.engine, KADER, "kader", place_codes="64.72.06.1001")

    def says(self, *texts: str, contact: str = RESIDENT, **more: Any) -> str:
        for text in texts:
            write(self.app, next(self._numbers), text, contact=contact, **more)
            self.app.pump(now_quiet=True)
        return self.channel.texts(contact)[-1]


@pytest.fixture
def town(make: Callable[..., World], numbers: Iterator[int]) -> Town:  # noqa: F811
    return Town(make(respond=respond, render=None), numbers)


def end(app: App, clock: FrozenClock, *, days: float) -> None:
    """Every report was closed now; then time goes by until a night."""
    with app.engine.begin() as connection:
        connection.execute(update(reports).values(status=Status.CLOSED))
    clock.move(timedelta(days=days) + NIGHT)


def left(connection: Connection) -> dict[str, int]:
    said = connection.execute(select(outbox.c.says)).scalars()
    return {
        "written": len(connection.execute(select(inbox.c.id)).all()),
        "said": sum(bool(one) for one in said),
        "text": sum(bool(one) for one in connection.scalars(select(reports.c.text))),
        "files": len(connection.execute(select(attachments.c.id)).all()),
        "sends": len(connection.execute(select(sends.c.id)).all()) > 0,
    }


# --- on request -------------------------------------------------------------------------------------------------------


def test_who_asks_to_be_erased_goes_and_the_matter_stays(town: Town) -> None:
    town.says("air ledeng mati 3 hari di rt 5 loa bakung", "ya", "hapus data")
    assert "Ini pesan terakhir" in town.says("ya")
    with reading(town.app.engine) as connection:
        assert person_of(connection, "test", RESIDENT) is None
        report = connection.execute(select(reports)).one()
        reporter = connection.execute(select(people).where(people.c.id == report.reporter_id)).one()
        mine = connection.execute(select(outbox.c.says).where(outbox.c.person_id == report.reporter_id)).scalars()
        assert (report.status, report.hide_name, report.text != "") == (Status.REPORTED, True, True)
        assert (reporter.name, reporter.facts) == (None, {})
        assert all(one == [] for one in mine)
        assert [row.rule for row in connection.execute(select(deletions))] == ["on_request"]
        kader = person_of(connection, "test", KADER)
        assert kader is not None
    town.channel.sent_to.unlink()
    town.says("benar", contact=KADER)
    assert town.channel.lines(RESIDENT) == [], "nobody writes to somebody who is gone"


def test_who_writes_again_is_somebody_new(town: Town) -> None:
    town.says("air ledeng mati 3 hari di rt 5 loa bakung", "ya", "hapus data", "ya")
    assert "Belum ada laporan" in town.says("cek")


def test_data_are_handed_out_as_text_and_paper(town: Town) -> None:
    town.says("air ledeng mati 3 hari di rt 5 loa bakung", "ya", "data saya")
    line = town.channel.lines(RESIDENT)[-1]
    assert "Ini yang kami simpan" in line["text"]
    assert "Laporan: 1" in line["text"]
    (size,) = line["files"]
    assert size > 500


def test_a_paper_is_a_pdf_and_always_the_same() -> None:
    made = paper("Data “saya”", ["air mati 😢", "baris\nbaris"], START)
    assert made.startswith(b"%PDF-")
    assert made == paper("Data “saya”", ["air mati 😢", "baris\nbaris"], START)


def test_a_restricted_request_is_in_no_paper(town: Town) -> None:
    add_person(town.app.engine, "+628120000005", "officer", office="PPA")
    town.says("suami saya memukul saya tiap malam, saya takut")
    assert "memukul" not in town.says("data saya")
    with reading(town.app.engine) as connection:
        person_id = person_of(connection, "test", RESIDENT)
        assert person_id is not None
        held = held_of(connection, person_id, town.app.atlas)
    assert held.reports == ()
    assert [say.values["count"] for say in held.lines if say.key == "rights.reports"] == [0]


def test_the_office_learns_that_who_asked_for_help_is_gone(town: Town) -> None:
    ppa = "+628120000005"
    add_person(town.app.engine, ppa, "officer", office="PPA")
    town.says("suami saya memukul saya tiap malam, saya takut", "aman")
    with town.app.engine.begin() as connection:
        who = select(reports.c.reporter_id).scalar_subquery()
        connection.execute(update(people).where(people.c.id == who).values(erase_at=START))
    town.app.pump()
    assert "jangan dihubungi lagi" in town.channel.texts(ppa)[-1]


def test_nobody_is_told_news_after_berhenti(town: Town) -> None:
    town.says("air ledeng mati 3 hari di rt 5 loa bakung", "ya", "berhenti")
    before = len(town.channel.lines(RESIDENT))
    town.says("tidak ada", contact=KADER)
    town.says("sudah beres", contact=KADER)
    assert len(town.channel.lines(RESIDENT)) == before
    assert "SMD-0001" in town.says("cek"), "who asks is answered"


# --- by age -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "kept"),
    [
        (80, {"written": 2, "said": 3, "text": 1, "files": 1, "sends": True}),
        (100, {"written": 0, "said": 0, "text": 1, "files": 1, "sends": True}),
        (370, {"written": 0, "said": 0, "text": 1, "files": 0, "sends": True}),
        (740, {"written": 0, "said": 0, "text": 0, "files": 0, "sends": True}),
    ],
)
def test_what_is_left_after_so_many_days(town: Town, clock: FrozenClock, days: int, kept: dict[str, int]) -> None:
    town.says("air ledeng mati 3 hari di rt 5 loa bakung", "ya")
    with town.app.engine.begin() as connection:
        (row,) = connection.execute(select(reports.c.id, reports.c.reporter_id))
        file = {"kind": "photo", "ref": "media:abc", "media_type": "image/jpeg", "size": 1}
        values = {"report_id": row.id, "person_id": row.reporter_id, "kind": "photo", "file": file, "added_at": START}
        connection.execute(attachments.insert().values(**values, media_ref="media:abc"))
    end(town.app, clock, days=days)
    town.app.retention.run_at_night()
    with reading(town.app.engine) as connection:
        assert left(connection) == kept
        logged = [row.rule for row in connection.execute(select(deletions).order_by(deletions.c.id))]
    assert town.app.retention.run() == 0, "a second time there is nothing left to do"
    assert ("chat" in logged, "report" in logged) == (days > terms().chat.days, days > terms().report.days)


@pytest.mark.parametrize(("ended", "hours"), [(False, 0), (True, 8)])
def test_nothing_goes_while_a_report_is_open_or_by_day(town: Town, clock: FrozenClock, ended: bool, hours: int) -> None:
    town.says("air ledeng mati 3 hari di rt 5 loa bakung", "ya")
    if ended:
        end(town.app, clock, days=0)
    clock.move(timedelta(days=800, hours=hours) + (timedelta() if ended else NIGHT))
    town.app.retention.run_at_night()
    with reading(town.app.engine) as connection:
        assert left(connection)["written"] == 2
        assert left(connection)["text"] == 1


def test_a_draft_that_was_left_goes_with_the_files_that_waited(town: Town, clock: FrozenClock) -> None:
    town.says("parit depan rumah tersumbat")
    clock.move(timedelta(days=95) + NIGHT)
    town.app.retention.run()
    with reading(town.app.engine) as connection:
        person_id = person_of(connection, "test", RESIDENT)
        mine = select(conversations.c.person_id).where(conversations.c.person_id == person_id)
        assert connection.execute(mine).all() == []
    assert "kelurahan" in town.says("parit depan rumah tersumbat"), "and one may begin anew"


@pytest.mark.parametrize(("days", "kept"), [(80, (2, 1)), (100, (1, 0))])
def test_what_was_done_and_said_long_ago_leaves_no_trace(
    town: Town, clock: FrozenClock, days: int, kept: tuple[int, int]
) -> None:
    """What is still to happen stays."""
    person = add_person(town.app.engine, RESIDENT)
    errand = {"person_id": person, "kind": "digest", "region": "64.72", "data": {}, "due_at": START, "tries": 0}
    with town.app.engine.begin() as connection:
        for key, done_at in (("2026-11-20", START), ("2026-11-23", None)):
            connection.execute(errands.insert().values(**errand, key=key, done_at=done_at))
        connection.execute(talks.insert().values(person_id=person, region="64.72", opened_at=START))
    clock.move(timedelta(days=days) + NIGHT)
    town.app.retention.run()
    assert (len(rows(town.app.engine, errands)), len(rows(town.app.engine, talks))) == kept


def test_a_request_that_nobody_ended_is_not_kept_for_ever(town: Town, clock: FrozenClock) -> None:
    add_person(town.app.engine, "+628120000005", "officer", office="PPA")
    town.says("suami saya memukul saya tiap malam, saya takut", "aman")
    clock.move(timedelta(days=380) + NIGHT)
    town.app.retention.run()
    (report,) = rows(town.app.engine, reports)
    assert (report.text, report.category is not None) == ("", True)
    assert not any("memukul" in str(row.raw) for row in rows(town.app.engine, inbox))


def test_an_anonymous_report_still_counts_and_its_trail_tells_no_words(town: Town, clock: FrozenClock) -> None:
    town.says("air ledeng mati 3 hari di rt 5 loa bakung", "ya")
    town.says("tidak benar", "rumahnya bu Sumirah kosong", contact=KADER)
    end(town.app, clock, days=740)
    town.app.retention.run()
    (report,) = rows(town.app.engine, reports)
    assert (report.category, report.place_code, report.rt) == ("air_bersih", "64.72.06.1001", None)
    assert not any("note" in row.data for row in rows(town.app.engine, events))
