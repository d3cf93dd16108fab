"""What an error code of Twilio's means for the message and for the person (`platform.md §3`, error codes)."""

from __future__ import annotations

import structlog

from bot.channels.base import Blocked, NeedsTemplate, Refused, RetryLater, Sent, Unsure

OUTSIDE_WINDOW = 63016
TEMPLATE_GONE = frozenset({63040, 63041, 63042})
"""Rejected, paused or switched off by WhatsApp since we looked: another one may do, or the message waits."""
OF_THIS_CONTACT = frozenset({21211, 21610, 21614, 63003, 63024})
"""Nothing else would reach them here either until they write themselves: no such number, not on WhatsApp, opted out.
That Meta does not deliver one message to somebody now (63032, 63049) says nothing of the next one."""
OF_THIS_MESSAGE = {63018: 60.0, 63019: 60.0, 131056: 30.0}
"""Too many to the same person, or WhatsApp could not fetch the file from us; in seconds to wait."""
OF_EVERYBODY = {20429: 10.0, 21611: 60.0, 63010: 60.0, 63012: 60.0}
"""Too many in all, or WhatsApp itself is not well."""
OF_THE_CONTENT = frozenset({21655, 21656, 21658, 63005, 63013, 63027, 63028})
"""WhatsApp does not show it like this; as plain words it may."""
OUR_ACCOUNT = frozenset({20003, 20005, 20008, 20404, 21212, 21606, 21659, 63007, 63112})
"""Token, account or sender are wrong: somebody has to put that right, and then everything goes out."""
UNTIL_PUT_RIGHT = 600.0

log = structlog.get_logger(__name__)


def refusal(code: int, status: int = 400) -> Sent:
    """The outcome of an answer with this error code and HTTP status; of a failure that is told later, the code alone.

    A 5xx says nothing: the message may be on its way (`docs/api/errors/20500`).
    """
    if code in OUR_ACCOUNT or status in (401, 403):
        log.error("whatsapp.account_refused", error=code, status=status)
        return RetryLater(UNTIL_PUT_RIGHT, everybody=True)
    if code == OUTSIDE_WINDOW or code in TEMPLATE_GONE:
        return NeedsTemplate()
    if code in OF_THIS_CONTACT:
        return Blocked(str(code))
    if code in OF_THIS_MESSAGE:
        return RetryLater(OF_THIS_MESSAGE[code])
    if code in OF_EVERYBODY:
        return RetryLater(OF_EVERYBODY[code], everybody=True)
    if status == 429:
        return RetryLater(OF_EVERYBODY[20429], everybody=True)
    if status >= 500 or status in (408, 425):
        return Unsure(str(code))
    return Refused(str(code))
