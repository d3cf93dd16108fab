"""What a provider offers that lets texts be approved before they may be sent out of the window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Submission:
    """A text to be approved: `{{1}}` in the body, one sample for each number, at most one button.

    `name` is unique for all time: another text has another name. `payload` is what a tap brings back.
    """

    name: str
    language: str
    body: str
    samples: tuple[str, ...]
    button: str | None
    payload: str


@dataclass(frozen=True)
class Approval:
    """How far a submission is; `status` is *approved* when it may be sent, else the provider's own word."""

    sid: str
    status: str
    reason: str = ""


class NoAnswerError(Exception):
    """The provider does not answer, or not in a way that can be understood. `code` holds no words of a person."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Approvals(Protocol):
    """Each method takes seconds and raises NoAnswerError."""

    def known(self) -> Mapping[str, Approval]:
        """Everything that was created, by name."""
        ...

    def submit(self, text: Submission, sid: str | None) -> Approval:
        """Ask for the approval of a text, which was created before when there is a `sid`."""
        ...
