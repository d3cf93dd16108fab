"""What a handler wants to happen. `bot/apply.py` turns these into rows, in this order, in one commit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from handlers.audiences import Audience as Audience
from handlers.audiences import Coordinators as Coordinators
from handlers.audiences import Followers as Followers
from handlers.audiences import Joined as Joined
from handlers.audiences import KaderOf as KaderOf
from handlers.audiences import NextKader as NextKader
from handlers.audiences import OfficersOf as OfficersOf
from handlers.audiences import PersonWith as PersonWith
from handlers.audiences import Reporter as Reporter
from handlers.audiences import ReportKey as ReportKey
from handlers.audiences import Sender as Sender
from handlers.errands import Errand, ErrandKind
from handlers.leave_effects import AlarmIfUnmanned as AlarmIfUnmanned
from handlers.leave_effects import ComeBack as ComeBack
from handlers.leave_effects import GoAway as GoAway
from handlers.leave_effects import HandOver as HandOver
from handlers.messages import Attachment, Say
from handlers.recounts import TellRecap as TellRecap
from handlers.sender_effects import Erase as Erase
from handlers.sender_effects import GoOn as GoOn
from handlers.sender_effects import HandOut as HandOut
from handlers.sender_effects import Redeem as Redeem
from handlers.sender_effects import Remember as Remember
from handlers.sender_effects import Stop as Stop
from handlers.sender_effects import Unsend as Unsend
from handlers.talks import TalkEffect
from routing.ladder import ClockName
from routing.model import Actor, FireKind, Status

# --- what is to happen ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FileReport:
    """A draft becomes a report. `ref` is unique for all time, so filing it twice files it once.

    `promise_by` is a local day; the other times are aware UTC. `hold_reason` is set exactly when `office` is None.
    """

    ref: str
    region: str
    text: str
    field: str | None
    category: str | None
    place_code: str | None
    received_at: datetime
    status: Status = Status.REPORTED
    rt: str | None = None
    rw: str | None = None
    point: tuple[float, float] | None = None
    office: str | None = None
    support: tuple[str, ...] = ()
    hold_reason: str | None = None
    urgent: bool = False
    restricted: bool = False
    verified: bool = False
    hide_name: bool = False
    on_behalf_of: str | None = None
    consent: str | None = None
    """For a relayed report: how the subject agreed, such as `spoken`; None when nobody else is concerned."""
    promise_by: date | None = None
    verify_by: datetime | None = None
    respond_by: datetime | None = None
    resolve_by: datetime | None = None
    alternatives: tuple[str, ...] = ()
    score: float = 0.0
    chosen_by_person: bool = False
    """The reporter chose the category among the likely ones: a label to learn from."""
    linked_to: ReportKey | None = None
    """The first report of the same story: one household's needs for two offices."""


@dataclass(frozen=True)
class ChangeStatus:
    """Checked against the table in `routing/changes.py`; a change that is not allowed is an error, not a silence."""

    report: ReportKey
    to: Status
    by: Actor
    note: str | None = None
    reason: str | None = None
    """A short code (`bounced_twice`, `silence`), for the holding pen and the audit trail."""


@dataclass(frozen=True)
class Amend:
    """Fields of a filed report change. Allowed names: text, field, category, place_code, rt, rw, on_behalf_of,
    hide_name, urgent, question, verified, respond_by, resolve_by, safe_contact, discreet, owed_news, acknowledge_by,
    first_response_at, waiting_since, answer_due_at, promised_on, put_off_until, visit_on, rating, linked_to.
    The promise day is never among them."""

    report: ReportKey
    values: dict[str, object]
    by: Actor


@dataclass(frozen=True)
class SetOffice:
    """Another office leads (None: nobody, with `hold_reason`). `bounced` counts a *bukan kewenangan*."""

    report: ReportKey
    office: str | None
    by: Actor
    bounced: bool = False
    hold_reason: str | None = None
    respond_by: datetime | None = None
    resolve_by: datetime | None = None


