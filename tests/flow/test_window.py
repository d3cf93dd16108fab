"""Who has not written for a day is written to by approved texts alone; what those cannot say waits; nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, update

from bot.app import App
from bot.channels.base import Limits, NeedsTemplate
from bot.clock import FrozenClock
from bot.store import parking
from bot.store.consent import By, opt_in, withdraw
from bot.store.conversations import heard_from
from bot.store.keys import Keys
from bot.store.outbound import Letter, post
from bot.store.people import Member, save_member
from bot.store.tables import addresses, asks, outbox, people, reports, sends, templates
from handlers.messages import Choice, Day, Lines, OfficeName, Say, Word
from routing.model import Role
from tests.flow.conftest import World
from tests.flow.test_outbox import put_report
from tests.flow.world import COORDINATOR, OFFICER, RESIDENT, START, add_person, rows, write

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
AIR = OfficeName("64.72", "AIR")
ACCEPTED = Say("hear.accepted", {"ticket": "SMD-0007", "office": AIR})
REFUSED = Say("hear.refused.not_there", {"ticket": "SMD-0007"}, (Choice("@object", "choice.object"),))
CONFIDENTIAL = Say("safety.explain")


one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what is decided before the database is asked anything that the two could answer differently."""


@pytest.fixture
def world(make: Callable[..., World]) -> World:
    """A channel with a window, the words of the real catalogue, every template approved."""
    app, channel = make(render=None)
    channel.limits = Limits(buttons=3, button_chars=20, text_chars=1600, window=DAY, billed=True)
    approve(app)
    return app, channel


def approve(app: App, status: str = "approved") -> None:
    """All templates in today's words, as far as the provider is with them."""
    every = [
        {"name": one.name, "sid": f"HX-{one.name}", "status": status, "words": one.words, "checked_at": START}
        for one in app.templates.drafts
    ]
    with app.engine.begin() as connection:
        connection.execute(delete(templates))
        connection.execute(insert(templates), every)


def somebody(engine: Engine, contact: str = RESIDENT, role: str | None = None, by: By = "filed", **hat: Any) -> int:
    """A person who agreed to be written to, and wrote at the start."""
    person = add_person(engine, contact, role, **hat)
    with engine.begin() as connection:
        opt_in(connection, person, by, START)
        connection.execute(update(addresses).where(addresses.c.person_id == person).values(last_inbound_at=START))
    return person


def say(app: App, person: int, *says: Say, report: int | None = None, ask: int | None = None) -> None:
    """A letter for each line."""
    with app.engine.begin() as connection:
        for number, one in enumerate(says):
            dedupe = f"{app.clock.now()}.{person}.{number}.{one.key}"
            post(connection, Letter(person, (one,), dedupe, app.clock.now(), None, report, ask), app.clock.now())
    app.pump()


def used(app: App) -> list[str | None]:
    return [row.template for row in rows(app.engine, sends)]


@pytest.mark.parametrize(
    ("later", "template"), [(HOUR * 23, None), (HOUR * 24, "news_accepted"), (DAY * 9, "news_accepted")]
)
@one_database
def test_inside_the_window_any_words_outside_an_approved_text(
    world: World, clock: FrozenClock, later: timedelta, template: str | None
) -> None:
    app, channel = world
    person = somebody(app.engine)
    clock.move(later)
    say(app, person, ACCEPTED)
    assert used(app) == [template]
    assert "SMD-0007" in channel.texts()[0], "what stands in the chat is what the template says"


def test_what_no_template_says_waits_and_is_announced_once(world: World, clock: FrozenClock) -> None:
    app, _ = world
    person = somebody(app.engine)
    clock.move(DAY)
    say(app, person, REFUSED, REFUSED, ACCEPTED)
    assert used(app) == ["news_accepted", "open_report"]
    clock.move(DAY * 2)
    say(app, person, REFUSED)
    assert used(app)[2:] == ["open_report"], "another day, another announcement"
    waiting = [row for row in rows(app.engine, outbox) if row.parked_at and not row.sent_at]
    assert len(waiting) == 3


