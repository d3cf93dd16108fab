"""*Bukan kewenangan*: the right office gets the report; the second time the coordinator decides. The promise stays."""

from __future__ import annotations

from dataclasses import replace

from handlers.effects import ChangeStatus, Effect, SetOffice
from handlers.form import choice
from handlers.lifecycle import forward, hold, likely_offices, on_answered
from handlers.matter import Matter
from handlers.messages import Choice, Say
from handlers.replies import ask_back, tap, told
from handlers.scene import Outcome, Scene
from handlers.utterance import Utterance
from routing import answers
from routing.assign import office_named
from routing.model import Actor, Report, Status

BOUNCES_BEFORE_COORDINATOR = 1
"""Passed on by an office once; a second *bukan kewenangan* is for the coordinator (`peers.md` (c) 7)."""

Step = tuple[Say | None, tuple[Effect, ...]]


def pass_on(scene: Scene, report: Report, role: str | None, note: str | None) -> Step:
    """To the office that was named; asks for it when none was; to the coordinator when it was passed on before."""
    matter = Matter.of(report)
    if report.bounces >= BOUNCES_BEFORE_COORDINATOR:
        return _to_coordinator(scene, report, "bounced_twice", note)
    office = scene.atlas.regions[report.region].offices.get(role or "")
    elsewhere = role in {one for one, _ in scene.atlas.others} and office is None
    if elsewhere or (office and not office.in_government):
        return _to_coordinator(scene, report, "elsewhere_office", note)
    if office is None or role == report.office:
        return None, (ask_back(matter, "office.ask_office", "which_office", _options(scene, report)),)
    moved = replace(matter, status=Status.NOT_OURS, office=office.role)
    effects = (
        *_refused(matter, note),
        SetOffice(report.id, office.role, Actor.OFFICER, bounced=True),
        *forward(moved, Actor.SYSTEM, scene.now, scene.atlas, key="hear.passed_on"),
    )
    return Say("office.passed_on", moved.values()), effects


def which_office(scene: Scene, heard: Utterance, report: Report) -> Outcome | None:
    """The answer to *dinas mana?*: a button, a name as people write it, or *tidak tahu*."""
    region = scene.atlas.regions[report.region]
    role = tap(heard) or office_named(heard.text, region, scene.atlas) or ""
    if role in region.offices and role != report.office:
        say, effects = pass_on(scene, report, role, None)
        return told(scene, say, effects, report)
    if role == "unknown" or heard.text.strip(" .#").strip("0123456789"):  # a bare number names no office
        unknown = answers.matches(heard.text, "answers", "skip")  # *gatau* tells nobody anything
        say, effects = _to_coordinator(scene, report, "not_ours", None if unknown else heard.text or None)
        return told(scene, say, effects, report)
    return None


def _to_coordinator(scene: Scene, report: Report, reason: str, note: str | None) -> Step:
    matter = Matter.of(report)
    effects = (
        *_refused(matter, note),
        SetOffice(report.id, None, Actor.OFFICER, bounced=True, hold_reason=reason),
        *hold(replace(matter, status=Status.NOT_OURS), reason, scene.now, scene.atlas),
    )
    return Say("office.to_coordinator", matter.values()), effects


def _refused(matter: Matter, note: str | None) -> tuple[Effect, ...]:
    return (*on_answered(matter), ChangeStatus(matter.key, Status.NOT_OURS, Actor.OFFICER, note))


def _options(scene: Scene, report: Report) -> tuple[Choice, ...]:
    likely = likely_offices(Matter.of(report), scene.atlas)
    others = tuple(option for option in likely if option.id != f"@{report.office}")
    return (*others, choice("@unknown", "choice.unknown_office"))
