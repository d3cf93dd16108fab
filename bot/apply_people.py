"""Effects on the sender: what is remembered of them, and who an invitation says they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.store.aliases import reassign
from bot.store.consent import opt_in
from bot.store.tables import (
    addresses,
    asks,
    errands,
    followers,
    invitations,
    memberships,
    outbox,
    people,
    reports,
    talks,
)
from bot.store.upsert import insert_into


class InvitationGoneError(Exception):
    """Somebody else used the invitation a moment ago."""


def remember(connection: Connection, person_id: int, values: Mapping[str, str]) -> None:
    """`name` goes where names are kept; everything else is a small fact."""
    row = connection.execute(
        select(people.c.name, people.c.facts).where(people.c.id == person_id).with_for_update()
    ).one()
    facts = {**row.facts, **{key: value for key, value in values.items() if key != "name"}}
    name = values.get("name", row.name)
    connection.execute(update(people).where(people.c.id == person_id).values(name=name, facts=facts))


def redeem(connection: Connection, sender: int, invitation: int, now: datetime) -> int:
    """The sender's addresses, hats and reports become those of the invited person; returns that person.

    Raises InvitationGoneError. A restricted report stays with whoever filed it: the phone may be a family's, and its
    code opens it from anywhere.
    """
    used = update(invitations).where(
        invitations.c.id == invitation, invitations.c.used_at.is_(None), invitations.c.expires_at > now
    )
    invited: int | None = connection.scalar(used.values(used_at=now).returning(invitations.c.person_id))
    if invited is None:
        raise InvitationGoneError
    if invited != sender:
        _move(connection, sender, invited)
    opt_in(connection, invited, "invitation", now)
    return invited


def _move(connection: Connection, sender: int, invited: int) -> None:
    for table in (addresses, memberships, asks, outbox, talks, errands):
        reassign(connection, table, table.c.person_id, invited, sender)
    reassign(connection, talks, talks.c.operator_id, invited, sender)
    reassign(connection, memberships, memberships.c.stand_in_id, invited, sender)
    own = (reports.c.reporter_id == sender, reports.c.restricted.is_(False))
    connection.execute(update(reports).where(*own).values(reporter_id=invited))
    joined = select(followers.c.report_id, followers.c.joined_at).where(followers.c.person_id == sender)
    for row in connection.execute(joined).all():
        connection.execute(
            insert_into(connection, followers)
            .values(report_id=row.report_id, person_id=invited, joined_at=row.joined_at)
            .on_conflict_do_nothing(index_elements=["report_id", "person_id"])
        )
    known = connection.execute(select(people.c.name, people.c.facts).where(people.c.id == sender)).one()
    there = connection.execute(select(people.c.name, people.c.facts).where(people.c.id == invited)).one()
    merged = {**known.facts, **there.facts}
    connection.execute(update(people).where(people.c.id == invited).values(name=there.name or known.name, facts=merged))
