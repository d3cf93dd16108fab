"""One letter for each recipient and turn: every message costs money and attention (`design.md`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.store.outbound import Letter, post
from handlers.messages import Choice, Lines, Say, TicketOf, Value, Values

TicketFor = Callable[[str], str]
"""Draft reference to ticket number. Raises LookupError for a draft that was never filed."""


@dataclass(frozen=True)
class _Draft:
    person_id: int
    says: tuple[Say, ...]
    ask_id: int | None
    report_id: int | None
    reply_channel: str | None


class Letters:
    """Collects what is to be said in one transaction, then writes it."""

    def __init__(self, connection: Connection, origin: str, now: datetime) -> None:
        self._connection = connection
        self._origin = origin
        self._now = now
        self._drafts: list[_Draft] = []

    def add(
        self, person_id: int, say: Say, *, ask_id: int | None, report_id: int | None, reply_channel: str | None
    ) -> None:
        """Joins the person's letter; a second question gets a letter of its own, or an answer could mean either.

        The very same line a second time adds nothing.
        """
        if any(one.person_id == person_id and say in one.says and ask_id in (None, one.ask_id) for one in self._drafts):
            return
        for place, draft in enumerate(self._drafts):
            if draft.person_id == person_id and (ask_id is None or draft.ask_id is None):
                self._drafts[place] = replace(
                    draft,
                    says=(*draft.says, say),
                    ask_id=draft.ask_id or ask_id,
                    report_id=draft.report_id or report_id,
                    reply_channel=draft.reply_channel or reply_channel,
                )
                return
        self._drafts.append(_Draft(person_id, (say,), ask_id, report_id, reply_channel))

    def readdress(self, before: int, after: int) -> None:
        """An invitation told who the sender really is."""
        self._drafts = [
            replace(draft, person_id=after) if draft.person_id == before else draft for draft in self._drafts
        ]

    def write(self, ticket_for: TicketFor) -> tuple[Letter, ...]:
        """Puts the letters into the outbox and tells which they were."""
        letters = tuple(
            Letter(
                person_id=draft.person_id,
                says=tuple(with_tickets(say, ticket_for) for say in draft.says),
                dedupe=f"{self._origin}:{draft.person_id}:{number}",
                due_at=self._now,
                reply_channel=draft.reply_channel,
                report_id=draft.report_id,
                ask_id=draft.ask_id,
            )
            for number, draft in enumerate(self._drafts)
        )
        for letter in letters:
            post(self._connection, letter, self._now)
        self._drafts.clear()
        return letters


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
