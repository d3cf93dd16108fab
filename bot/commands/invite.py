"""`kentongan invite`: a one-time code for somebody of the lists."""

from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from babel.dates import format_datetime

from bot.catalogue import Catalogue
from bot.clock import SystemClock
from bot.commands.finding import the_one
from bot.commands.opening import open_database
from bot.invitation_code import new_code
from bot.store.invitations import store_invitation
from routing.region import load_atlas


def add(cli: typer.Typer, words: Catalogue) -> None:
    @cli.command("invite", help=words.text("cli.invite.help"))
    def invite(
        who: Annotated[str, typer.Argument(metavar="WHO", help=words.text("cli.invite.who"))],
        person: Annotated[int | None, typer.Option("--person", help=words.text("cli.invite.person"))] = None,
    ) -> None:
        code = new_code()
        with open_database() as engine, engine.begin() as connection:
            one = the_one(connection, who, person, words)
            until = store_invitation(connection, one.person_id, code, SystemClock().now())
        zone = ZoneInfo(load_atlas().regions[one.region].zone)
        day = format_datetime(until, "EEEE, d MMMM y HH.mm zzz", tzinfo=zone, locale=words.lang)
        typer.echo(words.text("cli.invite.done", code=code, until=day))
