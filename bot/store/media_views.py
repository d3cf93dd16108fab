"""Which file a link opens, and for whom."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from bot.store.keeping_from import not_kept_from
from bot.store.tables import asks, attachments, followers, memberships, reports, talks
from handlers.messages import Attachment
from routing.model import Role


def file_for(connection: Connection, attachment_id: int, person_id: int | None) -> Attachment | None:
    """The file, unless with a person its report is not theirs to see (any more).

    Of a restricted one nobody sees any but the officers of its office, each by a link of their own (`domain.md §6.5`).
    What belongs to no report is a paper for its person alone, or was passed on in a talk of theirs.
    """
    wanted = select(attachments.c.file).outerjoin(reports, reports.c.id == attachments.c.report_id)
    wanted = wanted.where(attachments.c.id == attachment_id)
    if person_id is None:
        wanted = wanted.where(reports.c.restricted.is_(False))
    else:
        ordinary = and_(reports.c.restricted.is_(False), _may_see(person_id))
        theirs = or_(attachments.c.person_id == person_id, _talks_with(person_id))
        paper = and_(attachments.c.report_id.is_(None), theirs)
        wanted = wanted.where(or_(paper, ordinary, _answers_for(person_id)))
    found = connection.execute(wanted).one_or_none()
    return None if found is None else Attachment(**found.file)


def _answers_for(person_id: int) -> ColumnElement[bool]:
    """An officer of the leading office, as long as they are one, unless it is about them."""
    led = exists().where(_hat(person_id), memberships.c.role == Role.OFFICER, memberships.c.office == reports.c.office)
    return and_(led, not_kept_from(person_id))


def _may_see(person_id: int) -> ColumnElement[bool]:
    """Reporter, neighbours who joined, who was asked about it and still works here, and the coordinator."""
    asked = exists().where(asks.c.report_id == reports.c.id, asks.c.person_id == person_id)
    works_on_it = and_(or_(reports.c.kader_id == person_id, asked), exists().where(_hat(person_id)))
    coordinates = exists().where(_hat(person_id), memberships.c.role == Role.COORDINATOR)
    joined = exists().where(followers.c.report_id == reports.c.id, followers.c.person_id == person_id)
    works_here = and_(or_(works_on_it, coordinates), not_kept_from(person_id))
    return or_(reports.c.reporter_id == person_id, joined, works_here)


def _talks_with(person_id: int) -> ColumnElement[bool]:
    """The file's owner and this person are the two of a talk; it may be over before the letter leaves."""
    asked = and_(talks.c.person_id == attachments.c.person_id, talks.c.operator_id == person_id)
    answered = and_(talks.c.operator_id == attachments.c.person_id, talks.c.person_id == person_id)
    return exists().where(or_(asked, answered))


def _hat(person_id: int) -> ColumnElement[bool]:
    here = memberships.c.region == reports.c.region
    return and_(memberships.c.person_id == person_id, memberships.c.active.is_(True), here)
