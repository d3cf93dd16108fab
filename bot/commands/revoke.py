"""`kentongan revoke`: a lost phone speaks for nobody any more."""

from typing import Annotated

import typer

from bot.catalogue import Catalogue
from bot.clock import SystemClock
from bot.commands.finding import the_one
from bot.commands.opening import open_database
from bot.store.revoking import revoke_addresses


def add(cli: typer.Typer, words: Catalogue) -> None:
    @cli.command("revoke", help=words.text("cli.revoke.help"))
    def revoke(
        who: Annotated[str, typer.Argument(metavar="WHO", help=words.text("cli.revoke.who"))],
        person: Annotated[int | None, typer.Option("--person", help=words.text("cli.revoke.person"))] = None,
    ) -> None:
        with open_database() as engine, engine.begin() as connection:
            one = the_one(connection, who, person, words)
            count = revoke_addresses(connection, one.person_id, SystemClock().now())
        typer.echo(words.text("cli.revoke.done", addresses=count))
