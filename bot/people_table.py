"""A list of people as an office saves it, CSV or XLSX, as rows of plain text with their row numbers."""

from __future__ import annotations

import csv
import io
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from bot.operator_error import OperatorError

FORMULA = "\0formula"
"""Stands for a cell that is computed or broken: what it shows is not what is in the file."""

_COMPUTED = re.compile(r"^=|^#[A-Z0/]+[!?]?$")
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK"
_DELIMITERS = ";,\t"


class ListError(OperatorError):
    """The file as a whole cannot be read as a list of people."""


@dataclass(frozen=True)
class Sheet:
    """Rows that are not blank, each with its number as the spreadsheet shows it; `unread` names further sheets."""

    rows: tuple[tuple[int, tuple[str, ...]], ...]
    unread: tuple[str, ...] = ()


def read_sheet(path: Path) -> Sheet:
    """Read the first sheet of an XLSX or a CSV file. Raises ListError when it is missing, empty or something else."""
    name = path.name
    if not path.is_file():
        raise ListError("import.file.missing", file=name)
    raw = path.read_bytes()
    if not raw.strip():
        raise ListError("import.file.empty", file=name)
    if raw.startswith(_OLD_EXCEL):
        raise ListError("import.file.old_excel", file=name)
    sheet = _read_xlsx(path) if raw.startswith(_ZIP) else Sheet(tuple(_filled(_csv_rows(_decoded(raw, name), name))))
    if not sheet.rows:
        raise ListError("import.file.empty", file=name)
    return sheet


def _decoded(raw: bytes, name: str) -> str:
    if b"\0" in raw:
        raise ListError("import.file.not_a_list", file=name)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Older Excel saves in its own encoding; guessing it would write names with wrong letters into the database.
        raise ListError("import.file.not_utf8", file=name, row=raw.count(b"\n", 0, error.start) + 1) from None


def _csv_rows(text: str, name: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    header = text.lstrip().split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(_DELIMITERS, key=header.count))
    before = 0
    try:
        for cells in reader:
            yield before + 1, tuple(FORMULA if _COMPUTED.match(cell.strip()) else cell for cell in cells)
            before = reader.line_num
    except csv.Error:
        raise ListError("import.file.not_a_list", file=name) from None


def _read_xlsx(path: Path) -> Sheet:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about drop-downs and colours, which we do not need
        try:
            book = load_workbook(path, read_only=True)
        except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError):
            raise ListError("import.file.broken_xlsx", file=path.name) from None
        first, *others = book.worksheets
        rows = tuple(_filled((number, _texts(cells)) for number, cells in enumerate(first.iter_rows(), start=1)))
        unread = tuple(one.title for one in others if any(_texts(cells) for cells in one.iter_rows(max_row=1)))
        book.close()
    return Sheet(rows, unread)


def _texts(cells: Iterable[Any]) -> tuple[str, ...]:
    return tuple(FORMULA if cell.data_type in ("f", "e") else _text(cell.value) for cell in cells)


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case float() if value.is_integer():
            return str(int(value))  # a telephone number that the sheet took for a number
        case datetime():
            return value.date().isoformat()
    return str(value)


def _filled(rows: Iterable[tuple[int, tuple[str, ...]]]) -> Iterator[tuple[int, tuple[str, ...]]]:
    return ((number, cells) for number, cells in rows if any(cell.strip() for cell in cells))
