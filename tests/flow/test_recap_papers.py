"""The papers of a month: valid files with the right figures, with room to sign, and without a word of any resident."""

from __future__ import annotations

import io
import re
import zlib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.app import knowledge
from bot.catalogue import load_catalogue
from bot.recap_page import Page, Pages
from bot.recap_paper import recap_pdf
from bot.recap_sheet import everybody_xlsx, recap_xlsx
from bot.recounting import Counted
from bot.store.recap import Post
from routing.recap import Happened, Recap, Step, recap_of

NOW = datetime(2026, 11, 2, 0, 15, tzinfo=UTC)
OCTOBER = date(2026, 10, 1)
WORDS = load_catalogue("id")
ATLAS = knowledge()[0]
PAGES = Pages(ATLAS, WORDS)
LOA_BAKUNG = "64.72.06.1001"


def october(count: int) -> Recap:
    return recap_of(
        OCTOBER,
        [
            Happened(number, f"SMD-{number:04}", "sosial", date(2026, 10, 1 + number % 28), step)
            for number in range(count)
            for step in (Step.RECEIVED, Step.CHECKED)
        ],
    )


def page(count: int, *, kader: str = "", post: str = "Contoh Mawar", place: str = LOA_BAKUNG) -> Page:
    return PAGES.page(Counted(october(count), place[:5], Post(1, post, place[:5], place, (1,)), kader), NOW)


def written(pdf: bytes) -> str:
    """The text of a PDF, as far as a test needs it."""
    streams = re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL)
    shown = [zlib.decompress(one) for one in streams if one[:1] == b"x"]
    texts = [text for one in shown for text in re.findall(rb"\((.*?)(?<!\\)\)\s*Tj", one)]
    return " ".join(b" ".join(texts).decode("latin-1").split())


@pytest.mark.parametrize(("count", "sheets"), [(0, 1), (6, 1), (120, 4)])
def test_a_paper_has_as_many_pages_as_it_needs(count: int, sheets: int) -> None:
    pdf = recap_pdf(page(count), PAGES, NOW)
    assert pdf.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", pdf)) == sheets
    assert f"Halaman {sheets} dari {sheets}" in written(pdf)


def test_a_paper_says_whose_month_it_is_and_who_signs() -> None:
    text = written(recap_pdf(page(2, kader="Kader Contoh"), PAGES, NOW))
    for words in ("Bulan Oktober 2026", "Kader Contoh", "Contoh Mawar", "Loa Bakung", "Sungai Kunjang", "Samarinda"):
        assert words in text
    for words in ("Lurah Loa Bakung", "Ketua Posyandu", "Senin, 2 November 2026 pukul 08.15", "SMD-0001"):
        assert words in text


def test_a_village_has_a_kepala_desa() -> None:
    village = next(one for one in ATLAS.places.values() if one.kind == "desa" and one.region in ATLAS.regions)
    text = written(recap_pdf(page(0, place=village.code), PAGES, NOW))
    assert f"Kepala Desa {village.name}" in text
    assert "Tidak ada laporan warga untuk dicek" in text


def test_the_same_month_at_the_same_moment_is_the_same_paper() -> None:
    assert recap_pdf(page(3), PAGES, NOW) == recap_pdf(page(3), PAGES, NOW)


def test_a_running_month_says_how_far_it_goes() -> None:
    early = datetime(2026, 10, 20, 2, tzinfo=UTC)
    assert PAGES.page(Counted(october(1), "64.72", None), early).so_far.endswith("Selasa, 20 Oktober 2026")
    assert not page(1).so_far


def test_the_spreadsheet_holds_numbers_that_can_be_added_up() -> None:
    book = load_workbook(io.BytesIO(recap_xlsx(page(5), ("Rekap", "Daftar"), NOW)))
    rows = [[cell.value for cell in row] for row in book["Rekap"].iter_rows()]
    assert next(row for row in rows if row[0] == "Sosial")[1:] == [5, 5, 0, 0, 0, 0, 0, 0]
    assert next(row for row in rows if row[0] == "Jumlah")[1:] == [5, 5, 0, 0, 0, 0, 0, 0]
    assert [row[1].value for row in book["Daftar"].iter_rows(min_row=2)] == [f"SMD-{n:04}" for n in range(5)]


@pytest.mark.parametrize("name", ['=HYPERLINK("http://a","b")', "+62", "-2+3", "@SUM(A1)", "\t=1"])
def test_a_name_never_becomes_a_formula(name: str) -> None:
    own = recap_xlsx(page(1, post=name, kader=name), ("Rekap", "Daftar"), NOW)
    everybody = everybody_xlsx("Semua", "Bulan", ("a", "b", "c", "d", "e"), [["x", "y", name, "z", 3]], NOW)
    for file in (own, everybody):
        cells = [cell for sheet in load_workbook(io.BytesIO(file)) for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells if cell.value is not None} <= {"s", "n"}


def test_an_empty_month_is_a_valid_spreadsheet() -> None:
    book = load_workbook(io.BytesIO(recap_xlsx(page(0), ("Rekap", "Daftar"), NOW)))
    assert book.sheetnames == ["Rekap", "Daftar"]
    assert book["Daftar"].max_row == 1


def test_signs_that_no_printer_knows_do_no_harm(tmp_path: Path) -> None:
    assert recap_pdf(page(1, post="Mawar 🌹 “Indah” …"), PAGES, NOW).startswith(b"%PDF-")
