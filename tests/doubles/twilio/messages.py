"""The Messages resource: sending, listing, reading, redacting, deleting, and the media that came in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.doubles.twilio import contents
from tests.doubles.twilio.contents import Contents
from tests.doubles.twilio.fate import Fate
from tests.doubles.twilio.refusal import Refusal
from tests.doubles.twilio.world import API_VERSION, FINAL, Message, World

BODY = 1600
TO = re.compile(r"whatsapp:(\+[1-9]\d{6,14}|[A-Z]{2}\.[A-Za-z0-9]{1,128})")
KNOWN = {
    "To",
    "From",
    "MessagingServiceSid",
    "Body",
    "ContentSid",
    "ContentVariables",
    "MediaUrl",
    "StatusCallback",
    "ProvideFeedback",
    "ValidityPeriod",
    "SmartEncoded",
    "PersistentAction",
    "Tags",
}

Form = Mapping[str, list[str]]


class Messages:
    def __init__(self, world: World, made: Contents, fate: Fate) -> None:
        self.world = world
        self.contents = made
        self.fate = fate

    def create(self, form: Form, now: datetime) -> Message:
        """Raises Refusal for what Twilio refuses at once; what WhatsApp refuses fails later."""
        if unknown := set(form) - KNOWN:
            raise Refusal(20001, f"unknown {', '.join(sorted(unknown))}")
        to, body, callback = one(form, "To"), one(form, "Body"), one(form, "StatusCallback")
        self._check_ends(form, to)
        self._check_body(form, body)
        if callback and not urlsplit(callback).netloc:
            raise Refusal(21609)
        person = self.world.person(to)
        if person.opted_out:
            raise Refusal(21610, fault=False)
        message = Message(self.world.sid("SM"), now, one(form, "From") or self.world.sender, to, body, inbound=False)
        message.service = one(form, "MessagingServiceSid") or None
        fault = self._fill(message, form)
        self.fate.decide(message, person, fault, now, callback)
        self.world.messages[message.sid] = message
        person.got.append(message)
        return message

    def _check_ends(self, form: Form, to: str) -> None:
        if not to:
            raise Refusal(21604)
        if not TO.fullmatch(to):
            raise Refusal(21211, "not a WhatsApp address")
        if not one(form, "From") and not one(form, "MessagingServiceSid"):
            raise Refusal(21603)
        if one(form, "From") not in ("", self.world.sender):
            raise Refusal(63007)

    @staticmethod
    def _check_body(form: Form, body: str) -> None:
        media = form.get("MediaUrl", [])
        if not body and not media and not one(form, "ContentSid"):
            raise Refusal(21602)
        if len(body) > BODY:
            raise Refusal(21617)
        if body and not body.strip():
            raise Refusal(21602, "nothing but spaces")
        if len(media) > 1:
            raise Refusal(21623, "one for each WhatsApp message")
        if any(urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname for url in media):
            raise Refusal(21620)
        if one(form, "ContentSid") and (body or media):
            raise Refusal(20001, "ContentSid and Body or MediaUrl")

    def _fill(self, message: Message, form: Form) -> str:
        """Puts into the message what stands in it in the end; tells why WhatsApp will refuse it, if it will."""
        message.media_urls = list(form.get("MediaUrl", []))
        if message.media_urls:
            message.kind = "media"
        sid = one(form, "ContentSid")
        if not sid:
            return ""
        if not re.fullmatch(r"HX[0-9a-f]{32}", sid) or sid not in self.contents.kept:
            raise Refusal(21655)
        self.contents.settle()
        values = contents.read_variables(one(form, "ContentVariables"))
        filled = contents.fill(self.contents.find(sid), values)
        message.kind, message.body, message.approved = filled.kind, filled.body, filled.approved
        message.buttons = list(filled.buttons)
        return filled.fault

    # --- reading ------------------------------------------------------------------------------------------------------

    def find(self, sid: str) -> Message:
        message = self.world.messages.get(sid)
        if message is None or message.deleted:
            raise Refusal(20404, fault=False)
        return message

    def page(self, query: Form, now: datetime) -> dict[str, Any]:
        """Newest first. A message without a date of sending yet is found by the date it was made."""
        size = min(int(one(query, "PageSize") or 50), 1000)
        number = int(one(query, "Page") or 0)
        every = [message for message in self.world.live() if _wanted(message, query)]
        every.sort(key=lambda message: message.at, reverse=True)
        start = number * size
        shown = every[start : start + size]
        path = f"/{API_VERSION}/Accounts/{self.world.account}/Messages.json"
        kept = [(name, value) for name, values in query.items() if not name.startswith("Page") for value in values]

        def address(page: int) -> str:
            token = [("PageToken", f"PA{self.world.account[2:]}")] if page else []
            return f"{path}?{urlencode([*kept, ('PageSize', size), ('Page', page), *token])}"

        return {
            "messages": [message.as_json(self.world.account, now) for message in shown],
            "page": number,
            "page_size": size,
            "start": start,
            "end": start + max(len(shown) - 1, 0),
            "uri": address(number),
            "first_page_uri": address(0),
            "next_page_uri": address(number + 1) if len(every) > start + size else None,
            "previous_page_uri": address(number - 1) if number else None,
        }

    def update(self, sid: str, form: Form, now: datetime) -> Message:
        """Only taking the words away is possible."""
        message = self.find(sid)
        if one(form, "Body"):
            raise Refusal(20001, "a message can only be redacted")
        if message.status(now) not in FINAL and not message.inbound:
            raise Refusal(20009, fault=False)
        message.body = ""
        return message

    def delete(self, sid: str, now: datetime) -> None:
        message = self.find(sid)
        if message.status(now) not in FINAL:
            raise Refusal(20009, fault=False)
        message.deleted = True
        for media in message.media:
            self.world.media.pop(media, None)

    def media_of(self, sid: str) -> dict[str, Any]:
        found = [media.as_json(self.world.account) for media in self.world.media.values() if media.parent == sid]
        path = f"/{API_VERSION}/Accounts/{self.world.account}/Messages/{self.find(sid).sid}/Media.json"
        ends = {"page": 0, "page_size": 50, "start": 0, "end": max(len(found) - 1, 0)}
        none = {"next_page_uri": None, "previous_page_uri": None}
        return {"media_list": found, "uri": path, "first_page_uri": path, **ends, **none}


def one(form: Form, name: str) -> str:
    return next(iter(form.get(name, [])), "")


def _wanted(message: Message, query: Form) -> bool:
    if one(query, "To") not in ("", message.to) or one(query, "From") not in ("", message.sender):
        return False
    exact, after, before = one(query, "DateSent"), one(query, "DateSent>"), one(query, "DateSent<")
    if exact and not _moment(exact) <= message.at < _moment(exact) + timedelta(days=1):
        return False
    if after and message.at < _moment(after):
        return False
    whole_day = timedelta(days=1) if "T" not in before else timedelta(seconds=1)
    return not (before and message.at >= _moment(before) + whole_day)


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return at if at.tzinfo else at.replace(tzinfo=UTC)
