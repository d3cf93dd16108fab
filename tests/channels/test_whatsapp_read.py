"""Forms as Twilio posts them, with made-up people, and what is read in each. Shapes: `platform.md §3`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.channels.whatsapp_read import address_of, contact_of, form_of, read, stamped
from handlers.messages import Attachment, Incoming

AT = datetime(2026, 11, 23, 2, 0, 5, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SID = "SM" + "0" * 31 + "1"
MEDIA = "https://api.twilio.com/2010-04-01/Accounts/AC0/Messages/MM1/Media/ME"
NUMBER, SCOPED = "+6281200000002", "ID.4566000000000001"

COMMON = {
    "SmsMessageSid": SID,
    "NumMedia": "0",
    "ProfileName": "Ibu Contoh",
    "MessageType": "text",
    "SmsSid": SID,
    "WaId": NUMBER.removeprefix("+"),
    "ExternalUserId": f"whatsapp:{SCOPED}",
    "SmsStatus": "received",
    "Body": "",
    "To": "whatsapp:+6281200000001",
    "NumSegments": "1",
    "ReferralNumMedia": "0",
    "MessageSid": SID,
    "AccountSid": "AC" + "0" * 32,
    "From": f"whatsapp:{NUMBER}",
    "ApiVersion": "2010-04-01",
    "ChannelMetadata": '{"type":"whatsapp","data":{"context":{"ProfileName":"Ibu Contoh"}}}',
}
NO_NUMBER = {"From": f"whatsapp:{SCOPED}", "ExternalUserId": f"whatsapp:{SCOPED}", "WaId": None}


def raw(**fields: str | None) -> bytes:
    return urlencode({name: value for name, value in {**COMMON, **fields}.items() if value is not None}).encode()


def media(kind: str, *types: str, **fields: str) -> dict[str, str]:
    """A message of these files, as Twilio numbers them."""
    form = {"MessageType": kind, "NumMedia": str(len(types))}
    for place, media_type in enumerate(types):
        form |= {f"MediaUrl{place}": f"{MEDIA}{place}", f"MediaContentType{place}": media_type}
    return {**form, **fields}


def file(kind: Any, media_type: str, place: int = 0, caption: str = "") -> Attachment:
    return Attachment(kind, f"{MEDIA}{place}", media_type, caption=caption)


def tapped(**fields: str) -> dict[str, str]:
    return {"MessageType": "interactive", "OriginalRepliedMessageSid": "SM9", **fields}


def pin(latitude: str, longitude: str, **fields: str) -> dict[str, str]:
    return {"MessageType": "location", "Latitude": latitude, "Longitude": longitude, **fields}


CARD = {"MessageType": "contacts"}

PAYLOADS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("words", {"Body": "air mati"}, {"text": "air mati"}),
    (
        "lines, signs and an emoji",
        {"Body": "jalan rusak\n+ banjir & gelap 😢 50%"},
        {"text": "jalan rusak\n+ banjir & gelap 😢 50%"},
    ),
    ("blanks alone", {"Body": "   "}, {"text": "   "}),
    ("nothing in it", {"Body": ""}, {"text": ""}),
    ("no body field at all", {"Body": None}, {"text": ""}),
    ("no type named, as older forms", {"MessageType": None, "Body": "halo"}, {"text": "halo"}),
    ("an unknown field", {"Body": "halo", "HologramUrl0": "https://x"}, {"text": "halo"}),
    ("passed on many times", {"Body": "cek", "Forwarded": "true", "FrequentlyForwarded": "true"}, {"text": "cek"}),
    (
        "after a tap on an advertisement",
        {"Body": "lapor", "ReferralBody": "Iklan", "ReferralNumMedia": "1"},
        {"text": "lapor"},
    ),
    ("a reply", {"Body": "benar", "OriginalRepliedMessageSid": "SM9"}, {"text": "benar", "reply_to": "SM9"}),
    (
        "a quick reply",
        tapped(Body="Benar", ButtonText="Benar", ButtonPayload="7:true"),
        {"choice_id": "7:true", "reply_to": "SM9"},
    ),
    (
        "a button of a template",
        tapped(MessageType="button", Body="OK", ButtonText="OK", ButtonPayload="ok"),
        {"choice_id": "ok", "reply_to": "SM9"},
    ),
    ("a button without an id", tapped(Body="", ButtonText="Benar"), {"text": "Benar", "reply_to": "SM9"}),
    (
        "a line of a list",
        tapped(Body="Jalan", ListTitle="Jalan", ListId="f2:jalan"),
        {"choice_id": "f2:jalan", "reply_to": "SM9"},
    ),
    ("a list without an id", tapped(Body="", ListTitle="Jalan"), {"text": "Jalan", "reply_to": "SM9"}),
    ("a form of another business", tapped(Body=""), {"unreadable": True, "reply_to": "SM9"}),
    ("a photo", media("image", "image/jpeg"), {"attachments": (file("photo", "image/jpeg"),)}),
    (
        "a photo with words",
        media("image", "image/jpeg", Body="ini"),
        {"attachments": (file("photo", "image/jpeg", caption="ini"),)},
    ),
    (
        "two photos with words",
        media("image", "image/jpeg", "image/png", Body="ini"),
        {"attachments": (file("photo", "image/jpeg", caption="ini"), file("photo", "image/png", 1))},
    ),
    ("a photo sent as a document", media("document", "image/png"), {"attachments": (file("photo", "image/png"),)}),
    ("a paper", media("document", "application/pdf"), {"attachments": (file("document", "application/pdf"),)}),
    ("something without a type", media("document", ""), {"attachments": (file("document", ""),)}),
    (
        "a voice note",
        media("audio", "audio/ogg; codecs=opus"),
        {"attachments": (file("voice", "audio/ogg; codecs=opus"),)},
    ),
    (
        "a film",
        media("video", "video/mp4", Body="banjir"),
        {"attachments": (file("video", "video/mp4", caption="banjir"),)},
    ),
    ("a sticker", media("sticker", "image/webp"), {"attachments": (file("sticker", "image/webp"),)}),
    (
        "an animated sticker, called an image",
        media("image", "image/webp"),
        {"attachments": (file("sticker", "image/webp"),)},
    ),
    ("a contact card", media("contacts", "text/vcard"), {"attachments": (file("contact", "text/vcard"),)}),
    (
        "a count that lies",
        {**media("image", "image/jpeg"), "NumMedia": "x"},
        {"attachments": (file("photo", "image/jpeg"),)},
    ),
    (
        "a count and no address",
        {"MessageType": "image", "NumMedia": "1", "MediaContentType0": "image/jpeg"},
        {"unreadable": True},
    ),
    ("a contact card that is not there", CARD, {"unreadable": True}),
    ("where somebody stands", pin("-0.502106000000000", "117.153709000000000"), {"point": (-0.502106, 117.153709)}),
    (
        "a place with a name",
        pin("-0.5", "117.1", Label="Posyandu Contoh", Address="Jl. Contoh 1"),
        {"point": (-0.5, 117.1), "text": "Posyandu Contoh, Jl. Contoh 1"},
    ),
    ("a place beyond the poles", pin("98", "117.1"), {"unreadable": True}),
    ("a place that is no number", pin("nan", "117.1"), {"unreadable": True}),
    ("half a place", {"MessageType": "location", "Latitude": "-0.5"}, {"unreadable": True}),
    ("a reaction", {"MessageType": "reaction", "Body": "👍"}, {"silent": True, "text": "👍"}),
    ("a type of tomorrow", {"MessageType": "hologram"}, {"unreadable": True}),
    ("a type of tomorrow with words", {"MessageType": "hologram", "Body": "banjir"}, {"text": "banjir"}),
    ("no number to be seen", {**NO_NUMBER, "Body": "halo"}, {"text": "halo", "contact": SCOPED, "also": ()}),
    (
        "a scoped id first, and a number",
        {"From": f"whatsapp:{SCOPED}", "Body": "halo"},
        {"text": "halo", "contact": SCOPED, "also": (NUMBER,)},
    ),
    ("no scoped id, as before 2026", {"ExternalUserId": None, "Body": "halo"}, {"text": "halo", "also": ()}),
    ("a number without its plus", {"From": "whatsapp:6281200000002", "Body": "halo"}, {"text": "halo"}),
    (
        "a number of another country",
        {"From": "whatsapp:+60120000002", "WaId": "60120000002", "Body": "halo"},
        {"text": "halo", "contact": "+60120000002"},
    ),
]


@pytest.mark.parametrize(("fields", "expected"), [one[1:] for one in PAYLOADS], ids=[one[0] for one in PAYLOADS])
def test_a_form_is_read(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    known = {"channel": "whatsapp", "external_id": SID, "contact": NUMBER, "also": (SCOPED,), "at": AT}
    assert read(stamped(raw(**fields), AT), LATER) == Incoming(**{**known, **expected})


def test_there_are_enough_payloads() -> None:
    assert len(PAYLOADS) >= 30


@pytest.mark.parametrize(
    "form",
    [b"", b"\xff\xfe\x00", b"{}", b"Body=halo", raw(MessageSid=None, SmsMessageSid=None, SmsSid=None)],
    ids=["nothing", "no text", "JSON", "nobody", "no id"],
)
def test_what_is_no_message_is_said_to_be_none(form: bytes) -> None:
    with pytest.raises(LookupError):
        read(form, AT)


def test_a_message_from_nobody_is_none() -> None:
    with pytest.raises(LookupError):
        read(raw(From="", WaId="", ExternalUserId=None), AT)


def test_broken_letters_do_not_hide_the_rest() -> None:
    broken = raw().replace(b"Body=", b"Body=halo%FF%C3")
    assert read(broken, AT).text == "halo\ufffd\ufffd"


@pytest.mark.parametrize("stamp", ["", "&KentonganReceivedAt=", "&KentonganReceivedAt=yesterday"])
def test_without_a_stamp_it_came_now(stamp: str) -> None:
    assert read(raw(Body="halo") + stamp.encode(), LATER).at == LATER


def test_our_stamp_stands_behind_what_anybody_else_wrote_there() -> None:
    forged = raw(Body="halo", KentonganReceivedAt="2001-01-01T00:00:00+00:00")
    assert read(stamped(forged, AT), LATER).at == AT


def test_blank_fields_are_kept() -> None:
    assert form_of(b"Body=&Latitude=&NumMedia=0") == {"Body": "", "Latitude": "", "NumMedia": "0"}


@pytest.mark.parametrize("address", ["whatsapp:+6281200000002", "whatsapp:ID.4566000000000001", "whatsapp:ID.aB3"])
def test_whoever_wrote_can_be_answered(address: str) -> None:
    assert address_of(contact_of(address)) == address
