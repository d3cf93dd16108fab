"""Each effect leaves the rows it promises, all of one turn or none."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, insert, update

from bot.app import knowledge
from bot.apply import Applier
from bot.apply_reports import AMENDABLE, IllegalChangeError
from bot.report_code import ALPHABET, code_behind, code_for, codes_in
from bot.store.database import reading
from bot.store.keys import Keys
from bot.store.reports import report_by_code, report_by_id, reports_of
from bot.store.tables import (
    addresses,
    asks,
    attachments,
    errands,
    events,
    followers,
    invitations,
    memberships,
    metadata,
    outbox,
    people,
)
from bot.store.tables import reports as report_table
from handlers.effects import (
    AddNote,
    Amend,
    Attach,
    ChangeStatus,
    CloseAsks,
    Coordinators,
    Effect,
    FileReport,
    Followers,
    Join,
    KaderOf,
    NextKader,
    Notify,
    OfficersOf,
    PersonWith,
    Plan,
    Redeem,
    Remember,
    Reporter,
    Sender,
    SetOffice,
)
from handlers.errands import Errand, ErrandKind
from handlers.messages import Attachment, Choice, Lines, Say, TicketOf
from routing.model import Actor, Status
from tests.flow.world import COORDINATOR, KADER, OFFICER, PLACE, RESIDENT, START, add_person, rows

REF = "draft-1"
DRAFT = FileReport(
    ref=REF,
    region="64.72",
    text="no water",
    field="pekerjaan_umum",
    category="air_bersih",
    place_code=PLACE,
    received_at=START,
    office="AIR",
    promise_by=date(2026, 11, 30),
)
SECRET = FileReport(
    ref=REF,
    region="64.72",
    text="help",
    field="trantibumlinmas",
    category="kdrt",
    place_code=PLACE,
    received_at=START,
    office="PPA",
    restricted=True,
)

Apply = Callable[..., int]


@pytest.fixture
def resident(engine: Engine) -> int:
    return add_person(engine, RESIDENT)


@pytest.fixture
def apply(engine: Engine, resident: int) -> Apply:
    """Applies effects as a turn of the resident, or of `sender`; the turn's name differs each time."""
    atlas, _ = knowledge()
    applier = Applier(atlas, made_up=False)
    turns = iter(range(100))

    def applied(*effects: Effect, sender: int | None = None, says: Sequence[Say] = (), region: str = "64.72") -> int:
        with engine.begin() as connection:
            return applier.turn(
                connection,
                origin=f"t{next(turns)}",
                now=START,
                sender=sender or resident,
                reply_channel="test",
                region=region,
                says=says,
                effects=effects,
            )

    return applied


def letters(engine: Engine) -> list[tuple[int, list[str]]]:
    return [(row.person_id, [say["key"] for say in row.says]) for row in rows(engine, outbox)]


# --- filing -----------------------------------------------------------------------------------------------------------


def test_filing_twice_files_once(engine: Engine, apply: Apply) -> None:
    apply(DRAFT)
    apply(DRAFT)
    (row,) = rows(engine, report_table)
    assert (row.ticket, row.promise_by) == ("SMD-0001", date(2026, 11, 30))
    assert [event.kind for event in rows(engine, events)] == ["reported"]


def test_tickets_are_counted_for_each_region(engine: Engine, apply: Apply) -> None:
    for number, region in enumerate(("64.72", "64.02", "64.72")):
        apply(replace(DRAFT, ref=f"r{number}", region=region))
    assert [row.ticket for row in rows(engine, report_table)] == ["SMD-0001", "KKR-0001", "SMD-0002"]


def test_the_number_stands_wherever_the_draft_was_meant(engine: Engine, apply: Apply) -> None:
    inner = Say("line", {"ticket": TicketOf(REF)})
    say = Say("list", {"lines": Lines((inner,))}, (Choice("f1:x", "open", {"ticket": TicketOf(REF)}),))
    apply(DRAFT, says=(say,))
    (row,) = rows(engine, outbox)
    (written,) = row.says
    assert written["values"]["lines"]["says"][0]["values"] == {"ticket": "SMD-0001"}
    assert written["choices"][0]["values"] == {"ticket": "SMD-0001"}