@one_database
def test_no_template_is_paid_for_what_the_next_news_says_as_well(world: World, clock: FrozenClock) -> None:
    app, _ = world
    person = somebody(app.engine)
    clock.move(DAY)
    say(app, person, ACCEPTED, replace(ACCEPTED, key="hear.accepted.note", values={**ACCEPTED.values, "note": "besok"}))
    assert used(app) == ["news_words"]


@pytest.mark.parametrize(
    ("word", "answer"),
    [("OK", None), ("hello", "hello heard=1")],
)
def test_what_waited_goes_out_in_one_message_when_they_write(
    make: Callable[..., World], clock: FrozenClock, word: str, answer: str | None
) -> None:
    """*OK* gets no answer of its own, a real message does; the question stands last, and alone."""
    app, channel = make()
    channel.limits = Limits(buttons=3, button_chars=20, text_chars=1600, window=DAY, billed=True)
    approve(app)
    person = somebody(app.engine)
    clock.move(DAY)
    say(app, person, Say("hear.refused.note", {"ticket": "SMD-1", "note": "a"}), Say("hear.unknown"), REFUSED, REFUSED)
    before = len(channel.lines())
    clock.move(HOUR)
    write(app, 1, word)
    app.pump(now_quiet=True)
    said = channel.texts()[before:]
    assert said[0].startswith("hear.refused.note ticket=SMD-1 note=a | hear.unknown | hear.refused.not_there")
    assert said[1].startswith("hear.refused.not_there")
    assert [line for line in said[2:] if answer is None or not line.startswith(answer)] == []
    assert len(said) == (2 if answer is None else 3)
    everything = rows(app.engine, outbox)
    assert all(row.sent_at and row.external_id.startswith("provider-") for row in everything)


@one_database
def test_a_tap_on_the_announcement_is_never_puzzled_over(world: World, clock: FrozenClock) -> None:
    app, channel = world
    somebody(app.engine)
    write(app, 1, choice_id="read")
    app.pump(now_quiet=True)
    assert channel.lines() == []


@one_database
def test_ok_is_a_message_like_any_other_where_nothing_was_announced(make: Callable[..., World]) -> None:
    app, _ = make()
    somebody(app.engine)
    write(app, 1, "ok")
    app.pump(now_quiet=True)
    assert len(rows(app.engine, reports)) == 1, "the handler of these tests files whatever it does not know"


SILENT = [
    pytest.param(None, id="never agreed to it"),
    pytest.param("withdrawn", id="said stop"),
]


@pytest.mark.parametrize("said", SILENT)
@one_database
def test_without_consent_nothing_is_sent_first(world: World, clock: FrozenClock, said: str | None) -> None:
    app, channel = world
    person = add_person(app.engine, RESIDENT)
    if said:
        with app.engine.begin() as connection:
            opt_in(connection, person, "filed", START)
            withdraw(connection, person)
            opt_in(connection, person, "import", START)
    say(app, person, ACCEPTED)
    assert channel.lines() == []
    with app.engine.begin() as connection:
        heard_from(connection, person, "test", RESIDENT, START)
    app.pump()
    assert "SMD-0007" in channel.texts()[0]


CONTACT = {"how": "evenings"}
RESTRICTED = [
    pytest.param({}, CONFIDENTIAL, [], id="she did not allow it"),
    pytest.param({"safe_contact": CONTACT}, CONFIDENTIAL, ["open_message"], id="she allowed it"),
    pytest.param({"safe_contact": CONTACT, "discreet": True}, CONFIDENTIAL, [], id="others read the phone"),
    pytest.param({"safe_contact": CONTACT}, ACCEPTED, ["open_message"], id="whatever the line is"),
]


@pytest.mark.parametrize(("report", "line", "expected"), RESTRICTED)
@one_database
def test_a_restricted_report_is_announced_by_the_most_neutral_words_or_not_at_all(
    world: World, clock: FrozenClock, report: dict[str, Any], line: Say, expected: list[str]
) -> None:
    app, _ = world
    person = somebody(app.engine)
    report_id = put_report(app.engine, person, restricted=True, **report)
    clock.move(DAY)
    say(app, person, line, report=report_id)
    assert used(app) == expected


