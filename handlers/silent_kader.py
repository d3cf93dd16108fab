"""A kader who did not answer within a working day: the next one is asked, with a clock of their own."""

from __future__ import annotations

from datetime import datetime

from handlers.effects import Amend, Effect, Missed, NextKader, Notify, ScheduleFire
from handlers.lifecycle import VERIFY_CHOICES, for_kader, kader_reminders
from handlers.matter import Matter
from handlers.messages import Say
from routing.deadlines import WorkingTime
from routing.model import Actor, FireKind, Report
from routing.region import Atlas

PER_KADER = 10
"""Steps of reminders set apart for each kader who is asked in turn."""


def next_kader(report: Report, step: int, now: datetime, atlas: Atlas) -> tuple[Effect, ...]:
    """The kader of round `step` was silent, which is kept as a miss; where no other is left, the promise moves it on.

    The promise to the resident runs on all the while.
    """
    work = WorkingTime(atlas.regions[report.region])
    say = Say("verify.ask", for_kader(Matter.of(report)), VERIFY_CHOICES)
    clock = (
        *kader_reminders(report.id, now, work, first_step=step * PER_KADER),
        ScheduleFire(report.id, FireKind.VERIFY_NEXT, work.end_of(work.day_after(now, 1)), step + 1),
    )
    missed_at = report.verify_by if step == 1 and report.verify_by else now
    asked = Notify(NextKader(report.id), say, report.id, "verify", with_files=True, if_somebody=clock)
    unseen = (Amend(report.id, {"visit_on": None}, Actor.SYSTEM),) if report.visit_on else ()
    return Missed(report.id, "verify", missed_at), *unseen, asked
