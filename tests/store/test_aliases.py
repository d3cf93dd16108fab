"""Two who turn out to be one account: everything of both is there afterwards, under the one who stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Column, Engine, Table, insert, select

from bot.store.aliases import merge, one_person
from bot.store.conversations import Lease, lease, meet
from bot.store.database import reading
from bot.store.tables import (
    addresses,
    asks,
    attachments,
    conversations,
    errands,
    events,
    followers,
    invitations,
    kept_from,
    memberships,
    outbox,
    people,
    reports,
)
from handlers.messages import Incoming
from handlers.scene import STATE, State

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NUMBER, SCOPED = "+6281200000002", "ID.4566000000000001"


def add(engine: Engine, table: Table, **values: object) -> Any:
    with engine.begin() as connection:
        return connection.execute(insert(table).values(values).returning(*table.primary_key.columns)).first()


def person(engine: Engine, contact: str, *, hat: bool = False, **more: Any) -> int:
    values = {"name": None, "facts": {}, "created_at": NOW, "made_up": False, **more}
    person_id: int = add(engine, people, **values).id
    add(engine, addresses, person_id=person_id, channel="whatsapp", contact_hash=contact, contact=contact)
    if hat:
        add(engine, memberships, person_id=person_id, role="kader", region="64.72")
    return person_id


def report(engine: Engine, reporter: int, number: int, **more: object) -> int:
    values = {"ref": f"r{number}", "ticket": f"SMD-{number:04}", "region": "64.72", "status": "reported", "text": "x"}
    report_id: int = add(engine, reports, reporter_id=reporter, received_at=NOW, **values, **more).id
    return report_id


def owners(engine: Engine, column: Column[Any]) -> list[int]:
    with reading(engine) as connection:
        return sorted(connection.scalars(select(column).where(column.is_not(None))))


def join(engine: Engine, one: int, other: int, owner: str | None = None) -> int | None:
    with engine.begin() as connection:
        return merge(connection, one, other, NOW, owner)


def hold(engine: Engine, person_id: int) -> Lease:
    with engine.begin() as connection:
        held = lease(connection, person_id, "me", NOW, NOW + timedelta(minutes=1))
    assert held is not None
    return held


def write_state(engine: Engine, person_id: int, state: State) -> None:
    add(engine, conversations, person_id=person_id, state=STATE.dump_python(state, mode="json"), version=0)


def test_all_that_was_the_others_is_theirs(engine: Engine) -> None:
    keep, gone = person(engine, NUMBER), person(engine, SCOPED)
    first, second = report(engine, gone, 1, kader_id=gone), report(engine, keep, 2)
    ask = add(engine, asks, person_id=gone, report_id=first, kind="verify", asked_at=NOW).id
    add(engine, outbox, person_id=gone, ask_id=ask, says=[], created_at=NOW, due_at=NOW)
    add(engine, attachments, report_id=first, person_id=gone, kind="photo", file={}, added_at=NOW)
    add(engine, events, report_id=first, at=NOW, person_id=gone, actor="reporter", kind="reported", data={})
    add(engine, invitations, person_id=gone, code_hash="x", expires_at=NOW)
    for both in (keep, gone):
        add(engine, followers, report_id=second, person_id=both, joined_at=NOW)
        add(engine, kept_from, report_id=second, person_id=both, since=NOW)
    add(engine, followers, report_id=first, person_id=gone, joined_at=NOW)
    assert join(engine, gone, keep) == keep
    assert owners(engine, people.c.id) == [keep]
    assert owners(engine, addresses.c.person_id) == [keep, keep]
    assert owners(engine, followers.c.person_id) == [keep, keep]
    named = (asks, outbox, attachments, events, invitations, kept_from)
    for column in (*(table.c.person_id for table in named), reports.c.kader_id):
        assert owners(engine, column) == [keep]
    assert owners(engine, reports.c.reporter_id) == [keep, keep]


def test_what_both_were_to_hear_they_hear_once(engine: Engine) -> None:
    """Two addresses of one officer on two lists: both have this morning's round-up, and one an answer that waits."""
    keep, gone = person(engine, NUMBER, hat=True), person(engine, SCOPED, hat=True)
    colleague = person(engine, "+6281200000003")
    add(engine, memberships, person_id=colleague, role="officer", region="64.72", office="AIR", stand_in_id=gone)
    for owner, kind, key in ((keep, "digest", "2026-11-23"), (gone, "digest", "2026-11-23"), (gone, "answer", "t1")):
        add(engine, errands, person_id=owner, kind=kind, key=key, region="64.72", data={}, due_at=NOW)
    assert join(engine, keep, gone) == keep
    assert owners(engine, errands.c.person_id) == [keep, keep]
    assert owners(engine, memberships.c.stand_in_id) == [keep]


