"""`kentongan version`."""

from importlib.metadata import PackageNotFoundError, version

import typer

from bot.catalogue import Catalogue


def add(cli: typer.Typer, words: Catalogue) -> None:
    @cli.command("version", help=words.text("cli.version.help"))
    def show() -> None:
        typer.echo(words.text("cli.version", version=_installed()))


def _installed() -> str:
    try:
        return version("kentongan")
    except PackageNotFoundError:
        return "?"  # run from a source tree that was never installed
