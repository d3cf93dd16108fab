"""What a report waits for now and until when, in one plain line: only what we do is promised (`talk.md`)."""

from __future__ import annotations

from datetime import date, datetime

from handlers.matter import Matter
from handlers.messages import Day, Say, Values
from handlers.scene import Scene
from routing.model import Report, Status

_BEFORE_OFFICE = frozenset({Status.REPORTED, Status.VERIFIED, Status.UNVERIFIED})
_AT_WORK = frozenset({Status.ACCEPTED, Status.IN_PROGRESS, Status.REOPENED})


def next_step(scene: Scene, report: Report) -> Say | None:
    """None when nothing is awaited from anybody."""
    found = _step(scene, report, _local(scene, report, scene.now))
    if found is None:
        return None
    key, day = found
    values: Values = {**Matter.of(report).values(), "question": report.question or ""}
    return Say(key, {**values, "day": Day(day)} if day else values)


def next_day(scene: Scene, report: Report) -> date | None:
    """The local day on which something is to have happened, as far as that lies ahead."""
    found = _step(scene, report, _local(scene, report, scene.now))
    return found[1] if found else None


def _step(scene: Scene, report: Report, today: date) -> tuple[str, date | None] | None:
    """A key of the catalogue, and its day."""
    if not report.open:
        return None
    if report.put_off_until and report.put_off_until >= today:
        return "next.put_off", report.put_off_until
    if report.status is Status.WAITING_REPORTER:
        return ("next.answer" if _is_asked(scene, report) else "next.answer_other"), None
    if report.status is Status.RESOLVED:
        return ("next.solved" if _is_asked(scene, report) else "next.solved_other"), None
    if not report.office:
        return "next.held", None
    if report.status in _BEFORE_OFFICE:
        return _before_office(report, today)
    return _at_office(scene, report, today)


def _is_asked(scene: Scene, report: Report) -> bool:
    """Who filed it, and who is asked in their stead because they cannot be reached."""
    return report.reporter_id == scene.person.id or any(ask.report == report.id for ask in scene.asks)


def _before_office(report: Report, today: date) -> tuple[str, date | None] | None:
    if report.visit_on and report.visit_on >= today:
        return "next.visit", report.visit_on
    return ("next.forward", report.promise_by) if report.promise_by else None


def _at_office(scene: Scene, report: Report, today: date) -> tuple[str, date | None]:
    if report.status in _AT_WORK and report.promised_on:
        return ("next.promised" if report.promised_on >= today else "next.promise_over"), report.promised_on
    due = report.resolve_by if report.status in _AT_WORK else report.respond_by
    if due is None or due <= scene.now:
        return "next.late", None
    return ("next.at_work" if report.status in _AT_WORK else "next.office"), _local(scene, report, due)


def _local(scene: Scene, report: Report, at: datetime) -> date:
    return at.astimezone(scene.atlas.regions[report.region].tz).date()
