"""`kentongan import`: a list of people into the database."""

from pathlib import Path
from typing import Annotated

import typer

from bot.catalogue import Catalogue
from bot.clock import SystemClock
from bot.commands.opening import open_database
from bot.people_import import Imported, PeopleList, read_people, save_people
from bot.settings import load_settings
from bot.store.people import Member
from routing.region import load_atlas


def add(cli: typer.Typer, words: Catalogue) -> None:
    @cli.command("import", help=words.text("cli.import.help"))
    def import_people(
        file: Annotated[Path, typer.Argument(metavar="FILE", help=words.text("cli.import.file"))],
        kind: Annotated[str | None, typer.Option("--jenis", help=words.text("cli.import.kind"))] = None,
        dry_run: Annotated[bool, typer.Option("--dry-run", help=words.text("cli.import.dry_run"))] = False,
    ) -> None:
        people = read_people(file, load_atlas(), words, kind)
        settings = load_settings()
        with open_database(settings) as engine:
            now, made_up = SystemClock().now(), settings.demo_people_on
            became = save_people(engine, people, now, dry_run=dry_run, made_up=made_up)
        for line in _summary(people, became, words, dry_run=dry_run):
            typer.echo(line)
        if people.refused:
            raise typer.Exit(1)


def _summary(people: PeopleList, became: Imported, words: Catalogue, *, dry_run: bool) -> list[str]:
    lines = [
        words.text("cli.import.refused_row", row=one.row, reason=words.text(one.key, **one.values))
        for one in people.refused
    ]
    if people.unread:
        lines.append(words.text("cli.import.unread_sheets", sheets=", ".join(people.unread)))
    unreachable = sum(isinstance(entry, Member) and entry.contact is None for _, entry in people.entries)
    if unreachable:
        lines.append(words.text("cli.import.no_contact", count=unreachable))
    counts = {"new": became.new, "changed": became.changed, "same": became.same, "refused": len(people.refused)}
    return [*lines, words.text("cli.import.would" if dry_run else "cli.import.done", **counts)]
