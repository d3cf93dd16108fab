"""Templates at Twilio: created through the Content API, approved by WhatsApp as *utility* (`platform.md §3`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client
from twilio.rest.content.v1.content import ContentList
from twilio.rest.content.v1.content.approval_create import ApprovalCreateList

from bot.channels.approvals import Approval, NoAnswerError, Submission
from bot.channels.twilio_http import FATE_UNKNOWN

CATEGORY = "UTILITY"
UNSUBMITTED = "unsubmitted"
_MOST = 5_000

_T = TypeVar("_T")


class TwilioTemplates:
    """Implements `Approvals`."""

    def __init__(self, client: Client) -> None:
        self._content = client.content.v1

    def known(self) -> Mapping[str, Approval]:
        return _answered(self._listed)

    def submit(self, text: Submission, sid: str | None) -> Approval:
        return _answered(lambda: self._submitted(text, sid or self._created(text)))

    def _listed(self) -> Mapping[str, Approval]:
        found = {}
        for one in self._content.content_and_approvals.stream(page_size=500, limit=_MOST):
            if one.friendly_name and one.sid:
                state = one.approval_requests or {}
                status, reason = state.get("status") or UNSUBMITTED, state.get("rejection_reason") or ""
                found[one.friendly_name] = Approval(one.sid, str(status).lower(), str(reason))
        return found

    def _created(self, text: Submission) -> str:
        kind, form = _drawn(text)
        asked = ContentList.ContentCreateRequest(
            {
                "friendly_name": text.name,
                "language": text.language,
                "variables": {str(number): sample for number, sample in enumerate(text.samples, 1)},
                "types": {kind: form},
            }
        )
        sid = self._content.contents.create(content_create_request=asked).sid
        if not sid:
            raise NoAnswerError("no_sid")
        return str(sid)

    def _submitted(self, text: Submission, sid: str) -> Approval:
        asked = ApprovalCreateList.ContentApprovalRequest({"name": text.name, "category": CATEGORY})
        made = self._content.contents(sid).approval_create.create(content_approval_request=asked)
        return Approval(sid, str(made.status or "received").lower(), str(made.rejection_reason or ""))


def _drawn(text: Submission) -> tuple[str, dict[str, object]]:
    """Kind of content and its form."""
    if text.button is None:
        return "twilio/text", {"body": text.body}
    action = {"type": "QUICK_REPLY", "title": text.button, "id": text.payload}
    return "twilio/quick-reply", {"body": text.body, "actions": [action]}


def _answered(call: Callable[[], _T]) -> _T:
    try:
        return call()
    except TwilioRestException as error:
        raise NoAnswerError(str(error.code or error.status)) from None
    except (TwilioException, *FATE_UNKNOWN) as error:
        raise NoAnswerError(type(error).__name__) from None