def test_a_restricted_report_is_known_by_its_code_alone(
    engine: Engine, apply: Apply, keys: Keys, resident: int
) -> None:
    apply(SECRET, says=(Say("code", {"ticket": TicketOf(REF)}),))
    code = code_for(REF, keys)
    (letter,) = rows(engine, outbox)
    assert letter.says[0]["values"] == {"ticket": code}
    with reading(engine) as connection:
        found = report_by_code(connection, code)
        assert found is not None
        assert (found.ticket, found.restricted) == (code, True)
        assert report_by_id(connection, found.id).ticket == code
        assert report_by_code(connection, "2222-AAAA") is None
        assert reports_of(connection, resident) == (), "never in a list on a phone that others may read"


def test_the_code_of_a_restricted_report_stands_in_no_row(engine: Engine, apply: Apply, keys: Keys) -> None:
    apply(SECRET, says=(Say("code", {"ticket": TicketOf(REF)}),))
    bare = code_for(REF, keys).replace("-", "")
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            written = connection.exec_driver_sql(f"SELECT * FROM {table.name}").all()  # noqa: S608 - as a thief reads it
            assert bare not in re.sub(r"\W", "", repr(written)).upper()


def test_a_code_that_another_report_has_is_not_given_again(
    engine: Engine, apply: Apply, keys: Keys, resident: int
) -> None:
    apply(replace(SECRET, ref="other"))
    with engine.begin() as connection:  # as if both drafts had come to the same code
        connection.execute(update(report_table).values(code_hash=code_for(REF, keys, 0)))
    apply(SECRET)
    with reading(engine) as connection:
        assert report_by_id(connection, 2).ticket == code_for(REF, keys, 1)


def test_keys_that_made_another_hash_tell_no_code(keys: Keys) -> None:
    with pytest.raises(LookupError):
        code_behind(REF, keys.hash("2345-ABCD"), keys)


def test_codes_are_read_as_people_write_them(keys: Keys) -> None:
    code = code_for("some draft", keys)
    plain = code.replace("-", "")
    for written in (code, plain, code.lower(), f"kode saya {plain[:4]} {plain[4:]}.", f"«{code}»"):
        assert code in codes_in(written)
    for words in ("SMD-0123", "atap rusak", "data saya", "0812-3456-7890", "23456789"):
        assert codes_in(words) == ()
    made = [code_for(f"draft {number}", keys) for number in range(500)]
    assert len(set(made)) == 500
    assert all(set(one) <= {*ALPHABET, "-"} and codes_in(one) == (one,) for one in made)


# --- changes ----------------------------------------------------------------------------------------------------------


def test_a_change_that_is_not_in_the_table_undoes_the_whole_turn(engine: Engine, apply: Apply) -> None:
    with pytest.raises(IllegalChangeError):
        apply(DRAFT, ChangeStatus(REF, Status.RESOLVED, Actor.OFFICER), says=(Say("filed"),))
    assert rows(engine, report_table) == rows(engine, outbox) == rows(engine, events) == []


def test_the_same_change_asked_for_twice_in_one_breath_happens_once(
    engine: Engine, apply: Apply, crew: dict[str, int]
) -> None:
    """*SMD-0001 benar* and *SMD-0001 sudah saya cek*: the second was read while the report still was as before."""
    checked: tuple[Effect, ...] = (
        ChangeStatus(REF, Status.VERIFIED, Actor.KADER),
        ChangeStatus(REF, Status.FORWARDED, Actor.KADER),
        Notify(OfficersOf(REF), Say("new", {}, (Choice("@accept", "accept"),)), REF, "accept"),
        Notify(Followers(REF), Say("forwarded"), REF),
    )
    apply(DRAFT, *checked, *checked)
    assert [row.kind for row in rows(engine, events)] == ["reported", "verified", "forwarded"]
    assert [keys for _, keys in letters(engine)] == [["new"], ["forwarded"]]
    with pytest.raises(IllegalChangeError):
        apply(*checked)


