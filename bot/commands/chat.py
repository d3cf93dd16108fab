"""`kentongan chat`: the simulator in the terminal, as one of the made-up people."""

import logging
import sys
from collections.abc import Iterator
from typing import Annotated

import typer

from bot.catalogue import Catalogue
from bot.commands.opening import open_database
from bot.logs import set_up_logs
from bot.operator_error import OperatorError
from bot.settings import load_settings


def add(cli: typer.Typer, words: Catalogue) -> None:
    @cli.command("chat", help=words.text("cli.chat.help"))
    def chat(
        who: Annotated[str, typer.Option("--as", metavar="WHO", help=words.text("cli.chat.who"))] = "warga",
        contact: Annotated[str | None, typer.Option(help=words.text("cli.chat.contact"))] = None,
    ) -> None:
        # Here and not above: they bring along the whole bot, which `--help` does not need.
        from bot.app import make_app
        from bot.chat import WHO, run

        if who not in WHO:
            raise OperatorError("cli.chat.who_unknown", value=who, allowed=", ".join(WHO))
        settings = load_settings()
        set_up_logs(level=logging.WARNING)  # the terminal is for the talk
        with open_database(settings):
            app = make_app(settings)
        try:
            run(app, who, _typed(), typer.echo, contact)
        finally:
            app.stop()


def _typed() -> Iterator[str]:
    """Lines as they are typed, or as they come through a pipe, until there are no more."""
    prompt = "> " if sys.stdin.isatty() else ""
    while True:
        try:
            yield input(prompt)
        except EOFError:
            return
