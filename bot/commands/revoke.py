"""`kentongan revoke`: a lost phone speaks for nobody any more."""

from typing import Annotated

import typer

from bot.catalogue import Catalogue
from bot.clock import SystemClock
from bot.commands.finding import the_one
from bot.commands.opening import open_database
from bot.office_alarm import alarm_if_unmanned
from bot.settings import load_settings
from bot.store.officers import hats_of
from bot.store.revoking import revoke_addresses
from routing.region import load_atlas


def add(cli: typer.Typer, words: Catalogue) -> None:
    @cli.command("revoke", help=words.text("cli.revoke.help"))
    def revoke(
        who: Annotated[str, typer.Argument(metavar="WHO", help=words.text("cli.revoke.who"))],
        person: Annotated[int | None, typer.Option("--person", help=words.text("cli.revoke.person"))] = None,
    ) -> None:
        settings, now = load_settings(), SystemClock().now()
        with open_database(settings) as engine, engine.begin() as connection:
            one = the_one(connection, who, person, words)
            count = revoke_addresses(connection, one.person_id, now)
            for region, office in hats_of(connection, one.person_id):
                alarm_if_unmanned(connection, region, office, now, load_atlas(), made_up=settings.demo_people_on)
        typer.echo(words.text("cli.revoke.done", addresses=count))
