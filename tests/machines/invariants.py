"""What must hold in every database at every moment, asked by plain queries that share no code with what they check.

Used by the state machines after every step and by `benchmarks/year.py` every day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, RowMapping, and_, func, or_, select

from bot.store.database import reading
from bot.store.tables import addresses, errands, events, fires, inbox, memberships, outbox, people, reports
from routing.deadlines import WorkingTime
from routing.model import EMERGENCIES, FINISHED, Actor, Status
from routing.region import Atlas

EVENING, MORNING = time(20), time(7)
AWAKE = timedelta(minutes=15)
"""Somebody who wrote so lately reads what is sent."""
AT_WORK = ("officer", "coordinator")
ANY_HOUR = ("ppa.", "safety.", "cover.", "hold.restricted", "talk.")
"""Lines of the restricted track keep its own clocks (`domain.md §6.4`); who asked for a person is answered by one."""
NUDGES = ("nudge", "escalate")
_DONE = tuple(FINISHED)
_STATUSES = tuple(Status)


@dataclass
class Promise:
    """What a resident was promised: until when it is passed on, and the office's own word."""

    passed_on: date | None
    promised: date | None


class Watch:
    """Looks again and again at one database. Each method yields what is wrong, in words without personal data."""

    def __init__(self, engine: Engine, atlas: Atlas) -> None:
        self._engine = engine
        self._work = {code: WorkingTime(region) for code, region in atlas.regions.items()}
        self._since: datetime | None = None
        self._at_since: set[tuple[int, datetime]] = set()
        self._promises: dict[int, Promise] = {}
        self.digests: Counter[tuple[int, date]] = Counter()
        self.letters: Counter[tuple[int, date]] = Counter()
        """Letters to people at work, by person and local day."""
        self.checked = 0

    def everything(self, now: datetime) -> list[str]:
        with reading(self._engine) as connection:
            return [
                *self.reports(connection),
                *self.fires(connection),
                *self.nothing_left(connection, now),
                *self.promises(connection, self._since),
                *self.sent(connection, now),
            ]

    def reports(self, connection: Connection) -> Iterator[str]:
        """A place for each, a next look at each open one, and an event with an actor for its status."""
        self.checked += 3
        open_ = reports.c.status.not_in(_DONE)
        nowhere = or_(reports.c.hold_reason.is_(None), reports.c.hold_reason == "")
        for row in connection.execute(select(reports.c.ticket).where(open_, reports.c.office.is_(None), nowhere)):
            yield f"{row.ticket} has neither an office nor a reason in the pen"
        pending = select(fires.c.id).where(fires.c.report_id == reports.c.id, fires.c.done_at.is_(None))
        for row in connection.execute(select(reports.c.ticket, reports.c.status).where(open_, ~pending.exists())):
            yield f"{row.ticket} is {row.status}, and nothing will bring it up again"
        newest = select(func.max(events.c.id)).where(events.c.kind.in_(_STATUSES)).group_by(events.c.report_id)
        last = select(events).where(events.c.id.in_(newest)).subquery()
        found = select(reports.c.ticket, reports.c.status, last.c.kind, last.c.actor, last.c.person_id)
        for row in connection.execute(found.outerjoin(last, last.c.report_id == reports.c.id)):
            if row.kind != row.status:
                yield f"{row.ticket} is {row.status}, and its last event says {row.kind}"
            elif row.actor not in set(Actor) or (row.actor != Actor.SYSTEM and row.person_id is None):
                yield f"{row.ticket} became {row.status} by nobody"

    def fires(self, connection: Connection) -> Iterator[str]:
        """No reminder waits twice, and no report is brought up twice on a day."""
        self.checked += 2
        same = (fires.c.report_id, fires.c.kind, fires.c.step)
        twins = select(*same).where(fires.c.done_at.is_(None)).group_by(*same).having(func.count() > 1)
        for row in connection.execute(twins):
            yield f"report {row.report_id} waits twice for {row.kind} {row.step}"
        nudged: Counter[tuple[int, date]] = Counter()
        done = select(fires.c.report_id, fires.c.done_at, reports.c.region).join(reports)
        for row in connection.execute(done.where(fires.c.outcome.in_(NUDGES))):
            nudged[row.report_id, self._work[row.region].local_day(row.done_at)] += 1
        for (report_id, day), times in nudged.items():
            if times > 1:
                yield f"report {report_id} was brought up {times} times on {day}"

    def nothing_left(self, connection: Connection, now: datetime) -> Iterator[str]:
        """After everybody did what is due, nothing is due, and nothing failed."""
        self.checked += 2
        for name, table in (("fire", fires), ("errand", errands)):
            late = select(table.c.id, table.c.kind).where(table.c.done_at.is_(None), table.c.due_at <= now)
            for row in connection.execute(late):
                yield f"{name} {row.id} ({row.kind}) was due and is not done"
        for row in connection.execute(select(inbox.c.id, inbox.c.error).where(inbox.c.error.is_not(None))):
            yield f"message {row.id} was not handled: {row.error}"

    def promises(self, connection: Connection, since: datetime | None) -> Iterator[str]:
        """The day a resident was promised never moves later without a word to them."""
        self.checked += 1
        own = select(reports).where(reports.c.restricted.is_(False), reports.c.status.not_in(_DONE))
        for row in connection.execute(own).mappings():
            now = Promise(row["promise_by"], row["promised_on"])
            before = self._promises.get(row["id"], now)
            self._promises[row["id"]] = now
            if before.passed_on and now.passed_on and now.passed_on > before.passed_on:
                yield f"{row['ticket']}: the promise moved from {before.passed_on} to {now.passed_on}"
            later = before.promised and now.promised and now.promised > before.promised
            if later and not _told(connection, row, since):
                yield f"{row['ticket']}: promised for {now.promised}, and its reporter was not told"

    def sent(self, connection: Connection, now: datetime) -> Iterator[str]:
        """Letters that went out since the last look: at their hours, one round-up a day, none of what is closed."""
        self.checked += 3
        wanted = (
            select(outbox, reports.c.region, reports.c.urgent, reports.c.category, reports.c.restricted)
            .add_columns(reports.c.status, reports.c.reporter_id)
            .outerjoin(reports, reports.c.id == outbox.c.report_id)
            .where(outbox.c.sent_at.is_not(None))
        )
        if self._since is not None:
            wanted = wanted.where(outbox.c.sent_at >= self._since)
        rows = [row for row in connection.execute(wanted) if (row.id, row.sent_at) not in self._at_since]
        hats = _hats(connection) if rows else {}
        for row in rows:
            yield from self._one_letter(connection, row, hats.get(row.person_id, {}))
        if rows:
            self._since = max(row.sent_at for row in rows)
            self._at_since = {(row.id, row.sent_at) for row in rows if row.sent_at == self._since}

    def _one_letter(self, connection: Connection, row: Row[Any], hats: Mapping[str, str]) -> Iterator[str]:
        keys = [str(say["key"]) for say in row.says]
        work = self._work[row.region or next(iter(hats.values()), None) or next(iter(self._work))]
        day = work.local_day(row.sent_at)
        if hats.keys() & set(AT_WORK):
            self.letters[row.person_id, day] += 1
        if "digest.morning" in keys:
            self.digests[row.person_id, day] += 1
            if self.digests[row.person_id, day] > 1:
                yield f"person {row.person_id} got {self.digests[row.person_id, day]} round-ups on {day}"
        if row.reply_channel is not None:
            return
        danger = row.urgent and row.category in EMERGENCIES
        free = row.restricted or danger or any(key.startswith(ANY_HOUR) for key in keys)
        if not free and not _awake(row.sent_at, work, hats) and not _wrote_just_now(connection, row):
            yield f"letter {row.id} ({', '.join(keys)}) reached person {row.person_id} at {row.sent_at.isoformat()}"
        if row.status in _DONE and not row.restricted and (row.dedupe.startswith("f") or not hats):
            ended = _ended(connection, row.report_id)
            if ended is not None and row.created_at > ended:
                yield f"letter {row.id} ({', '.join(keys)}) was written after report {row.report_id} was {row.status}"


