"""Answers of officers that do not take effect yet: whose they are, of which reports, how they are taken out again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from handlers.effects import Amend, CallOff, Effect, Plan, Sender
from handlers.errands import Errand, ErrandKind
from handlers.scene import Scene
from routing.model import Actor
from routing.officer import OfficerUpdate

HOLD = timedelta(minutes=10)
"""How long an answer may be taken back before anybody else hears of it."""

_UPDATE: TypeAdapter[OfficerUpdate] = TypeAdapter(OfficerUpdate)


@dataclass(frozen=True)
class Held:
    """One answer to one report. `key` is that of its errand, which may hold several; times are aware UTC."""

    report: int
    ticket: str
    update: OfficerUpdate
    key: str
    region: str
    due_at: datetime
    person: int

    @property
    def said_at(self) -> datetime:
        return self.due_at - HOLD


def held_in(errand: Errand) -> tuple[Held, ...]:
    """The answers of an errand, in the order in which they were given."""
    rows: Any = errand.data.get("answers", ())
    return tuple(
        Held(
            report=row["report"],
            ticket=row["ticket"],
            update=_UPDATE.validate_python(row["update"]),
            key=errand.key,
            region=errand.region,
            due_at=errand.due_at,
            person=errand.person_id,
        )
        for row in rows
    )


def mine(scene: Scene) -> tuple[Held, ...]:
    """What this person answered and may still take back, the newest answer last."""
    own = (errand for errand in scene.held if errand.person_id == scene.person.id)
    return tuple(one for errand in sorted(own, key=_age) for one in held_in(errand))


def latest(scene: Scene) -> tuple[Held, ...]:
    """The answers this person gave in one breath last."""
    every = mine(scene)
    return tuple(one for one in every if one.key == every[-1].key)


def of_colleague(scene: Scene, report_id: int) -> Held | None:
    """What somebody else of the office answered to this report a moment ago."""
    others = (errand for errand in scene.held if errand.person_id != scene.person.id)
    return next((one for errand in others for one in held_in(errand) if one.report == report_id), None)


def errand_of(key: str, region: str, answers: Iterable[Held]) -> Errand:
    rows = [
        {"report": one.report, "ticket": one.ticket, "update": _UPDATE.dump_python(one.update, mode="json")}
        for one in answers
    ]
    return Errand(ErrandKind.ANSWER, key, region, {"answers": rows})


def planned(key: str, region: str, answers: Sequence[Held], due_at: datetime) -> tuple[Effect, ...]:
    """These answers take effect at `due_at`, and nobody is reminded of their reports before."""
    marked = (Amend(one.report, {"answer_due_at": due_at}, Actor.OFFICER) for one in answers)
    return (Plan(Sender(), errand_of(key, region, answers), due_at), *marked)


def taken_out(scene: Scene, gone: Collection[Held]) -> tuple[Effect, ...]:
    """These do not take effect; what was answered in the same breath still does, when it would have."""
    effects: list[Effect] = []
    for key in dict.fromkeys(one.key for one in gone):
        whole = [one for one in mine(scene) if one.key == key]
        left = [one for one in whole if one not in gone]
        if left:
            effects.append(Plan(Sender(), errand_of(key, left[0].region, left), left[0].due_at, once=False))
        else:
            effects.append(CallOff(ErrandKind.ANSWER, key))
    return (*effects, *(Amend(one.report, {"answer_due_at": None}, Actor.OFFICER) for one in gone))


def after(scene: Scene, effects: Iterable[Effect]) -> tuple[Errand, ...]:
    """What waits once these effects are written: the next thing said in the same turn may be about it."""
    waiting = {(errand.person_id, errand.key): errand for errand in scene.held}
    me = scene.person.id
    for effect in effects:
        match effect:
            case CallOff(ErrandKind.ANSWER, key):
                gone = [known for known in waiting if known[0] == me and key in (None, known[1])]
                for known in gone:
                    del waiting[known]
            case Plan(Sender(), Errand(kind=ErrandKind.ANSWER) as errand, due_at):
                waiting[me, errand.key] = Errand(
                    errand.kind, errand.key, errand.region, errand.data, person_id=me, due_at=due_at
                )
    return tuple(waiting.values())


def _age(errand: Errand) -> tuple[datetime, int]:
    return errand.due_at, errand.id