@pytest.mark.parametrize(
    ("older_hat", "younger_hat", "stays"),
    [(False, False, "older"), (True, False, "older"), (False, True, "younger"), (True, True, "older")],
)
def test_whoever_has_a_hat_stays_or_else_the_older(
    engine: Engine, older_hat: bool, younger_hat: bool, stays: str
) -> None:
    two = {"older": person(engine, NUMBER, hat=older_hat), "younger": person(engine, SCOPED, hat=younger_hat)}
    assert join(engine, two["younger"], two["older"]) == two[stays]
    assert owners(engine, memberships.c.person_id) == [two[stays]] * (older_hat + younger_hat)


def test_name_and_facts_of_both_are_kept(engine: Engine) -> None:
    keep = person(engine, NUMBER, facts={"region": "64.72"})
    gone = person(engine, SCOPED, name="Contoh", facts={"region": "62.71", "notice": "told"})
    join(engine, keep, gone)
    with reading(engine) as connection:
        row = connection.execute(select(people)).one()
    assert (row.name, row.facts) == ("Contoh", {"region": "64.72", "notice": "told"})


@pytest.mark.parametrize(
    ("kept", "other", "expected"),
    [
        (None, State(dialogue="report"), "report"),
        (State(), State(dialogue="report"), "report"),
        (State(dialogue="safety"), State(dialogue="report"), "safety"),
        (State(dialogue="report"), None, "report"),
        (None, None, None),
    ],
)
def test_whoever_is_in_the_middle_of_something_goes_on(
    engine: Engine, kept: State | None, other: State | None, expected: str | None
) -> None:
    keep, gone = person(engine, NUMBER), person(engine, SCOPED)
    for who, state in ((keep, kept), (gone, other)):
        if state is not None:
            write_state(engine, who, state)
    join(engine, keep, gone)
    assert hold(engine, keep).state.dialogue == expected


def test_nobody_is_joined_while_somebody_is_at_work_for_them(engine: Engine) -> None:
    keep, gone = person(engine, NUMBER), person(engine, SCOPED)
    hold(engine, gone)
    assert join(engine, keep, gone, owner="somebody else") is None
    assert owners(engine, people.c.id) == [keep, gone]
    assert join(engine, keep, gone, owner="me") == keep


def heard(contact: str, *also: str) -> Incoming:
    return Incoming("whatsapp", "SM1", contact, NOW, "halo", also=also)


def test_a_second_name_is_learnt(engine: Engine) -> None:
    known = person(engine, NUMBER)
    held = hold(engine, known)
    assert one_person(engine, held, [heard(NUMBER, SCOPED)], NOW)
    assert one_person(engine, held, [heard(NUMBER, SCOPED), heard(NUMBER)], NOW)
    with reading(engine) as connection:
        assert set(connection.scalars(select(addresses.c.contact))) == {NUMBER, SCOPED}


def test_two_known_ones_become_one_and_the_turn_begins_anew(engine: Engine) -> None:
    keep, gone = person(engine, NUMBER), person(engine, SCOPED)
    held = hold(engine, gone)
    assert not one_person(engine, held, [heard(SCOPED, NUMBER)], NOW)
    assert owners(engine, people.c.id) == [keep]
    assert one_person(engine, hold(engine, keep), [heard(SCOPED, NUMBER)], NOW)


def test_two_known_ones_stay_two_while_the_other_one_is_busy(engine: Engine) -> None:
    one, other = person(engine, NUMBER), person(engine, SCOPED)
    held = hold(engine, one)
    with engine.begin() as connection:
        lease(connection, other, "somebody else", NOW, NOW + timedelta(minutes=1))
    assert one_person(engine, held, [heard(NUMBER, SCOPED)], NOW)
    assert owners(engine, people.c.id) == [one, other]


def test_whoever_is_known_under_another_name_is_met_again(engine: Engine) -> None:
    known = person(engine, NUMBER)
    with engine.begin() as connection:
        assert meet(connection, "whatsapp", SCOPED, NOW, (NUMBER,)) == known
        assert meet(connection, "whatsapp", SCOPED, NOW) == known
