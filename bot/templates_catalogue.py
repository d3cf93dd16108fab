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
    Form("news_closed", ("hear.closed_by_coordinator.note",), ("ticket", "note")),
    Form("news_reopened", ("hear.reopened",), ("ticket",)),
    _opens(
        "open_report",
        (
            "hear.put_off",
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

_CHECKED = (
    *("remind.verify", "remind.visit", "remind.visit.along", "verify.ask"),
    *("voice.ask_kader", "voice.more", "voice.remind_kader"),
)

STAFF = (
    _opens("task_check", _CHECKED, ("ticket", "where")),
    _opens("task_new", ("office.new",), ("ticket", "office", "day")),
    _opens("task_urgent", ("office.new_urgent", "remind.alarm"), ("ticket", "office")),
    _opens(
        "task_news",
        (
            "office.answer",
            "office.closed_by_coordinator",
            "office.corrected",
            "office.joined",
            "office.more",
            "office.more_photo",
            "office.more_voice",
            "office.moved",
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
            "remind.alarm.coordinator",
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
    "coordinator.office_empty",
    "coordinator.officer_away",
    "coordinator.officer_away.next",
    "coordinator.officer_back",
    "coordinator.officer_gone",
    "coordinator.officer_gone.nobody",
    "hold.restricted",
    "leave.stand_in_over",
    "parked.member_moves",
    "parked.new_number",
    "privacy.asked",
    "talk.desk.lost",
    "talk.desk.over",
    "talk.desk.still_wanted",
    "talk.desk.wanted",
    "talk.file_from_resident",
    "talk.file_from_staff",
    "talk.from_resident",
    "talk.from_staff",
    "talk.nobody_came",
    "talk.nobody_yet",
    "talk.over",
    "talk.taken",
)
"""Lines to people who work for us that are announced without saying what they are about; all of `ppa.` are too."""
PRESSING = frozenset({"office.new_urgent", "remind.alarm", "remind.alarm.coordinator", "ppa.new", "ppa.pressing"})
"""Announced even when something else was announced a moment ago."""

_STAFF_PREFIXES = (
    "coordinator.",
    "digest.",
    "held.",
    "hold.",
    "leave.",
    "office.",
    "outbox.",
    "parked.",
    "ppa.",
    "privacy.asked",
    "recap.",
    "remind.",
    "talk.desk.",
    "talk.file_from_resident",
    "talk.from_resident",
    "verify.",
    "visit.",
    "week.",
)
_OF_STAFF = frozenset(key for form in STAFF for key in form.keys)
_SENSITIVE_PREFIXES = ("safety.", "cover.", "voice.noted")


def for_staff(key: str) -> bool:
    """Whether a line is for somebody who works for reports, whatever else they are."""
    return key in _OF_STAFF or key.startswith(_STAFF_PREFIXES)


def for_office(key: str) -> bool:
    """Whether a line for who works is read in an office; kader read theirs at home."""
    return key not in _CHECKED and not key.startswith(("recap.", "verify.", "visit."))


def sensitive(key: str) -> bool:
    """Whether a line belongs to the restricted track as its reporter sees it."""
    return key.startswith(_SENSITIVE_PREFIXES)