def test_holding_has_its_reason_and_loses_it(engine: Engine, apply: Apply) -> None:
    apply(
        DRAFT,
        SetOffice(REF, None, Actor.SYSTEM, hold_reason="no_officer"),
        ChangeStatus(REF, Status.HOLDING, Actor.SYSTEM, reason="no_officer"),
    )
    (row,) = rows(engine, report_table)
    assert (row.status, row.office, row.hold_reason) == ("holding", None, "no_officer")
    apply(SetOffice(row.id, "AIR", Actor.COORDINATOR), ChangeStatus(row.id, Status.FORWARDED, Actor.COORDINATOR))
    (row,) = rows(engine, report_table)
    assert (row.status, row.office, row.hold_reason) == ("forwarded", "AIR", None)


def test_a_bounce_is_counted_and_the_promise_stays(engine: Engine, apply: Apply) -> None:
    later = START + timedelta(days=9)
    apply(DRAFT, SetOffice(REF, "DLH", Actor.OFFICER, bounced=True, respond_by=later, resolve_by=later))
    (row,) = rows(engine, report_table)
    assert (row.bounces, row.office, row.respond_by, row.promise_by) == (1, "DLH", later, date(2026, 11, 30))


def test_the_promise_cannot_be_amended(engine: Engine, apply: Apply) -> None:
    assert "promise_by" not in AMENDABLE
    with pytest.raises(ValueError, match="promise_by"):
        apply(DRAFT, Amend(REF, {"promise_by": date(2027, 1, 1)}, Actor.COORDINATOR))
    apply(DRAFT, Amend(REF, {"rt": "05", "resolve_by": START}, Actor.REPORTER))
    (row,) = rows(engine, report_table)
    assert (row.rt, row.resolve_by) == ("05", START)


def test_the_story_shows_what_the_reporter_may_read(engine: Engine, apply: Apply) -> None:
    apply(
        DRAFT,
        AddNote(REF, "seen by all", Actor.OFFICER),
        AddNote(REF, "among ourselves", Actor.OFFICER, seen=False),
        ChangeStatus(REF, Status.REFUSED, Actor.KADER, note="not true"),
    )
    with reading(engine) as connection:
        report = report_by_id(connection, 1)
    story = [(line.kind, line.note, line.by) for line in report.story]
    assert story == [
        ("reported", None, "resident"),
        ("note", "seen by all", "officer"),
        ("refused", "not true", "kader"),
    ]


# --- who is told ------------------------------------------------------------------------------------------------------


@pytest.fixture
def crew(engine: Engine) -> dict[str, int]:
    return {
        "kader": add_person(engine, KADER, "kader", place_codes=PLACE),
        "officer": add_person(engine, OFFICER, "officer", office="AIR"),
        "ppa": add_person(engine, "+628120000005", "officer", office="PPA"),
        "coordinator": add_person(engine, COORDINATOR, "coordinator"),
    }


ABOUT_DRAFT = [
    (Sender(), ["resident"]),
    (Reporter(REF), ["resident"]),
    (Followers(REF), ["resident"]),
    (NextKader(REF), ["kader"]),
    (KaderOf(REF), []),
    (OfficersOf(REF), ["officer"]),
    (Coordinators("64.72"), ["coordinator"]),
    (Coordinators("62.71"), []),
]


@pytest.mark.parametrize(("to", "told"), ABOUT_DRAFT, ids=lambda value: type(value).__name__)
def test_audiences(
    engine: Engine, apply: Apply, crew: dict[str, int], resident: int, to: object, told: list[str]
) -> None:
    people_ids = {**crew, "resident": resident}
    said = Notify(to, Say("told"), REF, if_nobody=(Notify(Sender(), Say("nobody")),))  # type: ignore[arg-type]
    apply(DRAFT, said)
    expected = [(people_ids[name], ["told"]) for name in told] or [(resident, ["nobody"])]
    assert letters(engine) == expected


OF_SECRET = [
    (NextKader(REF), []),
    (KaderOf(REF), []),
    (Coordinators("64.72"), []),
    (Followers(REF), ["resident"]),
    (OfficersOf(REF), ["ppa"]),
]


