"""The Content API: what may be created, what WhatsApp approves, and what a message looks like in the end."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.doubles.twilio.refusal import Refusal
from tests.doubles.twilio.world import Button

TITLE = 20
BODY = 1024
TEXT = 1600
ITEM = 24
ITEM_ID = 200
DESCRIPTION = 72
IN_SESSION_BUTTONS = 3
APPROVED_BUTTONS = 10
ITEMS = 10
IN_SESSION_ONLY = ("twilio/list-picker", "twilio/location")
CATEGORIES = ("UTILITY", "MARKETING", "AUTHENTICATION")

_VARIABLE = re.compile(r"\{\{\s*(\w{1,16})\s*\}\}")
_NAME = re.compile(r"[a-z0-9_]{1,512}")
_ADJACENT = re.compile(r"\}\}\s*\{\{")
_AT_AN_END = re.compile(r"^\W*\{\{\w+\}\}|\{\{\w+\}\}\W*$")


@dataclass
class Content:
    sid: str
    at: datetime
    body: dict[str, Any]
    """friendly_name, language, variables, types as they were posted, without the nulls."""
    approval: dict[str, Any] | None = None
    submitted_at: datetime | None = None

    @property
    def kind(self) -> str:
        kind: str = next(iter(self.body["types"]))
        return kind

    @property
    def form(self) -> dict[str, Any]:
        form: dict[str, Any] = self.body["types"][self.kind]
        return form

    @property
    def approved(self) -> bool:
        return (self.approval or {}).get("status") == "approved"


@dataclass(frozen=True)
class Filled:
    """A content with its variables filled in."""

    kind: str
    body: str
    buttons: tuple[Button, ...]
    approved: bool
    fault: str = ""


class Contents:
    """`violations` gets what Meta rejects. A review takes `review` of virtual time, then follows Meta's rules."""

    def __init__(self, now: Callable[[], datetime], violations: list[str], review: timedelta) -> None:
        self.kept: dict[str, Content] = {}
        self._now = now
        self._violations = violations
        self._review = review

    def create(self, sid: str, posted: Any) -> Content:
        body = without_nulls(posted)
        if not isinstance(body, dict) or not body.get("language") or not body.get("types"):
            raise Refusal(20422, "language and types are required")
        for kind, form in body["types"].items():
            check_form(kind, form)
        variables = body.get("variables", {})
        if not all(isinstance(value, str) and value for value in variables.values()):
            raise Refusal(20422, "sample values must be strings that are not empty")
        content = Content(sid, self._now(), {"friendly_name": "", "variables": {}, **body})
        self.kept[sid] = content
        return content

    def find(self, sid: str) -> Content:
        if sid not in self.kept:
            raise Refusal(20404, fault=False)
        return self.kept[sid]

    def submit(self, sid: str, name: str, category: str) -> dict[str, Any]:
        content = self.find(sid)
        if not _NAME.fullmatch(name):
            raise Refusal(20422, "a template's name is made of a-z, 0-9 and _")
        if category.upper() not in CATEGORIES:
            raise Refusal(20422, f"category {category}")
        if content.kind in IN_SESSION_ONLY:
            raise Refusal(20422, f"{content.kind} cannot be approved")
        if content.approval is not None and content.approval["status"] != "rejected":
            raise Refusal(20422, "was submitted before")
        content.submitted_at = self._now()
        content.approval = {
            "name": name,
            "category": category.upper(),
            "content_type": content.kind,
            "status": "received",
            "rejection_reason": "",
            "allow_category_change": True,
        }
        return content.approval

    def review(self, sid: str, status: str, reason: str = "") -> None:
        """Meta changes its mind: approved, rejected, paused, disabled."""
        approval = self.find(sid).approval
        assert approval is not None, "was never submitted"
        approval.update(status=status, rejection_reason=reason)

    def settle(self) -> None:
        """Carries out the reviews that are due."""
        for content in self.kept.values():
            waiting = content.approval is not None and content.approval["status"] == "received"
            if waiting and content.submitted_at is not None and self._now() >= content.submitted_at + self._review:
                reason = rejected_because(content)
                self.review(content.sid, "rejected" if reason else "approved", reason)
                if reason:
                    self._violations.append(f"template {(content.approval or {})['name']} is rejected: {reason}")


