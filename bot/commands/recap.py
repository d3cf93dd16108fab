"""`kentongan recap`: the papers of a month for every posyandu of a region, to hand in and to sign."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from bot import recounting
from bot.catalogue import Catalogue
from bot.clock import SystemClock
from bot.commands.opening import open_database
from bot.operator_error import OperatorError
from bot.recap_desk import sheet_names
from bot.recap_page import Pages
from bot.recap_paper import recap_pdf
from bot.recap_sheet import everybody_xlsx, recap_xlsx
from bot.recounting import Counted
from bot.settings import load_settings
from bot.store import recap as happenings
from bot.store.database import reading
from routing.recap import Step, month_key, month_of, months_on
from routing.region import Atlas, load_atlas

_UNFIT = re.compile(r"[^a-z0-9]+")


def add(cli: typer.Typer, words: Catalogue) -> None:
    @cli.command("recap", help=words.text("cli.recap.help"))
    def recap(
        month: Annotated[str, typer.Option("--month", help=words.text("cli.recap.month"))] = "",
        region: Annotated[str, typer.Option("--region", help=words.text("cli.recap.region"))] = "",
        out: Annotated[Path, typer.Option("--out", help=words.text("cli.recap.out"))] = Path("rekap"),
    ) -> None:
        settings = load_settings()
        atlas = load_atlas()
        chosen = _region(region or settings.default_region, atlas)
        now = SystemClock().now()
        first = _month(month, now.astimezone(atlas.regions[chosen].tz).date())
        with open_database(settings) as engine, reading(engine) as connection:
            counted = list(_counted(connection, chosen, first, atlas))
        if not counted:
            typer.echo(words.text("cli.recap.none", region=atlas.regions[chosen].name))
            return
        try:
            files = Cabinet(out, atlas, words, now).put(counted)
        except OSError:
            raise OperatorError("cli.recap.folder", folder=str(out)) from None
        typer.echo(words.text("cli.recap.done", count=len(counted), files=files, folder=str(out)))


class Cabinet:
    """Writes the papers into a folder; the same month again replaces them."""

    def __init__(self, folder: Path, atlas: Atlas, words: Catalogue, now: datetime) -> None:
        self._folder = folder
        self._atlas = atlas
        self._words = words
        self._pages = Pages(atlas, words)
        self._now = now

    def put(self, counted: list[Counted]) -> int:
        """Two files for each posyandu, and one with all of them; tells how many. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for one in counted:
            page = self._pages.page(one, self._now)
            name = self._name(one)
            (self._folder / f"{name}.pdf").write_bytes(recap_pdf(page, self._pages, self._now))
            sheet = recap_xlsx(page, sheet_names(self._words), self._now)
            (self._folder / f"{name}.xlsx").write_bytes(sheet)
        month = month_key(counted[0].recap.first)
        everybody = self._folder / f"{self._words.text('recap.file_all', month=month)}.xlsx"
        everybody.write_bytes(self._everybody(counted))
        return 2 * len(counted) + 1

    def _name(self, one: Counted) -> str:
        """Many posyandu are called Mawar: the place belongs to the name."""
        assert one.post is not None
        post = _UNFIT.sub("-", one.post.name.lower()).strip("-")
        month = month_key(one.recap.first)
        return self._words.text("recap.file", month=month, post=post, place=one.post.place_code)

    def _everybody(self, counted: list[Counted]) -> bytes:
        text = self._words.text
        columns = [
            *(text(f"recap.paper.label.{name}") for name in ("kecamatan", "place", "post")),
            text("recap.paper.column.field"),
            *(text(f"recap.step.{step}") for step in Step),
        ]
        title = text("recap.paper.month", **self._pages.month(counted[0].recap.first))
        rows = [row for one in counted for row in self._rows(one)]
        return everybody_xlsx(text("recap.sheet.all"), title, columns, rows, self._now)

    def _rows(self, one: Counted) -> Iterator[list[str | int]]:
        assert one.post is not None
        place = self._atlas.places.get(one.post.place_code)
        where = [place.kecamatan, place.name] if place else ["", one.post.place_code]
        for field in one.recap.fields:
            counts = [one.recap.of(field, step) for step in Step]
            yield [*where, one.post.name, self._words.text(f"field.{field}"), *counts]


def _counted(connection: Connection, region: str, first: date, atlas: Atlas) -> Iterator[Counted]:
    zone = atlas.regions[region].zone
    for post in happenings.posts(connection, region):
        yield recounting.of_post(connection, post, first, zone)


def _region(code: str, atlas: Atlas) -> str:
    if code not in atlas.regions:
        raise OperatorError("cli.recap.no_region", region=code, known=", ".join(sorted(atlas.regions)))
    return code


def _month(typed: str, today: date) -> date:
    this = today.replace(day=1)
    first = month_of(typed) if typed else months_on(this, -1)
    if first is None or first > this:
        raise OperatorError("cli.recap.no_month", month=typed)
    return first
