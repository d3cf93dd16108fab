"""A report whose news comes later, against a strict Twilio of our own: nothing is sent that WhatsApp would refuse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.approvals import Submission
from bot.clock import FrozenClock
from bot.store.consent import opt_in
from bot.store.tables import sends
from bot.template_desk import name_of
from bot.templates import READ
from tests.channels.telegram_service import own_database
from tests.channels.whatsapp_service import Service, add_member, service
from tests.flow.world import rows

WARGA, OPD = "+6281200000002", "+6281200000004"
STORY = "air ledeng mati sudah 4 hari di RT 05 Loa Bakung"


@pytest.fixture
def kentongan(sqlite_template: Path, tmp_path: Path, clock: FrozenClock) -> Iterator[Service]:
    """On a Monday, with an officer of the list who never wrote, and the templates of this story approved."""
    clock.move(timedelta(days=1))
    with own_database(sqlite_template, tmp_path) as (url, engine), service(url, engine, clock, tmp_path) as one:
        officer = add_member(one.app, OPD, "Petugas Contoh", "officer", office="AIR")
        with one.app.engine.begin() as connection:
            opt_in(connection, officer, "import", clock.now())
        for draft in map(one.app.templates.draft, ("task_new", "news_accepted")):
            text = Submission(name_of(draft), "id", draft.body, draft.samples, draft.button, READ)
            assert one.channel.approvals is not None
            one.channel.approvals.submit(text, None)
        clock.move(timedelta(minutes=2))
        one.app.template_desk.refresh()
        yield one
        assert one.there.violations == []


def test_news_of_days_later_is_a_template_and_work_is_announced(kentongan: Service, clock: FrozenClock) -> None:
    one = kentongan
    one.there.user_says(WARGA, STORY)
    one.advance()
    one.tap(WARGA, "Kirim")
    clock.move(timedelta(hours=1))
    one.advance()
    announced = one.there.sent_to(OPD)[-1]
    assert "Balas OK" in announced.body
    assert announced.labels == ["Buka"]

    one.there.user_taps(OPD, announced.sid, "Buka")
    one.advance()
    opened = one.there.sent_to(OPD)[-1]
    assert "Laporan baru" in opened.body, "the tap is answered by what was announced, and by nothing else"
    assert len(one.there.sent_to(OPD)) == 2

    clock.move(timedelta(hours=23, minutes=30))  # her window has closed, his has not
    one.there.user_says(OPD, "diterima")
    one.advance()
    clock.move(timedelta(minutes=11))  # he might have taken it back
    one.advance()
    news = one.there.sent_to(WARGA)[-1]
    assert news.body.startswith("Kabar laporan SMD-")
    assert [row.template for row in rows(one.app.engine, sends) if row.template] == ["task_new", "news_accepted"]
    kinds = {row.price_kind for row in rows(one.app.engine, sends) if row.template}
    assert kinds == {"utility"}


def test_who_answers_before_reading_gets_the_work_to_read_and_no_question(
    kentongan: Service, clock: FrozenClock
) -> None:
    one = kentongan
    one.there.user_says(WARGA, STORY)
    one.advance()
    one.tap(WARGA, "Kirim")
    clock.move(timedelta(hours=1))
    one.advance()
    one.there.user_says(OPD, "diterima")
    one.advance(30)
    said = one.there.sent_to(OPD)[1:]
    assert any("Laporan baru" in message.body and "Terima" not in message.labels for message in said)
    assert "diterima" in said[-1].body
