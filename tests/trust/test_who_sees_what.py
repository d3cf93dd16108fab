"""Every role × every query × every kind of report, against a table of what is allowed (`domain.md §6.5`).

Roles and offices are enforced in the queries: what a query does not return, no page and no conversation can show.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine

from bot.app import knowledge
from bot.apply_letters import Letters
from bot.apply_notify import Post
from bot.apply_reports import Filing
from bot.catalogue import load_catalogue
from bot.quiet_hours import QuietHours
from bot.render import Renderer
from bot.store import reports as queries
from bot.store.database import reading
from bot.store.own_data import held_of
from bot.store.persons import person_by_id
from handlers.effects import (
    AddNote,
    Amend,
    Audience,
    Coordinators,
    Followers,
    Joined,
    KaderOf,
    NextKader,
    Notify,
    OfficersOf,
    Reporter,
)
from handlers.messages import Say
from handlers.scene import Scene, State
from handlers.status import story
from routing.model import Actor, Report
from tests.trust.town import KINDS, NOW, PARTS, Town

# m: stands among one's own · t: among one's tasks · n: a task with the reporter's name · c: counted, nothing more
SEEN = """
                        reporter joined stranger kader kader_asked kader_there kader_meant kader_away officer officer_meant officer_helps officer_other officer_away ppa_meant ppa ppa_away coordinator coordinator_away left
to_verify               m        m      .        n     n           .           .           .          .       .             .             .             .            .         .   .        c           .                .
at_office               m        m      .        n     n           .           .           .          n       n             .             .             .            .         .   .        c           .                .
name_hidden             m        m      .        t     t           .           .           .          t       t             .             .             .            .         .   .        c           .                .
late                    m        m      .        n     n           .           .           .          n       n             .             .             .            .         .   .        n           .                .
in_the_pen              m        m      .        .     .           .           .           .          .       .             .             .             .            .         .   .        n           .                .
solved                  m        m      .        n     n           .           .           .          n       n             .             .             .            .         .   .        c           .                .
closed                  m        m      .        n     n           .           .           .          n       n             .             .             .            .         .   .        .           .                .
closed_long_ago         m        m      .        .     .           .           .           .          .       .             .             .             .            .         .   .        .           .                .
about_kader             m        m      .        .     .           .           .           .          .       .             .             .             .            .         .   .        n           .                .
about_kader_to_verify   m        m      .        .     n           .           .           .          .       .             .             .             .            .         .   .        c           .                .
about_officer           m        m      .        n     n           .           .           .          n       .             .             .             .            .         .   .        n           .                .
restricted              .        .      .        .     .           .           .           .          .       .             .             .             .            t         t   .        c           .                .
restricted_about_ppa    .        .      .        .     .           .           .           .          .       .             .             .             .            .         t   .        c           .                .
restricted_about_all    .        .      .        .     .           .           .           .          .       .             .             .             .            .         .   .        c           .                .
restricted_taken        .        .      .        .     .           .           .           .          .       .             .             .             .            t         t   .        c           .                .
restricted_done         .        .      .        .     .           .           .           .          .       .             .             .             .            t         t   .        .           .                .
"""  # noqa: E501 - a table is read in columns

# Who hears of it when a handler notifies that audience, whatever handler, whatever the words.
HEARD = """
                        Reporter  Joined  Followers        KaderOf      NextKader    OfficersOf             Coordinators
