"""The JSON-lines command: one line out for each line in, whatever comes in."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from bot.understand_lines import run
from routing.region import load_atlas
from routing.understand import Reader, load_reader

KEYS = [
    *("id", "kind", "field", "category", "score", "alternatives", "also", "urgent", "restricted"),
    *("place", "place_code", "kecamatan", "rt", "rw", "on_behalf_of", "cases", "evidence"),
]


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader(load_atlas())


def _run(reader: Reader, *lines: bytes, region: str | None = None) -> list[Any]:
    out = io.StringIO()
    run(lines, out, reader, region)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def _line(**row: object) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode()


def test_a_report_has_all_keys_of_the_contract(reader: Reader) -> None:
    (got,) = _run(reader, _line(id="1", text="air pdam mati di rt 5 loa bakung", role="resident"))
    assert list(got) == KEYS
    assert (got["kind"], got["field"], got["category"]) == ("report", "pekerjaan_umum", "air_bersih")
    assert (got["place"], got["place_code"], got["kecamatan"]) == ("Loa Bakung", "64.72.06.1001", "Sungai Kunjang")
    assert (got["rt"], got["rw"], got["on_behalf_of"], got["cases"]) == ("05", None, None, [])
    assert 0 < got["score"] <= 1
    assert len(got["alternatives"]) == 2
    assert got["field"] not in got["alternatives"]


def test_what_is_no_report_has_null_for_field_and_category(reader: Reader) -> None:
    (got,) = _run(reader, _line(id=7, text="terima kasih bu"))
    assert (got["id"], got["kind"], got["field"], got["category"]) == (7, "thanks", None, None)
    assert got["alternatives"] == got["also"] == got["cases"] == []


def test_several_cases_are_told_one_by_one(reader: Reader) -> None:
    (got,) = _run(reader, _line(id="1", text="1. air mati rt 2\n2. jalan rusak rt 5", role="kader"))
    assert [(case["category"], case["rt"]) for case in got["cases"]] == [("air_bersih", "02"), ("jalan_jembatan", "05")]


def test_an_officer_gets_updates(reader: Reader) -> None:
    line = _line(
        id="o",
        role="officer",
        at="2026-11-23T08:00+08:00",
        text="SMD-0123 sedang dikerjakan, senin selesai. SMD-0124 itu PLN",
    )
    (got,) = _run(reader, line)
    assert got == {
        "id": "o",
        "updates": [
            {"ticket": "SMD-0123", "intent": "in_progress", "eta": "2026-11-30", "forward_to": None},
            {"ticket": "SMD-0124", "intent": "not_ours", "eta": None, "forward_to": "PLN"},
        ],
    }


def test_the_region_says_which_tickets_bare_numbers_are(reader: Reader) -> None:
    line = _line(id="o", role="officer", at="2026-11-23T08:00+07:00", text="0123 selesai")
    assert _run(reader, line)[0]["updates"][0]["ticket"] == "SMD-0123"
    assert _run(reader, line, region="62.71")[0]["updates"][0]["ticket"] == "PKY-0123"


def test_today_is_the_local_day_of_the_region(reader: Reader) -> None:
    """17:00 UTC is already tomorrow in Samarinda."""
    line = _line(id="o", role="officer", at="2026-11-23T17:00+00:00", text="besok kami turun")
    assert _run(reader, line)[0]["updates"][0]["eta"] == "2026-11-25"


@pytest.mark.parametrize(
    ("line", "error", "identity"),
    [
        (b"", "not_json", None),
        (b"hello", "not_json", None),
        (b"{", "not_json", None),
        (b"[1]", "not_an_object", None),
        (b'"text"', "not_an_object", None),
        (b"null", "not_an_object", None),
        (b"[" * 100_000, "not_json", None),
        (b'{"id": "1"}', "no_text", "1"),
        (b'{"id": "1", "text": null}', "no_text", "1"),
        (b'{"id": "1", "text": ""}', "no_text", "1"),
        (b'{"id": "1", "text": "  \\n"}', "no_text", "1"),
        (b'{"id": "1", "text": 5}', "text_not_a_string", "1"),
        (b'{"id": "1", "text": ["a"]}', "text_not_a_string", "1"),
        (b'{"id": "1", "text": "a\\u0000b"}', "nul_in_text", "1"),
        (b'{"id": "1", "text": "\\ud800"}', "broken_unicode", "1"),
        (b'{"id": "1", "text": "a", "role": "lurah"}', "unknown_role", "1"),
        (b'{"id": "1", "text": "a", "role": 3}', "unknown_role", "1"),
        (b'{"id": "1", "text": "a", "role": "officer", "at": "kemarin"}', "at_not_a_time", "1"),
        (b'{"id": "1", "text": "a", "at": 5}', "at_not_a_time", "1"),
        (b'{"id": ["x"], "text": 5}', "text_not_a_string", None),
        (b'{"id": "1", "text": "\xff\xfe"}', "not_utf8", None),
        (b'{"id": "1", "text": "' + b"a" * 10_000_000 + b'"}', "too_long", None),
    ],
)
def test_a_bad_line_gets_an_error_and_the_rest_go_on(
    reader: Reader, line: bytes, error: str, identity: str | None
) -> None:
    first, second = _run(reader, line + b"\n", _line(id="2", text="air mati"))
    assert first == {"id": identity, "error": error}
    assert (second["id"], second["kind"]) == ("2", "report")


def test_order_is_kept(reader: Reader) -> None:
    lines = [_line(id=str(n), text=f"lampu mati rt {n}") for n in range(1, 20)]
    assert [got["id"] for got in _run(reader, *lines)] == [str(n) for n in range(1, 20)]


def test_nothing_in_nothing_out(reader: Reader) -> None:
    assert _run(reader) == []


def test_of_two_places_with_one_name_the_name_is_told(reader: Reader) -> None:
    (got,) = _run(reader, _line(id="1", text="jalan rusak di sumber sari"))
    assert (got["place"], got["place_code"]) == ("Sumber Sari", None)


def test_where_an_advertiser_sits_is_no_place(reader: Reader) -> None:
    (got,) = _run(reader, _line(id="1", text="jual pulsa murah di loa bakung hub 081200000001"))
    assert (got["kind"], got["place"]) == ("spam", None)
