"""The command `kentongan`: gathers the commands and tells in one line what stops one."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import typer

from bot.catalogue import Catalogue, languages, load_catalogue
from bot.commands import (
    chat,
    check,
    cost,
    import_people,
    inbox,
    incident,
    invite,
    keys,
    migrate,
    people,
    recap,
    retrain,
    revoke,
    serve,
    templates,
    understand,
    version,
)
from bot.operator_error import OperatorError
from bot.usage_words import explained, is_help

COMMANDS = (
    *(serve, chat, understand, import_people, check, migrate, inbox, invite, revoke, people),
    *(incident, keys, templates, cost, recap, retrain, version),
)
LANG = "id"
"""Before the settings are read; a deployment in another language says so with KENTONGAN_LANG."""


def make_cli(words: Catalogue) -> typer.Typer:
    """All commands, with their help in the words of the catalogue."""
    cli = typer.Typer(
        help=words.text("cli.help"),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,  # they would print local variables: somebody's words
        rich_markup_mode=None,
    )
    for command in COMMANDS:
        command.add(cli, words)
    return cli


def main() -> None:
    """Exit code 0: done; 1: done, but something was refused; 2: it could not start."""
    chosen = os.environ.get("KENTONGAN_LANG", LANG)
    words = load_catalogue(chosen if chosen in languages() else LANG)
    try:
        sys.exit(make_cli(words)(prog_name="kentongan", standalone_mode=False))
    except typer.Abort:
        typer.echo(words.text("usage.aborted"), err=True)
        sys.exit(1)
    except typer.TyperException as error:
        if is_help(error):
            typer.echo(error.format_message(), err=True)
            sys.exit(2)
        _end(words, explained(error))
    except OperatorError as error:
        _end(words, error)


def _end(words: Catalogue, error: OperatorError) -> NoReturn:
    reason = words.text(error.key, **error.values)
    typer.echo(words.text("cli.error", reason=reason), err=True)
    sys.exit(2)


if __name__ == "__main__":
    main()
