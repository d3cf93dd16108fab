"""What a change of status means: who is told, which questions close, which reminders start and stop."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers import week
from handlers.effects import (
    AlarmIfUnmanned,
    Amend,
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
from routing.deadlines import EMERGENCY, WorkingTime, office_clocks
from routing.model import EMERGENCIES, Actor, FireKind, Report, Status
from routing.region import Atlas, Region

KADER_HOURS = (4, 8)
"""Working hours after which a silent kader is reminded: half a day, and a day."""
READ_IN_FULL = 600
"""Letters of a report that whoever acts on it reads; its reporter sees less of their own words."""
_ANEW = dict.fromkeys(("waiting_since", "promised_on", "put_off_until", "answer_due_at"))
"""What an office said of a report, or was granted, is not the next one's."""

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
        filled = {**matter.values(), **(values or {}), **matter.part(), **({"note": note} if note else {})}
        said = Notify(Followers(matter.key), Say(key, filled, choices), matter.key, ask, at_once=matter.emergency)
        news = Say(f"{rule.reporter_hears}.joined", filled)
        effects += (_asked(said, matter.key, news) if ask else said,)
    return effects


def _asked(question: Notify, key: ReportKey, news: Say) -> Notify:
    """Who filed it decides, and neighbours who joined read the news without the question; they are asked themselves
    where who filed it cannot be: nobody would answer otherwise."""
    told = Notify(Joined(key), news, key, at_once=question.at_once)
    joined = replace(question, to=Joined(key))
    return replace(question, to=Reporter(key), if_somebody=(told,), if_nobody=(joined,))


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
    """Reminders after four working hours and after a day, the next kader when the day is over, the promise on the
    fifth (`domain.md §5`)."""
    work = WorkingTime(atlas.regions[matter.region])
    return (
        *kader_reminders(matter.key, received_at, work),
        ScheduleFire(matter.key, FireKind.VERIFY_NEXT, verify_by),
        ScheduleFire(matter.key, FireKind.FORWARD_PROMISE, forward_at),
    )


def kader_reminders(key: ReportKey, asked_at: datetime, work: WorkingTime, first_step: int = 1) -> tuple[Effect, ...]:
    """What reminds a kader who was asked at `asked_at`."""
    due = (work.add_hours(asked_at, hours) for hours in KADER_HOURS)
    return tuple(ScheduleFire(key, FireKind.VERIFY_REMIND, at, step) for step, at in enumerate(due, first_step))


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
    at_once = matter.urgent and matter.category in EMERGENCIES
    clock = office_clocks(atlas.regions[matter.region], matter.category or "", now, emergency=at_once)
    told: tuple[Effect, ...] = ()
    if tell:
        news = Say(key or _forward_key(matter), {**matter.values(), **matter.part()})
        told = (Notify(Followers(matter.key), news, matter.key, at_once=at_once),)
    return (
        CloseAsks(matter.key, ("verify", "visit", "visit_day", "refuse_reason", "duplicate_of")),
        CancelFires(matter.key),
        week.plan(matter.region, now, atlas),
        ChangeStatus(matter.key, Status.FORWARDED, by),
        Amend(matter.key, {**_ANEW, **clock.stamps()}, Actor.SYSTEM),
        Notify(
            OfficersOf(matter.key),
            Say(
                "office.new_urgent" if at_once else "office.new",
                {
                    **for_office(matter),
                    "first": _local_day(clock.acknowledge_by, matter, atlas),
                    "day": _local_day(clock.respond_by, matter, atlas),
                },
                ACCEPT_CHOICES,
            ),
            matter.key,
            "accept",
            with_files=True,
            at_once=at_once,
            sparing=not at_once,
            if_nobody=(*hold(replace(matter, status=Status.FORWARDED), "no_officer", now, atlas), *held),
            if_somebody=(*told, *sent, ScheduleFire(matter.key, FireKind.RESPOND_REMIND, clock.first_look)),
        ),
    )


def hold(matter: Matter, reason: str, now: datetime, atlas: Atlas) -> tuple[Effect, ...]:
    """Into the holding pen with its reason; the coordinator is asked where it belongs."""
    return (
        CancelFires(matter.key),
        CloseAsks(matter.key),
        SetOffice(matter.key, None, Actor.SYSTEM, hold_reason=reason),
        ChangeStatus(matter.key, Status.HOLDING, Actor.SYSTEM, reason=reason),
        _to_the_pen(matter, reason, atlas),
        week.plan(matter.region, now, atlas),
        pen_clock(matter.key, now, atlas.regions[matter.region], emergency=matter.emergency),
    )


def _to_the_pen(matter: Matter, reason: str, atlas: Atlas) -> Effect:
    """Where an office has nobody, that is what the coordinator hears, once a day and not for every report."""
    asked = ask_coordinator(matter, reason, atlas)
    if reason != "no_officer" or matter.office is None or matter.emergency:
        return asked
    return AlarmIfUnmanned(matter.region, matter.office, otherwise=(asked,))


def pen_clock(key: ReportKey, now: datetime, region: Region, *, emergency: bool = False) -> Effect:
    """The pen has a clock too: the coordinator is reminded of what waits in it, from the next working day on, and of an
    emergency after half an hour."""
    work = WorkingTime(region)
    morning = work.start_of(next(work.mornings_after(now)))
    return ScheduleFire(key, FireKind.FORWARD_PROMISE, now + EMERGENCY if emergency else morning)


def work_clock(key: ReportKey, now: datetime, region: Region) -> Effect:
    """An office that has a report is watched from the next morning on; the report as it is then tells on which days
    there is something to say (`routing/ladder.py`)."""
    work = WorkingTime(region)
    return ScheduleFire(key, FireKind.RESOLVE_REMIND, work.start_of(next(work.mornings_after(now))))


def first_response(report: Report, now: datetime) -> tuple[Effect, ...]:
    """To stand beside words of an office that the reporter reads: the first of them are its first response."""
    if report.first_response_at is not None:
        return ()
    return (Amend(report.id, {"first_response_at": now}, Actor.OFFICER),)


def answer_clock(key: ReportKey, now: datetime, region: Region) -> Effect:
    """How long an office's question to the reporter stops the office's own clock (`domain.md §5`)."""
    work = WorkingTime(region)
    return ScheduleFire(key, FireKind.ANSWER_WAIT, work.start_of(work.day_after(now, region.clocks.answer_wait)))


def ask_coordinator(matter: Matter, reason: str, atlas: Atlas) -> Effect:
    """The coordinator is asked where a held report belongs; of a restricted one only that there is one more."""
    if matter.restricted:
        return Notify(Coordinators(matter.region), Say("hold.restricted"))
    values: Values = {**matter.values(), "reason": Word(f"hold.reason.{reason}")}
    options = (
        *likely_offices(matter, atlas),
        choice("@others", "choice.other_offices"),
        choice("@close", "choice.close"),
    )
    say = Say("hold.ask", values, options)
    at_once = matter.emergency
    return Notify(Coordinators(matter.region), say, matter.key, "hold", with_files=True, at_once=at_once)


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
    verified = matter.found or Word("office.verified" if matter.verified else "office.unverified")
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
    closes = work.start_of(work.day_after(now, region.clocks_of(matter.category or "").close_quiet))
    return (
        *on_answered(matter),
        CloseAsks(matter.key, ("info",)),
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
