"""All that a handler may know when it decides: who wrote, what is open, what time it is. Built by `bot/turn.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass as pydantic_dataclass

from handlers.effects import Effect
from handlers.errands import Errand
from handlers.messages import Attachment, Incoming, Say
from handlers.talks import Talk
from routing.alike import Seen
from routing.model import Report, Role

if TYPE_CHECKING:
    from handlers.week_figures import Week
    from routing.region import Atlas
    from routing.understand import Reader


@dataclass(frozen=True)
class Membership:
    """One hat a person wears. A person may wear several at once."""

    role: Role
    region: str
    office: str | None = None
    place_codes: tuple[str, ...] = ()
    field: str | None = None
    posyandu: str | None = None
    rank: int = 1
    """Of an officer: 1 handles reports, 2 leads the section (PPA: second contact), 3 the office."""
    away_until: date | None = None
    """On leave up to and with this local day."""
    stand_in: int | None = None
    """Who has their work meanwhile."""


@dataclass(frozen=True)
class Person:
    id: int
    name: str | None = None
    memberships: tuple[Membership, ...] = ()
    facts: dict[str, str] = field(default_factory=dict)
    """What `Remember` kept: `notice`, `region`, `greeting`."""

    def has(self, role: Role) -> bool:
        return any(one.role is role for one in self.memberships)

    def offices(self) -> frozenset[tuple[str, str]]:
        """(region, office role) pairs this person answers for."""
        return frozenset((m.region, m.office) for m in self.memberships if m.role is Role.OFFICER and m.office)


@dataclass(frozen=True)
class Colleague:
    """An officer as colleagues and coordinators know one: enough to hand work over."""

    person_id: int
    name: str
    region: str
    office: str
    rank: int = 1
    away_until: date | None = None
    """On leave up to and with this local day."""
    stand_in: int | None = None
    reachable: bool = True


@dataclass(frozen=True)
class Ask:
    """A question of ours that is still open."""

    id: int
    kind: str
    report: int | None
    asked_at: datetime
    message_id: str | None = None
    """The provider's id of the letter that asked last, once it was sent."""
    message_ids: tuple[str, ...] = ()
    """Of every letter that asked it, oldest first: a reply to any of them answers it."""


@pydantic_dataclass(frozen=True)
class State:
    """Where a conversation stands. JSON in the database, re-read for every message."""

    dialogue: str | None = None
    """Name of the form in progress; None between forms."""
    asked: str | None = None
    """The question whose answer is awaited."""
    step: int = 0
    """Counts the questions asked, so that a button of an older one is known as such."""
    answers: dict[str, object] = field(default_factory=dict)
    asked_at: datetime | None = None
    misses: int = 0
    """How often in a row we did not understand."""
    queue: tuple[dict[str, object], ...] = ()
    """Further problems told in the middle of the first: answers of the forms that come next."""
    files: tuple[Attachment, ...] = ()
    """Photos and voice notes that came before there was a report to attach them to."""
    ref: str | None = None
    """The draft's reference, unique for all time."""
    heard_at: datetime | None = None
    """When this person last wrote: questions that came since then may all be meant by a bare answer."""
    request: str | None = None
    """Reference of a request on the restricted track that this person may come back to."""
    pending: str | None = None
    """A bare answer that could belong to several questions, until the person says to which."""
    about: int | None = None
    """The report last talked about: a photo or a note that follows belongs to it."""
    last: str | None = None
    """Key of the last thing said, so that it is not said twice in a row."""
    listed: tuple[str, ...] = ()
    """Tickets of the last numbered list, in its order: *1 selesai* means the first of them."""
    visits: dict[str, dict[str, str]] = field(default_factory=dict)
    """What a kader found at a visit and has not sent yet, by the number of the report (`handlers/visit.py`)."""
    album: str = ""
    """The album that came last: pieces of it that come late say nothing new."""
    listed_as: str = ""
    """Key of that list, so that *lagi* shows more of it."""
    listed_at: datetime | None = None
    """When that list was shown, if nobody asked for it."""
    digest_day: str = ""
    """The local day, ISO, of the last round-up of the morning: there is one a day."""


STATE: TypeAdapter[State] = TypeAdapter(State)


def nothing_alike(_category: str, _place_code: str) -> tuple[Seen, ...]:
    return ()


@dataclass(frozen=True)
class Scene:
    """Input of every handler. `now` is aware UTC. `incoming` is one turn: one or more messages in order."""

    person: Person
    state: State
    incoming: tuple[Incoming, ...]
    now: datetime
    atlas: Atlas
    reader: Reader
    region: str
    """Region of the number or bot that was written to, or what is known of the person: the softest hint."""
    fresh: str
    """A reference that no other turn has; becomes the draft's `ref`."""
    mine: tuple[Report, ...] = ()
    """Reports this person filed or joined, newest first (restricted ones only when asked for by code)."""
    tasks: tuple[Report, ...] = ()
    """Reports this person may act on: as kader, as officer of the leading office, as coordinator of the held ones."""
    named: tuple[Report, ...] = ()
    """Of a coordinator: the ordinary reports of their regions whose number stands in the message, open or not."""
    colleagues: tuple[Colleague, ...] = ()
    """Officers of the offices this person answers for; of a coordinator's region all of them."""
    week: Week | None = None
    """What happened in a coordinator's region, when a week's summary is due."""
    asks: tuple[Ask, ...] = ()
    """Open questions to this person, newest first."""
    stale_ask: Ask | None = None
    """A tapped button belongs to this question, which was settled before."""
    by_code: Report | None = None
    """The restricted report whose eight-character code stands in the message."""
    own_request: Report | None = None
    """The restricted request of this person that `state.request`, or `state.ref` while on that track, refers to."""
    invitation: int | None = None
    """Id of a valid, unused invitation whose code stands in the message."""
    invitation_problem: Literal["", "expired", "used", "unknown"] = ""
    talk: Talk | None = None
    """This person wants to talk to somebody who works here, or does."""
    helps: Talk | None = None
    """The talk in which this person answers a resident."""
    calls: tuple[Talk, ...] = ()
    """Talks that nobody took yet and this person may take."""
    unsends: bool = False
    """The channel written to can take messages off the phone again."""
    numbered: bool = True
    """The channel written to shows the number of who writes, so that somebody could call it."""
    held: tuple[Errand, ...] = ()
    """Answers of this officer, and of colleagues in the same office, that have not taken effect yet."""
    look_alike: Callable[[str, str], tuple[Seen, ...]] = nothing_alike
    """(category, place code) to the open reports that a new one may repeat, read when it is called."""
    counts: dict[str, int] = field(default_factory=dict)
    """For coordinators: how many reports are open, held, overdue, restricted."""


@dataclass(frozen=True)
class Outcome:
    """Output of every handler: the new state, what the sender is told, what is to happen."""

    state: State
    says: tuple[Say, ...] = ()
    effects: tuple[Effect, ...] = ()
