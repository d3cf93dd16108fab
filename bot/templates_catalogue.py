"""Which approved text stands in for which line once the window is closed. Words are in `locales/<lang>/templates.po`
under `template.<name>`; a place `{ticket}` there is filled by the value of that name of the line.

WhatsApp's rules (`platform.md §3`): no place at the start or the end, no two side by side, no line break in a value.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Form:
    """One template. `values` fill its places, in this order.

    With `parks` it only announces: the line itself waits until the person answers. Without, it says everything.
    """

    name: str
    keys: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    parks: bool = False

    @property
    def key(self) -> str:
        return f"template.{self.name}"


def _opens(name: str, keys: tuple[str, ...] = (), values: tuple[str, ...] = ()) -> Form:
    return Form(name, keys, values, parks=True)


NEWS = _opens("open_news")
"""To a resident, of an ordinary report."""
MESSAGE = _opens("open_message")
"""The most neutral one: not even that there is a report (`domain.md §6.4`)."""
WAITING = _opens("open_task")
"""To whoever works for a report: not which one."""

RESIDENTS = (
    Form("news_forwarded", ("hear.forwarded", "hear.forwarded_unverified", "hear.sent_on"), ("ticket", "office")),
    Form("news_passed_on", ("hear.passed_on",), ("ticket", "office")),
    Form("news_accepted", ("hear.accepted",), ("ticket", "office")),
    Form("news_in_progress", ("hear.in_progress",), ("ticket", "office")),
    Form("news_day", ("hear.in_progress.day",), ("ticket", "office", "day")),
    Form("news_words", ("hear.accepted.note", "hear.in_progress.note"), ("ticket", "office", "note")),
    Form("news_words_day", ("hear.in_progress.day.note",), ("ticket", "office", "note", "day")),
    Form("news_resolved", ("hear.resolved",), ("ticket", "office")),
    Form("news_resolved_words", ("hear.resolved.note",), ("ticket", "office", "note")),
    Form("news_resolved_joined", ("hear.resolved.joined",), ("ticket", "office")),
    Form("news_taken_back", ("hear.taken_back",), ("ticket", "office")),
    Form("news_question", ("hear.question",), ("office", "ticket", "question")),
    Form("news_question_joined", ("hear.question.joined",), ("ticket", "office")),
    Form("news_duplicate", ("hear.duplicate",), ("ticket", "other")),
    Form("news_closed", ("hear.closed_by_coordinator",), ("ticket",)),
    Form("news_reopened", ("hear.reopened",), ("ticket",)),
    _opens(
        "open_report",
        (
            "hear.closed_by_coordinator.note",
            "hear.refused",
            "hear.refused.already_fixed",
            "hear.refused.never_happened",
            "hear.refused.not_there",
            "hear.refused.note",
            "hear.taken_back.note",
            "voice.heard",
            "voice.heard_held",
            "voice.please_write",
        ),
        ("ticket",),
    ),
)

_CHECKED = ("remind.verify", "remind.visit", "verify.ask", "voice.ask_kader", "voice.more", "voice.remind_kader")

STAFF = (
    _opens("task_check", _CHECKED, ("ticket", "where")),
    _opens("task_new", ("office.new",), ("ticket", "office", "day")),
    _opens("task_urgent", ("office.new_urgent",), ("ticket", "office")),
    _opens("task_overdue", ("remind.respond", "remind.resolve"), ("ticket",)),
    _opens(
        "task_news",
        (
            "office.answer",
            "office.corrected",
            "office.more",
            "office.more_photo",
            "office.more_voice",
            "office.no_answer",
            "office.reopened",
            "office.reopened.note",
            "office.why_not",
        ),
        ("ticket",),
    ),
    Form("task_withdrawn", ("office.cancelled_by_reporter",), ("ticket",)),
    Form("task_solved", ("office.closed_by_reporter",), ("ticket",)),
    _opens(
        "task_decide",
        (
            "hold.ask",
            "outbox.unreachable",
            "remind.promise.coordinator",
            "remind.resolve.coordinator",
            "remind.respond.coordinator",
        ),
        ("ticket",),
    ),
)

DIGESTS = (
    Form("digest_1", values=("first",)),
    Form("digest_3", values=("first", "second", "third")),
    Form("digest_5", values=("first", "second", "third", "fourth", "fifth")),
)
"""A list cannot be approved: a round-up has one, three or five rows, each of them one value."""

NEUTRAL = (NEWS, MESSAGE, WAITING)
FORMS: tuple[Form, ...] = (*RESIDENTS, *STAFF, *DIGESTS, *NEUTRAL)

OF_KEY: dict[str, Form] = {key: form for form in FORMS for key in form.keys}

QUIETLY = (
    "coordinator.officer_away",
    "coordinator.officer_away.nothing",
    "hold.restricted",
    "parked.line",
    "parked.member_moves",
    "privacy.asked",
)
"""Lines to people who work for us that are announced without saying what they are about; all of `ppa.` are too."""
PRESSING = frozenset({"office.new_urgent", "ppa.new", "ppa.pressing"})
"""Announced even when something else was announced a moment ago."""

_STAFF_PREFIXES = (
    "coordinator.",
    "hold.",
    "office.",
    "outbox.",
    "parked.",
    "ppa.",
    "privacy.asked",
    "remind.",
    "verify.",
)
_OF_STAFF = frozenset(key for form in STAFF for key in form.keys)
_SENSITIVE_PREFIXES = ("safety.", "cover.", "voice.noted")


def for_staff(key: str) -> bool:
    """Whether a line is for somebody who works for reports, whatever else they are."""
    return key in _OF_STAFF or key.startswith(_STAFF_PREFIXES)


def sensitive(key: str) -> bool:
    """Whether a line belongs to the restricted track as its reporter sees it."""
    return key.startswith(_SENSITIVE_PREFIXES)
