"""`kentongan incident`: who is concerned by a leak, and the letter they must have within 3 × 24 hours."""

import csv
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from babel.dates import format_datetime
from sqlalchemy import Connection

from bot.catalogue import Catalogue
from bot.clock import SystemClock
from bot.commands.opening import open_database
from bot.formulas import harmless
from bot.operator_error import OperatorError
from bot.settings import Settings, load_settings
from bot.store.concerned import Concerned, Leak, concerned_by, report_called, reports_between
from bot.store.database import reading
from routing.model import Role
from routing.region import load_atlas

NOTICE = timedelta(hours=72)
"""UU 27/2022 art. 46: 3 × 24 hours."""
COLUMNS = ("person", "name", "channel", "contact", "part", "tickets")


def add(cli: typer.Typer, words: Catalogue) -> None:
    @cli.command("incident", help=words.text("cli.incident.help"))
    def incident(
        tickets: Annotated[
            list[str] | None, typer.Argument(metavar="TICKET", help=words.text("cli.incident.tickets"))
        ] = None,
        since: Annotated[str | None, typer.Option("--since", help=words.text("cli.incident.since"))] = None,
        until: Annotated[str | None, typer.Option("--until", help=words.text("cli.incident.until"))] = None,
        everything: Annotated[bool, typer.Option("--everything", help=words.text("cli.incident.everything"))] = False,
        out: Annotated[Path | None, typer.Option("--out", help=words.text("cli.incident.out"))] = None,
    ) -> None:
        if not (tickets or since or until or everything):
            raise OperatorError("cli.incident.nothing")
        settings = load_settings()
        zone = ZoneInfo(load_atlas().regions[settings.default_region].zone)
        with open_database(settings) as engine, reading(engine) as connection:
            ids = _chosen(connection, tickets or [], _start(since, zone), _start(until, zone, days=1))
            leak = concerned_by(connection, ids, staff=everything)
        for line in _told(leak, settings, words):
            typer.echo(line)
        if out is not None:
            _write(out, leak, words)
            typer.echo(words.text("cli.incident.written", people=len(leak.people), file=str(out)))


def _chosen(connection: Connection, tickets: list[str], since: datetime | None, until: datetime | None) -> list[int]:
    if not tickets:
        return reports_between(connection, since, until)
    return [_called(connection, ticket.upper()) for ticket in tickets]


def _called(connection: Connection, ticket: str) -> int:
    found = report_called(connection, ticket)
    if found is None:
        raise OperatorError("cli.incident.unknown_ticket", ticket=ticket)
    return found


def _start(written: str | None, zone: ZoneInfo, *, days: int = 0) -> datetime | None:
    """When that local day, or the one `days` later, begins. UTC."""
    if written is None:
        return None
    try:
        day = date.fromisoformat(written) + timedelta(days=days)
    except ValueError:
        raise OperatorError("cli.incident.date", value=written) from None
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _told(leak: Leak, settings: Settings, words: Catalogue) -> list[str]:
    parts = Counter(part for one in leak.people for part in one.parts)
    data = ", ".join(words.text(f"incident.data.{kind}") for kind in leak.data)
    summary = words.text(
        "cli.incident.summary",
        reports=leak.reports,
        restricted=leak.restricted,
        people=len(leak.people),
        reporters=parts[Role.RESIDENT],
        kaders=parts[Role.KADER],
        officers=parts[Role.OFFICER],
        coordinators=parts[Role.COORDINATOR],
        data=data,
    )
    zone = ZoneInfo(load_atlas().regions[settings.default_region].zone)
    until = format_datetime(SystemClock().now() + NOTICE, "EEEE, d MMMM y HH.mm zzz", tzinfo=zone, locale=words.lang)
    lines = [summary, words.text("cli.incident.deadline", until=until), words.text("incident.letter", data=data)]
    if leak.restricted:
        lines.insert(1, words.text("cli.incident.restricted", count=leak.restricted))
    return lines


def _write(path: Path, leak: Leak, words: Catalogue) -> None:
    """For a spreadsheet, and for nobody else's eyes: the file is made so that only its owner can read it."""
    path.touch(mode=0o600)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([words.text(f"incident.column.{name}") for name in COLUMNS])
        writer.writerows([harmless(cell) for cell in row] for one in leak.people for row in _rows(one, words))


def _rows(one: Concerned, words: Catalogue) -> list[tuple[str, ...]]:
    """One row for each address."""
    parts = ", ".join(words.text(f"cli.role.{part}") for part in sorted(one.parts))
    return [
        (str(one.person_id), one.name, channel, contact, parts, " ".join(one.tickets))
        for channel, contact in one.addresses or (("", ""),)
    ]
