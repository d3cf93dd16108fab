"""The one table that says how a report may change: from what to what, by whom, and what its reporter hears."""

from __future__ import annotations

from dataclasses import dataclass

from routing.model import Actor, Status


@dataclass(frozen=True)
class Change:
    """One allowed change of status: by whom, and the catalogue key of what the reporter hears (None: nothing)."""

    by: frozenset[Actor]
    reporter_hears: str | None


_R, _K, _O, _C, _S = Actor.REPORTER, Actor.KADER, Actor.OFFICER, Actor.COORDINATOR, Actor.SYSTEM
_BEFORE_OFFICE = (Status.REPORTED, Status.VERIFIED, Status.UNVERIFIED, Status.HOLDING, Status.REOPENED)
_AT_OFFICE = (Status.FORWARDED, Status.ACCEPTED, Status.IN_PROGRESS, Status.WAITING_REPORTER)


def _table() -> dict[tuple[Status, Status], Change]:
    table: dict[tuple[Status, Status], Change] = {}

    def allow(before: tuple[Status, ...], after: Status, by: tuple[Actor, ...], hears: str | None) -> None:
        for status in before:
            table[status, after] = Change(frozenset(by), hears)

    allow((Status.REPORTED,), Status.VERIFIED, (_K, _C), None)
    allow((Status.REPORTED,), Status.UNVERIFIED, (_S, _C), None)
    allow((Status.REPORTED,), Status.REFUSED, (_K, _C), "hear.refused")
    allow(
        (Status.VERIFIED, Status.UNVERIFIED, Status.HOLDING, Status.REOPENED, Status.NOT_OURS),
        Status.FORWARDED,
        (_S, _K, _C, _O),
        "hear.forwarded",
    )
    allow((Status.FORWARDED, Status.REOPENED), Status.ACCEPTED, (_O, _C), "hear.accepted")
    allow(
        (Status.FORWARDED, Status.ACCEPTED, Status.WAITING_REPORTER, Status.REOPENED),
        Status.IN_PROGRESS,
        (_O, _C),
        "hear.in_progress",
    )
    allow((*_AT_OFFICE, Status.REOPENED), Status.RESOLVED, (_O, _C), "hear.resolved")
    allow(
        (Status.FORWARDED, Status.ACCEPTED, Status.IN_PROGRESS, Status.REOPENED),
        Status.WAITING_REPORTER,
        (_O, _C),
        "hear.question",
    )
    allow((Status.WAITING_REPORTER,), Status.ACCEPTED, (_R, _S, _C), None)
    allow((*_AT_OFFICE, Status.REOPENED), Status.NOT_OURS, (_O, _C), None)
    allow(
        (Status.NOT_OURS, Status.REPORTED, Status.VERIFIED, Status.UNVERIFIED, Status.REOPENED, *_AT_OFFICE),
        Status.HOLDING,
        (_S, _O, _C),
        None,
    )
    allow((Status.HOLDING,), Status.REPORTED, (_C, _S, _R), None)
    # One kader alone cannot make a report disappear: the reporter may object, and the coordinator decides.
    allow((Status.REFUSED,), Status.HOLDING, (_R,), None)
    # An officer may take a *selesai* back that was a slip of the finger.
    allow((Status.RESOLVED,), Status.IN_PROGRESS, (_O, _C), "hear.taken_back")
    allow((Status.RESOLVED,), Status.CLOSED, (_R, _S, _C), None)
    # The reporter may tell that it solved itself, wherever it lies (*sudah ngalir lagi*, *anaknya sudah ketemu*).
    allow((*_BEFORE_OFFICE, *_AT_OFFICE), Status.CLOSED, (_R,), None)
    allow((Status.RESOLVED, Status.CLOSED), Status.REOPENED, (_R, _C), "hear.reopened")
    allow((*_BEFORE_OFFICE, *_AT_OFFICE, Status.NOT_OURS), Status.DUPLICATE, (_K, _O, _C), "hear.duplicate")
    allow((*_BEFORE_OFFICE, *_AT_OFFICE, Status.NOT_OURS), Status.CANCELLED, (_R, _C), None)
    # The restricted track is short and silent: nobody is pushed a word about it (`domain.md §6.5`).
    allow((Status.REPORTED,), Status.ACKNOWLEDGED, (_O,), None)
    allow((Status.ACKNOWLEDGED,), Status.CANCELLED, (_R,), None)
    allow((Status.REPORTED, Status.ACKNOWLEDGED), Status.HANDED_OVER, (_O,), None)
    return table


CHANGES: dict[tuple[Status, Status], Change] = _table()
"""(before, after) to the rule of that change. What is not here is not allowed."""


def change_allowed(before: Status, after: Status, by: Actor) -> bool:
    """Whether `by` may take a report from `before` to `after`."""
    rule = CHANGES.get((before, after))
    return rule is not None and by in rule.by
