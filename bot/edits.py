"""What a corrected message means: it replaces one that nobody handled yet, is silent when no word changed, and adds to
what was said otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Engine

from bot.channels.base import Channel
from bot.glance import parsed
from bot.store.database import reading
from bot.store.earlier import earlier
from bot.store.inbound import Message
from handlers.messages import Incoming
from routing.answers import tidy

LOOKED_THROUGH = 40
"""Messages of the same person that are searched for the one that was corrected."""


def settled(
    engine: Engine, channels: Mapping[str, Channel], messages: Sequence[Message], incoming: Sequence[Incoming]
) -> tuple[Incoming, ...]:
    """`incoming`, one for each of `messages`, as a turn should hear them."""
    heard: list[Incoming] = []
    for message, one in zip(messages, incoming, strict=True):
        heard.append(one if not one.edited else _corrected(engine, channels, message, one, heard))
    return tuple(heard)


def _corrected(
    engine: Engine, channels: Mapping[str, Channel], message: Message, edit: Incoming, heard: list[Incoming]
) -> Incoming:
    for place, waiting in enumerate(heard):
        if _same_message(waiting, edit):
            heard[place] = replace(edit, edited=False, reply_to=waiting.reply_to)
            return _hushed(edit)
    with reading(engine) as connection:
        known = earlier(connection, message, LOOKED_THROUGH)
    before = next((one for one in (parsed(row, channels) for row in known) if _same_message(one, edit)), None)
    if before is None:
        return replace(edit, reply_to=None)
    if _words(before) == _words(edit) and _refs(before) == _refs(edit):
        return _hushed(edit)
    if _refs(before) != _refs(edit):
        return replace(edit, reply_to=None)
    # The files are known already; what stands under them now counts as words.
    words = "\n".join(filter(None, (edit.text, *(file.caption for file in edit.attachments))))
    return replace(edit, reply_to=None, attachments=(), text=words) if words.strip() else _hushed(edit)


def _hushed(edit: Incoming) -> Incoming:
    return replace(edit, silent=True, text="", attachments=(), point=None)


def _same_message(one: Incoming, edit: Incoming) -> bool:
    """`one` is the message that was corrected, or an earlier correction of it."""
    return not one.silent and bool(one.message_id) and one.message_id == edit.message_id


def _words(one: Incoming) -> list[str]:
    """Letter by letter but for blanks and capitals."""
    texts = (one.text, *(file.caption for file in one.attachments))
    return " ".join(tidy(text) for text in texts).casefold().split()


def _refs(one: Incoming) -> frozenset[str]:
    return frozenset(file.ref for file in one.attachments)
