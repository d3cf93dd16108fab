"""A talk with a person is taken once, by who may, tells no number, and ends with the person's data."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, update

from bot.app import knowledge
from bot.apply import Applier
from bot.apply_reports import IllegalChangeError
from bot.clock import FrozenClock
from bot.store import expired, talks
from bot.store.database import reading
from bot.store.erasing import erase
from bot.store.persons import person_by_id
from bot.store.tables import attachments, memberships, outbox, people
from bot.store.tables import talks as table
from handlers.effects import Effect
from handlers.messages import Attachment, Say
from handlers.talks import EndTalk, OpenTalk, PassOn, TakeTalk
from tests.flow.conftest import World
from tests.flow.world import COORDINATOR, OFFICER, RESIDENT, START, add_person, rows

SECOND = "+628120000005"
ELSEWHERE = "+628120000006"


@pytest.fixture
def crew(engine: Engine) -> dict[str, int]:
    return {
        "resident": add_person(engine, RESIDENT),
        "coordinator": add_person(engine, COORDINATOR, "coordinator"),
        "colleague": add_person(engine, SECOND, "coordinator"),
        "elsewhere": add_person(engine, ELSEWHERE, "coordinator", region="64.02"),
        "officer": add_person(engine, OFFICER, "officer", office="AIR"),
    }


def turn(engine: Engine, sender: int, *effects: Effect, now: object = START, origin: str = "t") -> None:
    applier = Applier(knowledge()[0], made_up=False)
    with engine.begin() as connection:
        applier.turn(
            connection,
            origin=origin,
            now=now,  # type: ignore[arg-type]
            sender=sender,
            reply_channel="test",
            region="64.72",
            says=(),
            effects=effects,
        )


def seen(engine: Engine, person_id: int) -> tuple[str, ...]:
    """What of a talk this person's scene holds."""
    with reading(engine) as connection:
        person = person_by_id(connection, person_id, made_up=False)
        own = talks.of_person(connection, person_id), talks.taken_by(connection, person)
        waiting = talks.waiting_for(connection, person)
    return tuple(name for name, there in zip(("own", "helps", "calls"), (*own, waiting), strict=True) if there)


def test_who_sees_a_talk(engine: Engine, crew: dict[str, int]) -> None:
    turn(engine, crew["resident"], OpenTalk("64.72"))
    waiting = {name: seen(engine, number) for name, number in crew.items()}
    turn(engine, crew["coordinator"], TakeTalk(crew["resident"]))
    taken = {name: seen(engine, number) for name, number in crew.items()}
    turn(engine, crew["coordinator"], EndTalk(crew["resident"]))
    nobody: tuple[str, ...] = ()
    assert waiting == {
        "resident": ("own",),
        "coordinator": ("calls",),
        "colleague": ("calls",),
        "elsewhere": nobody,
        "officer": nobody,
    }
    assert {name: what for name, what in taken.items() if what} == {"resident": ("own",), "coordinator": ("helps",)}
    assert [seen(engine, number) for number in crew.values()] == [nobody] * len(crew)


def test_who_is_coordinator_no_more_reads_no_more(engine: Engine, crew: dict[str, int]) -> None:
    """The resident talks to the bot again, and may ask for somebody anew."""
    turn(engine, crew["resident"], OpenTalk("64.72"))
    turn(engine, crew["coordinator"], TakeTalk(crew["resident"]))
    with engine.begin() as connection:
        hat = update(memberships).where(memberships.c.person_id == crew["coordinator"])
        connection.execute(hat.values(active=False))
    assert [seen(engine, crew[who]) for who in ("resident", "coordinator")] == [(), ()]
    turn(engine, crew["resident"], OpenTalk("64.72"), origin="anew")
    assert [seen(engine, crew[who]) for who in ("resident", "colleague")] == [("own",), ("calls",)]


def test_it_is_taken_once(engine: Engine, crew: dict[str, int]) -> None:
    """Who comes second thinks again, and reads that it is gone."""
    turn(engine, crew["resident"], OpenTalk("64.72"))
    turn(engine, crew["resident"], OpenTalk("64.72"), origin="again")
    turn(engine, crew["coordinator"], TakeTalk(crew["resident"]))
    with pytest.raises(IllegalChangeError):
        turn(engine, crew["colleague"], TakeTalk(crew["resident"]))
    (row,) = rows(engine, table)
    assert row.operator_id == crew["coordinator"]


def test_files_go_along_and_stay_their_senders(world: World, crew: dict[str, int]) -> None:
    engine = world[0].engine
    photo = Attachment("photo", "kept:0", "image/jpeg", 10)
    turn(engine, crew["resident"], PassOn(crew["coordinator"], Say("talk.from_resident"), (photo,)))
    (kept,) = rows(engine, attachments)
    (letter,) = rows(engine, outbox)
    assert (kept.person_id, kept.report_id, kept.media_ref) == (crew["resident"], None, "kept:0")
    assert (letter.person_id, letter.says[0]["attachments"]) == (crew["coordinator"], [kept.id])


def test_words_of_the_evening_wait_for_the_office_and_its_answer_does_not(engine: Engine, crew: dict[str, int]) -> None:
    evening = START + timedelta(hours=11)
    turn(engine, crew["resident"], PassOn(crew["coordinator"], Say("talk.from_resident")), now=evening, origin="one")
    answer = PassOn(crew["resident"], Say("talk.from_staff"), at_once=True)
    turn(engine, crew["coordinator"], answer, now=evening, origin="two")
    assert [row.not_before for row in rows(engine, outbox)] == [START + timedelta(hours=21, minutes=30), None]


def test_who_said_berhenti_still_hears_the_person_they_asked_for(engine: Engine, crew: dict[str, int]) -> None:
    with engine.begin() as connection:
        connection.execute(update(people).where(people.c.id == crew["resident"]).values(stopped_at=START))
    turn(engine, crew["coordinator"], PassOn(crew["resident"], Say("talk.from_staff")))
    assert [row.person_id for row in rows(engine, outbox)] == [crew["resident"]]


def test_who_is_erased_waits_for_nobody(engine: Engine, crew: dict[str, int], clock: FrozenClock) -> None:
    turn(engine, crew["resident"], OpenTalk("64.72"))
    with engine.begin() as connection:
        erase(connection, crew["resident"], clock.now())
        assert connection.scalars(select(table.c.id)).all() == []


def test_a_file_of_friday_evening_is_still_there_on_monday(engine: Engine, crew: dict[str, int]) -> None:
    turn(engine, crew["resident"], OpenTalk("64.72"))
    photo = Attachment("photo", "kept:0", "image/jpeg", 10)
    turn(engine, crew["coordinator"], TakeTalk(crew["resident"]), origin="taken")
    turn(engine, crew["resident"], PassOn(crew["coordinator"], Say("talk.from_resident"), (photo,)), origin="photo")
    turn(engine, crew["coordinator"], PassOn(crew["resident"], Say("talk.from_staff"), (photo,)), origin="answer")
    with engine.begin() as connection:
        assert expired.files(connection, START + timedelta(days=3)) == 0
        talks.end(connection, crew["resident"], START)
        assert expired.files(connection, START + timedelta(days=3)) == 2
