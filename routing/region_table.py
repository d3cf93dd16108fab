"""One CSV table of a region as a spreadsheet saves it: rows with their line numbers, and what is wrong by line.

Spreadsheets write a byte order mark, and in an Indonesian locale semicolons for commas; both are read.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Problem:
    """One wrong line. `key` is a catalogue key, `values` fill it; line 0 means the file as a whole."""

    file: str
    line: int
    key: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One line of a table; every column of the header is there, blanks trimmed."""

    line: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values[column]

    def several(self, column: str) -> tuple[str, ...]:
        """The parts of a cell that holds a list, such as `PU;PUPR;dinas PU`."""
        return tuple(part.strip() for part in self.values[column].split(";") if part.strip())


@dataclass(frozen=True)
class Table:
    """A file that was read. `rows` holds the whole lines only; a line with too few cells is in `problems` instead."""

    file: str
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


def read_table(path: Path, columns: tuple[str, ...], *, optional: bool = False) -> Table:
    """Read `path`; a missing file is a problem unless `optional`. Further columns (a clerk's notes) are left alone."""
    name = path.name
    if not path.is_file():
        missing = () if optional else (Problem(name, 0, "check.missing_file"),)
        return Table(name, (), missing)
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Table(name, (), (Problem(name, raw.count(b"\n", 0, error.start) + 1, "check.not_utf8"),))
    return _read_text(name, text, columns)


def _read_text(name: str, text: str, columns: tuple[str, ...]) -> Table:
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if ";" in first and "," not in first else ",", strict=True)
    header = [cell.strip() for cell in next(reader, [])]
    absent = tuple(Problem(name, 1, "check.missing_column", {"column": c}) for c in columns if c not in header)
    if absent:
        return Table(name, (), absent)
    rows: list[Row] = []
    problems: list[Problem] = []
    line = reader.line_num + 1
    try:
        for cells in reader:
            if len(cells) == len(header):
                rows.append(Row(line, {column: cell.strip() for column, cell in zip(header, cells, strict=True)}))
            elif any(cell.strip() for cell in cells):
                counts = {"found": str(len(cells)), "expected": str(len(header))}
                problems.append(Problem(name, line, "check.wrong_cells", counts))
            line = reader.line_num + 1
    except csv.Error:
        problems.append(Problem(name, line, "check.broken_line"))
    return Table(name, tuple(row for row in rows if any(row.values.values())), tuple(problems))