@one_database
def test_an_officer_of_a_restricted_report_learns_that_something_waits(world: World, clock: FrozenClock) -> None:
    app, channel = world
    officer = somebody(app.engine, OFFICER, "officer", "import", office="PPA")
    report = put_report(app.engine, add_person(app.engine, RESIDENT), restricted=True)
    clock.move(DAY)
    say(app, officer, Say("ppa.new", {"ticket": "7Q4M-2KXD"}), report=report)
    assert used(app) == ["open_task"]
    assert "7Q4M" not in channel.texts()[0]


@one_database
def test_somebody_whose_phone_is_read_by_others_gets_neutral_words(world: World, clock: FrozenClock) -> None:
    app, _ = world
    person = somebody(app.engine)
    with app.engine.begin() as connection:
        connection.execute(update(people).where(people.c.id == person).values(facts={"discreet": "1"}))
    clock.move(DAY)
    say(app, person, ACCEPTED, report=put_report(app.engine, person))
    assert used(app) == ["open_message"]


@pytest.mark.parametrize("status", ["rejected", "received"])
@one_database
def test_without_any_approved_template_letters_wait_silently(world: World, clock: FrozenClock, status: str) -> None:
    app, channel = world
    approve(app, status)
    person = somebody(app.engine)
    clock.move(DAY)
    say(app, person, ACCEPTED)
    assert channel.lines() == []
    assert [row.parked_at for row in rows(app.engine, outbox)] == [clock.now()]


@one_database
def test_a_template_that_is_rejected_in_the_middle_of_the_day_gives_way_to_another(
    world: World, clock: FrozenClock
) -> None:
    app, channel = world
    person = somebody(app.engine)
    clock.move(DAY)
    channel.results = [NeedsTemplate()]
    say(app, person, ACCEPTED)
    assert used(app) == ["open_news"]
    (state,) = [row for row in rows(app.engine, templates) if row.name == "news_accepted"]
    assert state.status == "refused"


@one_database
def test_a_provider_whose_clock_differs_is_believed(world: World, clock: FrozenClock) -> None:
    app, channel = world
    person = somebody(app.engine)
    channel.results = [NeedsTemplate()]
    say(app, person, ACCEPTED)
    assert used(app) == ["news_accepted"]


@one_database
def test_an_announcement_of_something_read_meanwhile_is_dropped(world: World, clock: FrozenClock) -> None:
    app, channel = world
    person = somebody(app.engine)
    clock.move(DAY)
    with app.engine.begin() as connection:
        notice = Letter(person, (Say("template.open_news"),), "notice", clock.now())
        post(connection, notice, clock.now(), notice=True)
        connection.execute(update(addresses).values(last_inbound_at=clock.now()))
    app.pump()
    assert (channel.lines(), rows(app.engine, outbox)[0].failure) == ([], "window_open")


def test_what_nobody_reads_lapses_and_settled_questions_do_at_once(world: World, clock: FrozenClock) -> None:
    app, _ = world
    person = somebody(app.engine)
    with app.engine.begin() as connection:
        question = {"person_id": person, "kind": "object", "asked_at": START}
        ask: int = connection.execute(asks.insert().values(question).returning(asks.c.id)).scalar_one()
    clock.move(DAY)
    say(app, person, Say("hear.unknown"))
    say(app, person, REFUSED, ask=ask)
    with app.engine.begin() as connection:
        connection.execute(update(asks).values(closed_at=clock.now()))
    assert app.parking.run_due() == 1
    clock.move(parking.KEPT + HOUR)
    assert app.parking.run_due() == 1
    unsent = [row for row in rows(app.engine, outbox) if not row.notice]
    assert [row.failure for row in unsent] == ["lapsed", "lapsed"]


def test_work_that_nobody_reads_is_told_to_the_coordinator_once(world: World, clock: FrozenClock) -> None:
    app, channel = world
    officer = somebody(app.engine, OFFICER, "officer", "import", office="AIR")
    somebody(app.engine, COORDINATOR, "coordinator", "import")
    report = put_report(app.engine, somebody(app.engine))
    clock.move(DAY)
    say(app, officer, Say("office.more_photo", {"ticket": "SMD-0007"}), report=report)
    clock.move(DAY)
    assert app.parking.run_due() == 0
    clock.move(DAY * 2)
    assert [app.parking.run_due(), app.parking.run_due()] == [1, 0]
    app.pump()
    assert channel.lines(COORDINATOR) != []


