"""What an update of Telegram says, as an Incoming. Pure: bytes in, one value out."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import ValidationError

from bot.channels.telegram_payload import (
    LARGEST_ID,
    NOTICES,
    CallbackQuery,
    File,
    MembershipChange,
    Message,
    Update,
)
from handlers.messages import Attachment, Incoming
from routing import answers

CHANNEL = "telegram"
NOBODY = "0"
"""Contact of updates that come from no chat, such as polls: no chat of Telegram has this number."""
LARGEST_FILE = 20 * 1024 * 1024
"""Bytes; Telegram hands out nothing larger to a bot (`platform.md §1`)."""

Kind = Literal["photo", "voice", "video", "document", "sticker", "contact"]
_COMMAND = re.compile(r"/(?P<name>\w+)(?:@\w+)?(?:\s+(?P<rest>.*))?", re.DOTALL)
_GONE = ("kicked", "left")
_ALBUMS = 64
"""Letters of an album's id that are kept."""


@dataclass(frozen=True)
class Envelope:
    """What the inbox has to know of an update, even of one that cannot be read."""

    external_id: str
    contact: str
    kind: str = ""

    @property
    def crowd(self) -> bool:
        """Groups and channels have negative numbers."""
        return self.contact.startswith("-")


def opened(raw: bytes) -> Envelope:
    """Never raises: bytes that are no update get a number made of themselves, so that a repeat is known as one."""
    try:
        update = json.loads(raw)
    except (ValueError, RecursionError):
        update = None
    if not isinstance(update, dict):
        return Envelope(_made_number(raw), NOBODY)
    number = update.get("update_id")
    kind, body = next(((name, value) for name, value in update.items() if isinstance(value, dict)), ("", {}))
    return Envelope(str(number) if _is_id(number) else _made_number(raw), _contact(kind, body), kind)


def read(raw: bytes) -> Incoming:
    """Raises ValueError (pydantic's ValidationError) when somebody said something that cannot be made sense of."""
    envelope = opened(raw)
    if envelope.contact == NOBODY:
        return _silent(envelope)
    try:
        update = Update.model_validate_json(raw)
    except ValidationError:
        if envelope.crowd or envelope.kind not in ("message", "callback_query"):
            return _silent(envelope)
        raise
    if update.my_chat_member:
        return _membership(envelope, update.my_chat_member)
    if update.callback_query:
        return _tap(envelope, update.callback_query)
    message = update.message or update.edited_message or update.channel_post
    if message is None:
        return _silent(envelope)
    return _message(envelope, message, edited=update.edited_message is not None)


# --- the envelope -----------------------------------------------------------------------------------------------------


def _made_number(raw: bytes) -> str:
    return f"raw-{hashlib.sha256(raw).hexdigest()}"


def _is_id(value: object) -> bool:
    return type(value) is int and 0 < abs(value) <= LARGEST_ID


def _contact(kind: str, body: dict[str, Any]) -> str:
    """The chat it came from; a tap under a message that is not ours to see comes from its writer."""
    about = body.get("message") if kind == "callback_query" else body
    chat = about.get("chat") if isinstance(about, dict) else None
    for one in (chat, body.get("from") if kind == "callback_query" else None):
        if isinstance(one, dict) and _is_id(one.get("id")):
            return str(one["id"])
    return NOBODY


def _silent(envelope: Envelope, at: int = 0, **more: Any) -> Incoming:
    """`at` is 0 where Telegram tells no time."""
    return Incoming(CHANNEL, envelope.external_id, envelope.contact, _time(at), silent=True, **more)


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


# --- what is no message -----------------------------------------------------------------------------------------------


def _membership(envelope: Envelope, change: MembershipChange) -> Incoming:
    """Blocked or let in again; a group that takes us in is told at once how this works."""
    gone = change.new_chat_member.status in _GONE
    if change.chat.private or gone:
        return _silent(envelope, change.date, gone=gone)
    return _crowd(envelope, change.date)


