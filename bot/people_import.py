"""Lists of posyandu, kader, officers and coordinators into the database: the good rows, and why others were refused.

Doing it twice changes nothing, a changed row is brought up to date, and nothing is ever deleted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from bot.apply_leave import hand_on
from bot.catalogue import Catalogue
from bot.office_alarm import alarm_if_unmanned
from bot.people_rows import RowReader, RowRefusedError
from bot.people_table import ListError, Sheet, read_sheet
from bot.people_words import COLUMNS, KINDS, ListWords, normal
from bot.store.keys import Keys
from bot.store.officers import all_hats
from bot.store.people import Member, Posyandu, save_member, save_posyandu
from routing.region import Atlas, load_atlas

_HEADER_WITHIN = 10
"""Lists often carry a title above their header."""


@dataclass(frozen=True)
class Refused:
    """A row that was left out. `row` as the spreadsheet numbers it; `key` and `values` are for the catalogue."""

    row: int
    key: str
    values: Mapping[str, str | int]


@dataclass(frozen=True)
class PeopleList:
    """What a file says: good entries with their rows, and the refused rows."""

    entries: tuple[tuple[int, Posyandu | Member], ...]
    refused: tuple[Refused, ...]
    unread: tuple[str, ...] = ()
    """Further sheets that were not looked at."""


@dataclass(frozen=True)
class Imported:
    """What became of a file's good rows."""

    new: int = 0
    changed: int = 0
    same: int = 0


def read_people(path: Path, atlas: Atlas, words: Catalogue, kind: str | None = None) -> PeopleList:
    """Read a list; `kind` (one of KINDS, in the catalogue's words) is for files without such a column.

    Raises ListError when the file as a whole is not a list of people.
    """
    sheet = read_sheet(path)
    lookup = ListWords(words, atlas)
    fixed = None if kind is None else lookup.kinds.get(normal(kind))
    if kind is not None and fixed is None:
        raise ListError("import.file.kind_unknown", value=kind, allowed=lookup.labels("kind", KINDS))
    header, columns = _header(sheet, lookup, path.name, needs_kind=fixed is None)
    if header + 1 == len(sheet.rows):
        raise ListError("import.file.no_rows", file=path.name)
    reader = RowReader(lookup, fixed)
    entries: list[tuple[int, Posyandu | Member]] = []
    refused: list[Refused] = []
    seen: dict[str, int] = {}
    for row, cells in sheet.rows[header + 1 :]:
        try:
            entry = reader.read({name: _cell(cells, place) for name, place in columns.items()})
            _refuse_second(seen, entry, row)
        except RowRefusedError as refusal:
            refused.append(Refused(row, refusal.key, refusal.values))
        else:
            entries.append((row, entry))
    return PeopleList(tuple(entries), tuple(refused), sheet.unread)


def save_people(
    engine: Engine, people: PeopleList, now: datetime, *, dry_run: bool = False, made_up: bool = False
) -> Imported:
    """Write the good rows in one transaction; with `dry_run` only tell what would change.

    What waits for an officer who is not active any more goes to who has the work there now; an office that nobody is
    left in alarms its coordinator (`made_up`: demonstration people count as somebody).
    """
    keys: Keys = engine.dialect.kentongan_keys  # type: ignore[attr-defined]
    with engine.connect() as connection, connection.begin() as transaction:
        before = all_hats(connection)
        became = Counter(
            save_posyandu(connection, entry)
            if isinstance(entry, Posyandu)
            else save_member(connection, keys, entry, now)
            for _, entry in people.entries
        )
        _hand_on_who_left(connection, before, now, made_up=made_up)
        if dry_run:
            transaction.rollback()
    return Imported(became["new"], became["changed"], became["same"])


def _hand_on_who_left(
    connection: Connection, before: Sequence[tuple[int, str, str]], now: datetime, *, made_up: bool
) -> None:
    still = set(all_hats(connection))
    gone = [hat for hat in before if hat not in still]
    if not gone:
        return
    atlas = load_atlas()
    for person, region, office in gone:
        hand_on(connection, person, region, office, None, now, atlas)
        alarm_if_unmanned(connection, region, office, now, atlas, made_up=made_up)


def _header(sheet: Sheet, lookup: ListWords, file: str, *, needs_kind: bool) -> tuple[int, dict[str, int]]:
    """Which of the first rows is the header, and in which place each known column stands."""
    needed = ("kind", "name") if needs_kind else ("name",)
    for index, (_, cells) in enumerate(sheet.rows[:_HEADER_WITHIN]):
        headings = enumerate(map(normal, cells))
        known = [(lookup.columns[heading], place) for place, heading in headings if heading in lookup.columns]
        twice = [name for name, count in Counter(name for name, _ in known).items() if count > 1]
        if twice:
            raise ListError("import.file.column_twice", file=file, column=lookup.column_label(twice[0]))
        if {name for name, _ in known}.issuperset(needed):
            return index, dict(known)
    labels = ", ".join(map(lookup.column_label, COLUMNS))
    raise ListError("import.file.header", file=file, needed=", ".join(map(lookup.column_label, needed)), known=labels)


def _cell(cells: tuple[str, ...], place: int) -> str:
    return " ".join(cells[place].split()) if place < len(cells) else ""


def _refuse_second(seen: dict[str, int], entry: Posyandu | Member, row: int) -> None:
    identity = entry.identity if isinstance(entry, Member) else f"posyandu|{entry.place_code}|{entry.name.casefold()}"
    if identity in seen:
        raise RowRefusedError("import.row.twice", first=seen[identity])
    seen[identity] = row
