"""Letters that wait for their time: what holds them, and what lets them go before it (`routing/quiet.py`)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, select, update

from bot.store.outbound import UNSENT, ClaimedLetter, claimed
from bot.store.tables import addresses, memberships, outbox
from routing.model import Role
from routing.quiet import NEWS_TOGETHER

NOT_NEEDED = "not_needed"
"""What it tells was settled before its time came."""

NEWS = and_(outbox.c.report_id.is_not(None), outbox.c.ask_id.is_(None), outbox.c.notice.is_(False))
"""Letters that may be news of a report; what else is told about one without a question goes to who works for it."""


def hat_of(connection: Connection, person_id: int) -> Role:
    """As what somebody reads who is meant as a person: at work in an office, else at home."""
    worn = select(memberships.c.role).where(memberships.c.person_id == person_id, memberships.c.active.is_(True))
    at_office = worn.where(memberships.c.role.in_((Role.OFFICER, Role.COORDINATOR))).limit(1)
    return Role.RESIDENT if connection.scalar(at_office) is None else Role.OFFICER


def last_news(connection: Connection, people: Collection[int], now: datetime) -> dict[int, datetime]:
    """When these people's last news of a report went, or is to go; of those who had any in the last hour or will."""
    lately = and_(outbox.c.not_before > now - NEWS_TOGETHER, outbox.c.failed_at.is_(None), NEWS)
    went = func.max(func.coalesce(outbox.c.sent_at, outbox.c.not_before))
    latest = select(outbox.c.person_id, went).where(lately, outbox.c.person_id.in_(people))
    return {row[0]: row[1] for row in connection.execute(latest.group_by(outbox.c.person_id))}


def last_written(connection: Connection, people: Collection[int]) -> dict[int, datetime]:
    """When these people wrote last, from any of their addresses."""
    latest = select(addresses.c.person_id, func.max(addresses.c.last_inbound_at))
    rows = connection.execute(latest.where(addresses.c.person_id.in_(people)).group_by(addresses.c.person_id))
    return {person_id: at for person_id, at in rows if at is not None}


def hold(connection: Connection, letter: ClaimedLetter, until: datetime) -> None:
    """It came too late for today: it waits, nothing failed, and no try is counted."""
    ours = and_(outbox.c.id == letter.id, UNSENT, outbox.c.tries == letter.tries)
    later = {"not_before": until, "due_at": until, "lease_until": None, "tries": letter.tries - 1}
    connection.execute(update(outbox).where(ours).values(**later))


def drop_held(connection: Connection, about: ColumnElement[bool], now: datetime) -> set[int]:
    """Letters of these that wait for their time are not sent any more, unless they tell of another report as well;
    tells to whom they were."""
    held = connection.execute(select(outbox).where(UNSENT, outbox.c.not_before > now, about))
    alone = [letter.id for letter in map(claimed, held) if _of_one_report(letter)]
    if not alone:
        return set()
    dropped = update(outbox).where(outbox.c.id.in_(alone), UNSENT)
    over = dropped.values(failed_at=now, failure=NOT_NEEDED, lease_until=None)
    return set(connection.scalars(over.returning(outbox.c.person_id)))


def never_heard_of(connection: Connection, report_id: int, people: Collection[int]) -> set[int]:
    """Those of them who were sent nothing about this report."""
    heard = select(outbox.c.person_id).where(outbox.c.report_id == report_id, outbox.c.sent_at.is_not(None))
    return set(people) - set(connection.scalars(heard.where(outbox.c.person_id.in_(people)))) if people else set()


def _of_one_report(letter: ClaimedLetter) -> bool:
    return len({str(say.values["ticket"]) for say in letter.says if "ticket" in say.values}) <= 1
