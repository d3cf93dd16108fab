"""What a change of status means: who is told, which questions close, which reminders start and stop."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from handlers.effects import (
    Amend,
    Audience,
    CancelFires,
    ChangeStatus,
    CloseAsks,
    Coordinators,
    Effect,
    Followers,
    Joined,
    NextKader,
    Notify,
    OfficersOf,
    Reporter,
    ReportKey,
    ScheduleFire,
    SetOffice,
)
from handlers.form import choice
from handlers.matter import Matter
from handlers.messages import Choice, Day, OfficeName, Say, Values, Word
from routing.answers import gist
from routing.changes import CHANGES
from routing.deadlines import WorkingTime, office_deadlines
from routing.model import EMERGENCIES, Actor, FireKind, Status
from routing.region import Atlas, Region

READ_IN_FULL = 600
"""Letters of a report that whoever acts on it reads; its reporter sees less of their own words."""
EMERGENCY_MINUTES = 30
"""Until the office has to have answered such a report, day and night."""

ACCEPT_CHOICES = (
    choice("@accept", "choice.accept"),
    choice("@not_ours", "choice.not_ours"),
    choice("@info", "choice.info"),
)
PROGRESS_CHOICES = (
    choice("@working", "choice.working"),
    choice("@done", "choice.done"),
    choice("@not_ours", "choice.not_ours"),
)
VERIFY_CHOICES = (
    choice("@true", "choice.true"),
    choice("@visit", "choice.visit"),
    choice("@false", "choice.false"),
)
SOLVED_CHOICES = (choice("@yes", "choice.solved"), choice("@no", "choice.not_solved"))


def change(
    matter: Matter,
    to: Status,
    by: Actor,
    *,
    note: str | None = None,
    reason: str | None = None,
    values: Values | None = None,
    choices: tuple[Choice, ...] = (),
    ask: str | None = None,
) -> tuple[Effect, ...]:
    """The change itself and, where the table says so, the line its followers hear, with `note` in it when there is one.

    Raises KeyError for a change that is not in the table: that is a fault of the caller, not of a person.
    """
    rule = CHANGES[matter.status, to]
    effects: tuple[Effect, ...] = (ChangeStatus(matter.key, to, by, note, reason),)
    if rule.reporter_hears and not matter.restricted:
        key = f"{rule.reporter_hears}.note" if note else rule.reporter_hears
        filled = {**matter.values(), **(values or {}), **({"note": note} if note else {})}
        audience: Audience = Reporter(matter.key) if ask else Followers(matter.key)
        effects += (Notify(audience, Say(key, filled, choices), matter.key, ask),)
        if ask:  # only who filed it decides; neighbours who joined read the news without the question
            effects += (Notify(Joined(matter.key), Say(f"{rule.reporter_hears}.joined", filled), matter.key),)
    return effects


def ask_kader(
    matter: Matter, if_nobody: tuple[Effect, ...] = (), if_somebody: tuple[Effect, ...] = ()
) -> tuple[Effect, ...]:
    """The kader whose turn it is says whether it is so; `if_somebody` and `if_nobody` tell what else happens then."""
    say = Say("verify.ask", for_kader(matter), VERIFY_CHOICES)
    asked = Notify(NextKader(matter.key), say, matter.key, "verify", with_files=True)
    return (replace(asked, if_nobody=if_nobody, if_somebody=if_somebody),)


def verification_clock(
    matter: Matter, received_at: datetime, verify_by: datetime, forward_at: datetime, atlas: Atlas
) -> tuple[Effect, ...]:
    """A reminder after four working hours, the next kader after a day, the promise on the fifth (`domain.md §5`)."""
    work = WorkingTime(atlas.regions[matter.region])
    return (
        ScheduleFire(matter.key, FireKind.VERIFY_REMIND, work.add_hours(received_at, 4)),
        ScheduleFire(matter.key, FireKind.VERIFY_NEXT, verify_by),
        ScheduleFire(matter.key, FireKind.FORWARD_PROMISE, forward_at),
    )


def forward(
    matter: Matter,
    by: Actor,
    now: datetime,
    atlas: Atlas,
    *,
    tell: bool = True,
    key: str | None = None,
    sent: tuple[Effect, ...] = (),
    held: tuple[Effect, ...] = (),
) -> tuple[Effect, ...]:
    """The report goes to its lead office, with the office's own clock; without a reachable officer it goes to the pen.

    `matter.office` must be set. The promise to the resident is not touched (`domain.md §5`). `sent` happens where the
    office was reached, `held` where nobody was: whoever is told of it is told the truth.
    """
    respond_by, resolve_by = office_deadlines(atlas.regions[matter.region], matter.category or "", now)
    at_once = matter.urgent and matter.category in EMERGENCIES
    if at_once:
        respond_by = now + timedelta(minutes=EMERGENCY_MINUTES)
    told: tuple[Effect, ...] = ()
    if tell:
        told = (Notify(Followers(matter.key), Say(key or _forward_key(matter), matter.values()), matter.key),)
    return (
        CloseAsks(matter.key, ("verify", "visit_day", "refuse_reason", "duplicate_of")),
        CancelFires(matter.key),
        ChangeStatus(matter.key, Status.FORWARDED, by),
        Amend(matter.key, {"respond_by": respond_by, "resolve_by": resolve_by}, Actor.SYSTEM),
        Notify(
            OfficersOf(matter.key),
            Say(
                "office.new_urgent" if at_once else "office.new",
                {**for_office(matter), "day": _local_day(respond_by, matter, atlas)},
                ACCEPT_CHOICES,
            ),
            matter.key,
            "accept",
            with_files=True,
            if_nobody=(*hold(replace(matter, status=Status.FORWARDED), "no_officer", now, atlas), *held),
            if_somebody=(*told, *sent, ScheduleFire(matter.key, FireKind.RESPOND_REMIND, respond_by)),
        ),
    )


def hold(matter: Matter, reason: str, now: datetime, atlas: Atlas) -> tuple[Effect, ...]:
    """Into the holding pen with its reason; the coordinator is asked where it belongs."""
    return (
        CancelFires(matter.key),
        CloseAsks(matter.key),
        SetOffice(matter.key, None, Actor.SYSTEM, hold_reason=reason),
        ChangeStatus(matter.key, Status.HOLDING, Actor.SYSTEM, reason=reason),
        ask_coordinator(matter, reason, atlas),
        pen_clock(matter.key, now, atlas.regions[matter.region]),
    )


def pen_clock(key: ReportKey, now: datetime, region: Region) -> Effect:
    """The pen has a clock too: the coordinator is reminded of what waits in it, from the next working day on."""
    work = WorkingTime(region)
    return ScheduleFire(key, FireKind.FORWARD_PROMISE, work.start_of(work.day_after(now, 1)))


def work_clock(key: ReportKey, due: datetime | None, now: datetime, region: Region) -> Effect:
    """An office that has a report is remembered of it: on `due`, or on the next working day when that has passed."""
    work = WorkingTime(region)
    tomorrow = work.start_of(work.day_after(now, 1))
    return ScheduleFire(key, FireKind.RESOLVE_REMIND, due if due and due > now else tomorrow)


def answer_clock(key: ReportKey, now: datetime, region: Region) -> Effect:
    """How long an office's question to the reporter stops the office's own clock (`domain.md §5`)."""
    work = WorkingTime(region)
    return ScheduleFire(key, FireKind.ANSWER_WAIT, work.start_of(work.day_after(now, region.clocks.answer_wait)))


def ask_coordinator(matter: Matter, reason: str, atlas: Atlas) -> Effect:
    """The coordinator is asked where a held report belongs; of a restricted one only that there is one more."""
    if matter.restricted:
        return Notify(Coordinators(matter.region), Say("hold.restricted"))
    values: Values = {**matter.values(), "reason": Word(f"hold.reason.{reason}")}
    options = (*likely_offices(matter, atlas), choice("@close", "choice.close"))
    return Notify(Coordinators(matter.region), Say("hold.ask", values, options), matter.key, "hold", with_files=True)


def likely_offices(matter: Matter, atlas: Atlas) -> tuple[Choice, ...]:
    """Buttons for the offices that the region's table names for this category, the three likeliest."""
    region = atlas.regions[matter.region]
    routes = region.routes.get(matter.category or "", ())
    named = (role for route in routes for role in (route.lead, *route.support) if role in region.offices)
    roles = dict.fromkeys(role for role in named if region.offices[role].in_government)
    return tuple(
        Choice(f"@{role}", "choice.office", {"office": OfficeName(region.code, role, full=False)}) for role in roles
    )[:3]


