"""A message that cannot be delivered is not the end: somebody who can be reached is told, but never about a restricted
report (`domain.md §6.5`)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Row, select

from bot.apply import Applier
from bot.store.audiences import asked_about, coordinators, followers_of
from bot.store.outbound import ClaimedLetter
from bot.store.reports import report_by_id
from bot.store.tables import reports
from handlers.effects import AlarmIfUnmanned, Coordinators, Effect, KaderOf, NextKader, Notify
from handlers.lifecycle import VERIFY_CHOICES, for_kader
from handlers.matter import Matter
from handlers.messages import Say, Word
from routing.model import Status

_MARK = "unreachable:"


def tell_somebody(connection: Connection, applier: Applier, letter: ClaimedLetter, now: datetime) -> None:
    """A resident's kader, or the coordinator. Nobody is told that somebody could not be told of it."""
    if letter.report_id is None or letter.dedupe.startswith(_MARK):
        return
    report = connection.execute(select(reports).where(reports.c.id == letter.report_id)).one()
    if report.restricted:
        return
    effects = _effects(connection, report, letter.person_id)
    # Once for each report and person: the next news that does not arrive tells nobody anything new.
    origin = f"{_MARK}{report.id}.{letter.person_id}"
    applier.fire(connection, origin=origin, now=now, region=report.region, effects=effects)


def _effects(connection: Connection, report: Row[tuple[object, ...]], person_id: int) -> tuple[Effect, ...]:
    who = _who(connection, report, person_id)
    say = Say("outbox.unreachable", {"ticket": report.ticket, "who": Word(f"unreachable.{who}")})
    coordinator = Notify(Coordinators(report.region), say, report.id)
    asked = person_id == report.kader_id and person_id in asked_about(connection, report.id)
    if asked and report.status == Status.REPORTED:
        return (coordinator, *_next_kader(connection, report.id))
    if who == "resident":
        return (Notify(KaderOf(report.id), say, report.id, if_nobody=(coordinator,)),)
    if who == "officer" and report.office:
        # An office that has nobody is one line; what is urgent is named all the same.
        alarm = AlarmIfUnmanned(str(report.region), str(report.office), otherwise=(coordinator,))
        return (alarm, coordinator) if report.urgent else (alarm,)
    return (coordinator,)


def _next_kader(connection: Connection, report_id: int) -> tuple[Effect, ...]:
    """The report does not wait for a kader who cannot be asked; where there is no other, its clock moves it on."""
    say = Say("verify.ask", for_kader(Matter.of(report_by_id(connection, report_id))), VERIFY_CHOICES)
    return (Notify(NextKader(report_id), say, report_id, "verify", with_files=True),)


def _who(connection: Connection, report: Row[tuple[object, ...]], person_id: int) -> str:
    """As what the person was written to; their name is for those who hold the lists."""
    if person_id == report.kader_id:
        return "kader"
    if person_id == report.reporter_id or person_id in followers_of(connection, report.id):
        return "resident"
    if person_id in coordinators(connection, report.region):
        return "coordinator"
    return "kader" if person_id in asked_about(connection, report.id) else "officer"
