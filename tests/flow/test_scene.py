"""What a handler gets to know, and what it does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from bot.clock import FrozenClock
from bot.report_code import code_for
from bot.store.conversations import hand_state
from bot.store.keys import Keys
from bot.store.tables import addresses, asks, events, followers, invitations, outbox, people, posyandu
from handlers.scene import Outcome, Scene, State
from routing.model import Role, Status
from tests.conftest import TEST_KEY
from tests.flow.conftest import World
from tests.flow.test_outbox import put_report
from tests.flow.world import COORDINATOR, KADER, OFFICER, PLACE, RESIDENT, START, add_person, rows, write

Ask = Callable[..., Scene]


@pytest.fixture
def seen() -> list[Scene]:
    return []


@pytest.fixture
def world(make: Callable[..., World], seen: list[Scene]) -> World:
    def watch(scene: Scene) -> Outcome:
        seen.append(scene)
        return Outcome(scene.state)

    return make(respond=watch)


@pytest.fixture
def scene(world: World, seen: list[Scene]) -> Ask:
    """The scene that a message brings about."""
    numbers = iter(range(1000))
    app, _ = world

    def of(contact: str, text: str = "cek", **more: object) -> Scene:
        write(app, next(numbers), text, contact=contact, **more)
        app.turns.run_due(quiet_over=True)
        return seen[-1]

    return of


@pytest.fixture
def cast(world: World) -> dict[str, int]:
    app, _ = world
    with app.engine.begin() as connection:
        connection.execute(insert(posyandu).values(region="64.72", place_code=PLACE, name="Mawar"))
    return {
        "resident": add_person(app.engine, RESIDENT),
        "kader": add_person(app.engine, KADER, "kader", place_codes=PLACE, posyandu_id=1),
        "officer": add_person(app.engine, OFFICER, "officer", office="AIR"),
        "ppa": add_person(app.engine, "+628120000005", "officer", office="PPA"),
        "coordinator": add_person(app.engine, COORDINATOR, "coordinator"),
    }


def statuses(scene: Scene) -> list[str]:
    return [report.status for report in scene.tasks]


def test_a_stranger_is_a_person_without_hats(scene: Ask) -> None:
    one = scene("+628120000099")
    assert (one.person.memberships, one.person.name, one.mine, one.tasks, one.asks) == ((), None, (), (), ())
    assert one.region == "64.72"


def test_hats_are_known_with_their_posyandu(scene: Ask, cast: dict[str, int]) -> None:
    (hat,) = scene(KADER).person.memberships
    assert (hat.role, hat.posyandu, hat.place_codes) == (Role.KADER, "Mawar", (PLACE,))


def test_made_up_hats_do_not_count_beside_real_people(world: World, scene: Ask, cast: dict[str, int]) -> None:
    app, _ = world
    with app.engine.begin() as connection:
        connection.execute(update(people).where(people.c.id == cast["kader"]).values(made_up=True))
    assert scene(KADER).person.memberships == ()


def test_what_is_mine_holds_what_i_joined_and_nothing_restricted(
    world: World, scene: Ask, cast: dict[str, int]
) -> None:
    app, _ = world
    me, other = cast["resident"], cast["kader"]
    put_report(app.engine, me, ref="a", ticket="SMD-0001")
    put_report(app.engine, me, ref="b", restricted=True)
    joined = put_report(app.engine, other, ref="c", ticket="SMD-0003")
    put_report(app.engine, other, ref="d", ticket="SMD-0004")
    with app.engine.begin() as connection:
        connection.execute(insert(followers).values(report_id=joined, person_id=me, joined_at=START))
    assert [report.ticket for report in scene(RESIDENT).mine] == ["SMD-0003", "SMD-0001"]


TASKS = [
    ("kader", KADER, "reported", {}, True),
    ("kader", KADER, "closed", {}, False),
    ("kader", KADER, "reported", {"restricted": True}, False),
    ("officer", OFFICER, "reported", {}, False),
    ("officer", OFFICER, "forwarded", {}, True),
    ("officer", OFFICER, "resolved", {}, True),
    ("officer", OFFICER, "forwarded", {"office": "DLH"}, False),
    ("officer", OFFICER, "forwarded", {"region": "64.02"}, False),
    ("officer", OFFICER, "reported", {"restricted": True, "office": "PPA"}, False),
    ("ppa", "+628120000005", "reported", {"restricted": True, "office": "PPA"}, True),
    ("ppa", "+628120000005", "acknowledged", {"restricted": True, "office": "PPA"}, True),
    ("coordinator", COORDINATOR, "holding", {}, True),
    ("coordinator", COORDINATOR, "holding", {"region": "64.02"}, False),
    ("coordinator", COORDINATOR, "reported", {}, False),
    ("coordinator", COORDINATOR, "forwarded", {"respond_by": START - timedelta(hours=1)}, True),
    ("coordinator", COORDINATOR, "forwarded", {"respond_by": START + timedelta(hours=1)}, False),
    ("coordinator", COORDINATOR, "in_progress", {"resolve_by": START - timedelta(hours=1)}, True),
    ("coordinator", COORDINATOR, "holding", {"restricted": True}, False),
    ("resident", RESIDENT, "reported", {}, False),
]


@pytest.mark.parametrize(("who", "contact", "status", "more", "theirs"), TASKS)
def test_whose_task_a_report_is(
    world: World,
    scene: Ask,
    cast: dict[str, int],
    who: str,
    contact: str,
    status: str,
    more: dict[str, object],
    theirs: bool,
) -> None:
    app, _ = world
    values = {"office": "AIR", "status": status, **more}
    put_report(app.engine, cast["resident"], cast["kader"], **values)
    assert statuses(scene(contact)) == ([status] if theirs else [])


def test_a_finished_report_stays_at_hand_for_thirty_days(
    world: World, scene: Ask, cast: dict[str, int], clock: FrozenClock
) -> None:
    app, _ = world
    report_id = put_report(app.engine, cast["resident"], cast["kader"], status="closed")
    with app.engine.begin() as connection:
        values = {"report_id": report_id, "at": START, "actor": "system", "kind": "closed", "seen": True, "data": {}}
        connection.execute(insert(events).values(values))
    clock.move(timedelta(days=29))
    assert statuses(scene(KADER)) == [Status.CLOSED]
    clock.move(timedelta(days=2))
    assert statuses(scene(KADER)) == []
    with app.engine.begin() as connection:
        connection.execute(insert(events).values({**values, "at": clock.now(), "kind": "viewed"}))
    assert statuses(scene(KADER)) == [], "to look at it is no news"


def test_a_coordinator_sees_numbers_and_nothing_of_restricted_reports(
    world: World, scene: Ask, cast: dict[str, int]
) -> None:
    app, _ = world
    put_report(app.engine, cast["resident"], ref="a", ticket="SMD-0001", status="holding")
    put_report(app.engine, cast["resident"], ref="b", restricted=True)
    one = scene(COORDINATOR)
    assert one.counts == {"open": 1, "held": 1, "overdue": 0, "restricted": 1}
    assert [report.ticket for report in one.tasks] == ["SMD-0001"]


def test_a_hidden_name_is_nowhere_in_the_report(world: World, scene: Ask, cast: dict[str, int]) -> None:
    app, _ = world
    put_report(app.engine, cast["resident"], cast["kader"], hide_name=True)
    (report,) = scene(KADER).tasks
    assert "Contoh" not in repr(report)


# --- codes ------------------------------------------------------------------------------------------------------------

CODE = code_for("draft", Keys([TEST_KEY]))
FIRST, SECOND = CODE.split("-")


@pytest.fixture
def restricted(world: World, cast: dict[str, int]) -> int:
    app, _ = world
    return put_report(app.engine, cast["resident"], restricted=True, office="PPA")


@pytest.mark.parametrize("text", [CODE, f"{FIRST}{SECOND}".lower(), f"kode saya {FIRST} {SECOND}", f"saya {CODE} ya"])
def test_a_code_opens_its_report_from_any_phone(scene: Ask, restricted: int, text: str) -> None:
    found = scene("+628120000098", text).by_code
    assert found is not None
    assert (found.id, found.ticket) == (restricted, CODE)


def test_guessing_codes_ends_after_five_wrong_ones(scene: Ask, restricted: int, clock: FrozenClock) -> None:
    for number in range(2, 7):
        assert scene(RESIDENT, f"ABCD-222{number}").by_code is None
    assert scene(RESIDENT, CODE).by_code is None, "even the right one, for an hour"
    assert scene(KADER, CODE).by_code is not None, "nobody else is held up"
    clock.move(timedelta(hours=1, seconds=1))
    assert scene(RESIDENT, CODE).by_code is not None


def test_guesses_are_not_among_the_facts_a_handler_sees(scene: Ask, restricted: int) -> None:
    scene(RESIDENT, "ABCD-2222")
    assert scene(RESIDENT).person.facts == {}


@pytest.fixture
def invited(world: World) -> int:
    app, _ = world
    with app.engine.begin() as connection:
        person: int = connection.execute(
            insert(people).values(facts={}, created_at=START).returning(people.c.id)
        ).scalar_one()
        week = START + timedelta(days=7)
        codes = [
            {"person_id": person, "code_hash": "7Q4MP-2KXDR", "expires_at": week, "used_at": None},
            {"person_id": person, "code_hash": "22222-AAAAA", "expires_at": week, "used_at": START},
            {"person_id": person, "code_hash": "33333-AAAAA", "expires_at": START, "used_at": None},
        ]
        connection.execute(insert(invitations), codes)
    return person


INVITATIONS = [
    ("7Q4MP-2KXDR", 1, ""),
    ("/start 7q4mp2kxdr", 1, ""),
    ("22222-AAAAA", None, "used"),
    ("33333-AAAAA", None, "expired"),
    ("kader 7Q4MP-2KXDR", 1, ""),
    ("44444-AAAAA", None, ""),
    ("/start 44444-AAAAA", None, "unknown"),
    ("hubungi +62 8234567899", None, ""),
    ("tolong bapak8 mabok2 2345-67899", None, ""),
    ("/start nonsense", None, "unknown"),
    ("/start", None, ""),
    ("beban besar", None, ""),
    ("cek", None, ""),
]


@pytest.mark.parametrize(("text", "invitation", "problem"), INVITATIONS)
def test_invitations(scene: Ask, invited: int, text: str, invitation: int | None, problem: str) -> None:
    one = scene(RESIDENT, text)
    assert (one.invitation, one.invitation_problem) == (invitation, problem)


# --- what is open and what was asked for ------------------------------------------------------------------------------


def test_questions_of_the_same_moment_come_newest_first(world: World, scene: Ask, cast: dict[str, int]) -> None:
    app, _ = world
    question = {"person_id": cast["kader"], "kind": "verify"}
    with app.engine.begin() as connection:
        for asked_at in (START, START, START - timedelta(hours=1)):
            connection.execute(insert(asks).values(asked_at=asked_at, **question))
    assert [ask.id for ask in scene(KADER).asks] == [2, 1, 3]


def test_a_question_is_known_by_every_letter_that_asked_it(world: World, scene: Ask, cast: dict[str, int]) -> None:
    app, _ = world
    letter = {"person_id": cast["kader"], "ask_id": 1, "says": [], "created_at": START, "due_at": START}
    with app.engine.begin() as connection:
        connection.execute(insert(asks).values(person_id=cast["kader"], kind="verify", asked_at=START))
        connection.execute(insert(asks).values(person_id=cast["kader"], kind="visit_day", asked_at=START))
        for number, sent_as in enumerate(("first", "second", None)):
            values = {**letter, "dedupe": str(number), "external_id": sent_as, "failed_at": START}
            connection.execute(insert(outbox).values(values))
    unsent, asked = scene(KADER).asks
    assert (asked.message_id, asked.message_ids) == ("second", ("first", "second"))
    assert (unsent.message_id, unsent.message_ids) == (None, ())


REQUESTS = [
    (State(request="draft"), True),
    (State(dialogue="safety", ref="draft"), True),
    (State(dialogue="safety", ref="draft", request="open"), True),
    (State(dialogue="report", ref="draft"), False),
    (State(request="open"), False),
    (State(request="of somebody else"), False),
    (State(), False),
]


@pytest.mark.parametrize(("state", "known"), REQUESTS)
def test_the_own_request_is_known_while_the_conversation_refers_to_it(
    world: World, scene: Ask, cast: dict[str, int], restricted: int, state: State, known: bool
) -> None:
    app, _ = world
    put_report(app.engine, cast["resident"], ref="open", ticket="SMD-0001")
    put_report(app.engine, cast["kader"], ref="of somebody else", restricted=True)
    with app.engine.begin() as connection:
        hand_state(connection, cast["resident"], state)
    one = scene(RESIDENT)
    assert (one.own_request is not None and one.own_request.id == restricted) is known
    assert restricted not in [report.id for report in one.mine]


def test_the_reference_of_a_draft_belongs_to_the_turn(world: World, seen: list[Scene]) -> None:
    app, _ = world
    for number in range(3):
        write(app, number, "hello")
        app.turns.run_due(quiet_over=True)
    assert len({one.fresh for one in seen}) == 3


def test_what_the_channel_reports_is_what_the_handler_gets(scene: Ask) -> None:
    one = scene(RESIDENT, "here", point=(-0.5, 117.1), reply_to="provider-7")
    (incoming,) = one.incoming
    assert incoming == replace(incoming, text="here", point=(-0.5, 117.1), reply_to="provider-7", contact=RESIDENT)


def test_a_number_of_an_imported_list_is_recognised(world: World, scene: Ask, cast: dict[str, int]) -> None:
    app, _ = world
    scene(OFFICER)
    assert len(rows(app.engine, addresses)) == len(cast), "no second person for a known number"
