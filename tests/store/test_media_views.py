"""A link opens a file only while its report is that person's to see."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, insert, update

from bot.store.media import transcribe
from bot.store.media_views import file_for
from bot.store.restricting import take_back
from bot.store.tables import asks, attachments, followers, memberships, outbox, people, reports, talks

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def person(connection: Connection) -> int:
    new = insert(people).values(facts={}, created_at=NOW)
    return int(connection.execute(new.returning(people.c.id)).scalar_one())


def report_with_files(connection: Connection, *kinds: str) -> tuple[int, int]:
    """Numbers of the report and of its first file."""
    values = {"ref": "1-1", "ticket": "SMD-0001", "region": "64.72", "office": "AIR", "status": "forwarded", "text": ""}
    new = insert(reports).values(**values, reporter_id=person(connection), received_at=NOW)
    report = int(connection.execute(new.returning(reports.c.id)).scalar_one())
    first = 0
    for kind in kinds:
        file = {"kind": kind, "ref": f"media:{kind}", "media_type": "audio/ogg", "size": 4}
        more = {"report_id": report, "person_id": 1, "kind": kind, "file": file, "added_at": NOW}
        number = connection.execute(insert(attachments).values(**more).returning(attachments.c.id)).scalar_one()
        first = first or int(number)
    return report, first


HATS: list[tuple[dict[str, Any] | None, str | None, bool]] = [
    ({"role": "officer", "office": "AIR"}, None, True),
    ({"role": "officer", "office": "PU"}, None, False),
    ({"role": "officer", "office": "AIR", "region": "64.71"}, None, False),
    ({"role": "officer", "office": "AIR", "active": False}, None, False),
    ({"role": "coordinator"}, None, True),
    ({"role": "coordinator", "region": "64.71"}, None, False),
    ({"role": "coordinator", "active": False}, None, False),
    ({"role": "kader"}, None, False),
    ({"role": "kader"}, "kader_id", True),
    ({"role": "kader", "active": False}, "kader_id", False),
    (None, "reporter_id", True),
    (None, None, False),
]
SEES_A_SECRET = {"role": "officer", "office": "AIR"}


def test_whose_file_it_is(engine: Engine) -> None:
    with engine.begin() as connection:
        report, number = report_with_files(connection, "voice")
        for hat, column, sees in HATS:
            who = person(connection)
            if hat:
                connection.execute(insert(memberships).values({"person_id": who, "region": "64.72", **hat}))
            if column:
                connection.execute(update(reports).values({column: who}))
            assert (file_for(connection, number, who) is not None) is sees, (hat, column)
        joined = person(connection)
        connection.execute(insert(followers).values(report_id=report, person_id=joined, joined_at=NOW))
        assert file_for(connection, number, joined) is not None


@pytest.mark.parametrize("restricted", [False, True])
def test_whoever_holds_a_link_sees_the_file_unless_it_is_a_secret(engine: Engine, restricted: bool) -> None:
    with engine.begin() as connection:
        _, number = report_with_files(connection, "voice")
        connection.execute(update(reports).values(restricted=restricted))
        assert (file_for(connection, number, None) is None) is restricted
        assert file_for(connection, number + 1, None) is None


def test_a_secret_is_heard_by_the_officers_of_its_office_alone(engine: Engine) -> None:
    with engine.begin() as connection:
        _, number = report_with_files(connection, "voice")
        connection.execute(update(reports).values(restricted=True))
        for hat, column, _ in HATS:
            who = person(connection)
            if hat:
                connection.execute(insert(memberships).values({"person_id": who, "region": "64.72", **hat}))
            if column:
                connection.execute(update(reports).values({column: who}))
            assert (file_for(connection, number, who) is not None) is (hat == SEES_A_SECRET), (hat, column)


def test_who_was_asked_about_it_sees_it_while_working_here(engine: Engine) -> None:
    with engine.begin() as connection:
        report, number = report_with_files(connection, "voice")
        who = person(connection)
        connection.execute(insert(asks).values(person_id=who, report_id=report, kind="verify", asked_at=NOW))
        assert file_for(connection, number, who) is None
        connection.execute(insert(memberships).values(person_id=who, region="64.72", role="kader"))
        assert file_for(connection, number, who) is not None


def test_what_leaves_everybodys_hands(engine: Engine) -> None:
    """Pictures, followers and letters that are not sent yet; what was said aloud stays, and its words with it."""
    with engine.begin() as connection:
        report, _ = report_with_files(connection, "voice", "photo", "voice")
        who = person(connection)
        connection.execute(insert(followers).values(report_id=report, person_id=who, joined_at=NOW))
        for sent in (None, NOW):
            letter = {"person_id": who, "report_id": report, "says": [], "created_at": NOW, "due_at": NOW}
            connection.execute(insert(outbox).values(**letter, sent_at=sent))
        transcribe(connection, report, "one line")
        take_back(connection, report, NOW)
        files = connection.execute(attachments.select().order_by(attachments.c.id)).all()
        assert [(row.kind, row.transcript) for row in files] == [("voice", "one line")] * 2
        assert connection.execute(followers.select()).all() == []
        letters = connection.execute(outbox.select().order_by(outbox.c.id)).all()
        assert [row.failure for row in letters] == ["restricted", None]


def test_what_was_passed_on_in_a_talk_is_for_the_two_of_it(engine: Engine) -> None:
    """WhatsApp fetches it by a link that is for whoever gets the letter."""
    with engine.begin() as connection:
        resident, coordinator, other = (person(connection) for _ in range(3))
        talk = {"person_id": resident, "operator_id": coordinator, "region": "64.72", "opened_at": NOW}
        connection.execute(insert(talks).values(talk))
        file = {"kind": "photo", "ref": "media:photo", "media_type": "image/jpeg", "size": 4}
        for owner, reader in ((resident, coordinator), (coordinator, resident)):
            row = {"person_id": owner, "kind": "photo", "file": file, "added_at": NOW}
            number = connection.execute(insert(attachments).values(row).returning(attachments.c.id)).scalar_one()
            seen = [bool(file_for(connection, number, one)) for one in (owner, reader, other)]
            assert seen == [True, True, False]
            assert file_for(connection, number, None) is None
