"""`kentongan keys`: a new key in front of the others, and everything written anew with it."""

from pathlib import Path

import typer
from cryptography.fernet import Fernet

from bot.catalogue import Catalogue
from bot.commands.opening import open_database
from bot.operator_error import OperatorError
from bot.settings import Settings, load_settings
from bot.store.keys import read_key_file, write_key_file
from bot.store.rekey import encrypt_anew, encrypted_tables


def add(cli: typer.Typer, words: Catalogue) -> None:
    keys = typer.Typer(help=words.text("cli.keys.help"), no_args_is_help=True)

    @keys.command("new", help=words.text("cli.keys.new.help"))
    def new() -> None:
        settings = load_settings()
        with open_database(settings):
            path = _key_file(settings)
            write_key_file(path, (Fernet.generate_key().decode("ascii"), *read_key_file(path)))
        typer.echo(words.text("cli.keys.made", file=str(path)))

    @keys.command("rewrite", help=words.text("cli.keys.rewrite.help"))
    def rewrite() -> None:
        with open_database() as engine:
            for table in encrypted_tables():
                count = encrypt_anew(engine, table)
                typer.echo(words.text("cli.keys.rewritten", table=table.name, count=count))
        typer.echo(words.text("cli.keys.done"))

    cli.add_typer(keys, name="keys")


def _key_file(settings: Settings) -> Path:
    """Keys that stand in the environment are changed there, by whoever keeps them. Raises OperatorError."""
    if settings.keys is not None:
        raise OperatorError("cli.keys.in_environment")
    path = settings.key_file or settings.var_dir / "kentongan.key"
    if not read_key_file(path):
        raise OperatorError("keys.file_gone", file=str(path))
    return path
