"""A report that is a voice note and nothing else: a kader is asked to listen and to write one line."""

from __future__ import annotations

from datetime import datetime

from handlers.effects import CloseAsks, Effect, KaderOf, NextKader, Notify, Sender
from handlers.form import choice
from handlers.lifecycle import for_kader, hold, verification_clock
from handlers.matter import Matter
from handlers.messages import Say
from routing import remind
from routing.deadlines import Deadlines
from routing.model import Report, Status
from routing.region import Atlas

LISTEN = "listen"
"""Kind of the question."""
UNHEARD = "unheard"
"""`hold_reason` of a report that has no office yet because nobody knows what it is about."""
CHOICES = (choice("@unclear", "choice.unclear"), choice("@private", "choice.not_for_kader"))


def waits(report: Report) -> bool:
    """Whether this report still waits for somebody to listen."""
    return report.status is Status.REPORTED and report.hold_reason == UNHEARD and not report.restricted


def ask_kader(
    matter: Matter, clock: Deadlines, told: Effect, nobody: tuple[Effect, ...], now: datetime, atlas: Atlas
) -> tuple[Effect, ...]:
    """The kader whose turn it is listens; where there is none, the coordinator does (`nobody` goes with that)."""
    held = (*hold(matter, UNHEARD, now, atlas), *nobody)
    say = Say("voice.ask_kader", for_kader(matter), CHOICES)
    asked = Notify(NextKader(matter.key), say, matter.key, LISTEN, with_files=True, if_nobody=held, if_somebody=(told,))
    return *verification_clock(matter, now, clock.verify_by, clock.forward_at, atlas), asked


def ask_ppa(report: Report) -> Effect:
    """Who opened a restricted report that was spoken hears it, and writes one line if they like."""
    return Notify(Sender(), Say("ppa.listen", {"ticket": report.ticket}), report.id, LISTEN, with_files=True)


def again(report: Report) -> Effect:
    """Whoever asks what is to be done hears the recording once more."""
    say = Say("voice.remind_kader", for_kader(Matter.of(report)), CHOICES)
    return Notify(Sender(), say, report.id, LISTEN, with_files=True)


def reminded(report: Report, decision: remind.Decision, now: datetime, atlas: Atlas) -> tuple[Effect, ...]:
    """A kader who has not listened yet is reminded, then the next one is asked, and in the end the coordinator."""
    matter = Matter.of(report)
    match decision:
        case remind.Send():
            say = Say("voice.remind_kader", for_kader(matter), CHOICES)
            return (Notify(KaderOf(report.id), say, report.id, LISTEN, with_files=True),)
        case remind.NextKader():
            say = Say("voice.ask_kader", for_kader(matter), CHOICES)
            return (Notify(NextKader(report.id), say, report.id, LISTEN, with_files=True),)
        case remind.MoveOn():
            return CloseAsks(report.id), *hold(matter, UNHEARD, now, atlas)
    return ()
