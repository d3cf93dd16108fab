"""How Telegram says no."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - an answer, not a failure of the double
    """`fault`: whether a well-behaved bot never hears this; it may well hear that somebody blocked it."""

    def __init__(self, code: int, description: str, *, fault: bool = True, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.fault = fault
        self.retry_after = retry_after

    def as_json(self) -> dict[str, object]:
        answer: dict[str, object] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after is not None:
            answer["parameters"] = {"retry_after": self.retry_after}
        return answer


def bad(words: str, *, fault: bool = True) -> Refusal:
    return Refusal(400, f"Bad Request: {words}", fault=fault)


def slower(seconds: int, *, fault: bool) -> Refusal:
    return Refusal(429, f"Too Many Requests: retry after {seconds}", fault=fault, retry_after=seconds)
