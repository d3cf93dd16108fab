"""One letter for each recipient and turn: every message costs money and attention (`design.md`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.quiet_hours import QuietHours
from bot.store import waiting
from bot.store.outbound import Letter, post_all
from handlers.messages import Choice, Lines, Say, TicketOf, Value, Values
from routing.model import Role
from routing.quiet import news_not_before

TicketFor = Callable[[str], str]
"""Draft reference to ticket number. Raises LookupError for a draft that was never filed."""


@dataclass(frozen=True)
class Unasked:
    """Nobody asked for it: the quiet hours of who reads it, as what and where, hold it back."""

    role: Role
    region: str


@dataclass(frozen=True)
class _Draft:
    person_id: int
    says: tuple[Say, ...]
    ask_id: int | None
    report_id: int | None
    reply_channel: str | None
    unasked: Unasked | None

    @property
    def news(self) -> bool:
        """News of a report for a resident: a question would be answered at once, work is no news."""
        resident = self.unasked is not None and self.unasked.role is Role.RESIDENT
        return resident and self.ask_id is None and self.report_id is not None and not any(s.choices for s in self.says)


class Letters:
    """Collects what is to be said in one transaction, then writes it."""

    def __init__(self, connection: Connection, origin: str, now: datetime, hours: QuietHours) -> None:
        self._connection = connection
        self._origin = origin
        self._now = now
        self._hours = hours
        self._drafts: list[_Draft] = []
        self._of_person: defaultdict[int, list[int]] = defaultdict(list)

    def add(
        self,
        person_id: int,
        say: Say,
        *,
        ask_id: int | None,
        report_id: int | None,
        reply_channel: str | None,
        unasked: Unasked | None = None,
    ) -> None:
        """Joins the person's letter; a second question gets a letter of its own, or an answer could mean either.

        The very same line a second time adds nothing. `unasked` is None for an answer, and for what may not wait.
        """
        places = self._of_person[person_id]
        if any(say in self._drafts[at].says and ask_id in (None, self._drafts[at].ask_id) for at in places):
            return
        for place in places:
            draft = self._drafts[place]
            if ask_id is None or draft.ask_id is None:
                self._drafts[place] = replace(
                    draft,
                    says=(*draft.says, say),
                    ask_id=draft.ask_id or ask_id,
                    report_id=draft.report_id or report_id,
                    reply_channel=draft.reply_channel or reply_channel,
                    unasked=draft.unasked and unasked,
                )
                return
        places.append(len(self._drafts))
        self._drafts.append(_Draft(person_id, (say,), ask_id, report_id, reply_channel, unasked))

    def day_began(self, region: str) -> datetime:
        """When the present day began there, aware UTC."""
        return self._hours.day_began(region, self._now)

    def readdress(self, before: int, after: int) -> None:
        """An invitation told who the sender really is."""
        for place in (moved := self._of_person.pop(before, [])):
            self._drafts[place] = replace(self._drafts[place], person_id=after)
        self._of_person[after] += moved

    def write(self, ticket_for: TicketFor) -> tuple[Letter, ...]:
        """Puts the letters into the outbox and tells which they were."""
        together = self._news_times()
        letters = tuple(
            Letter(
                person_id=draft.person_id,
                says=tuple(with_tickets(say, ticket_for) for say in draft.says),
                dedupe=f"{self._origin}:{draft.person_id}:{number}",
                due_at=self._now,
                reply_channel=draft.reply_channel,
                report_id=draft.report_id,
                ask_id=draft.ask_id,
                not_before=self._not_before(draft, together.get(draft.person_id)),
            )
            for number, draft in enumerate(self._drafts)
        )
        post_all(self._connection, letters, self._now)
        self._drafts.clear()
        self._of_person.clear()
        return letters

    def _news_times(self) -> dict[int, datetime]:
        """For each resident who had news a moment ago, until when more of it waits. Two queries for any number."""
        people = sorted({draft.person_id for draft in self._drafts if draft.news})
        last = waiting.last_news(self._connection, people, self._now) if people else {}
        wrote = waiting.last_written(self._connection, sorted(last)) if last else {}
        times = {one: news_not_before(last[one], wrote.get(one), self._now) for one in last}
        return {one: at for one, at in times.items() if at is not None}

    def _not_before(self, draft: _Draft, together: datetime | None) -> datetime | None:
        """None where nothing holds it back; its own time for what goes now, since it may come to be sent late."""
        if draft.unasked is None:
            return None
        at = together if draft.news and together is not None else self._now
        return self._hours.not_before(draft.unasked.role, draft.unasked.region, at) or at


def with_tickets(say: Say, ticket_for: TicketFor) -> Say:
    """The same line with the number of a report wherever its draft was meant, however deep it stands."""

    def filled(values: Values) -> Values:
        return {name: one(value) for name, value in values.items()}

    def one(value: str | int | Value) -> str | int | Value:
        if isinstance(value, TicketOf):
            return ticket_for(value.ref)
        if isinstance(value, Lines):
            return replace(value, says=tuple(with_tickets(line, ticket_for) for line in value.says))
        return value

    choices = tuple(replace(choice, values=filled(choice.values)) for choice in say.choices)
    return replace(say, values=filled(say.values), choices=choices)


def with_ask(say: Say, ask_id: int) -> Say:
    """Choices named `@x` become answers to this open question."""

    def completed(choice: Choice) -> Choice:
        return replace(choice, id=f"a{ask_id}:{choice.id[1:]}") if choice.id.startswith("@") else choice

    return replace(say, choices=tuple(completed(choice) for choice in say.choices))
