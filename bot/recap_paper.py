"""The recap as a sheet of paper that a lurah signs: A4, printed in black on any printer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from bot.papers import printable
from bot.recap_page import Page, Pages, Signature

if TYPE_CHECKING:
    from fpdf import FPDF

_FONT = "Helvetica"
_MARGIN = 18.0
_WIDTH = 210 - 2 * _MARGIN
_TABLE = (49.5, 12.5, 18.0, 17.0, 21.5, 13.5, 16.0, 14.5, 11.5)
"""Millimetres: the names of the fields, then a column for each step, as wide as its name."""
_LIST = (10.0, 28.0, 47.0, 36.0, 53.0)
_LINE = 6.0
_FOOT = 16.0
_SIGNING = 38.0
"""Height of the block for the signatures: it stays in one piece."""
_SIGNED = 10.5
"""Size of the letters there."""
_SIGNED_WITH = 3
"""Rows that stay with the signatures."""
_ROW = 5.8
_GAP = 6.0
_GREY = 110
_SHADE = (235, 238, 240)


def recap_pdf(page: Page, pages: Pages, made_at: datetime) -> bytes:
    """A PDF; the same recap at the same moment gives the same bytes."""
    pdf = _blank(page, pages, made_at)
    _head(pdf, page)
    _facts(pdf, page)
    _figures(pdf, page)
    _list(pdf, page)
    _sign(pdf, page.signatures)
    return bytes(pdf.output())


def _blank(page: Page, pages: Pages, made_at: datetime) -> FPDF:
    # Here and not above: it brings 24 MB of fonts' tables along.
    from fpdf import FPDF

    class Paper(FPDF):
        def footer(self) -> None:
            self.set_y(-_FOOT)
            self.set_font(_FONT, "", 8)
            self.set_text_color(_GREY)
            self.set_draw_color(_GREY)
            self.line(_MARGIN, self.get_y(), _MARGIN + _WIDTH, self.get_y())
            # The number of pages is filled in at the end: text that stands to the right of it would be out of line.
            self.cell(_WIDTH * 0.3, _LINE, printable(pages.pages(str(self.page_no()), "{nb}")))
            self.cell(_WIDTH * 0.7, _LINE, printable(page.made), align="R")
            self.set_text_color(0)
            self.set_draw_color(0)

    pdf = Paper(format="A4")
    pdf.set_creation_date(made_at)
    pdf.set_title(printable(f"{page.title} {page.month}"))
    pdf.set_lang("id")
    pdf.set_margins(_MARGIN, _MARGIN)
    pdf.set_auto_page_break(True, _FOOT + 4)
    pdf.add_page()
    return pdf


def _head(pdf: FPDF, page: Page) -> None:
    for text, style, size, height in (
        (page.title.upper(), "B", 15, 7.5),
        (page.service, "", 11, 6.0),
        (page.month, "B", 12, 7.0),
        (page.so_far, "I", 9.5, 5.0),
    ):
        if text:
            pdf.set_font(_FONT, style, size)
            pdf.cell(0, height, printable(text), align="C", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(1.5)
    pdf.set_line_width(0.6)
    pdf.line(_MARGIN, pdf.get_y(), _MARGIN + _WIDTH, pdf.get_y())
    pdf.set_line_width(0.2)
    pdf.line(_MARGIN, pdf.get_y() + 0.9, _MARGIN + _WIDTH, pdf.get_y() + 0.9)
    pdf.ln(5)


def _facts(pdf: FPDF, page: Page) -> None:
    pdf.set_font(_FONT, "B", 11)
    pdf.cell(0, _LINE, printable(page.heading), new_x="LMARGIN", new_y="NEXT")
    pdf.set_font(_FONT, "", 10.5)
    for label, value in page.facts:
        pdf.cell(38, 5.6, printable(label))
        pdf.cell(4, 5.6, ":")
        pdf.multi_cell(0, 5.6, printable(value), align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(4)


def _figures(pdf: FPDF, page: Page) -> None:
    from fpdf.fonts import FontFace

    _caption(pdf, page.table)
    pdf.set_font(_FONT, "", 9.5)
    heading = FontFace(emphasis="B", size_pt=7, fill_color=_SHADE)
    total = FontFace(emphasis="B", fill_color=_SHADE)
    with pdf.table(
        col_widths=_TABLE,
        headings_style=heading,
        text_align=("L", *["C"] * (len(_TABLE) - 1)),
        line_height=_LINE,
        padding=(0.4, 1.2),
    ) as table:
        table.row([printable(name) for name in page.columns])
        for name, counts in page.rows[:-1]:
            table.row([printable(name), *(_figure(count) for count in counts)])
        name, counts = page.rows[-1]
        table.row([printable(name), *(str(count) for count in counts)], style=total)
    pdf.ln(1.5)
    pdf.set_font(_FONT, "", 8)
    pdf.set_text_color(_GREY)
    pdf.multi_cell(0, 4, printable(page.how), align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.set_text_color(0)
    pdf.ln(4)


def _list(pdf: FPDF, page: Page) -> None:
    """The last rows stand on the page of the signatures: nobody signs a sheet with nothing on it."""
    _caption(pdf, page.list)
    if not page.entries:
        pdf.set_font(_FONT, "I", 10)
        pdf.multi_cell(0, _LINE, printable(page.list_empty), align="L", new_x="LMARGIN", new_y="NEXT")
        return
    rows = [[str(number), *entry] for number, entry in enumerate(page.entries, 1)]
    before, last = rows[:-_SIGNED_WITH], rows[-_SIGNED_WITH:]
    if before:
        _rows(pdf, [list(page.list_columns), *before], headed=True)
    goes_over = pdf.get_y() + len(last) * _ROW + _GAP + _SIGNING > pdf.h - _FOOT - 4
    if goes_over and before:
        pdf.add_page()
    headed = goes_over or not before
    _rows(pdf, [list(page.list_columns), *last] if headed else last, headed=headed)


def _rows(pdf: FPDF, rows: Sequence[Sequence[str]], *, headed: bool) -> None:
    from fpdf.fonts import FontFace

    pdf.set_font(_FONT, "", 9)
    with pdf.table(
        col_widths=_LIST,
        headings_style=FontFace(emphasis="B", size_pt=8.5, fill_color=_SHADE),
        first_row_as_headings=headed,
        text_align=("C", "L", "L", "L", "L"),
        line_height=5.2,
        padding=(0.3, 1.2),
    ) as table:
        for row in rows:
            table.row([printable(cell) for cell in row])


def _sign(pdf: FPDF, signatures: Sequence[Signature]) -> None:
    """All in one piece, on a new page where there is no room for it."""
    pdf.ln(_GAP)
    if pdf.get_y() + _SIGNING > pdf.h - _FOOT - 4:
        pdf.add_page()
    top, width = pdf.get_y(), _WIDTH / len(signatures)
    for place, one in enumerate(signatures):
        left = _MARGIN + place * width
        name = f"({one.name or '.' * 38})"
        for below, text in ((0, one.above[0]), (_LINE, one.above[1]), (2 * _LINE + 18, name)):
            pdf.set_xy(left, top + below)
            _fitted(pdf, text, width)


def _fitted(pdf: FPDF, text: str, width: float) -> None:
    """Centred, and smaller where a long name would run into its neighbour."""
    words = printable(text)
    pdf.set_font(_FONT, "", _SIGNED)
    wide = pdf.get_string_width(words)
    pdf.set_font_size(min(_SIGNED, _SIGNED * (width - 4) / wide) if wide else _SIGNED)
    pdf.cell(width, _LINE, words, align="C")


def _caption(pdf: FPDF, text: str) -> None:
    pdf.set_font(_FONT, "B", 10.5)
    pdf.cell(0, 6.5, printable(text), new_x="LMARGIN", new_y="NEXT")


def _figure(count: int) -> str:
    """Nothing is a dash: a page full of noughts is hard to read."""
    return str(count) if count else "-"
