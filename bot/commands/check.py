"""`kentongan check`: what is wrong in the settings and in the regions' files, line by line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from bot.catalogue import Catalogue
from bot.commands.opening import require_region
from bot.operator_error import OperatorError
from bot.settings import load_settings
from routing.region import SHIPPED, RegionError, load_atlas
from routing.region_check import check_region
from routing.region_table import Problem


def add(cli: typer.Typer, words: Catalogue) -> None:
    @cli.command("check", help=words.text("cli.check.help"))
    def check(
        folder: Annotated[
            Path | None, typer.Argument(metavar="REGION_FOLDER", help=words.text("cli.check.folder"))
        ] = None,
    ) -> None:
        settings = load_settings()
        found = list(_problems(folder))
        for name, problem in found:
            typer.echo(_line(name, problem, words))
        if found:
            typer.echo(words.text("cli.check.wrong", count=len(found)))
            raise typer.Exit(1)
        require_region(settings)
        count = 1 if folder else len(list(SHIPPED.glob("*/region.toml")))
        typer.echo(words.text("cli.check.right", count=count))


def _problems(folder: Path | None) -> Iterator[tuple[str, Problem]]:
    """Folder and problem; without a folder also what no single region shows, such as two with one ticket prefix."""
    if folder is None:
        try:
            load_atlas()
        except RegionError as error:
            yield from error.problems
        return
    if not folder.is_dir():
        raise OperatorError("cli.check.folder_missing", folder=str(folder))
    yield from ((folder.name, problem) for problem in check_region(folder))


def _line(folder: str, problem: Problem, words: Catalogue) -> str:
    reason = words.text(problem.key, **problem.values)
    file = f"{folder}/{problem.file}"
    if problem.line == 0:
        return words.text("cli.check.whole_file", file=file, reason=reason)
    return words.text("cli.check.line", file=file, line=problem.line, reason=reason)
