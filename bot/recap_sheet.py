"""The recap as a spreadsheet: the same page, to add up further. Every cell is a plain value, none a formula."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from bot.formulas import harmless
from bot.recap_page import Page

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BOLD = Font(bold=True)
_SHADE = PatternFill("solid", fgColor="EBEEF0")
_THIN = Side(style="thin", color="999999")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


def recap_xlsx(page: Page, names: tuple[str, str], made_at: datetime) -> bytes:
    """Two sheets, called `names`: the figures, and the list of reports."""
    book, sheet = _book(names[0], made_at)
    _titles(sheet, page)
    for label, value in page.facts:
        sheet.append([label, harmless(value)])
    sheet.append([])
    _table(sheet, page.columns, [(name, *counts) for name, counts in page.rows], total=True)
    sheet.append([])
    sheet.append([page.how])
    sheet.append([page.made])
    _widths(sheet, (34, *[15] * (len(page.columns) - 1)))
    entries = book.create_sheet(names[1])
    rows: list[list[str | int]] = [[number, *map(harmless, entry)] for number, entry in enumerate(page.entries, 1)]
    _table(entries, page.list_columns, rows)
    _widths(entries, (6, 18, 32, 22, 38))
    entries.freeze_panes = "A2"
    return _bytes(book)


def everybody_xlsx(
    name: str, title: str, columns: Sequence[str], rows: Sequence[Sequence[str | int]], made_at: datetime
) -> bytes:
    """All posyandu of a region under one another, by place and name: no order of merit."""
    book, sheet = _book(name, made_at)
    sheet.append([title])
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.append([])
    _table(sheet, columns, [[harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows])
    _widths(sheet, (24, 24, 26, 28, *[15] * (len(columns) - 4)))
    sheet.freeze_panes = "A4"
    return _bytes(book)


def _book(name: str, made_at: datetime) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    book.properties.creator = "Kentongan"
    book.properties.created = book.properties.modified = made_at.replace(tzinfo=None)
    sheet = book.worksheets[0]
    sheet.title = name
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    return book, sheet


def _titles(sheet: Worksheet, page: Page) -> None:
    for text in filter(None, (page.title, page.service, page.heading, page.month, page.so_far)):
        sheet.append([text])
        sheet.cell(sheet.max_row, 1).font = _BOLD
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.append([])


def _table(
    sheet: Worksheet, columns: Sequence[str], rows: Sequence[Sequence[str | int]], *, total: bool = False
) -> None:
    sheet.append(list(columns))
    top = sheet.max_row
    for row in rows:
        sheet.append(list(row))
    for number, line in enumerate(sheet.iter_rows(min_row=top, max_row=sheet.max_row, max_col=len(columns))):
        stressed = number == 0 or (total and number == len(rows))
        for cell in line:
            cell.border = _BOX
            if stressed:
                cell.font, cell.fill = _BOLD, _SHADE
            if number == 0:
                cell.alignment = Alignment(wrap_text=True, vertical="center")


def _widths(sheet: Worksheet, widths: Sequence[int]) -> None:
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width


def _bytes(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
