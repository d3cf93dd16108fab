"""An office on a Tuesday morning: reports it has, an officer, and what was answered a moment ago."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.app import knowledge
from handlers.errands import Errand
from handlers.held import HOLD, Held, errand_of
from handlers.messages import Lines, Say
from handlers.scene import Membership, Person, Scene, State
from handlers.utterance import Utterance
from routing.deadlines import WorkingTime, office_clocks
from routing.model import Report, Role, Status, StoryLine
from routing.officer import OfficerUpdate

ATLAS, READER = knowledge()
SAMARINDA = ATLAS.regions["64.72"]
WORK = WorkingTime(SAMARINDA)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SAMARINDA.tz).astimezone(UTC)


MONDAY = local("2026-11-23T09:00")
TUESDAY = local("2026-11-24T08:15")
ME, COLLEAGUE = 2, 3


def report(number: int, **more: Any) -> Report:
    """Forwarded on Monday morning: on Tuesday the officer hears of it."""
    values: dict[str, Any] = {
        "id": number,
        "ticket": f"SMD-{number:04d}",
        "region": "64.72",
        "status": Status.FORWARDED,
        "text": "parit tersumbat",
        "field": "pekerjaan_umum",
        "category": "drainase",
        "place_code": "64.72.06.1001",
        "rt": f"{number:02d}",
        "rw": None,
        "office": "PU",
        "verify_by": None,
        "promise_by": None,
        "received_at": MONDAY,
        **office_clocks(SAMARINDA, "drainase", MONDAY).stamps(),
        "story": (StoryLine(MONDAY, "forwarded"),),
    }
    return Report(**{**values, **more})


def officer(*offices: str, rank: int = 1, coordinates: bool = False) -> Person:
    hats = [Membership(Role.OFFICER, "64.72", office, rank=rank) for office in offices or ("PU",)]
    also = [Membership(Role.COORDINATOR, "64.72")] if coordinates else []
    return Person(ME, "Petugas Contoh", (*hats, *also))


def scene(*reports: Report, now: datetime = TUESDAY, person: Person | None = None, **more: Any) -> Scene:
    """`tasks` are newest first."""
    values: dict[str, Any] = {"state": State(), "incoming": (), "region": "64.72", "fresh": "2-99", **more}
    tasks = tuple(sorted(reports, key=lambda one: -one.id))
    return Scene(person=person or officer(), now=now, atlas=ATLAS, reader=READER, tasks=tasks, **values)


def answered(report: Report, intent: str = "resolved", key: str = "2-1", person: int = ME, **more: Any) -> Held:
    update = OfficerUpdate(**{"ticket": report.ticket, "intent": intent, "note": intent, **more})
    return Held(report.id, report.ticket, update, key, "64.72", TUESDAY + HOLD - timedelta(minutes=1), person)


def errand(*held: Held) -> Errand:
    """As the store gives it back."""
    made = errand_of(held[0].key, "64.72", held)
    return replace(made, person_id=held[0].person, due_at=held[0].due_at)


def heard(text: str, **more: Any) -> Utterance:
    return Utterance(at=TUESDAY, text=text, **more)


def keys(say: Say) -> list[str]:
    """The keys of a line and of all that stands in it."""
    inside = (line for value in say.values.values() if isinstance(value, Lines) for line in value.says)
    return [say.key, *(key for line in inside for key in keys(line))]
