"""Input that is almost right: what a provider sends, with values of any kind in any place."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from hypothesis import strategies as st

WORDS = st.sampled_from(
    [
        "air ledeng mati 3 hari rt 5 loa bakung",
        "tolong suami saya ngamuk bawa parang",
        "SMD-0001 selesai, 2 minggu depan, 3 bukan kami",
        "cek SMD-0001",
        "ya",
        "batal",
        "kode 7Q4M-2KXD",
        "/start 7Q4MP-2KXDR",
        "1. jalan rusak\n2. lampu mati\n3. nenek sakit",
        "=HYPERLINK(1)",
        "'; DROP TABLE reports; --",
        "<script>alert(1)</script>",
        "{name} {0} %s %(x)s",
        "../../etc/passwd",
        "🆘😭🏚️",
        "\u202eterbalik\u0000\ud800",
    ]
)
TEXT = st.one_of(st.text(max_size=60), WORDS, st.builds(lambda a, b: a + b, WORDS, st.text(max_size=20)))
NUMBER = st.one_of(st.integers(), st.integers(0, 2**31), st.sampled_from([2**63, 2**64, 10**400, -1]))
SCALAR = st.one_of(st.none(), st.booleans(), NUMBER, st.floats(), TEXT)
THING = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def _some_of(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """An object with any of these fields, each of them right or anything else."""
    return st.fixed_dictionaries({}, optional={name: st.one_of(right, THING) for name, right in fields.items()})


_USER = _some_of(id=st.integers(1, 2**40), is_bot=st.booleans(), first_name=TEXT)
_CHAT = _some_of(id=st.integers(-(2**40), 2**40), type=st.sampled_from(["private", "group", "supergroup", "channel"]))
_FILE = _some_of(file_id=TEXT, file_unique_id=TEXT, file_size=NUMBER, mime_type=TEXT, duration=NUMBER, width=NUMBER)
_MESSAGE = _some_of(
    message_id=NUMBER,
    date=st.integers(0, 2**31),
    **{"from": _USER},
    chat=_CHAT,
    text=TEXT,
    caption=TEXT,
    photo=st.lists(_FILE, max_size=2),
    voice=_FILE,
    document=_FILE,
    sticker=_FILE,
    video=_FILE,
    location=_some_of(latitude=st.floats(), longitude=st.floats()),
    contact=_some_of(phone_number=TEXT, first_name=TEXT),
    media_group_id=TEXT,
    reply_to_message=_some_of(message_id=NUMBER, chat=_CHAT, date=NUMBER),
)
UPDATE = _some_of(
    update_id=NUMBER,
    message=_MESSAGE,
    edited_message=_MESSAGE,
    callback_query=_some_of(id=TEXT, **{"from": _USER}, data=TEXT, message=_MESSAGE, chat_instance=TEXT),
    my_chat_member=_some_of(chat=_CHAT, **{"from": _USER}, date=NUMBER),
    poll=THING,
)
UPDATE_BYTES = st.one_of(
    UPDATE.map(lambda update: json.dumps(update).encode()),
    UPDATE.map(lambda update: json.dumps(update).encode()[:-7]),
    st.binary(max_size=80),
)

_FORM = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(["Body", "ButtonText", "ButtonPayload", "ListId", "ListTitle", "ProfileName", "Label"], TEXT),
        **dict.fromkeys(["NumMedia", "Latitude", "Longitude", "NumSegments"], st.one_of(TEXT, NUMBER.map(str))),
        **dict.fromkeys(["MessageSid", "SmsSid", "OriginalRepliedMessageSid"], st.from_regex(r"SM[0-9a-f]{32}") | TEXT),
        **dict.fromkeys(["From", "To"], st.from_regex(r"whatsapp:\+62[0-9]{8,12}") | TEXT),
        "ExternalUserId": st.from_regex(r"whatsapp:ID\.[0-9]{8,20}") | TEXT,
        "MessageType": st.sampled_from(["text", "image", "location", "contacts", "button", "reaction"]) | TEXT,
        "MediaUrl0": TEXT,
        "MediaContentType0": st.sampled_from(["image/jpeg", "audio/ogg", "text/vcard"]) | TEXT,
        "MessageStatus": st.sampled_from(["sent", "delivered", "read", "failed", "undelivered"]) | TEXT,
        "ErrorCode": NUMBER.map(str) | TEXT,
    },
)
FORM = _FORM.map(lambda form: {name: value.encode("utf-8", "replace").decode() for name, value in form.items()})
FORM_BYTES = st.one_of(FORM.map(lambda form: urlencode(form).encode()), st.binary(max_size=80))

_SENT = {
    "id": st.sampled_from(["piece-00000001", "piece-00000002"]),
    "contact": st.sampled_from(["warga-1", "kader-loa-bakung"]),
    "at": st.just("2026-11-23T02:00:00+00:00"),
}
_WITH = _some_of(
    text=TEXT,
    choice=TEXT,
    label=TEXT,
    attachments=st.lists(_some_of(kind=st.just("photo"), ref=TEXT, media_type=TEXT, size=NUMBER), max_size=2),
    point=st.tuples(st.floats(), st.floats()),
    reply_to=TEXT,
)
PIECE = st.one_of(st.builds(lambda sent, more: {**sent, **more}, st.fixed_dictionaries(_SENT), _WITH), _WITH, THING)