@one_database
def test_news_that_residents_do_not_read_does_not_hide_unread_work(
    world: World, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.parking.AT_ONCE", 1)
    app, _ = world
    officer = somebody(app.engine, OFFICER, "officer", "import", office="AIR")
    resident = somebody(app.engine)
    report = put_report(app.engine, resident)
    clock.move(DAY)
    say(app, resident, REFUSED, Say("hear.unknown"), report=report)
    say(app, officer, Say("office.more_photo", {"ticket": "SMD-0007"}), report=report)
    clock.move(DAY * 3)
    assert app.parking.run_due() == 1


@one_database
def test_a_report_of_their_own_is_consent_to_its_news(make: Callable[..., World]) -> None:
    app, _ = make()
    write(app, 1, "no water")
    app.pump(now_quiet=True)
    assert [(row.opted_in_by, row.opted_in_at) for row in rows(app.engine, addresses)] == [("filed", START)]
    assert len(rows(app.engine, reports)) == 1


def test_an_official_list_is_consent_to_work_by_chat(engine: Engine, keys: Keys) -> None:
    member = Member(Role.OFFICER, "Contoh", "64.72", "+628120000009", office="AIR")
    with engine.begin() as connection:
        for day in range(2):
            save_member(connection, keys, member, START + day * DAY)
        save_member(connection, keys, replace(member, name="Lain", contact=None), START)
    assert [(row.opted_in_by, row.opted_in_at) for row in rows(engine, addresses)] == [("import", START)]


ROWS = [Say("list.line", {"ticket": f"SMD-000{n}", "what": "Air bersih", "where": "RT 05"}) for n in range(1, 6)]


def round_up(lines: int) -> Say:
    numbered = tuple(
        Say("digest.numbered", {"number": n, "line": Lines((row,))}) for n, row in enumerate(ROWS[:lines], 1)
    )
    how = Lines((Say("digest.how"),))
    opening = Lines((Say("digest.offices", {"count": lines}),))
    day, greeting = Day(START.date()), Word("digest.greeting.morning")
    values = {"greeting": greeting, "day": day, "opening": opening, "lines": Lines(numbered), "how": how}
    return Say("digest.morning", values)


@pytest.mark.parametrize(
    ("lines", "missing", "template"),
    [
        (1, (), "digest_1"),
        (2, (), "digest_1"),
        (4, (), "digest_3"),
        (5, (), "digest_5"),
        (5, ("digest_5",), "digest_3"),
        (5, ("digest_5", "digest_3", "digest_1"), "open_task"),
    ],
)
@one_database
def test_the_round_up_of_the_morning_is_announced_by_its_first_lines(
    world: World, clock: FrozenClock, lines: int, missing: tuple[str, ...], template: str
) -> None:
    app, channel = world
    officer = somebody(app.engine, OFFICER, "officer", "import", office="AIR")
    with app.engine.begin() as connection:
        connection.execute(delete(templates).where(templates.c.name.in_(missing)))
    clock.move(DAY * 2)
    say(app, officer, round_up(lines))
    assert used(app) == [template]
    assert ("SMD-0001" in channel.texts()[0]) == (template != "open_task")
    write(app, 1, "OK", contact=OFFICER)
    app.pump(now_quiet=True)
    assert f"SMD-000{lines}" in channel.texts()[1], "the whole of it comes after a tap"


@one_database
def test_every_morning_announces_its_own_list_and_yesterdays_is_not_read_beside_it(
    world: World, clock: FrozenClock
) -> None:
    app, channel = world
    officer = somebody(app.engine, OFFICER, "officer", "import", office="AIR")
    clock.move(DAY * 2)
    say(app, officer, round_up(3))
    clock.move(DAY - timedelta(seconds=2))  # a moment earlier than yesterday
    say(app, officer, round_up(1))
    assert used(app) == ["digest_3", "digest_1"]
    write(app, 1, "OK", contact=OFFICER)
    app.pump(now_quiet=True)
    assert len(channel.texts()) == 3
    assert "SMD-0003" not in channel.texts()[2]
