"""A coordinator's Monday morning: what is late, where, with whom, since when; and the list to decide from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from handlers.effects import Audience, Coordinators, Plan, Sender
from handlers.errands import Errand, ErrandKind
from handlers.matter import Matter
from handlers.messages import Day, Lines, OfficeName, Say, Values, Where
from handlers.replies import told
from handlers.scene import Outcome, Scene
from handlers.standing_in import coordinates, manned
from handlers.week_figures import Week
from routing.deadlines import WorkingTime
from routing.region import Atlas, Region

TOLD = "week.told"
FEW = 5
"""Fewer restricted reports are not counted aloud."""
NAMED = 3
"""Offices and kecamatan that are named; the list below names the rest."""


def plan(region: str, now: datetime, atlas: Atlas) -> Plan:
    """The coordinators of a region have a week to hear of. Planned with every report: once for each week."""
    return _planned(Coordinators(region), atlas.regions[region], now)


def on_week(errand: Errand, scene: Scene) -> Outcome:
    """Tells the week and plans the next; says nothing where nothing happened. Not to who is coordinator no more."""
    if errand.region not in coordinates(scene) or scene.week is None:
        return Outcome(scene.state)
    region = scene.atlas.regions[errand.region]
    again = (_planned(Sender(), region, scene.now),)
    if _quiet(scene.week):
        return Outcome(scene.state, (), again)
    said = told(scene, Say(TOLD, {"lines": Lines(tuple(_parts(scene, region, scene.week)))}), again)
    tickets = tuple(report.ticket for report, _ in scene.week.late)
    if not tickets:
        return said
    return replace(said, state=replace(said.state, listed=tickets, listed_as=TOLD, listed_at=scene.now))


def told_today(scene: Scene, region: str) -> bool:
    """Whether this is the day of the week's summary: one message is enough then."""
    work = WorkingTime(scene.atlas.regions[region])
    return work.begins_week(work.local_day(scene.now))


def _planned(to: Audience, region: Region, now: datetime) -> Plan:
    """On the first working day of next week, when that day's digests are told."""
    work = WorkingTime(region)
    today = work.local_day(now)
    day = work.on_or_after(today + timedelta(days=7 - today.weekday()))
    return Plan(to, Errand(ErrandKind.WEEK, day.isoformat(), region.code), work.digest_at(day))


def _quiet(week: Week) -> bool:
    return not (week.came or week.solved or week.missed or week.held or week.late_in_all)


def _parts(scene: Scene, region: Region, week: Week) -> Iterator[Say]:
    counts: Values = {"came": week.came, "solved": week.solved, "missed": week.missed}
    yield Say("week.counts", {"region": region.name, **counts})
    yield Say("week.now", {"late": week.late_in_all, "held": week.held})
    if week.restricted >= FEW:
        yield Say("week.restricted", {"count": week.restricted})
    if week.by_office:
        offices = ((OfficeName(region.code, role, full=False), count) for role, count in week.by_office.items())
        lines = _most(Say("week.line_office", {"office": office, "count": count}) for office, count in offices)
        yield Say("week.by_office", {"lines": lines})
    if week.by_kecamatan:
        places = ((Where(code), count) for code, count in week.by_kecamatan.items())
        lines = _most(Say("week.line_where", {"where": where, "count": count}) for where, count in places)
        yield Say("week.by_place", {"lines": lines})
    if week.late:
        yield Say("week.longest", {"lines": Lines(tuple(_late(scene, week)), numbered=True)})
    unmanned = tuple(_unmanned(scene, region))
    if unmanned:
        yield Say("week.unmanned", {"lines": Lines(unmanned)})
    if week.late:
        yield Say("week.how")
    if week.held:
        yield Say("week.how_held")


def _most(lines: Iterable[Say]) -> Lines:
    return Lines(tuple(islice(lines, NAMED)))


def _late(scene: Scene, week: Week) -> Iterator[Say]:
    for report, since in week.late:
        work = WorkingTime(scene.atlas.regions[report.region])
        yield Say("week.line", {**Matter.of(report).values(), "day": Day(work.local_day(since))})


def _unmanned(scene: Scene, region: Region) -> Iterator[Say]:
    """Offices that lead for something here and have nobody who is at work and can be reached."""
    today = WorkingTime(region).local_day(scene.now)
    leading = dict.fromkeys(route.lead for routes in region.routes.values() for route in routes)
    for role in leading:
        office = region.offices.get(role)
        there = [one for one in scene.colleagues if (one.region, one.office) == (region.code, role)]
        if office and office.in_government and not manned(there, today):
            yield Say("week.office", {"office": OfficeName(region.code, role, full=False)})
