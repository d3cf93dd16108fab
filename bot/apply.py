"""Effects become rows, in their order, in the transaction of whoever calls: all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, update

from bot.apply_forget import forget
from bot.apply_letters import Letters
from bot.apply_notify import Post
from bot.apply_people import redeem, remember
from bot.apply_reports import Filing
from bot.apply_rights import asked_for
from bot.store import errands, fires
from bot.store.consent import opt_in
from bot.store.media import detach, transcribe
from bot.store.tables import asks
from handlers.effects import (
    AddNote,
    Amend,
    Attach,
    CallOff,
    CancelFires,
    ChangeStatus,
    CloseAsks,
    Coordinators,
    Effect,
    Erase,
    FileReport,
    Forget,
    GoOn,
    HandOut,
    Join,
    Notify,
    Parked,
    Plan,
    Redeem,
    Remember,
    Restrict,
    ScheduleFire,
    SetOffice,
    Stop,
    Transcribe,
    Unsend,
)
from handlers.messages import Say, Word
from routing.region import Atlas

_LEAVES_REPORTS = (AddNote, Attach, CallOff, CancelFires, CloseAsks, Join, Notify, Plan, Remember, ScheduleFire)
"""Effects that change no row of a report; what a Notify changes besides, it says itself."""


class Applier:
    """Built once. `made_up` tells whether demonstration people may be written to."""

    def __init__(self, atlas: Atlas, *, made_up: bool) -> None:
        self._atlas = atlas
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
        work = Application(connection, self._atlas, origin, now, sender, reply_channel, region, made_up=self._made_up)
        for say in says:
            work.post.to_sender(say)
        work.apply(effects)
        work.post.send()
        return work.sender or sender

    def fire(
        self, connection: Connection, *, origin: str, now: datetime, region: str, effects: Sequence[Effect]
    ) -> None:
        """What a reminder brought about; nobody sent anything. Raises IllegalChangeError."""
        work = Application(connection, self._atlas, origin, now, None, None, region, made_up=self._made_up)
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
    ) -> None:
        """What an errand of `person` brought about: they act, but did not write just now. Raises IllegalChangeError."""
        work = Application(connection, self._atlas, origin, now, person, None, region, made_up=self._made_up)
        for say in says:
            work.post.to_sender(say)
        work.apply(effects)
        work.post.send()


class Application:
    """One list of effects on its way into the database."""

    def __init__(
        self,
        connection: Connection,
        atlas: Atlas,
        origin: str,
        now: datetime,
        sender: int | None,
        reply_channel: str | None,
        region: str,
        *,
        made_up: bool,
    ) -> None:
        self._connection = connection
        self._now = now
        self._region = region
        self.sender = sender
        self.filing = Filing(connection, atlas, now)
        letters = Letters(connection, origin, now)
        self.post = Post(connection, self.filing, letters, now, sender, reply_channel, made_up=made_up)

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
                if not effect.restricted:
                    opt_in(self._connection, self._sender(), "filed", self._now)
            case ChangeStatus():
                filing.change_status(effect, self.sender)
            case Amend():
                filing.amend(effect, self.sender)
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
                for person_id in self.post.meant_by(effect.to):
                    errands.plan(self._connection, person_id, effect.errand, effect.due_at, once=effect.once)
            case CallOff():
                errands.call_off(self._connection, self._sender(), effect.kind, effect.key, self._now)
            case Forget():
                forget(self._connection, filing.row(effect.report), self._now)
                detach(self._connection, filing.row(effect.report).id)
                filing.forgotten(filing.row(effect.report).id)
            case Transcribe():
                transcribe(self._connection, filing.row(effect.report).id, effect.text)
            case Restrict():
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
            case Parked():
                self._notify(Notify(Coordinators(self._region), _parked(effect)))

    def _notify(self, effect: Notify) -> None:
        told = self.post.notify(effect)
        self.apply(effect.if_somebody if told else effect.if_nobody)

    def _close_asks(self, effect: CloseAsks) -> None:
        report = asks.c.report_id == self.filing.row(effect.report).id
        kind = asks.c.kind.in_(effect.kinds) if effect.kinds else asks.c.kind.is_not(None)
        closing = update(asks).where(report, kind, asks.c.closed_at.is_(None))
        self._connection.execute(closing.values(closed_at=self._now))

    def _sender(self) -> int:
        if self.sender is None:
            raise ValueError("a reminder has no sender")
        return self.sender


def _parked(effect: Parked) -> Say:
    return Say("parked.line", {"reason": Word(f"parked.{effect.reason}")})