@dataclass(frozen=True)
class AddNote:
    """Words added to a report's story; `seen` tells whether the reporter may read them."""

    report: ReportKey
    text: str
    by: Actor
    seen: bool = True


@dataclass(frozen=True)
class Attach:
    """Files that belong to a report: they are kept, and shown to whoever may see it."""

    report: ReportKey
    files: tuple[Attachment, ...]


@dataclass(frozen=True)
class Join:
    """The sender, or the reporter of `other`, follows `report` from now on."""

    report: ReportKey
    other: ReportKey | None = None


@dataclass(frozen=True)
class Notify:
    """Tell `to`. With `ask` it is a question that stays open until answered; `about` ties it to a report.

    Choice ids in `say` that start with `@` are completed with the number of the open question. `with_files` sends the
    report's photos and voice notes along.
    `if_nobody` happens instead when the audience is empty or cannot be reached, `if_somebody` when it was told.
    """

    to: Audience
    say: Say
    about: ReportKey | None = None
    ask: str | None = None
    with_files: bool = False
    if_nobody: tuple[Effect, ...] = ()
    if_somebody: tuple[Effect, ...] = ()
    sparing: bool = False
    """Who had five such letters today hears of it in the next round-up of the morning; the question is open all the
    same."""
    unsaid: bool = False
    """No letter: the question is open from now on, and was put in other words before."""
    at_once: bool = False
    """Danger, or words between two people who talk: quiet hours do not hold it back (`routing/quiet.py`)."""


@dataclass(frozen=True)
class CloseAsks:
    """Open questions about a report are settled: of these kinds, or all when empty."""

    report: ReportKey
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class ScheduleFire:
    """Scheduling the same (report, kind, step) again moves nothing and fires once."""

    report: ReportKey
    kind: FireKind
    due_at: datetime
    step: int = 1


@dataclass(frozen=True)
class CancelFires:
    report: ReportKey
    kinds: tuple[FireKind, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Everybody in `to` has an errand at `due_at` (aware UTC). Planned again under the same kind and key it stays as it
    was; `once` is False for one that is to be moved to the new time and data while it waits. Where `to` is nobody,
    `if_nobody` happens instead."""

    to: Audience
    errand: Errand
    due_at: datetime
    once: bool = True
    if_nobody: tuple[Effect, ...] = ()


@dataclass(frozen=True)
class Missed:
    """A clock ran out at `due_at` (aware UTC); told again of the same clock it stays one miss."""

    report: ReportKey
    clock: ClockName
    due_at: datetime


@dataclass(frozen=True)
class Reminded:
    """Somebody was reminded of a report: a line of its history, with how far up it went (`routing/ladder.py`)."""

    report: ReportKey
    rung: int


@dataclass(frozen=True)
class CallOff:
    """An errand of the sender that waits does not happen; without a key all of that kind."""

    kind: ErrandKind
    key: str | None = None


@dataclass(frozen=True)
class Forget:
    """The words of a restricted report go, wherever they were kept; that there was one, and its code, stay
    (`domain.md §7`)."""

    report: ReportKey


@dataclass(frozen=True)
class Transcribe:
    """What is spoken in the voice notes of a report that have no words yet, as whoever listened put it."""

    report: ReportKey
    text: str


@dataclass(frozen=True)
class Restrict:
    """An ordinary report belongs on the restricted track: a code for its number, under the new `ref`; `office` alone
    has it; its pictures go. Open questions and fires stay."""

    report: ReportKey
    ref: str
    office: str


Effect = (
    FileReport
    | ChangeStatus
    | Amend
    | SetOffice
    | AddNote
    | Attach
    | Join
    | Notify
    | CloseAsks
    | ScheduleFire
    | CancelFires
    | Plan
    | Missed
    | Reminded
    | CallOff
    | GoAway
    | ComeBack
    | HandOver
    | AlarmIfUnmanned
    | Forget
    | Transcribe
    | Restrict
    | Unsend
    | HandOut
    | Erase
    | Stop
    | GoOn
    | Redeem
    | Remember
    | TalkEffect
    | TellRecap
)
