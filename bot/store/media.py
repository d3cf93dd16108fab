"""Which files are kept, who still needs them, and which of them the provider still has.

A file is needed by every attachment of it, and until its turn is over by the message it came with (`came:`), or by the
conversation it waits in (`waits:`). These marks stand in `facts`: hashes to references, nothing of a person.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, exists, or_, select, update

from bot.store.columns import keys_of
from bot.store.tables import attachments, facts, media
from bot.store.upsert import insert_into

TRIES = 3
"""How often a provider is asked to delete a file; some cannot at all."""
_KEY = 40


@dataclass(frozen=True)
class Origin:
    """Where the provider has a file. `tries` counts how often it was asked in vain to delete it."""

    channel: str
    ref: str
    tries: int = 0


@dataclass(frozen=True)
class Kept:
    """A file that was stored, or one that was looked at and refused (`refused`). `size` is in bytes."""

    ref: str
    kind: str
    media_type: str
    size: int
    refused: bool = False


# --- coming in --------------------------------------------------------------------------------------------------------


def remembered(connection: Connection, message: str) -> str | None:
    """What became of the file of this message the last time it was tried: its reference and the outcome."""
    found: str | None = connection.scalar(
        select(facts.c.value).where(facts.c.key == _mark(connection, "came", message))
    )
    return found


def keep(connection: Connection, file: Kept, message: str, outcome: str, origin: Origin, now: datetime) -> None:
    """A row for the file, once for the same bytes, and the mark that this message brought it, and with what outcome."""
    new = insert_into(connection, media).values(
        ref=file.ref,
        kind=file.kind,
        media_type=file.media_type,
        size=file.size,
        stored_at=now,
        gone_at=now if file.refused else None,
    )
    connection.execute(new.on_conflict_do_nothing(index_elements=["ref"]))
    row = _locked(connection, file.ref)
    origins = [one for one in _origins(row) if one.ref != origin.ref]
    values: dict[str, Any] = {"provider_ref": _written([*origins, origin]), "deleted_there_at": None}
    if not file.refused:
        values["gone_at"] = None
    connection.execute(update(media).where(media.c.ref == file.ref).values(**values))
    _set_mark(connection, _mark(connection, "came", message), f"{file.ref} {outcome}")


def keep_own(connection: Connection, file: Kept, now: datetime) -> None:
    """A file of our own making: no provider has it."""
    row = {"ref": file.ref, "kind": file.kind, "media_type": file.media_type, "size": file.size, "stored_at": now}
    new = insert_into(connection, media).values(**row)
    again = {"stored_at": now, "gone_at": None}
    connection.execute(new.on_conflict_do_update(index_elements=["ref"], set_=again))


def settle(connection: Connection, messages: Iterable[str]) -> None:
    """The turn that these messages brought is over: from now on the provider's copies of their files may go."""
    done = [_mark(connection, "came", message) for message in messages]
    marked = select(facts.c.value).where(facts.c.key.in_(done))
    seen = [value.partition(" ")[0] for value in connection.scalars(marked)]
    connection.execute(delete(facts).where(facts.c.key.in_(done)))
    for row in connection.execute(select(media).where(media.c.ref.in_(seen))).all():
        origins = _origins(row)
        if origins:
            connection.execute(update(media).where(media.c.ref == row.ref).values(channel=origins[-1].channel))


def waits(connection: Connection, person_id: int, refs: Iterable[str]) -> None:
    """These files wait in the conversation of that person."""
    for ref in refs:
        _set_mark(connection, _mark(connection, "waits", f"{person_id} {ref}"), f"{ref} ")


def waits_no_more(connection: Connection, person_id: int, refs: Iterable[str]) -> None:
    marks = [_mark(connection, "waits", f"{person_id} {ref}") for ref in refs]
    connection.execute(delete(facts).where(facts.c.key.in_(marks)))


# --- going ------------------------------------------------------------------------------------------------------------


def let_go(connection: Connection, ref: str, now: datetime) -> bool:
    """Whether nobody needs this file any more; its row is locked until the end of the transaction.

    Remove the bytes within it: who sends the same ones at this moment waits, and then stores them anew.
    """
    row = connection.execute(select(media.c.gone_at).where(media.c.ref == ref).with_for_update()).one_or_none()
    if row is None or row.gone_at is not None or connection.scalar(select(_needed(ref))):
        return False
    connection.execute(update(media).where(media.c.ref == ref).values(gone_at=now))
    return True


def unneeded(connection: Connection, before: datetime, limit: int) -> list[str]:
    """Files stored before `before` that nothing needs: a crash, or what made use of them was deleted."""
    alone = select(media.c.ref).where(media.c.gone_at.is_(None), media.c.stored_at < before, ~_needed(media.c.ref))
    return list(connection.scalars(alone.order_by(media.c.stored_at).limit(limit)))


def transcribe(connection: Connection, report_id: int, words: str) -> None:
    """The words of the report's voice notes that have none yet."""
    spoken = and_(attachments.c.report_id == report_id, attachments.c.kind == "voice")
    silent = and_(spoken, attachments.c.transcript.is_(None))
    connection.execute(update(attachments).where(silent).values(transcript=words))


def detach(connection: Connection, report_id: int) -> None:
    """The report has no files any more; their bytes go when nothing else needs them."""
    connection.execute(delete(attachments).where(attachments.c.report_id == report_id))


def at_providers(connection: Connection, limit: int) -> dict[str, list[Origin]]:
    """Files that a provider still has although nobody needs them there, oldest first."""
    due = select(media).where(media.c.channel.is_not(None), media.c.deleted_there_at.is_(None))
    rows = connection.execute(due.order_by(media.c.stored_at).limit(limit))
    return {row.ref: list(_origins(row)) for row in rows}


def forgotten(connection: Connection, ref: str, gone: Collection[str], asked: Collection[str], now: datetime) -> None:
    """The provider was `asked` for these references of its own, and those in `gone` it does not have any more."""
    row = _locked(connection, ref)
    left = [
        Origin(one.channel, one.ref, one.tries + (one.ref in asked)) for one in _origins(row) if one.ref not in gone
    ]
    open_ = [one for one in left if one.tries < TRIES]
    values: dict[str, Any] = {"provider_ref": _written(left) if left else None}
    if not open_:
        values |= {"channel": None, "deleted_there_at": None if left else now}
    connection.execute(update(media).where(media.c.ref == ref).values(**values))


# --- small things -----------------------------------------------------------------------------------------------------


def _needed(ref: str | ColumnElement[str]) -> ColumnElement[bool]:
    marked = facts.c.value.startswith(ref if isinstance(ref, ColumnElement) else f"{ref} ")
    return or_(exists().where(attachments.c.media_ref == ref), exists().where(marked))


def _mark(connection: Connection, kind: str, what: str) -> str:
    return f"{kind}:{keys_of(connection.dialect).hash(what)}"[:_KEY]


def _set_mark(connection: Connection, key: str, value: str) -> None:
    new = insert_into(connection, facts).values(key=key, value=value)
    connection.execute(new.on_conflict_do_update(index_elements=["key"], set_={"value": value}))


def _locked(connection: Connection, ref: str) -> Row[Any]:
    return connection.execute(select(media).where(media.c.ref == ref).with_for_update()).one()


def _origins(row: Row[Any]) -> Sequence[Origin]:
    return [Origin(*one) for one in json.loads(row.provider_ref or "[]")]


def _written(origins: Iterable[Origin]) -> str:
    return json.dumps([[one.channel, one.ref, one.tries] for one in origins])