@pytest.mark.parametrize(("to", "told"), OF_SECRET, ids=lambda value: type(value).__name__)
def test_a_restricted_report_is_for_its_reporter_and_the_ppa_office(
    engine: Engine, apply: Apply, crew: dict[str, int], resident: int, to: object, told: list[str]
) -> None:
    apply(SECRET)
    with engine.begin() as connection:  # even if the rows said otherwise
        connection.execute(update(report_table).values(kader_id=crew["kader"]))
        connection.execute(insert(followers).values(report_id=1, person_id=crew["officer"], joined_at=START))
    apply(Notify(to, Say("told"), 1))  # type: ignore[arg-type]
    assert letters(engine) == [({**crew, "resident": resident}[name], ["told"]) for name in told]


def test_a_restricted_report_keeps_no_pictures_and_no_followers(
    engine: Engine, apply: Apply, crew: dict[str, int]
) -> None:
    apply(SECRET, Attach(REF, (Attachment("photo", "media:abc"),)))
    apply(Join(1), sender=crew["kader"])
    assert rows(engine, attachments) == rows(engine, followers) == []


VIEWERS = [("ppa", ["reported", "viewed"]), ("resident", ["reported"])]


@pytest.mark.parametrize(("viewer", "trail"), VIEWERS)
def test_whoever_is_shown_a_restricted_report_leaves_a_trace(
    engine: Engine, apply: Apply, crew: dict[str, int], keys: Keys, resident: int, viewer: str, trail: list[str]
) -> None:
    person = {**crew, "resident": resident}[viewer]
    apply(SECRET)
    apply(sender=person, says=(Say("ppa.details", {"ticket": code_for(REF, keys), "text": "help"}),))
    found = rows(engine, events)
    assert [row.kind for row in found] == trail
    assert (found[-1].person_id, found[-1].seen) == (person, viewer == "resident")
    with reading(engine) as connection:
        assert [line.kind for line in report_by_id(connection, 1).story] == ["reported"]


def test_details_of_a_report_that_is_not_there_are_not_shown(engine: Engine, apply: Apply) -> None:
    with pytest.raises(LookupError):
        apply(says=(Say("ppa.details", {"ticket": "2345-ABCD"}),))


def test_the_next_kader_is_another_one_until_none_is_left(engine: Engine, apply: Apply, crew: dict[str, int]) -> None:
    second = add_person(engine, "+628120000006", "kader", place_codes=PLACE)
    ask = Notify(NextKader(REF), Say("verify"), REF, if_nobody=(Notify(Sender(), Say("nobody")),))
    apply(DRAFT, ask)
    apply(ask)
    apply(ask)
    assert [keys for _, keys in letters(engine)] == [["verify"], ["verify"], ["nobody"]]
    assert {person for person, _ in letters(engine)[:2]} == {crew["kader"], second}
    assert rows(engine, report_table)[0].kader_id in (crew["kader"], second)


def test_a_kader_never_judges_the_own_report(engine: Engine, apply: Apply, crew: dict[str, int]) -> None:
    ask = Notify(NextKader(REF), Say("verify"), REF, if_nobody=(Notify(Sender(), Say("nobody")),))
    apply(DRAFT, ask, sender=crew["kader"])
    assert letters(engine) == [(crew["kader"], ["nobody"])]


def test_somebody_without_a_working_address_is_nobody(engine: Engine, apply: Apply, crew: dict[str, int]) -> None:
    with engine.begin() as connection:
        connection.execute(update(addresses).where(addresses.c.person_id == crew["officer"]).values(blocked_at=START))
    happened = Notify(
        OfficersOf(REF),
        Say("told"),
        REF,
        if_nobody=(ChangeStatus(REF, Status.HOLDING, Actor.SYSTEM, reason="no_officer"),),
        if_somebody=(Notify(Sender(), Say("passed on")),),
    )
    apply(DRAFT, happened)
    assert rows(engine, report_table)[0].status == "holding"
    assert letters(engine) == []


def test_one_letter_for_each_recipient(engine: Engine, apply: Apply, resident: int, crew: dict[str, int]) -> None:
    apply(
        DRAFT,
        Notify(Reporter(REF), Say("second"), REF),
        Notify(PersonWith(crew["officer"]), Say("other")),
        Notify(Followers(REF), Say("third", choices=(Choice("@yes", "yes"),)), REF, ask="solved"),
        says=(Say("first"),),
    )
    assert letters(engine) == [(resident, ["first", "second", "third"]), (crew["officer"], ["other"])]
    mine = rows(engine, outbox)[0]
    (ask,) = rows(engine, asks)
    assert (mine.ask_id, mine.report_id, mine.reply_channel) == (ask.id, 1, "test")
    assert mine.says[2]["choices"][0]["id"] == f"a{ask.id}:yes"


