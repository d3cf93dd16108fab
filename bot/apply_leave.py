"""Leave and handing over: what waits for an officer goes to whoever has the work now, and comes back with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection, and_, select, update

from bot.store import errands, officers
from bot.store.tables import asks, memberships, reports
from bot.store.tables import errands as errand_table
from handlers.effects import ComeBack, GoAway, HandOver
from handlers.errands import ErrandKind
from handlers.standing_in import in_turn
from routing.model import Role
from routing.region import Atlas


def leave(
    connection: Connection, effect: GoAway | ComeBack | HandOver, sender: int, now: datetime, atlas: Atlas
) -> None:
    match effect:
        case GoAway(until, stand_in):
            _go_away(connection, sender, until, stand_in, now, atlas)
        case ComeBack():
            own = (memberships.c.person_id == sender, memberships.c.role == Role.OFFICER)
            connection.execute(update(memberships).where(*own).values(away_until=None, stand_in_id=None))
        case HandOver(person, region, to):
            for where, office in officers.hats_of(connection, person, (region,)):
                _end(connection, person, where, office)
                hand_on(connection, person, where, office, to, now, atlas)


def hand_on(
    connection: Connection, person: int, region: str, office: str, to: int | None, now: datetime, atlas: Atlas
) -> None:
    """Open questions and errands of somebody who does not answer for this office any more. Without a successor `to`
    they go to who has the work there now; where that is nobody the questions close: the report keeps its clocks."""
    heirs = [to] if to is not None else list(_at_hand(connection, region, office, now, atlas))
    heir = heirs[0] if heirs else None
    standing = (memberships.c.stand_in_id == person, memberships.c.region == region, memberships.c.office == office)
    connection.execute(update(memberships).where(*standing).values(stand_in_id=heir))
    _pass_asks(connection, person, region, office, heir, now)
    if officers.hats_of(connection, person):
        return  # they work for another office yet: their mornings and their answers stay theirs
    _pass_digests(connection, person, heirs, None, now)
    _pass_answers(connection, person, heir, now)


def _go_away(
    connection: Connection, person: int, until: date, stand_in: int | None, now: datetime, atlas: Atlas
) -> None:
    """A stand-in counts in the offices that both answer for."""
    theirs = set() if stand_in is None else set(officers.hats_of(connection, stand_in))
    heirs: list[int] = []
    for region, office in officers.hats_of(connection, person):
        shared = stand_in if (region, office) in theirs else None
        hat = and_(memberships.c.person_id == person, memberships.c.region == region, memberships.c.office == office)
        connection.execute(update(memberships).where(hat).values(away_until=until, stand_in_id=shared))
        heirs += _at_hand(connection, region, office, now, atlas)
    _pass_digests(connection, person, heirs, until, now)


def _end(connection: Connection, person: int, region: str, office: str) -> None:
    hat = (memberships.c.person_id == person, memberships.c.role == Role.OFFICER)
    there = (memberships.c.region == region, memberships.c.office == office)
    gone = {"active": False, "away_until": None, "stand_in_id": None}
    connection.execute(update(memberships).where(*hat, *there).values(**gone))


def _at_hand(connection: Connection, region: str, office: str, now: datetime, atlas: Atlas) -> tuple[int, ...]:
    today = now.astimezone(atlas.regions[region].tz).date()
    return next(iter(in_turn(officers.of_office(connection, region, office), today)), ())


def _pass_asks(connection: Connection, person: int, region: str, office: str, heir: int | None, now: datetime) -> None:
    """A question the heir has already is not asked twice."""
    of_office = select(reports.c.id).where(reports.c.region == region, reports.c.office == office)
    mine = (asks.c.person_id == person, asks.c.closed_at.is_(None), asks.c.report_id.in_(of_office))
    if heir is not None:
        other = asks.alias()
        known = select(other.c.id).where(
            other.c.person_id == heir,
            other.c.closed_at.is_(None),
            other.c.report_id == asks.c.report_id,
            other.c.kind == asks.c.kind,
        )
        connection.execute(update(asks).where(*mine, ~known.exists()).values(person_id=heir))
    connection.execute(update(asks).where(*mine).values(closed_at=now))


def _pass_digests(connection: Connection, person: int, heirs: list[int], until: date | None, now: datetime) -> None:
    """Round-ups of the days of the leave; their keys are local days. That somebody was to be welcomed back stays."""
    for errand in errands.waiting(connection, person, ErrandKind.DIGEST):
        if until is None or errand.key <= until.isoformat():
            for heir in dict.fromkeys(one for one in heirs if one != person):
                errands.plan(connection, heir, replace(errand, data={}), errand.due_at)
            errands.call_off(connection, person, ErrandKind.DIGEST, errand.key, now)


def _pass_answers(connection: Connection, person: int, heir: int | None, now: datetime) -> None:
    """What was answered and waits its ten minutes still takes effect, as the word of who has the work now."""
    if heir is None:
        errands.call_off(connection, person, ErrandKind.ANSWER, None, now)
        return
    waiting = (
        errand_table.c.person_id == person,
        errand_table.c.kind == ErrandKind.ANSWER,
        errand_table.c.done_at.is_(None),
    )
    connection.execute(update(errand_table).where(*waiting).values(person_id=heir))
