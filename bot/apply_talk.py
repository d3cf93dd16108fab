"""Effects on a talk with a person: begun, taken, ended, and what one says carried to the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import Connection, insert

from bot.apply_reports import IllegalChangeError
from bot.store import talks
from bot.store.tables import attachments
from handlers.effects import Notify, PersonWith
from handlers.messages import Attachment
from handlers.talks import EndTalk, OpenTalk, PassOn, TakeTalk


def change_talk(connection: Connection, effect: OpenTalk | TakeTalk | EndTalk, sender: int, now: datetime) -> None:
    """Raises IllegalChangeError when somebody else took the talk a moment ago: the turn is thought through again."""
    match effect:
        case OpenTalk(region):
            talks.open_talk(connection, sender, region, now)
        case TakeTalk(person):
            if not talks.take(connection, person, sender, now):
                raise IllegalChangeError
        case EndTalk(person):
            talks.end(connection, person, now)


def passed_on(connection: Connection, effect: PassOn, sender: int, now: datetime) -> Notify:
    """The letter to the other one; its files are kept as the sender's own and belong to no report."""
    files = _kept(connection, effect.files, sender, now)
    return Notify(PersonWith(effect.to), replace(effect.say, attachments=files), at_once=effect.at_once)


def _kept(connection: Connection, files: Sequence[Attachment], owner: int, now: datetime) -> tuple[int, ...]:
    rows = [
        {
            "person_id": owner,
            "kind": file.kind,
            "file": asdict(file),
            "media_ref": file.ref,
            "transcript": file.transcript or None,
            "added_at": now,
        }
        for file in files
    ]
    if not rows:
        return ()
    return tuple(connection.scalars(insert(attachments).returning(attachments.c.id), rows))
