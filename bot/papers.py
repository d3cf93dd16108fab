"""Papers for people to keep or hand in: a page or more of plain text as a PDF that any telephone opens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

MEDIA_TYPE = "application/pdf"
_FONT = "Helvetica"
_MARGIN_MM = 18
_LINE_MM = 6


def paper(title: str, paragraphs: Sequence[str], made_at: datetime) -> bytes:
    """A PDF, A4; the same words at the same moment give the same bytes. Signs that its font lacks become `?`."""
    # Here and not above: it brings 24 MB of fonts' tables along, and few people ever ask for a paper.
    from fpdf import FPDF
    from fpdf.enums import XPos, YPos

    pdf = FPDF(format="A4")
    pdf.set_creation_date(made_at)
    pdf.set_title(printable(title))
    pdf.set_margins(_MARGIN_MM, _MARGIN_MM)
    pdf.set_auto_page_break(True, _MARGIN_MM)
    pdf.add_page()
    pdf.set_font(_FONT, "B", 15)
    pdf.multi_cell(0, _LINE_MM * 1.5, printable(title), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.set_font(_FONT, "", 11)
    for paragraph in paragraphs:
        pdf.ln(_LINE_MM / 2)
        pdf.multi_cell(0, _LINE_MM, printable(paragraph), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    return bytes(pdf.output())


def printable(text: str) -> str:
    """In the signs that the fonts of every reader have; others become `?`."""
    plain = text.translate(
        {0x201C: '"', 0x201D: '"', 0x2018: "'", 0x2019: "'", 0x2013: "-", 0x2014: "-", 0x2026: "..."}
    )
    return plain.encode("latin-1", "replace").decode("latin-1")
