"""A month's recap in words, before it becomes a PDF or a spreadsheet: figures, a list of numbers, room to sign.

No name, no word and no address of any resident stands on it: it lies about in offices.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date, format_time

from bot.catalogue import Catalogue
from bot.recounting import Counted
from routing.model import Place
from routing.recap import Recap, Step, months_on
from routing.region import Atlas


@dataclass(frozen=True)
class Signature:
    """Who signs: two lines above the room for it, and the name below, empty where it is to be written."""

    above: tuple[str, str]
    name: str


@dataclass(frozen=True)
class Page:
    """All that stands on the paper. `columns` head the figures of `rows`, of which the last is the total."""

    title: str
    service: str
    heading: str
    month: str
    so_far: str
    facts: tuple[tuple[str, str], ...]
    table: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    list: str
    list_columns: tuple[str, ...]
    entries: tuple[tuple[str, str, str, str], ...]
    """Number of the report, field, day, how far it came."""
    list_empty: str
    how: str
    made: str
    signatures: tuple[Signature, ...]


class Pages:
    """Built once for each language; immutable."""

    def __init__(self, atlas: Atlas, words: Catalogue) -> None:
        self._atlas = atlas
        self._words = words

    def page(self, counted: Counted, made_at: datetime) -> Page:
        """`made_at` is aware; days and hours are those of the region."""
        region = self._atlas.regions[counted.region]
        local = made_at.astimezone(region.tz)
        recap = counted.recap
        text = self._words.text
        running = months_on(recap.first, 1) > local.date()
        return Page(
            title=text("recap.paper.title"),
            service=text("recap.paper.service"),
            heading=text("recap.paper.of_kader" if counted.kader else "recap.paper.of_post"),
            month=text("recap.paper.month", **self.month(recap.first)),
            so_far=text("recap.paper.so_far", day=self._day(local.date())) if running else "",
            facts=tuple(self._facts(counted)),
            table=text("recap.paper.table"),
            columns=(text("recap.paper.column.field"), *(text(f"recap.step.{step}") for step in Step)),
            rows=tuple(self._rows(recap)),
            list=text("recap.paper.list"),
            list_columns=tuple(
                text(f"recap.paper.column.{name}") for name in ("number", "ticket", "field", "day", "outcome")
            ),
            entries=tuple(self._entries(recap)),
            list_empty=text("recap.paper.list_empty"),
            how=text("recap.paper.how"),
            made=text("recap.paper.made", day=self._day(local.date()), clock=self._clock(local)),
            signatures=self._signatures(counted),
        )

    def month(self, first: date) -> dict[str, object]:
        """`month` and `year`, for lines that name a month."""
        return {"month": self._words.text(f"recap.month_name.{first.month}"), "year": first.year}

    def pages(self, page: str, pages: str) -> str:
        return self._words.text("recap.paper.page", page=page, pages=pages)

    def _facts(self, counted: Counted) -> Iterator[tuple[str, str]]:
        unknown = self._words.text("recap.paper.not_known")
        place = self._place(counted)
        kind = "desa" if place is not None and place.kind == "desa" else "kelurahan"
        if counted.kader:
            yield self._label("kader"), counted.kader
        yield self._label("post"), counted.post.name if counted.post else unknown
        yield self._label(kind), place.name if place else unknown
        yield self._label("kecamatan"), place.kecamatan if place else unknown
        yield self._label("regency"), self._atlas.regions[counted.region].name

    def _rows(self, recap: Recap) -> Iterator[tuple[str, tuple[int, ...]]]:
        for field in recap.fields:
            yield self._words.text(f"field.{field}"), tuple(recap.of(field, step) for step in Step)
        yield self._words.text("recap.paper.total"), tuple(recap.total(step) for step in Step)

    def _entries(self, recap: Recap) -> Iterator[tuple[str, str, str, str]]:
        for entry in recap.entries:
            field, outcome = (
                self._words.text(key) for key in (f"field.{entry.field}", f"recap.outcome.{entry.outcome}")
            )
            yield entry.ticket, field, format_date(entry.day, "d MMMM y", locale=self._words.lang), outcome

    def _signatures(self, counted: Counted) -> tuple[Signature, ...]:
        """Whoever stands above signs on the left, as letters here do; on the right who did the work, with the day."""
        text = self._words.text
        place = self._place(counted)
        head = "kepala_desa" if place is not None and place.kind == "desa" else "lurah"
        lurah = Signature(
            (text("recap.paper.seen_by"), text(f"recap.paper.{head}", place=place.name if place else "").strip()), ""
        )
        chair, day = text("recap.paper.head"), text("recap.paper.day_blank")
        if not counted.kader:
            return lurah, Signature((day, chair), "")
        return lurah, Signature(("", chair), ""), Signature((day, text("recap.paper.kader")), counted.kader)

    def _place(self, counted: Counted) -> Place | None:
        return self._atlas.places.get(counted.post.place_code) if counted.post else None

    def _label(self, name: str) -> str:
        return self._words.text(f"recap.paper.label.{name}")

    def _day(self, day: date) -> str:
        return format_date(day, "EEEE, d MMMM y", locale=self._words.lang)

    def _clock(self, local: datetime) -> str:
        return format_time(local.time(), "HH.mm", locale=self._words.lang)