to_verify               reporter  joined  reporter,joined  kader        kader_asked  officer,officer_meant  coordinator
at_office               reporter  joined  reporter,joined  kader        kader_asked  officer,officer_meant  coordinator
name_hidden             reporter  joined  reporter,joined  kader        kader_asked  officer,officer_meant  coordinator
late                    reporter  joined  reporter,joined  kader        kader_asked  officer,officer_meant  coordinator
in_the_pen              reporter  joined  reporter,joined  -            kader        -                      coordinator
solved                  reporter  joined  reporter,joined  kader        kader_asked  officer,officer_meant  coordinator
closed                  reporter  joined  reporter,joined  kader        kader_asked  officer,officer_meant  coordinator
closed_long_ago         reporter  joined  reporter,joined  kader        kader_asked  officer,officer_meant  coordinator
about_kader             reporter  joined  reporter,joined  -            kader        -                      coordinator
about_kader_to_verify   reporter  joined  reporter,joined  -            kader        officer,officer_meant  coordinator
about_officer           reporter  joined  reporter,joined  kader        kader_asked  officer                coordinator
restricted              reporter  -       reporter         -            -            ppa_meant,ppa                    -
restricted_about_ppa    reporter  -       reporter         -            -            ppa                    -
restricted_about_all    reporter  -       reporter         -            -            -                      -
restricted_taken        reporter  -       reporter         -            -            ppa_meant,ppa                    -
restricted_done         reporter  -       reporter         -            -            ppa_meant,ppa                    -
"""


def rows_of(table: str) -> dict[str, dict[str, str]]:
    header, *lines = (line.split() for line in table.strip("\n").splitlines())
    return {kind: dict(zip(header, cells, strict=True)) for kind, *cells in lines}


@pytest.fixture(scope="module")
def allowed() -> dict[str, dict[str, str]]:
    return rows_of(SEEN)


@pytest.fixture
def town(engine: Engine) -> Iterator[Town]:
    with engine.connect() as connection:
        yield Town(connection, knowledge()[0])
        connection.rollback()


def mark(connection: Connection, number: int, report_id: int) -> str:
    """What one person gets to know of one report, through every query that builds a scene."""
    person = person_by_id(connection, number, made_up=False)
    counted = any(queries.counts_for(connection, person, NOW).values())
    found: list[tuple[str, Report]] = [("m", one) for one in queries.reports_of(connection, number)]
    found += [("n" if one.reporter_name else "t", one) for one in queries.tasks_of(connection, person, NOW)]
    assert all(one.id == report_id for _, one in found), "a report of the forgotten kinds"
    return "".join(sorted({sign for sign, _ in found})) or ("c" if counted else ".")


def test_the_table_names_every_part_and_every_kind(allowed: dict[str, dict[str, str]]) -> None:
    assert list(allowed) == list(KINDS) == list(rows_of(HEARD))
    assert all(tuple(row) == PARTS for row in allowed.values())


def test_what_everybody_sees_of_every_kind_of_report(town: Town, allowed: dict[str, dict[str, str]]) -> None:
    seen: dict[str, dict[str, str]] = {}
    for kind in KINDS:
        report_id = town.file(kind)
        seen[kind] = {part: mark(town.connection, town.ids[part], report_id) for part in PARTS}
        town.forget(kind)
    assert seen == allowed


def test_who_hears_of_every_kind_of_report(town: Town) -> None:
    told = {}
    for kind in KINDS:
        number = town.file(kind)
        told[kind] = {name: heard_by(town, audience, number) for name, audience in audiences(number).items()}
        town.forget(kind)
    assert told == rows_of(HEARD)


def audiences(number: int) -> dict[str, Audience]:
    return {
        "Reporter": Reporter(number),
        "Joined": Joined(number),
        "Followers": Followers(number),
        "KaderOf": KaderOf(number),
        "NextKader": NextKader(number),
        "OfficersOf": OfficersOf(number),
        "Coordinators": Coordinators("64.72"),
    }


def heard_by(town: Town, audience: Audience, number: int) -> str:
    """Nothing is kept of what was said: each audience is tried on the same report."""
    before = town.connection.begin_nested()
    filing = Filing(town.connection, knowledge()[0], NOW)
    letters = Letters(town.connection, "table", NOW, QuietHours(knowledge()[0]))
    post = Post(town.connection, filing, letters, NOW, None, None, "64.72", made_up=False)
    post.notify(Notify(audience, Say("hear.forwarded"), number))
    heard = [town.part_of[letter.person_id] for letter in letters.write(filing.ticket_for)]
    before.rollback()
    return ",".join(heard) or "-"


def test_a_code_opens_its_own_report_and_a_draft_only_that_of_its_writer(town: Town) -> None:
    report_id = town.file("restricted")
    found = queries.report_by_code(town.connection, town.code("restricted"))
    assert found is not None
    assert (found.id, found.reporter_name) == (report_id, None)
    assert queries.report_by_code(town.connection, "2222-2222") is None
    may = {part: queries.request_of(town.connection, town.ids[part], "restricted") is not None for part in PARTS}
    assert [part for part, opened in may.items() if opened] == ["reporter"]


def test_the_person_is_kept_away_when_the_name_is_told_later(town: Town) -> None:
    report_id = town.file("at_office")
    assert mark(town.connection, town.ids["officer_meant"], report_id) == "n"
    filing = Filing(town.connection, knowledge()[0], NOW)
    told = "air mati, dan petugas Wardoyo minta uang dulu"
    filing.amend(Amend(report_id, {"text": told}, Actor.REPORTER), town.ids["reporter"])
    assert mark(town.connection, town.ids["officer_meant"], report_id) == "."
    assert mark(town.connection, town.ids["officer"], report_id) == "n"


def test_who_joined_reads_nobodys_words(engine: Engine) -> None:
    """Not in the story, not in what is handed out of one's own data; nor the RT where that may be one house."""
    atlas, reader = knowledge()
    with engine.begin() as connection:
        town = Town(connection, atlas)
        number = town.file("at_office")
        filing = Filing(connection, atlas, NOW)
        filing.amend(Amend(number, {"category": "sampah_lingkungan", "rt": "05"}, Actor.SYSTEM), None)
        filing.add_note(AddNote(number, "tetangga saya yang buang", Actor.REPORTER), town.ids["reporter"])
    told: dict[str, str] = {}
    with reading(engine) as connection:
        for part in ("reporter", "joined"):
            person = person_by_id(connection, town.ids[part], made_up=False)
            mine = queries.reports_of(connection, person.id)
            scene = Scene(person, State(), (), NOW, atlas, reader, "64.72", "t1", mine=mine)
            says = (*held_of(connection, person.id, atlas).reports, *story(scene, mine[0]).says)
            told[part] = " ".join(Renderer(atlas, load_catalogue("id")).text(say) for say in says)
    secrets = ("tetangga saya", "air ledeng mati", "RT 05")
    assert [[words in told[part] for words in secrets] for part in told] == [[True] * 3, [False] * 3]
