"""`kentongan retrain`: learn from what people set right."""

from typing import TYPE_CHECKING

import typer

from bot.catalogue import Catalogue
from bot.commands.opening import open_database
from bot.operator_error import OperatorError
from bot.settings import load_settings
from bot.store.database import reading
from routing.region import load_atlas
from routing.rules import load_rules

if TYPE_CHECKING:
    from bot.training.compare import Verdict


def add(cli: typer.Typer, words: Catalogue) -> None:
    @cli.command("retrain", help=words.text("cli.retrain.help"))
    def retrain() -> None:
        try:
            from bot import retraining  # here: it needs a library that a service does without
        except ModuleNotFoundError as missing:
            raise OperatorError("cli.retrain.no_trainer", name=missing.name or "") from None
        settings = load_settings()
        with open_database(settings) as engine, reading(engine) as connection:
            taught = retraining.lessons(connection)
        if not taught:
            typer.echo(words.text("cli.retrain.nothing"))
            return
        typer.echo(words.text("cli.retrain.started", count=len(taught)))
        trained, verdict = retraining.retrain(taught, load_rules(), load_atlas())
        _show(verdict, words)
        if verdict.refused:
            what = ", ".join(words.text(f"cli.retrain.line.{name}") for name in verdict.refused)
            typer.echo(words.text("cli.retrain.refused", what=what))
            raise typer.Exit(1)
        path = retraining.write(trained, settings.var_dir / "models")
        typer.echo(words.text("cli.retrain.written", path=str(path)))


def _show(verdict: "Verdict", words: Catalogue) -> None:
    typer.echo(words.text("cli.retrain.heading"))
    for line in verdict.lines:
        name = words.text(f"cli.retrain.line.{line.name}")
        worse = words.text("cli.retrain.worse") if line.worse else ""
        typer.echo(f"{name:<34} {line.old:6.3f} {line.new:6.3f} {line.count:7} {worse}".rstrip())
