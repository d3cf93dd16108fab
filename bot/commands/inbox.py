"""`kentongan inbox`: messages whose handling failed, without their words."""

from typing import Annotated

import typer
from babel.dates import format_datetime

from bot.catalogue import Catalogue
from bot.clock import SystemClock
from bot.commands.opening import open_database
from bot.operator_error import OperatorError
from bot.store import parked
from bot.store.database import reading


def add(cli: typer.Typer, words: Catalogue) -> None:
    inbox = typer.Typer(help=words.text("cli.inbox.help"), no_args_is_help=True)

    @inbox.command("list", help=words.text("cli.inbox.list.help"))
    def list_parked() -> None:
        with open_database() as engine, reading(engine) as connection:
            waiting = parked.list_parked(connection)
        for one in waiting:
            typer.echo(_line(one, words))
        if not waiting:
            typer.echo(words.text("cli.inbox.none"))

    @inbox.command("replay", help=words.text("cli.inbox.replay.help"))
    def replay(
        message: Annotated[int | None, typer.Argument(metavar="ID", help=words.text("cli.inbox.replay.id"))] = None,
        everything: Annotated[bool, typer.Option("--all", help=words.text("cli.inbox.replay.all"))] = False,
    ) -> None:
        if (message is None) is not everything:
            raise OperatorError("cli.inbox.replay.which")
        with open_database() as engine, engine.begin() as connection:
            count = parked.replay(connection, SystemClock().now(), None if message is None else [message])
        if message is not None and count == 0:
            raise OperatorError("cli.inbox.replay.unknown", id=message)
        typer.echo(words.text("cli.inbox.replayed", count=count))

    cli.add_typer(inbox, name="inbox")


def _line(one: parked.Parked, words: Catalogue) -> str:
    at = format_datetime(one.received_at, "d MMM y HH.mm 'UTC'", locale=words.lang)
    return words.text("cli.inbox.line", id=one.id, at=at, channel=one.channel, tries=one.tries, error=one.error)
