"""A month is counted from what happened in it: each figure has a report once, and what was undone is not counted."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from routing.recap import NOT_SO, REOPENED, Happened, Recap, Step, month_of, months_on, recap_of, span
from routing.recap_words import Asked, recap_asked

NOVEMBER = date(2026, 11, 1)
TODAY = date(2026, 11, 23)


def month(*lines: str) -> Recap:
    """Each line: number, field, day, what happened."""
    split = (line.split() for line in lines)
    return recap_of(
        NOVEMBER,
        [Happened(int(n), f"SMD-{int(n):04}", field, date(2026, 11, int(day)), what) for n, field, day, what in split],
    )


@pytest.mark.parametrize(
    ("lines", "expected", "outcome"),
    [
        (("1 sosial 2 received",), {"received": 1}, "received"),
        (("1 sosial 2 received", "1 sosial 3 received"), {"received": 1}, "received"),
        (("1 sosial 2 checked", "1 sosial 2 forwarded"), {"checked": 1, "forwarded": 1}, "forwarded"),
        (("1 sosial 2 received", f"1 sosial 3 {NOT_SO}"), {"received": 1, "checked": 1}, "not_so"),
        (("1 sosial 2 solved",), {"taken_up": 1, "solved": 1}, "solved"),
        (("1 sosial 2 taken_up", "1 sosial 3 solved", f"1 sosial 9 {REOPENED}"), {"taken_up": 1}, "taken_up"),
        (("1 sosial 2 solved", "1 sosial 3 taken_up"), {"taken_up": 1}, "taken_up"),
        (("1 sosial 2 solved", f"1 sosial 3 {REOPENED}", "1 sosial 9 solved"), {"taken_up": 1, "solved": 1}, "solved"),
        (("1 sosial 2 checked", "1 sosial 2 duplicate"), {"checked": 1, "duplicate": 1}, "duplicate"),
        (("1 sosial 2 forwarded", "1 sosial 5 not_ours"), {"forwarded": 1, "not_ours": 1}, "not_ours"),
        (("1 sosial 2 received", "1 sosial 4 late"), {"received": 1, "late": 1}, "received"),
        (("1 sosial 4 late",), {"late": 1}, "received"),
    ],
)  # fmt: skip
def test_what_one_report_counts_as(lines: tuple[str, ...], expected: dict[str, int], outcome: str) -> None:
    recap = month(*lines)
    assert {str(step): recap.total(step) for step in Step if recap.total(step)} == expected
    assert [entry.outcome for entry in recap.entries] == [outcome]


def test_fields_stand_apart_and_the_six_are_always_there() -> None:
    recap = month("1 sosial 2 received", "2 kesehatan 1 received", "3 sosial 5 received")
    assert recap.fields == (
        "pendidikan",
        "kesehatan",
        "pekerjaan_umum",
        "perumahan_rakyat",
        "trantibumlinmas",
        "sosial",
    )
    assert (recap.of("sosial", Step.RECEIVED), recap.of("kesehatan", Step.RECEIVED)) == (2, 1)
    assert [entry.ticket for entry in recap.entries] == ["SMD-0002", "SMD-0001", "SMD-0003"]


def test_what_has_no_field_of_the_six_stands_in_a_line_of_its_own() -> None:
    recap = recap_of(NOVEMBER, [Happened(1, "SMD-0001", None, TODAY, Step.RECEIVED)])
    assert recap.fields[-1] == "lainnya"
    assert recap.of("lainnya", Step.RECEIVED) == 1


def test_a_month_in_which_nothing_happened() -> None:
    assert month().empty
    assert sum(month().total(step) for step in Step) == 0


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("2026-11", NOVEMBER),
        ("2026-13", None),
        ("2026-1", date(2026, 1, 1)),
        ("11-2026", None),
        ("", None),
        ("x", None),
    ],
)
def test_the_key_of_a_month(key: str, expected: date | None) -> None:
    assert month_of(key) == expected


def test_months_run_over_the_turn_of_the_year() -> None:
    assert months_on(date(2026, 12, 1), 1) == date(2027, 1, 1)
    assert months_on(date(2026, 1, 1), -1) == date(2025, 12, 1)


def test_a_month_begins_at_local_midnight() -> None:
    since, until = span(NOVEMBER, ZoneInfo("Asia/Makassar"))
    assert since == datetime(2026, 10, 31, 16, tzinfo=UTC)
    assert until == datetime(2026, 11, 30, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rekap", Asked(NOVEMBER, "mine")),
        ("Rekap!", Asked(NOVEMBER, "mine")),
        ("minta laporan bulanan dong", Asked(NOVEMBER, "mine")),
        ("rekap oktober", Asked(date(2026, 10, 1), "mine")),
        ("rekap bulan lalu", Asked(date(2026, 10, 1), "mine")),
        ("laporan bulan kemarin bu", Asked(date(2026, 10, 1), "mine")),
        ("rekap posyandu okt", Asked(date(2026, 10, 1), "posyandu")),
        ("rekap desember", Asked(date(2025, 12, 1), "mine")),
        ("rekap oktober 2025 pdf", Asked(date(2025, 10, 1), "mine", "pdf")),
        ("kirim rekap posyandu excel", Asked(NOVEMBER, "posyandu", "xlsx")),
        ("rekap desember 2026", Asked(None, "mine")),
        ("rekap maret 2031", Asked(None, "mine")),
        ("rekap 2025", Asked(None, "mine")),
        ("rekap jalan rusak di rt 5", None),
        ("pak rekap itu apa", None),
        ("benar", None),
        ("", None),
    ],
)
def test_which_month_somebody_asks_for(text: str, expected: Asked | None) -> None:
    assert recap_asked(text, TODAY) == expected