def without_nulls(value: Any) -> Any:
    """The client library posts a null for everything it could have said."""
    if isinstance(value, dict):
        return {key: without_nulls(one) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [without_nulls(one) for one in value]
    return value


def check_form(kind: str, form: Any) -> None:
    """What holds at creation already."""
    if kind not in ("twilio/text", "twilio/media", "twilio/quick-reply", *IN_SESSION_ONLY, "twilio/call-to-action"):
        raise Refusal(20422, f"this double does not know {kind}")
    body = str(form.get("body", ""))
    if kind not in ("twilio/media", "twilio/location") and not body.strip():
        raise Refusal(20422, "body is required")
    if len(body) > (TEXT if kind in ("twilio/text", "twilio/media") else BODY):
        raise Refusal(20422, f"body of {len(body)} characters")
    if re.search(r"\{\{(?!\s*\w{1,16}\s*\}\})", body):
        raise Refusal(20422, "malformed variable")
    if kind == "twilio/quick-reply":
        _check_actions(form.get("actions") or [])
    if kind == "twilio/list-picker":
        _check_items(form)


def _check_actions(actions: list[dict[str, str]]) -> None:
    if not 1 <= len(actions) <= APPROVED_BUTTONS:
        raise Refusal(20422, f"{len(actions)} quick replies")
    _check_titles([one.get("title", "") for one in actions], TITLE)
    ids = [one.get("id") or one.get("title", "") for one in actions]
    if len(set(ids)) < len(ids) or max(map(len, ids)) > ITEM_ID:
        raise Refusal(20422, "ids of quick replies must differ and have at most 200 characters")


def _check_items(form: dict[str, Any]) -> None:
    items = form.get("items") or []
    if not 1 <= len(items) <= ITEMS:
        raise Refusal(20422, f"{len(items)} items")
    _check_titles([str(form.get("button", ""))], TITLE)
    _check_titles([one.get("item", "") for one in items], ITEM)
    ids = [one.get("id", "") for one in items]
    if not all(1 <= len(one) <= ITEM_ID for one in ids) or len(set(ids)) < len(ids):
        raise Refusal(20422, "each item needs an id of its own, of at most 200 characters")
    if any(len(one.get("description", "")) > DESCRIPTION for one in items):
        raise Refusal(20422, "a description of more than 72 characters")


def _check_titles(titles: list[str], most: int) -> None:
    for title in titles:
        if not 1 <= len(_VARIABLE.sub("x", title)) <= most:
            raise Refusal(20422, f"title of {len(title)} characters, at most {most}")
    if len(set(titles)) < len(titles):
        raise Refusal(20422, "two choices with the same title")


def rejected_because(content: Content) -> str:
    """Meta's rules for what is sent out of session; empty when it passes."""
    body = str(content.form.get("body", "")).strip()
    names = list(dict.fromkeys(_VARIABLE.findall(body)))
    if _AT_AN_END.search(body):
        return "a variable at the start or end of the body"
    if _ADJACENT.search(body):
        return "two variables next to each other"
    if names and sorted(names) != sorted(str(number) for number in range(1, len(names) + 1)):
        return "variables are not numbered 1, 2, 3"
    if set(names) - set(content.body["variables"]):
        return "a variable without a sample value"
    if len(_VARIABLE.sub("", body).split()) < 2 * len(names) + 1:
        return "too many variables for so few words"
    if len(body) > BODY:
        return "body too long"
    return ""


def read_variables(posted: str) -> dict[str, str]:
    """Raises Refusal 21656."""
    try:
        values = json.loads(posted or "{}")
    except ValueError:
        raise Refusal(21656, "no JSON") from None
    if not isinstance(values, dict) or not all(isinstance(one, str) and one for one in values.values()):
        raise Refusal(21656, "a JSON object of strings that are not empty")
    if any(re.search(r"[\n\r\t]| {5,}", one) or len(one) > TEXT for one in values.values()):
        raise Refusal(21656, "line break, tab or more than four spaces in a value")
    return values


def fill(content: Content, values: Mapping[str, str]) -> Filled:
    """`fault`: why WhatsApp will not show it after all."""
    samples = {**content.body["variables"], **values}

    def filled(text: str) -> str:
        return _VARIABLE.sub(lambda found: str(samples.get(found[1], found[0])), text)

    form = content.form
    actions = [(one.get("id") or one.get("title", ""), one.get("title", "")) for one in form.get("actions", [])]
    items = [(one["id"], one["item"]) for one in form.get("items", [])]
    buttons = tuple(Button(filled(key), filled(title)) for key, title in (*actions, *items))
    body = filled(str(form.get("body", "")))
    most = ITEM if items else TITLE
    fault = ""
    if content.kind == "twilio/quick-reply" and len(buttons) > IN_SESSION_BUTTONS and not content.approved:
        fault = f"{len(buttons)} buttons without approval"
    elif any(len(button.title) > most for button in buttons):
        fault = "a title became too long"
    elif len(body) > (TEXT if content.kind == "twilio/text" else BODY):
        fault = "the body became too long"
    kind = "template" if content.approved and not buttons else content.kind.removeprefix("twilio/")
    return Filled(kind, body, buttons, content.approved, fault)
