"""Reads what Twilio posts for one WhatsApp message. Fields and their quirks: `platform.md §3`.

`raw` is the form as it was received, unknown fields included, with our own stamp behind it: the form itself does not
say when the message came in.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import parse_qsl, urlencode

from handlers.messages import Attachment, Incoming

Form = Mapping[str, str]
Kind = Literal["photo", "voice", "video", "document", "sticker", "contact"]

CHANNEL = "whatsapp"
PREFIX = "whatsapp:"
RECEIVED_AT = "KentonganReceivedAt"
MOST_FILES = 10

_NUMBER = re.compile(r"\+?\d{6,15}")
_VCARDS = ("text/vcard", "text/x-vcard", "text/directory")
_WORDLESS = ("reaction", "system", "ephemeral")
"""Kinds of message that nobody expects an answer to."""


def form_of(raw: bytes) -> dict[str, str]:
    """The fields of a form, blank ones included; of a field that comes twice, the last."""
    return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))


def stamped(raw: bytes, at: datetime) -> bytes:
    """The form with the time at which it came in (aware UTC)."""
    return raw + b"&" + urlencode({RECEIVED_AT: at.astimezone(UTC).isoformat()}).encode("ascii")


def message_id(form: Form) -> str:
    """Raises LookupError for a form without one."""
    found = form.get("MessageSid") or form.get("SmsMessageSid") or form.get("SmsSid")
    if not found:
        raise LookupError("MessageSid")
    return found


def contact_of(address: str) -> str:
    """`whatsapp:+62812…` as lists of people have it, `+62812…`; a business-scoped user id as it is."""
    plain = address.strip().removeprefix(PREFIX).strip()
    if not _NUMBER.fullmatch(plain):
        return plain
    return plain if plain.startswith("+") else f"+{plain}"


def address_of(contact: str) -> str:
    """What Twilio takes in `To`; a business-scoped user id stands there without a plus."""
    return PREFIX + contact


def sender(form: Form) -> tuple[str, tuple[str, ...]]:
    """(contact, other contacts of the same account). Raises LookupError when nobody is named.

    The number comes first where it is visible, because imported people are known by it.
    """
    named = (form.get("From", ""), form.get("ExternalUserId", ""), form.get("WaId", ""))
    contacts = list(dict.fromkeys(filter(None, map(contact_of, named))))
    if not contacts:
        raise LookupError("From")
    return contacts[0], tuple(contacts[1:])


def read(raw: bytes, now: datetime) -> Incoming:
    """One message; `now` is its time when nobody stamped it. Raises LookupError for a form that is no message."""
    form = form_of(raw)
    external_id = message_id(form)
    contact, also = sender(form)
    kind = form.get("MessageType", "").lower()
    files = _files(form, kind)
    choice = form.get("ButtonPayload") or form.get("ListId") or None
    point = _point(form)
    text = "" if choice else _text(form, point)
    return Incoming(
        channel=CHANNEL,
        external_id=external_id,
        contact=contact,
        at=_time(form, now),
        text="" if files else text,
        choice_id=choice,
        attachments=_captioned(files, text),
        point=point,
        reply_to=form.get("OriginalRepliedMessageSid") or None,
        also=also,
        silent=kind in _WORDLESS,
        unreadable=not (choice or files or point or text) and kind not in ("", "text", *_WORDLESS),
    )


def _text(form: Form, point: tuple[float, float] | None) -> str:
    said = form.get("Body") or form.get("ButtonText") or form.get("ListTitle") or ""
    if said or point is None:
        return said
    # A shared place names itself; a pin where somebody stands does not.
    return ", ".join(filter(None, (form.get("Label", "").strip(), form.get("Address", "").strip())))


def _time(form: Form, now: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(form[RECEIVED_AT])
    except (KeyError, ValueError):
        return now
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _point(form: Form) -> tuple[float, float] | None:
    try:
        latitude, longitude = float(form["Latitude"]), float(form["Longitude"])
    except (KeyError, ValueError):
        return None
    on_earth = math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180
    return (latitude, longitude) if on_earth else None


def _files(form: Form, kind: str) -> tuple[Attachment, ...]:
    """What is there to fetch, whatever `NumMedia` says of it."""
    found = []
    for place in range(MOST_FILES):
        url, media_type = form.get(f"MediaUrl{place}", ""), form.get(f"MediaContentType{place}", "")
        if url:
            found.append(Attachment(_kind(media_type, kind), url, media_type))
    return tuple(found)


def _kind(media_type: str, message_type: str) -> Kind:
    """By the type of the file, which says more than that of the message: an image may be sent as a document."""
    plain = media_type.partition(";")[0].strip().lower()
    group = plain.partition("/")[0]
    if plain in _VCARDS or message_type == "contacts":
        return "contact"
    if plain == "image/webp" or message_type == "sticker":
        return "sticker"  # photos come as JPEG or PNG
    match group:
        case "image":
            return "photo"
        case "audio":
            return "voice"
        case "video":
            return "video"
    return "document"


def _captioned(files: tuple[Attachment, ...], caption: str) -> tuple[Attachment, ...]:
    if not files or not caption:
        return files
    first = files[0]
    return (Attachment(first.kind, first.ref, first.media_type, caption=caption), *files[1:])
