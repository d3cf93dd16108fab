"""The one place that decides how somebody may be written to now: freely, through an approved template, or not before
they write themselves. Then a neutral template tells that something waits, and the letters stay parked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from bot.channels.base import Limits, Rendered
from bot.store import parking
from bot.store.outbound import NEEDS_TEMPLATE, Address, ClaimedLetter
from bot.store.tables import people, reports
from bot.templates import READ, Templates
from bot.templates_catalogue import DIGESTS, MESSAGE, NEWS, OF_KEY, PRESSING, WAITING, Form, for_staff, sensitive
from handlers.messages import Incoming, Say
from routing.answers import matches

MARGIN = timedelta(minutes=10)
"""The window counts as closed a little before it is: the clocks differ, and a message takes its time."""


@dataclass(frozen=True)
class Free:
    """Any words."""


@dataclass(frozen=True)
class ByTemplate:
    """This approved text says it all."""

    message: Rendered


@dataclass(frozen=True)
class Park:
    """It waits until the person writes. `notice` announces it, `pressing` even soon after another announcement."""

    notice: Say | None = None
    pressing: bool = False


@dataclass(frozen=True)
class Drop:
    """An announcement that is not needed any more, or cannot be made."""

    why: str


Way = Free | ByTemplate | Park | Drop


def window_open(address: Address, limits: Limits, now: datetime) -> bool:
    """Whether this person wrote recently enough to be written to freely."""
    if limits.window is None:
        return True
    return address.last_inbound_at is not None and now < address.last_inbound_at + limits.window - MARGIN


class Window:
    """Decides by the person's last message, their consent, the report and the templates that are approved now."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates

    def way(
        self, connection: Connection, letter: ClaimedLetter, address: Address, limits: Limits, now: datetime
    ) -> Way:
        """How this letter goes to this address. A provider that said *closed* knows better than our clock."""
        opened = window_open(address, limits, now) and letter.failure != NEEDS_TEMPLATE
        if letter.notice:
            return Drop("window_open") if opened else self._announced(connection, letter)
        if opened:
            return Free()
        if address.opted_in_at is None:
            return Park()
        return self._closed(connection, letter)

    def _announced(self, connection: Connection, letter: ClaimedLetter) -> Way:
        (say,) = letter.says
        form = next(one for one in (*OF_KEY.values(), NEWS, MESSAGE, WAITING, *DIGESTS) if one.key == say.key)
        sid = self._templates.approved(connection).get(form.name)
        message = self._templates.filled(form, say, sid) if sid else None
        return ByTemplate(message) if message else Drop("no_template")

    def _closed(self, connection: Connection, letter: ClaimedLetter) -> Way:
        approved = self._templates.approved(connection)
        if self._delicate(connection, letter):
            return self._park(approved, letter, MESSAGE) if self._may_push(connection, letter) else Park()
        form = OF_KEY.get(letter.says[0].key) if len(letter.says) == 1 else None
        if form is not None and not form.parks and not letter.says[0].attachments and form.name in approved:
            message = self._templates.filled(form, letter.says[0], approved[form.name])
            if message is not None:
                return ByTemplate(message)
        round_up = self._round_up(approved, letter)
        return round_up or self._park(approved, letter, *_announcing(letter.says))

    def _round_up(self, approved: Mapping[str, str], letter: ClaimedLetter) -> Park | None:
        """The morning's list is announced by its first lines; the whole of it comes after a tap."""
        rows = self._templates.rows(letter.says)
        notice = self._templates.digest(rows, approved) if rows else None
        usable = notice is not None and any(notice.key == form.key and form.name in approved for form in DIGESTS)
        return Park(notice, pressing=True) if usable else None

    def _park(self, approved: Mapping[str, str], letter: ClaimedLetter, *forms: Form) -> Park:
        """Announced by the first of these that can be used now."""
        for form in forms:
            say = next((one for one in letter.says if set(form.values) <= set(one.values)), None)
            if say is not None and form.name in approved:
                values = {name: say.values[name] for name in form.values}
                filled = self._templates.filled(form, Say(form.key, values), approved[form.name])
                if filled is not None:
                    return Park(Say(form.key, values), pressing=any(one.key in PRESSING for one in letter.says))
        return Park()

    def _delicate(self, connection: Connection, letter: ClaimedLetter) -> bool:
        """Of the restricted track as its reporter sees it, or to a phone that others read (`domain.md §6.5`)."""
        if any(sensitive(say.key) for say in letter.says):
            return True
        if all(for_staff(say.key) for say in letter.says):
            return False
        facts = connection.scalar(select(people.c.facts).where(people.c.id == letter.person_id)) or {}
        return bool(facts.get("discreet")) or _restricted(connection, letter.report_id)

    def _may_push(self, connection: Connection, letter: ClaimedLetter) -> bool:
        """Only a restricted report's reporter who allowed to be contacted, on a phone that nobody else reads; and an
        ordinary report's, whoever reads the phone, since the neutral line gives nothing away."""
        query = select(reports.c.restricted, reports.c.safe_contact, reports.c.discreet)
        row = connection.execute(query.where(reports.c.id == letter.report_id)).one_or_none()
        if row is None:
            return False
        return not row.restricted or (bool(row.safe_contact) and not row.discreet)


def _restricted(connection: Connection, report_id: int | None) -> bool:
    return bool(connection.scalar(select(reports.c.restricted).where(reports.c.id == report_id)))


def _announcing(says: Sequence[Say]) -> tuple[Form, ...]:
    """The templates that may announce these lines, the most telling first."""
    neutral = (WAITING, MESSAGE) if any(for_staff(say.key) for say in says) else (NEWS, MESSAGE)
    own = OF_KEY.get(says[0].key) if len(says) == 1 else None
    return (own, *neutral) if own is not None and own.parks else neutral


def just_reads(connection: Connection, person_id: int, incoming: Sequence[Incoming]) -> bool:
    """Whether these messages do nothing but take up an announcement: its button, or *OK* right after it.

    Anything else is a message like any other; what was parked goes out all the same.
    """
    if not incoming or not all(_takes_up(one) for one in incoming):
        return False
    tapped = all(one.choice_id == READ for one in incoming)
    return tapped or parking.was_announced(connection, person_id)


def _takes_up(one: Incoming) -> bool:
    if one.attachments or one.point or one.unreadable:
        return False
    return one.choice_id == READ or (one.choice_id is None and matches(one.text, "answers", "read"))
