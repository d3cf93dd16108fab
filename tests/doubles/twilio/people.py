"""What people do on their phones. Every action becomes a webhook that waits to be delivered."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from tests.doubles.twilio.fate import Fate
from tests.doubles.twilio.webhooks import Webhooks
from tests.doubles.twilio.world import Media, Message, Person, World

PHOTO = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")
"""As much of a JPEG as its first and last bytes."""


class People:
    """`contact` is a number with a plus, or a business-scoped id for somebody who shows none."""

    world: World
    webhooks: Webhooks
    fate: Fate
    now: Callable[[], datetime]
    webhook_url: str
    fallback_url: str
    url: str

    def add_person(self, contact: str, **traits: Any) -> Person:
        """Somebody who has not written (yet); `traits` are the fields of a Person."""
        person = self.world.person(contact)
        for name, value in traits.items():
            setattr(person, name, value)
        return self.world.add(person)

    def user_says(self, contact: str, text: str, *, reply_to: str = "", **fields: str) -> Message:
        if text.strip().upper() in ("STOP", "UNSUBSCRIBE"):
            self.world.person(contact).opted_out = True
        return self._arrive(contact, "text", {**self._reply(reply_to), **fields}, text)

    def user_taps(self, contact: str, sid: str, button: str) -> Message:
        """Taps the quick reply, or picks the line of the list, with this id or title."""
        under = self.world.messages[sid]
        pressed = under.button(button)
        reply = self._reply(sid)
        if under.kind == "list-picker":
            fields = {"ListId": pressed.id, "ListTitle": pressed.title}
            return self._arrive(contact, "interactive", {**fields, **reply}, pressed.title)
        fields = {"ButtonPayload": pressed.id, "ButtonText": pressed.title}
        return self._arrive(contact, "button" if under.approved else "interactive", {**fields, **reply}, pressed.title)

    def user_sends_photo(
        self, contact: str, content: bytes = PHOTO, caption: str = "", kind: str = "image/jpeg"
    ) -> Message:
        return self.user_sends_media(contact, "image", kind, content, caption)

    def user_sends_voice(self, contact: str, content: bytes = b"OggS\0") -> Message:
        return self.user_sends_media(contact, "audio", "audio/ogg", content)

    def user_sends_video(self, contact: str, content: bytes = b"\0\0\0\x18ftypmp42", caption: str = "") -> Message:
        return self.user_sends_media(contact, "video", "video/mp4", content, caption)

    def user_sends_document(self, contact: str, content: bytes, kind: str = "application/pdf") -> Message:
        return self.user_sends_media(contact, "document", kind, content)

    def user_sends_sticker(self, contact: str, content: bytes = b"RIFF\0\0\0\0WEBP") -> Message:
        return self.user_sends_media(contact, "sticker", "image/webp", content)

    def user_sends_contact(self, contact: str, phone: str, name: str = "Contoh") -> Message:
        card = f"BEGIN:VCARD\nVERSION:3.0\nFN:{name}\nTEL;type=CELL:{phone}\nEND:VCARD\n".encode()
        return self.user_sends_media(contact, "contacts", "text/vcard", card)

    def user_sends_location(self, contact: str, latitude: float, longitude: float, **fields: str) -> Message:
        point = {"Latitude": f"{latitude:.15f}", "Longitude": f"{longitude:.15f}"}
        return self._arrive(contact, "location", {**point, **fields})

    def user_sends_media(self, contact: str, kind: str, media_type: str, content: bytes, caption: str = "") -> Message:
        return self._arrive(contact, kind, {}, caption, media=(media_type, content))

    # --- how it arrives -----------------------------------------------------------------------------------------------

    def _reply(self, sid: str) -> dict[str, str]:
        if not sid:
            return {}
        return {"OriginalRepliedMessageSid": sid, "OriginalRepliedMessageSender": self.world.messages[sid].sender}

    def _arrive(
        self,
        contact: str,
        kind: str,
        fields: Mapping[str, str],
        body: str = "",
        media: tuple[str, bytes] | None = None,
    ) -> Message:
        person, now = self.world.person(contact), self.now()
        person.last_inbound = now
        sid = self.world.sid("MM" if media else "SM")
        message = Message(sid, now, person.address, self.world.sender, body, inbound=True, kind=kind)
        message.steps = [(now, "received")]
        self.world.messages[sid] = message
        attached = self._attach(message, *media) if media else {}
        form = {**self._common(message, person, kind), "Body": body, **attached, **fields}
        self.fate.billed["twilio_in"] += 1
        self.webhooks.add(self.webhook_url, form, at=now, fallback=self.fallback_url)
        return message

    def _attach(self, message: Message, media_type: str, content: bytes) -> dict[str, str]:
        media = Media(self.world.sid("ME"), message.sid, media_type, content, message.at)
        self.world.media[media.sid] = media
        message.media.append(media.sid)
        path = f"/2010-04-01/Accounts/{self.world.account}/Messages/{message.sid}/Media/{media.sid}"
        return {"NumMedia": "1", "MediaUrl0": f"{self.url}{path}", "MediaContentType0": media_type}

    def _common(self, message: Message, person: Person, kind: str) -> dict[str, str]:
        about = {"type": "whatsapp", "data": {"context": {"ProfileName": person.name}}}
        form = {
            "SmsMessageSid": message.sid,
            "SmsSid": message.sid,
            "MessageSid": message.sid,
            "AccountSid": self.world.account,
            "ApiVersion": "2010-04-01",
            "SmsStatus": "received",
            "NumSegments": "1",
            "NumMedia": "0",
            "MessageType": kind,
            "ProfileName": person.name,
            "From": person.address,
            "To": message.to,
            "ExternalUserId": f"whatsapp:{person.bsuid}",
            "ChannelMetadata": json.dumps(about),
        }
        return form | ({"WaId": person.number.removeprefix("+")} if person.number else {})
