"""How Twilio says no."""

from __future__ import annotations

WORDS = {
    20001: "Unknown parameter or bad request",
    20003: "Authenticate",
    20009: "Message cannot be deleted or changed while it is in progress",
    20404: "The requested resource was not found",
    20422: "Invalid parameter",
    20429: "Too Many Requests",
    20500: "Internal Server Error",
    21211: "Invalid 'To' Phone Number",
    21602: "Message body is required",
    21603: "A 'From' phone number is required",
    21604: "A 'To' phone number is required",
    21609: "Invalid 'StatusCallback' url",
    21610: "Attempt to send to unsubscribed recipient",
    21617: "The concatenated message body exceeds the 1600 character limit",
    21620: "Invalid media URL(s)",
    21623: "Number of media files exceeds allowed limit",
    21655: "The ContentSid is invalid",
    21656: "The ContentVariables parameter is invalid",
    63007: "Twilio could not find a Channel with the specified 'From' address",
    63013: "This message send failed because it violates Channel provider's policy",
    63016: "Failed to send freeform message because you are outside the allowed window",
    63018: "Rate limit exceeded for Channel",
    63019: "Media failed to download",
    63024: "Invalid message recipient",
    63032: "User's number is part of an experiment",
    63040: "Template rejected",
    63041: "Template paused",
}
STATUS = {20003: 401, 20009: 409, 20404: 404, 20429: 429, 20500: 500}


class Refusal(Exception):  # noqa: N818 - an answer, not a failure of the double
    """`fault`: whether a well-behaved client never hears this."""

    def __init__(self, code: int, detail: str = "", *, fault: bool = True) -> None:
        self.code = code
        self.status = STATUS.get(code, 400)
        self.message = f"{WORDS.get(code, 'Refused')}{': ' if detail else ''}{detail}"
        self.fault = fault
        super().__init__(self.message)

    def as_json(self) -> dict[str, object]:
        more = f"https://www.twilio.com/docs/errors/{self.code}"
        return {"code": self.code, "message": self.message, "more_info": more, "status": self.status}