def _awake(at: datetime, work: WorkingTime, hats: Mapping[str, str]) -> bool:
    by_day = MORNING <= at.astimezone(work.region.tz).time() < EVENING
    worn = set(hats)
    return (work.in_office_hours(at) if worn & set(AT_WORK) else by_day) or (bool(worn - set(AT_WORK)) and by_day)


def _wrote_just_now(connection: Connection, letter: Row[Any]) -> bool:
    """Whoever writes at night is awake, reads the answer, and with it what waited for them."""
    same = (addresses.c.channel == inbox.c.channel, addresses.c.contact_hash == inbox.c.contact_hash)
    written = select(inbox.c.id).join(addresses, and_(*same)).where(addresses.c.person_id == letter.person_id)
    lately = inbox.c.received_at.between(letter.sent_at - AWAKE, letter.sent_at)
    return connection.scalar(written.where(lately).limit(1)) is not None


def _hats(connection: Connection) -> dict[int, dict[str, str]]:
    """Role to region of everybody who wears a hat."""
    found: dict[int, dict[str, str]] = {}
    wanted = select(memberships.c.person_id, memberships.c.role, memberships.c.region)
    for row in connection.execute(wanted.where(memberships.c.active.is_(True))):
        found.setdefault(row.person_id, {})[row.role] = row.region
    return found


def _ended(connection: Connection, report_id: int) -> datetime | None:
    """When it was finished last; joined words of a neighbour and notes are no end."""
    ends = select(events.c.at).where(events.c.report_id == report_id, events.c.kind.in_(_DONE))
    return connection.scalar(ends.order_by(events.c.id.desc()).limit(1))


def _told(connection: Connection, report: RowMapping, since: datetime | None) -> bool:
    """Whether its reporter is told of it, or cannot be: they said stop, or no address of theirs works."""
    reporter = report["reporter_id"]
    letter = select(outbox.c.id).where(outbox.c.person_id == reporter, outbox.c.report_id == report["id"])
    if since is not None:
        letter = letter.where(outbox.c.created_at >= since)
    if connection.scalar(letter.limit(1)) is not None:
        return True
    works = select(addresses.c.id).where(addresses.c.person_id == reporter, addresses.c.blocked_at.is_(None))
    here = select(people.c.id).where(people.c.id == reporter, people.c.stopped_at.is_(None), works.exists())
    return connection.scalar(here) is None
