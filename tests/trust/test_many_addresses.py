"""One person, many addresses: a number that changed hands, two channels of one officer, a phone that is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from bot.app import App
from bot.catalogue import load_catalogue
from bot.store.conversations import person_of
from bot.store.database import reading
from bot.store.invitations import store_invitation
from bot.store.revoking import revoke_addresses
from bot.store.tables import memberships, outbox, reports
from bot.web.site import make_site
from handlers.messages import INCOMING, SAY, Incoming, Say
from handlers.scene import Outcome, Scene
from routing.model import Role
from tests.flow.conftest import World, clock, make, world  # noqa: F401 - fixtures
from tests.flow.test_media import OGG
from tests.flow.test_outbox import put_report
from tests.flow.world import COORDINATOR, OFFICER, RESIDENT, START, FileChannel, add_person, respond, rows, write
from tests.web.conftest import TestClient
from tests.web.test_links import kept, path

OLD, NEW, THIRD = "ID.4566000000000001", "ID.4566000000000002", "ID.4566000000000003"
OTHER = "telegram-77"
CODE = "7Q4MP-2KXDR"


def whose(engine: Engine, contact: str, channel: str = "test") -> int | None:
    with reading(engine) as connection:
        return person_of(connection, channel, contact)


def says(app: App, number: int, contact: str, *also: str, text: str = "hello") -> None:
    write(app, number, text, contact=contact, also=also)
    app.pump(now_quiet=True)


def told(engine: Engine, person_id: int, key: str) -> list[Say]:
    lines = [SAY.validate_python(say) for row in rows(engine, outbox) if row.person_id == person_id for say in row.says]
    return [line for line in lines if line.key == key]


# --- a number that changed hands --------------------------------------------------------------------------------------


def test_who_got_an_officers_number_is_a_stranger(world: World) -> None:  # noqa: F811
    app, channel = world
    officer = add_person(app.engine, OFFICER, "officer", office="AIR")
    coordinator = add_person(app.engine, COORDINATOR, "coordinator")
    report = put_report(app.engine, officer, status="forwarded", office="AIR")
    says(app, 1, OFFICER, OLD)
    says(app, 2, OFFICER, NEW, text="hello who is this")
    stranger = whose(app.engine, OFFICER)
    assert stranger is not None
    assert stranger == whose(app.engine, NEW) != officer
    with reading(app.engine) as connection:
        assert connection.scalars(select(memberships.c.person_id).order_by(memberships.c.id)).first() == officer
    assert [row.reporter_id for row in rows(app.engine, reports)] == [officer]
    (line,) = told(app.engine, coordinator, "parked.changed_hands")
    assert line.values["name"] == "Contoh"
    assert OFFICER[-6:] not in str(line.values)
    assert channel.texts(OFFICER)[-1] == "hello heard=1 said=hello who is this", "answered like anybody"
    post_to(app.engine, officer, report)
    app.pump()
    assert channel.texts()[-1].startswith("outbox.unreachable ticket=SMD-0007")
    assert channel.lines()[-1]["to"] == COORDINATOR, "and what was meant for the officer does not go there"


def test_the_coordinator_is_told_once_whatever_comes_late(world: World) -> None:  # noqa: F811
    app, _ = world
    officer = add_person(app.engine, OFFICER, "officer", office="AIR")
    coordinator = add_person(app.engine, COORDINATOR, "coordinator")
    for number, account in enumerate((OLD, NEW, OLD, NEW)):
        says(app, number, OFFICER, account)
        assert (whose(app.engine, OFFICER) == officer) is (account == OLD), "the account says who writes"
    assert len(told(app.engine, coordinator, "parked.changed_hands")) == 1
    assert whose(app.engine, OLD) == officer != whose(app.engine, NEW)


def test_nobody_is_told_of_a_residents_number(world: World) -> None:  # noqa: F811
    app, _ = world
    add_person(app.engine, COORDINATOR, "coordinator")
    says(app, 1, RESIDENT, OLD, text="no water")
    says(app, 2, RESIDENT, NEW, text="no light")
    first, second = rows(app.engine, reports)
    assert first.reporter_id == whose(app.engine, OLD)
    assert second.reporter_id == whose(app.engine, NEW) != first.reporter_id
    assert all(say["key"] != "parked.changed_hands" for row in rows(app.engine, outbox) for say in row.says)


def test_an_invitation_brings_the_same_person_on_a_new_account_back(world: World) -> None:  # noqa: F811
    app, _ = world
    officer = add_person(app.engine, OFFICER, "officer", office="AIR")
    says(app, 1, OFFICER, OLD)
    says(app, 2, OFFICER, NEW)
    invite(app, officer)
    says(app, 3, OFFICER, NEW, text=CODE)
    says(app, 4, OFFICER, NEW)
    assert {whose(app.engine, one) for one in (OFFICER, OLD, NEW)} == {officer}
    says(app, 5, OFFICER, THIRD)
    assert whose(app.engine, OFFICER) == whose(app.engine, THIRD) != officer, "and it can change hands again"


@pytest.mark.parametrize("role", [Role.KADER, Role.OFFICER, Role.COORDINATOR])
def test_the_coordinator_reads_which_hat_it_was(role: Role) -> None:
    assert f"phone.role.{role}" in load_catalogue("id")


# --- two channels of one officer --------------------------------------------------------------------------------------


def post_to(engine: Engine, person_id: int, report_id: int, **more: Any) -> None:
    """A letter to somebody who works for a report."""
    says = [SAY.dump_python(Say("office.new"), mode="json")]
    values = {"person_id": person_id, "report_id": report_id, "says": says, "created_at": START, "due_at": START}
    with engine.begin() as connection:
        connection.execute(insert(outbox).values({**values, "dedupe": f"to{person_id}.{len(more)}", **more}))


def invite(app: App, person_id: int) -> None:
    with app.engine.begin() as connection:
        store_invitation(connection, person_id, CODE, app.clock.now())


def on_another_channel(app: App) -> FileChannel:
    """A second channel of the same App, whose provider is a file of its own."""
    other = FileChannel(app.settings.var_dir / "other.jsonl", name="other")
    app.channels[other.name] = other
    return other


def says_there(app: App, number: int, text: str) -> None:
    incoming = Incoming("other", f"o{number}", OTHER, app.clock.now(), text)
    app.inbox.accept("other", f"o{number}", OTHER, INCOMING.dump_json(incoming))
    app.pump(now_quiet=True)


def test_an_officer_on_two_channels_is_written_to_where_they_wrote_last(
    world: World,  # noqa: F811
    clock: Any,  # noqa: F811
) -> None:
    app, here = world
    there = on_another_channel(app)
    officer = add_person(app.engine, OFFICER, "officer", office="AIR")
    report = put_report(app.engine, add_person(app.engine, RESIDENT), status="forwarded", office="AIR")
    says(app, 1, OFFICER)
    invite(app, officer)
    says_there(app, 1, CODE)
    assert whose(app.engine, OFFICER) == whose(app.engine, OTHER, "other") == officer
    clock.move(timedelta(minutes=1))
    says_there(app, 2, "hello")
    post_to(app.engine, officer, report, dedupe="first")
    app.pump()
    clock.move(timedelta(minutes=1))
    says(app, 2, OFFICER)
    post_to(app.engine, officer, report, dedupe="second")
    app.pump()
    assert [text for text in there.texts() if text == "office.new"] == ["office.new"]
    assert [text for text in here.texts(OFFICER) if text == "office.new"] == ["office.new"]


def test_a_lost_phone_ends_both_addresses_of_an_officer(world: World) -> None:  # noqa: F811
    app, here = world
    there = on_another_channel(app)
    officer = add_person(app.engine, OFFICER, "officer", office="AIR")
    report = put_report(app.engine, add_person(app.engine, RESIDENT), status="forwarded", office="AIR")
    invite(app, officer)
    says_there(app, 1, CODE)
    with app.engine.begin() as connection:
        assert revoke_addresses(connection, officer, app.clock.now()) == 2
    before = len(here.lines()), len(there.lines())
    post_to(app.engine, officer, report)
    app.pump()
    assert (len(here.lines()), len(there.lines())) == before
    says_there(app, 2, "hello")
    says(app, 2, OFFICER)
    strangers = {whose(app.engine, OFFICER), whose(app.engine, OTHER, "other")}
    assert officer not in strangers
    assert len(strangers) == 2, "whoever found one phone is not whoever has the other"


# --- a lost phone -----------------------------------------------------------------------------------------------------


def test_a_turn_under_way_is_overtaken_when_the_phone_is_revoked(
    make: Callable[..., World],  # noqa: F811
    engine: Engine,
) -> None:
    officer = add_person(engine, OFFICER, "officer", office="AIR")
    thought: list[int] = []

    def meanwhile(scene: Scene) -> Outcome:
        thought.append(scene.person.id)
        if scene.person.id == officer:
            with engine.begin() as connection:
                revoke_addresses(connection, officer, START)
        return respond(scene) if scene.person.memberships else Outcome(scene.state, (Say("stranger"),))

    app, channel = make(respond=meanwhile)
    says(app, 1, OFFICER)
    assert (thought, channel.texts()) == ([officer], []), "what was decided for the officer is neither sent nor kept"
    app.pump(now_quiet=True)
    assert len(set(thought)) == 2
    assert channel.texts() == ["stranger"]


@pytest.mark.parametrize("waits", [{}, {"parked_at": START}], ids=["on its way", "until they write"])
def test_work_that_waits_for_a_lost_phone_is_the_coordinators(world: World, waits: dict[str, Any]) -> None:  # noqa: F811
    app, channel = world
    officer = add_person(app.engine, OFFICER, "officer", office="AIR")
    add_person(app.engine, COORDINATOR, "coordinator")
    report = put_report(app.engine, add_person(app.engine, RESIDENT), status="forwarded", office="AIR")
    post_to(app.engine, officer, report, **waits)
    with app.engine.begin() as connection:
        revoke_addresses(connection, officer, app.clock.now())
    for _ in range(2):
        app.parking.run_due()
        app.pump()
    assert [line["to"] for line in channel.lines()] == [COORDINATOR], "once"
    assert channel.texts()[0].startswith("coordinator.office_empty"), "the office, with how much waits, not each letter"
    assert channel.texts()[0].endswith("count=1")


def test_what_waited_is_read_by_whoever_is_invited_again(world: World) -> None:  # noqa: F811
    app, channel = world
    officer = add_person(app.engine, OFFICER, "officer", office="AIR")
    report = put_report(app.engine, add_person(app.engine, RESIDENT), status="forwarded", office="AIR")
    post_to(app.engine, officer, report, parked_at=START)
    with app.engine.begin() as connection:
        revoke_addresses(connection, officer, app.clock.now())
    app.parking.run_due()
    invite(app, officer)
    on_another_channel(app)
    says(app, 1, "+628120000009", text=CODE)
    says(app, 2, "+628120000009")
    assert "office.new" in channel.texts("+628120000009")


def test_a_link_that_was_sent_to_a_lost_phone_opens_nothing(world: World) -> None:  # noqa: F811
    app, _ = world
    officer = add_person(app.engine, OFFICER, "officer", office="AIR")
    link = path(app, kept(app, "voice", OGG), officer, now=START)
    client = TestClient(make_site(app))
    assert client.get(link).status_code == 200
    with app.engine.begin() as connection:
        revoke_addresses(connection, officer, app.clock.now())
    assert client.get(link).status_code == 404
