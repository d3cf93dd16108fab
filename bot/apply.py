"""Effects become rows, in their order, in the transaction of whoever calls: all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, update

from bot import apply_corrections
from bot.apply_clocks import Clocks
from bot.apply_forget import forget
from bot.apply_leave import leave
from bot.apply_letters import Letters
from bot.apply_linked import link
from bot.apply_notify import Post
from bot.apply_people import redeem, remember
from bot.apply_recap import told as told_of_month
from bot.apply_reports import Filing
from bot.apply_rights import asked_for
from bot.apply_talk import change_talk, passed_on
from bot.office_alarm import alarm_if_unmanned
from bot.quiet_hours import QuietHours
from bot.store import errands, fires
from bot.store.consent import opt_in
from bot.store.media import detach, transcribe
from bot.store.tables import asks, outbox
from handlers.effects import (
    AddNote,
    AlarmIfUnmanned,
    Amend,
    Attach,
    CallOff,
    CancelFires,
    ChangeStatus,
    CloseAsks,
    ComeBack,
    Effect,
    Erase,
    FileReport,
    Forget,
    GoAway,
    GoOn,
    HandOut,
    HandOver,
    Join,
    Missed,
    Notify,
    Plan,
    Redeem,
    Remember,
    Reminded,
    Restrict,
    ScheduleFire,
    SetOffice,
    Stop,
    TellRecap,
    Transcribe,
    Unsend,
)
from handlers.messages import Say
from handlers.talks import EndTalk, OpenTalk, PassOn, TakeTalk
from routing.model import FINISHED
from routing.region import Atlas

_LEAVES_REPORTS = (
    *(AddNote, Attach, CallOff, CancelFires, CloseAsks, Join, Missed, Notify, Plan, Remember, Reminded),
    ScheduleFire,
)
"""Effects that change no row of a report; what a Notify changes besides, it says itself."""


class Applier:
    """Built once. `made_up` tells whether demonstration people may be written to."""

    def __init__(self, atlas: Atlas, *, made_up: bool) -> None:
        self._atlas = atlas
        self._hours = QuietHours(atlas)
        self._made_up = made_up

    def turn(
        self,
        connection: Connection,
        *,
        origin: str,
        now: datetime,
        sender: int,
        reply_channel: str,
        region: str,
        says: Sequence[Say],
        effects: Sequence[Effect],
    ) -> int:
        """What one turn of `sender` brought about; returns who the sender is now (an invitation may have told).

        `origin` names the turn for all time: its letters bear it, so they are written once. Raises IllegalChangeError.
        """
        work = self._application(connection, origin, now, sender, reply_channel, region)
        for say in says:
            work.post.to_sender(say)
        work.apply(effects)
        work.post.send()
        return work.sender or sender

    def fire(
        self, connection: Connection, *, origin: str, now: datetime, region: str, effects: Sequence[Effect]
    ) -> None:
        """What a reminder brought about; nobody sent anything. Raises IllegalChangeError."""
        work = self._application(connection, origin, now, None, None, region)
        work.apply(effects)
        work.post.send()

    def errand(
        self,
        connection: Connection,
        *,
        origin: str,
        now: datetime,
        person: int,
        region: str,
        says: Sequence[Say],
        effects: Sequence[Effect],
        hears: bool = True,
    ) -> None:
        """What an errand of `person` brought about: they act, but did not write just now. Raises IllegalChangeError.

        Unless the person `hears`, all of it happens and they are told nothing.
        """
        work = self._application(connection, origin, now, person, None, region)
        work.post.sender_hears = hears
        for say in says:
            work.post.to_sender(say)
        work.apply(effects)
        work.post.send()

    def _application(
        self, connection: Connection, origin: str, now: datetime, sender: int | None, channel: str | None, region: str
    ) -> Application:
        letters = Letters(connection, origin, now, self._hours)
        filing = Filing(connection, self._atlas, now)
        post = Post(connection, filing, letters, now, sender, channel, region, made_up=self._made_up)
        return Application(connection, filing, post, now, sender)


class Application:
    """One list of effects on its way into the database."""

    def __init__(self, connection: Connection, filing: Filing, post: Post, now: datetime, sender: int | None) -> None:
        self._connection = connection
        self._now = now
        self.sender = sender
        self.filing = filing
        self.post = post
        self.clocks = Clocks(connection, filing, now)

    def apply(self, effects: Sequence[Effect]) -> None:
        for effect in effects:
            self._one(effect)
            if not isinstance(effect, _LEAVES_REPORTS):
                self.filing.look_again()

    def _one(self, effect: Effect) -> None:
        filing = self.filing
        match effect:
            case FileReport():
                filing.file(effect, self._sender())
                apply_corrections.chosen(self._connection, filing.row(effect.ref), effect, self._now)
                link(self._connection, filing, effect)
                if not effect.restricted:
                    opt_in(self._connection, self._sender(), "filed", self._now)
            case ChangeStatus():
                self.clocks.before(effect)
                filing.change_status(effect, self.sender)
                if effect.to in FINISHED:
                    report_id = filing.row(effect.report).id
                    self.post.drop(report_id, outbox.c.report_id == report_id)
            case Amend():
                apply_corrections.corrected(self._connection, filing.row(effect.report), effect, self._now)
                filing.amend(effect, self.sender)
                self.clocks.set(effect)
            case SetOffice():
                filing.set_office(effect, self.sender)
            case AddNote():
                filing.add_note(effect, self.sender)
            case Attach():
                filing.attach(effect, self._sender())
            case Join():
                filing.join(effect, self._sender() if effect.other is None else None)
            case Notify():
                self._notify(effect)
            case CloseAsks():
                self._close_asks(effect)
            case ScheduleFire():
                row = filing.row(effect.report)
                fires.schedule(self._connection, row.id, effect.kind, effect.step, effect.due_at)
            case CancelFires():
                fires.cancel(self._connection, filing.row(effect.report).id, effect.kinds, self._now)
            case Plan():
                self._plan(effect)
            case Missed():
                self.clocks.missed(effect)
            case Reminded():
                self.clocks.reminded(effect)
            case CallOff():
                errands.call_off(self._connection, self._sender(), effect.kind, effect.key, self._now)
            case GoAway() | ComeBack() | HandOver():
                leave(self._connection, effect, self._sender(), self._now, filing.atlas)
            case AlarmIfUnmanned(region, office, otherwise):
                where = (region, office, self._now, filing.atlas)
                if not alarm_if_unmanned(self._connection, *where, made_up=self.post.made_up):
                    self.apply(otherwise)
            case Forget():
                apply_corrections.drop(self._connection, filing.row(effect.report).id)
                forget(self._connection, filing.row(effect.report), self._now)
                detach(self._connection, filing.row(effect.report).id)
                filing.forgotten(filing.row(effect.report).id)
            case TellRecap():
                self.post.to_sender(told_of_month(self._connection, self._sender(), effect, self._now))
            case Transcribe():
                transcribe(self._connection, filing.row(effect.report).id, effect.text)
            case Restrict():
                apply_corrections.drop(self._connection, filing.row(effect.report).id)
                filing.restrict(effect, self.sender)
            case Unsend():
                self.post.take_back(self._sender())
            case HandOut() | Erase() | Stop() | GoOn():
                asked_for(self._connection, self._sender(), effect, self._now)
            case Redeem():
                self.sender = redeem(self._connection, self._sender(), effect.invitation, self._now)
                self.post.become(self.sender)
            case Remember():
                remember(self._connection, self._sender(), effect.values)
            case OpenTalk() | TakeTalk() | EndTalk():
                change_talk(self._connection, effect, self._sender(), self._now)
            case PassOn():
                self.post.notify(passed_on(self._connection, effect, self._sender(), self._now), awaited=effect.to)

    def _notify(self, effect: Notify) -> None:
        told = self.post.notify(effect)
        self.apply(effect.if_somebody if told else effect.if_nobody)

    def _plan(self, effect: Plan) -> None:
        people = self.post.meant_by(effect.to)
        for person_id in people:
            errands.plan(self._connection, person_id, effect.errand, effect.due_at, once=effect.once)
        if not people:
            self.apply(effect.if_nobody)

    def _close_asks(self, effect: CloseAsks) -> None:
        report = asks.c.report_id == self.filing.row(effect.report).id
        kind = asks.c.kind.in_(effect.kinds) if effect.kinds else asks.c.kind.is_not(None)
        closing = update(asks).where(report, kind, asks.c.closed_at.is_(None)).values(closed_at=self._now)
        closed = list(self._connection.scalars(closing.returning(asks.c.id)))
        if closed:
            self.post.drop(self.filing.row(effect.report).id, outbox.c.ask_id.in_(closed))

    def _sender(self) -> int:
        if self.sender is None:
            raise ValueError("a reminder has no sender")
        return self.sender
