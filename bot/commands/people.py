"""`kentongan people`: how many, never who."""

import typer

from bot.catalogue import Catalogue
from bot.commands.opening import open_database
from bot.settings import load_settings
from bot.store.database import reading
from bot.store.people import count_members
from routing.region import load_atlas


def add(cli: typer.Typer, words: Catalogue) -> None:
    @cli.command("people", help=words.text("cli.people.help"))
    def people() -> None:
        settings = load_settings()
        regions = load_atlas().regions
        with open_database(settings) as engine, reading(engine) as connection:
            counts = list(count_members(connection, made_up=settings.demo_people_on))
        for one in counts:
            region = regions[one.region].name if one.region in regions else one.region
            role = words.text(f"cli.role.{one.role}")
            line = words.text("cli.people.line", region=region, role=role, people=one.people, reachable=one.reachable)
            typer.echo(line)
        if not counts:
            typer.echo(words.text("cli.people.none"))
