"""What a handler wants to happen. `bot/apply.py` turns these into rows, in this order, in one commit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from handlers.messages import Attachment, Say
from routing.model import Actor, FireKind, Status

# --- who is meant -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sender:
    """The person whose message is being handled."""


@dataclass(frozen=True)
class Reporter:
    """Who filed the report."""

    report: ReportKey


@dataclass(frozen=True)
class Followers:
    """The reporter and everybody who joined the report."""

    report: ReportKey


@dataclass(frozen=True)
class Joined:
    """Everybody who joined the report, without its reporter."""

    report: ReportKey


@dataclass(frozen=True)
class NextKader:
    """The kader whose turn it is for this report's place and field; picking one assigns the report to that kader.

    Never the reporter, never the person the report is about, never one who was asked about it before.
    """

    report: ReportKey


@dataclass(frozen=True)
class KaderOf:
    """The kader the report is assigned to."""

    report: ReportKey


@dataclass(frozen=True)
class OfficersOf:
    """The officers of the office that leads the report (for a restricted one: of the PPA office only)."""

    report: ReportKey


@dataclass(frozen=True)
class Coordinators:
    region: str


@dataclass(frozen=True)
class PersonWith:
    person_id: int


Audience = Sender | Reporter | Followers | Joined | NextKader | KaderOf | OfficersOf | Coordinators | PersonWith

ReportKey = int | str
"""A report's id, or the draft reference of one that is filed in this very turn."""

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
    hide_name, urgent, question, verified, respond_by, resolve_by, safe_contact. The promise day is never among them."""

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
class Redeem:
    """An invitation code the turn found valid: the sender becomes that person."""

    invitation: int


@dataclass(frozen=True)
class Remember:
    """Small facts about the sender: `name`, `notice` (version of the privacy notice shown), `region`, `greeting`."""

    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Parked:
    """Not understood for the third time, or a person is wanted: the coordinator learns that, not the words."""

    reason: str


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
    | Redeem
    | Remember
    | Parked
)
