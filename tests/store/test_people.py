"""Made-up people, invitations, counts and parked messages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, insert, select, update

from bot.demo.people import demo_rows, load_demo
from bot.invitation_code import codes_in, new_code
from bot.store.database import reading
from bot.store.invitations import VALID, find_invitation, store_invitation
from bot.store.keys import Keys
from bot.store.parked import Parked, list_parked, replay
from bot.store.people import Count, Member, count_members, find_members, save_member
from bot.store.tables import addresses, inbox, invitations, memberships, people
from routing.model import Role
from routing.region import load_atlas

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


# --- made-up people ---------------------------------------------------------------------------------------------------


def test_the_demonstration_is_loaded_once(engine: Engine) -> None:
    assert load_demo(engine, NOW) == len(demo_rows())
    assert load_demo(engine, NOW) == 0
    with reading(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(people)) == len(demo_rows())
        assert connection.scalars(select(people.c.made_up).distinct()).all() == [True]
        assert connection.scalars(select(addresses.c.channel).distinct()).all() == ["simulator"]


def test_every_leading_office_has_a_made_up_officer_and_every_region_a_coordinator() -> None:
    officers = {(row["region"], row["office"]) for row in demo_rows() if row["role"] == Role.OFFICER}
    coordinators = {row["region"] for row in demo_rows() if row["role"] == Role.COORDINATOR}
    atlas = load_atlas()
    assert coordinators == set(atlas.regions)
    for region in atlas.regions.values():
        leads = {route.lead for routes in region.routes.values() for route in routes}
        own = {lead for lead in leads if region.offices[lead].in_government}
        assert {(region.code, lead) for lead in own} <= officers


def test_made_up_people_are_plainly_made_up_and_live_where_the_atlas_says() -> None:
    atlas = load_atlas()
    for row in demo_rows():
        assert "Contoh" in row["name"]
        assert all(atlas.region_of(code) is not None for code in row["place_codes"].split())
        assert not row["office"] or row["office"] in atlas.regions[row["region"]].offices
    assert len({row["contact"] for row in demo_rows()}) == len(demo_rows())


def test_made_up_people_are_counted_only_when_asked_for(engine: Engine, keys: Keys) -> None:
    load_demo(engine, NOW)
    real = Member(Role.KADER, "Kader Contoh", "64.72", None, place_codes=("64.72.06.1001",))
    with engine.begin() as connection:
        save_member(connection, keys, real, NOW)
    with reading(engine) as connection:
        assert list(count_members(connection, made_up=False)) == [Count("64.72", "kader", 1, 0)]
        with_them = {
            (one.region, one.role): (one.people, one.reachable) for one in count_members(connection, made_up=True)
        }
    assert with_them["64.72", "kader"] == (2, 1)
    assert with_them["62.71", "coordinator"] == (1, 1)


# --- invitations ------------------------------------------------------------------------------------------------------


@pytest.fixture
def kader(engine: Engine, keys: Keys) -> int:
    with engine.begin() as connection:
        save_member(connection, keys, Member(Role.KADER, "Kader Contoh", "64.72", "+6281200000001"), NOW)
        return int(connection.execute(select(memberships.c.person_id)).scalar_one())


@pytest.mark.parametrize(
    ("after", "used", "expected"),
    [
        (timedelta(0), False, ""),
        (VALID - timedelta(seconds=1), False, ""),
        (VALID, False, "expired"),
        (timedelta(0), True, "used"),
        (VALID, True, "used"),
    ],
)
def test_an_invitation_holds_once_and_for_a_while(
    engine: Engine, kader: int, after: timedelta, used: bool, expected: str
) -> None:
    code = new_code()
    with engine.begin() as connection:
        assert store_invitation(connection, kader, code, NOW) == NOW + VALID
        if used:
            connection.execute(update(invitations).values(used_at=NOW))
        number, problem = find_invitation(connection, code, NOW + after)
    assert problem == expected
    assert (number is not None) is (expected == "")


def test_a_code_nobody_gave_out_is_unknown(engine: Engine) -> None:
    with reading(engine) as connection:
        assert find_invitation(connection, new_code(), NOW) == (None, "unknown")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("kode saya 7Q4MP-2KXDR", ("7Q4MP-2KXDR",)),
        ("/start 7q4mp2kxdr", ("7Q4MP-2KXDR",)),
        ("7Q4MP 2KXDR", ("7Q4MP-2KXDR",)),
        ("7Q4M-2KXD", ()),
        ("081200000001", ()),
        ("X7Q4MP-2KXDRX", ()),
    ],
)
def test_codes_are_found_in_words(text: str, found: tuple[str, ...]) -> None:
    assert codes_in(text) == found


def test_every_new_code_is_read_back() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(codes_in(f"ini {code.lower()} ya") == (code,) for code in codes)


def test_people_are_found_by_number_or_by_name(engine: Engine, kader: int) -> None:
    with reading(engine) as connection:
        assert [one.person_id for one in find_members(connection, contact="+6281200000001")] == [kader]
        assert [one.person_id for one in find_members(connection, name="kader CONTOH")] == [kader]
        assert find_members(connection, contact="+6281200000002") == find_members(connection, name="Kader") == ()


# --- parked messages --------------------------------------------------------------------------------------------------


def park(engine: Engine, external_id: str, *, parked: bool = True, handled: bool = False) -> int:
    row = {
        "channel": "simulator",
        "external_id": external_id,
        "contact_hash": "warga-1",
        "contact": "warga-1",
        "raw": "rahasia",
        "received_at": NOW,
        "next_at": NOW,
        "tries": 5,
        "error": "ValueError at bot.turn:41",
        "parked_at": NOW if parked else None,
        "handled_at": NOW if handled else None,
    }
    with engine.begin() as connection:
        return int(connection.execute(insert(inbox).values(row).returning(inbox.c.id)).scalar_one())


def test_parked_messages_are_listed_without_their_words(engine: Engine) -> None:
    number = park(engine, "a")
    park(engine, "b", parked=False)
    park(engine, "c", handled=True)
    with reading(engine) as connection:
        listed = list_parked(connection)
    assert listed == (Parked(number, "simulator", NOW, 5, "ValueError at bot.turn:41"),)


def test_a_replay_makes_a_message_due_again(engine: Engine) -> None:
    first, second, handled = park(engine, "a"), park(engine, "b"), park(engine, "c", handled=True)
    later = NOW + timedelta(hours=1)
    with engine.begin() as connection:
        assert replay(connection, later, [first, handled]) == 1
        row = connection.execute(select(inbox).where(inbox.c.id == first)).one()
        assert (row.parked_at, row.tries, row.error, row.next_at) == (None, 0, None, later)
        assert [one.id for one in list_parked(connection)] == [second]
        assert replay(connection, later) == 1
        assert list_parked(connection) == ()
