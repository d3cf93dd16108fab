"""Who is meant by an audience, and what each of them is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, select, update

from bot.apply_letters import Letters, Unasked, with_ask
from bot.apply_reports import Filing, ReportRow
from bot.apply_sparing import had_enough
from bot.quiet_hours import never_waits
from bot.store import audiences, officers, taking_back, waiting
from bot.store.tables import asks, attachments
from handlers import standing_in
from handlers.effects import (
    Audience,
    Coordinators,
    Followers,
    Joined,
    KaderOf,
    NextKader,
    Notify,
    OfficersOf,
    PersonWith,
    Reporter,
    Sender,
)
from handlers.messages import Say
from routing.assign import pick_kader
from routing.model import EMERGENCIES, Role

DETAILS = "ppa.details"
"""Lines that begin with it show what a restricted report is about; its code stands in them as `ticket`."""


class Post:
    """Turns each Notify into letters. `sender` is None when a reminder speaks."""

    def __init__(
        self,
        connection: Connection,
        filing: Filing,
        letters: Letters,
        now: datetime,
        sender: int | None,
        reply_channel: str | None,
        region: str,
        *,
        made_up: bool,
    ) -> None:
        """`region`: where it happens, for what is about no report."""
        self._connection = connection
        self._filing = filing
        self._letters = letters
        self._now = now
        self.sender = sender
        self.sender_hears = True
        """False for who said *berhenti* and did not ask for this."""
        self._reply_channel = reply_channel
        self._region = region
        self._unaware: set[tuple[int, int]] = set()
        self.made_up = made_up

    def to_sender(self, say: Say) -> None:
        assert self.sender is not None
        if not self.sender_hears:
            return
        unasked = self._unasked(self.sender, Notify(Sender(), say), None)
        channel = self._reply_channel
        self._letters.add(self.sender, say, ask_id=None, report_id=None, reply_channel=channel, unasked=unasked)

    def become(self, person_id: int) -> None:
        """The sender turns out to be somebody we know."""
        assert self.sender is not None
        self._letters.readdress(self.sender, person_id)
        self.sender = person_id

    def take_back(self, person_id: int) -> None:
        """What stands on this person's phone of their talk with us is to go; what is said in this turn stays."""
        for table, theirs in taking_back.of_person(self._connection, person_id):
            wanted = update(table).where(theirs, table.c.unsend_at.is_(None))
            self._connection.execute(wanted.values(unsend_at=self._now))

    def drop(self, report_id: int, about: ColumnElement[bool]) -> None:
        """Letters of these that wait for their time go; who heard of the report by no other hears no end of it."""
        dropped = waiting.drop_held(self._connection, about, self._now)
        unaware = waiting.never_heard_of(self._connection, report_id, dropped)
        self._unaware |= {(report_id, person_id) for person_id in unaware}

    def send(self) -> None:
        """Writes the letters; whoever is shown a restricted report by one of them leaves a trace in its audit trail."""
        for letter in self._letters.write(self._filing.ticket_for):
            for say in letter.says:
                if say.key.startswith(DETAILS):
                    self._filing.viewed(str(say.values["ticket"]), letter.person_id)

    def meant_by(self, to: Audience) -> list[int]:
        """Who is meant, whether a message can reach them now or not."""
        key = getattr(to, "report", None)
        return self._people(to, None if key is None else self._filing.row(key))

    def notify(self, effect: Notify, *, awaited: int | None = None) -> bool:
        """False when there is nobody, or nobody who can be reached. `awaited`: who waits for just this, whatever they
        said of other news."""
        about = None if effect.about is None else self._filing.row(effect.about)
        people = self._reachable(self._people(effect.to, about), about, awaited)
        if about is not None and effect.ask is None and isinstance(effect.to, KaderOf | OfficersOf):
            people = [person_id for person_id in people if (about.id, person_id) not in self._unaware]
        for person_id in people:
            self._tell(person_id, effect, about)
        return bool(people)

    def _tell(self, person_id: int, effect: Notify, about: ReportRow | None) -> None:
        say = effect.say
        ask_id = None
        if effect.ask is not None:
            ask_id = self._open_ask(person_id, effect.ask, about)
            say = with_ask(say, ask_id)
            if effect.unsaid or (effect.sparing and self._spared(person_id, ask_id, about)):
                return
        spoken: tuple[Say, ...] = ()
        if effect.with_files and about is not None and self._may_see_files(person_id, about):
            say = replace(say, attachments=(*say.attachments, *self._files(about)))
            spoken = self._spoken(about)
        self._letters.add(
            person_id,
            say,
            ask_id=ask_id,
            report_id=None if about is None else about.id,
            reply_channel=self._reply_channel if person_id == self.sender else None,
            unasked=(unasked := self._unasked(person_id, effect, about)),
        )
        for words in spoken:
            self._letters.add(person_id, words, ask_id=None, report_id=None, reply_channel=None, unasked=unasked)

    def _spared(self, person_id: int, ask_id: int, about: ReportRow | None) -> bool:
        region = self._region if about is None else about.region
        return had_enough(self._connection, person_id, ask_id, self._letters.day_began(region))

    def _unasked(self, person_id: int, effect: Notify, about: ReportRow | None) -> Unasked | None:
        """None for who wrote just now, for danger and for the restricted track: quiet hours are not theirs."""
        wrote = person_id == self.sender and self._reply_channel is not None
        own_clock = about is not None and (about.restricted or (about.urgent and about.category in EMERGENCIES))
        if wrote or own_clock or effect.at_once or never_waits(effect.say.key):
            return None
        return Unasked(self._told_as(person_id, effect.to), self._region if about is None else about.region)

    def _told_as(self, person_id: int, to: Audience) -> Role:
        match to:
            case OfficersOf():
                return Role.OFFICER
            case Coordinators():
                return Role.COORDINATOR
            case KaderOf() | NextKader():
                return Role.KADER
            case Reporter() | Joined() | Followers():
                return Role.RESIDENT
        return waiting.hat_of(self._connection, person_id)

    def _spoken(self, about: ReportRow) -> tuple[Say, ...]:
        """What voice notes say in words that the report's own do not have already."""
        notes = select(attachments.c.transcript).where(attachments.c.report_id == about.id)
        heard = self._connection.scalars(notes.where(attachments.c.transcript.is_not(None)).order_by(attachments.c.id))
        known = " ".join(about.text.split())
        return tuple(
            Say("voice.transcript", {"text": words}) for words in heard if " ".join(words.split()) not in known
        )

    def _may_see_files(self, person_id: int, about: ReportRow) -> bool:
        """What belongs to a restricted report is for the PPA office alone, whoever else is told something."""
        return not about.restricted or person_id in self._officers(about, None)

    def _people(self, to: Audience, about: ReportRow | None) -> list[int]:
        # A restricted report is for its reporter and the PPA office, whoever else is named (`domain.md §6.5`).
        if about is not None and about.restricted and isinstance(to, NextKader | KaderOf | Coordinators):
            return []
        match to:
            case Sender():
                return [] if self.sender is None else [self.sender]
            case PersonWith(person_id):
                return [person_id]
            case Coordinators(region):
                return audiences.coordinators(self._connection, region)
            case OfficersOf(key, rank):
                return self._officers(self._filing.row(key), rank)
            case Reporter(key):
                return [self._filing.row(key).reporter_id]
            case Joined(key):
                row = self._filing.row(key)
                return [] if row.restricted else list(audiences.followers_of(self._connection, row.id))
            case Followers(key):
                row = self._filing.row(key)
                return [row.reporter_id, *([] if row.restricted else audiences.followers_of(self._connection, row.id))]
            case KaderOf(key):
                row = self._filing.row(key)
                return [] if row.restricted or row.kader_id is None else [row.kader_id]
            case NextKader(key):
                return self._next_kader(self._filing.row(key))

    def _officers(self, row: ReportRow, rank: int | None) -> list[int]:
        """Of a restricted report everybody of the PPA office; else who has the work today and can be reached."""
        if row.office is None:
            return []
        office = officers.of_office(self._connection, row.region, row.office)
        if row.restricted and rank is None:
            return [one.person_id for one in office]
        today = self._now.astimezone(self._filing.atlas.regions[row.region].tz).date()
        if rank is not None:
            return list(standing_in.of_rank(office, rank, today))
        turns = standing_in.in_turn(office, today)
        return next((list(turn) for turn in turns if self._reachable(list(turn), row)), [])

    def _next_kader(self, row: ReportRow) -> list[int]:
        """Picks among those who can be reached, and gives the report to whom was picked."""
        if row.restricted:
            return []
        candidates = audiences.kaders(self._connection, row.region, row.place_code)
        can = set(self._reachable([one.person_id for one in candidates], row))
        chosen = pick_kader(
            [one for one in candidates if one.person_id in can],
            field=row.field,
            place_code=row.place_code,
            exclude_people=frozenset({row.reporter_id, *audiences.asked_about(self._connection, row.id)}),
            subject_name=row.on_behalf_of,
        )
        if chosen is None:
            return []
        self._filing.assign_kader(row.id, chosen.person_id)
        audiences.mark_asked(self._connection, chosen.person_id, row.region, self._now)
        return [chosen.person_id]

    def _reachable(self, people: list[int], about: ReportRow | None, awaited: int | None = None) -> list[int]:
        """Never who the report is about; they may ask about one of their own all the same."""
        report_id = None if about is None else about.id
        asking = awaited or (self.sender if self.sender_hears else None)
        can = audiences.reachable(self._connection, people, report_id, made_up=self.made_up, asking=asking)
        return [person_id for person_id in dict.fromkeys(people) if person_id in can]

    def _open_ask(self, person_id: int, kind: str, about: ReportRow | None) -> int:
        """The same question asked again stays the same question: a tap on either message answers it."""
        report_id = None if about is None else about.id
        about_it = asks.c.report_id.is_(None) if report_id is None else asks.c.report_id == report_id
        open_: int | None = self._connection.scalar(
            select(asks.c.id)
            .where(asks.c.person_id == person_id, asks.c.kind == kind, about_it, asks.c.closed_at.is_(None))
            .limit(1)
        )
        if open_ is not None:
            self._connection.execute(update(asks).where(asks.c.id == open_).values(asked_at=self._now))
            return open_
        question = insert(asks).values(person_id=person_id, report_id=report_id, kind=kind, asked_at=self._now)
        number: int = self._connection.execute(question.returning(asks.c.id)).scalar_one()
        return number

    def _files(self, about: ReportRow) -> tuple[int, ...]:
        found = select(attachments.c.id).where(attachments.c.report_id == about.id).order_by(attachments.c.id)
        return tuple(self._connection.scalars(found))