def test_two_questions_never_share_a_letter(engine: Engine, apply: Apply, resident: int) -> None:
    apply(
        DRAFT,
        Notify(Sender(), Say("one"), REF, ask="solved"),
        Notify(Sender(), Say("two"), REF, ask="withdraw"),
        Notify(Sender(), Say("three")),
    )
    assert letters(engine) == [(resident, ["one", "three"]), (resident, ["two"])]


def test_the_same_question_asked_again_stays_one_question(engine: Engine, apply: Apply) -> None:
    ask = Notify(Sender(), Say("one"), REF, ask="solved")
    apply(DRAFT, ask)
    apply(ask)
    assert len(rows(engine, asks)) == 1
    apply(CloseAsks(REF, ("verify",)))
    assert rows(engine, asks)[0].closed_at is None
    apply(CloseAsks(REF), ask)
    assert [row.closed_at is None for row in rows(engine, asks)] == [False, True]


def test_made_up_people_are_written_to_only_where_they_are_allowed(
    engine: Engine, apply: Apply, crew: dict[str, int]
) -> None:
    with engine.begin() as connection:
        connection.execute(update(people).where(people.c.id == crew["officer"]).values(made_up=True))
    apply(DRAFT, Notify(OfficersOf(REF), Say("told"), REF))
    assert letters(engine) == []


# --- people -----------------------------------------------------------------------------------------------------------


def test_who_joins_a_report_follows_it_once(engine: Engine, apply: Apply, crew: dict[str, int], resident: int) -> None:
    apply(DRAFT)
    apply(replace(DRAFT, ref="other"), sender=crew["officer"])
    apply(Join(2), sender=crew["kader"])
    apply(Join(1, other=2))
    apply(Join(1, other=2))
    apply(Join(1))
    assert {(row.report_id, row.person_id) for row in rows(engine, followers)} == {
        (2, crew["kader"]),
        (1, crew["officer"]),
        (1, crew["kader"]),
    }
    with reading(engine) as connection:
        assert [report.id for report in reports_of(connection, crew["kader"])] == [2, 1]


def test_what_is_remembered_adds_up(engine: Engine, apply: Apply, resident: int) -> None:
    apply(Remember({"name": "Contoh Satu", "notice": "1"}), Remember({"region": "64.02"}))
    person = next(row for row in rows(engine, people) if row.id == resident)
    assert (person.name, person.facts) == ("Contoh Satu", {"notice": "1", "region": "64.02"})


def test_an_invitation_makes_the_sender_somebody_else(engine: Engine, apply: Apply, resident: int) -> None:
    with engine.begin() as connection:
        invited: int = connection.execute(
            insert(people).values(name="Contoh Kader", facts={}, created_at=START).returning(people.c.id)
        ).scalar_one()
        connection.execute(insert(memberships).values(person_id=invited, role="kader", region="64.72"))
        connection.execute(
            insert(invitations).values(person_id=invited, code_hash="7Q4MP-2KXDR", expires_at=START + timedelta(days=1))
        )
    apply(DRAFT)
    apply(replace(SECRET, ref="secret"))
    apply(Plan(Sender(), Errand(ErrandKind.ANSWER, "t1", "64.72"), START + timedelta(minutes=10)))
    assert apply(Redeem(1), Notify(Sender(), Say("second")), says=(Say("welcome"),)) == invited
    assert letters(engine) == [(invited, ["welcome", "second"])]
    assert [row.person_id for row in rows(engine, addresses)] == [invited]
    assert [row.person_id for row in rows(engine, errands)] == [invited], "what was answered takes effect as theirs"
    open_, restricted = rows(engine, report_table)
    assert (open_.reporter_id, restricted.reporter_id) == (invited, resident), "a code opens it from anywhere"
    from bot.apply_people import InvitationGoneError

    with pytest.raises(InvitationGoneError):
        apply(Redeem(1), sender=invited)
