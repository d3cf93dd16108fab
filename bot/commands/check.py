"""`kentongan check`: what is wrong in the settings, the regions' files and the installation, line by line."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from bot.catalogue import Catalogue
from bot.checkup.finding import Finding, Weight
from bot.clock import SystemClock
from bot.commands.opening import require_region
from bot.operator_error import OperatorError
from bot.settings import Settings, load_settings
from routing.region import SHIPPED, RegionError, load_atlas
from routing.region_check import check_region
from routing.region_table import Problem


def add(cli: typer.Typer, words: Catalogue) -> None:
    @cli.command("check", help=words.text("cli.check.help"))
    def check(
        folder: Annotated[
            Path | None, typer.Argument(metavar="REGION_FOLDER", help=words.text("cli.check.folder"))
        ] = None,
        fix: Annotated[bool, typer.Option("--fix", help=words.text("checkup.fix"))] = False,
    ) -> None:
        settings = load_settings()
        found = list(_problems(folder))
        for name, problem in found:
            typer.echo(_line(name, problem, words))
        if found:
            typer.echo(words.text("cli.check.wrong", count=len(found)))
            raise typer.Exit(1)
        require_region(settings)
        if folder is None:
            _installation(settings, words, fix=fix)
        else:
            typer.echo(words.text("cli.check.right", count=1))


def _installation(settings: Settings, words: Catalogue, *, fix: bool) -> None:
    """Each line as soon as it is known. Raises typer.Exit with 1 when something stops the service."""
    from bot.checkup.walk import examine  # here: what it needs takes longer to load than showing `--help`

    weights: Counter[Weight] = Counter()
    for finding in examine(settings, load_atlas(), SystemClock().now(), fix=fix):
        weights[finding.weight] += 1
        typer.echo(_told(finding, words))
    if weights[Weight.STOPS] or weights[Weight.WARNS]:
        typer.echo(words.text("checkup.summary", stops=weights[Weight.STOPS], warns=weights[Weight.WARNS]))
    else:
        typer.echo(words.text("cli.check.right", count=len(list(SHIPPED.glob("*/region.toml")))))
    if weights[Weight.STOPS]:
        raise typer.Exit(1)


def _told(finding: Finding, words: Catalogue) -> str:
    line = words.text(finding.key, **finding.values)
    return words.text(f"checkup.weight.{finding.weight}", line=line)


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