def for_office(matter: Matter) -> Values:
    """What an officer reads about a report. A hidden name stays hidden."""
    name = matter.on_behalf_of or matter.reporter_name
    who: str | Word = name if name and not matter.hide_name else Word("office.somebody")
    verified = Word("office.verified" if matter.verified else "office.unverified")
    return {**matter.values(), "gist": gist(matter.text, READ_IN_FULL), "who": who, "verified": verified}


def on_answered(matter: Matter) -> tuple[Effect, ...]:
    """An office has spoken: its first clock stops, its open prompts close."""
    return (
        CancelFires(matter.key, (FireKind.RESPOND_REMIND, FireKind.ANSWER_WAIT)),
        CloseAsks(matter.key, ("accept", "progress", "office_question", "which_office")),
    )


def resolved(matter: Matter, by: Actor, now: datetime, atlas: Atlas, note: str | None) -> tuple[Effect, ...]:
    """The office says it is done; only the reporter, or ten quiet working days, makes it closed."""
    region = atlas.regions[matter.region]
    work = WorkingTime(region)
    closes = work.start_of(work.day_after(now, region.clocks.close_quiet))
    return (
        *on_answered(matter),
        CancelFires(matter.key, (FireKind.RESOLVE_REMIND,)),
        *change(matter, Status.RESOLVED, by, note=note, choices=SOLVED_CHOICES, ask="solved"),
        ScheduleFire(matter.key, FireKind.CLOSE_QUIET, closes),
    )


def for_kader(matter: Matter) -> Values:
    """What a kader reads about a report, so that the house can be found."""
    who: str | Word = matter.on_behalf_of if matter.on_behalf_of and not matter.hide_name else Word("office.somebody")
    return {**matter.values(), "gist": gist(matter.text, READ_IN_FULL), "who": who}


def _forward_key(matter: Matter) -> str:
    return "hear.forwarded" if matter.verified else "hear.forwarded_unverified"


def _local_day(at: datetime, matter: Matter, atlas: Atlas) -> Day:
    return Day(at.astimezone(atlas.regions[matter.region].tz).date())