def _tap(envelope: Envelope, query: CallbackQuery) -> Incoming:
    """Telegram tells the time of the message that was tapped, not of the tap."""
    under = query.message
    at = under.date if under else 0
    if query.data is None:
        return _silent(envelope, at, receipt=query.id)
    if under and not under.chat.private:
        return _crowd(envelope, at, receipt=query.id)
    return Incoming(
        CHANNEL,
        envelope.external_id,
        envelope.contact,
        _time(at),
        choice_id=query.data,
        reply_to=str(under.message_id) if under else None,
        receipt=query.id,
    )


def _crowd(envelope: Envelope, at: int, **more: Any) -> Incoming:
    """Nothing of what is said in a group is read, let alone kept in a conversation."""
    return Incoming(CHANNEL, envelope.external_id, envelope.contact, _time(at), crowd=True, **more)


# --- messages ---------------------------------------------------------------------------------------------------------


def _message(envelope: Envelope, message: Message, *, edited: bool) -> Incoming:
    if message.also_holds & NOTICES or (edited and message.location):
        return _silent(envelope, message.date)  # the second is somebody's live location, every few seconds
    if not message.chat.private:
        return _crowd(envelope, message.date) if not edited else _silent(envelope, message.date)
    text, files, point = _words(message), _files(message), _point(message)
    number = str(message.message_id)
    reply = message.reply_to_message
    return Incoming(
        CHANNEL,
        envelope.external_id,
        envelope.contact,
        _time(message.date),
        text=text,
        attachments=files,
        point=point,
        reply_to=number if edited else str(reply.message_id) if reply else None,
        unreadable=not (text or files or point or message.text is not None),
        edited=edited,
        message_id=number,
        album=(message.media_group_id or "")[:_ALBUMS],
    )


def _words(message: Message) -> str:
    if message.text is not None:
        return _spoken(message.text)
    if message.venue:
        return ", ".join(filter(None, (message.venue.title.strip(), message.venue.address.strip())))
    has_files = bool(_files(message))
    return "" if has_files else message.caption or ""


def _spoken(text: str) -> str:
    """Commands in the words that everybody else uses; `/start CODE` stays, since a link has no other words.

    An unknown command alone asks for help; with words behind it, it is what somebody wanted to say.
    """
    found = _COMMAND.fullmatch(text.strip())
    if found is None:
        return text
    name, rest = found["name"].lower(), (found["rest"] or "").strip()
    if name == "start":
        return f"/start {rest}".strip()
    words = name.replace("_", " ")
    if rest or answers.command(words):
        return f"{words} {rest}".strip()
    return f"/{name}" if answers.command(f"/{name}") else _help()


def _help() -> str:
    return str(answers.rules()["commands"]["help"][0])


def _files(message: Message) -> tuple[Attachment, ...]:
    caption = message.caption or ""
    if message.photo:
        fitting = [size for size in message.photo if size.size <= LARGEST_FILE] or message.photo[:1]
        return (_attachment("photo", max(fitting, key=lambda size: size.width * size.height), caption, "image/jpeg"),)
    kinds: tuple[tuple[Kind, File | None, str], ...] = (
        ("voice", message.voice or message.audio, "audio/ogg"),
        ("video", message.video or message.video_note or message.animation, "video/mp4"),
        ("document", message.document, ""),
        ("sticker", message.sticker, ""),
    )
    for kind, file, usual_type in kinds:
        if file:
            return (_attachment(kind, file, caption, usual_type),)
    return (Attachment("contact", ""),) if message.contact is not None else ()


def _attachment(kind: Kind, file: File, caption: str, usual_type: str) -> Attachment:
    return Attachment(
        kind,
        file.file_id,
        media_type=(file.mime_type or usual_type)[:80],
        size=file.size,
        caption=caption,
        problem="too_big" if file.size > LARGEST_FILE else "",
    )


def _point(message: Message) -> tuple[float, float] | None:
    where = message.venue.location if message.venue else message.location
    return (where.latitude, where.longitude) if where else None
