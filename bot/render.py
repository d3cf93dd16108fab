"""Turns what is to be said into the words of one language, fitted to what a channel can carry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from babel.dates import format_date, format_time

from bot.catalogue import Catalogue
from bot.channels.base import Button, Limits, Rendered, StoredFile
from handlers.messages import Choice, ContactOf, Day, Lines, Moment, OfficeName, Say, TicketOf, Value, Where, Word
from routing.region import Atlas

_DAY = "EEEE, d MMMM y"


class UnnumberedTicketError(ValueError):
    """A line still speaks of a draft by its reference: the ticket should have been filled in when it was filed."""


class Renderer:
    """Built once for each language; immutable."""

    def __init__(self, atlas: Atlas, catalogue: Catalogue) -> None:
        self._atlas = atlas
        self._words = catalogue

    def render(self, says: Sequence[Say], limits: Limits) -> tuple[Rendered, ...]:
        """Everything said to one person in one turn as one message, or as few as the channel's limits allow.

        Choices become buttons, a list to open, or numbered lines where they fit neither. Raises CatalogueError.
        """
        choices = [choice for say in says for choice in say.choices]
        files = tuple(StoredFile(identifier) for say in says for identifier in say.attachments)
        text = "\n\n".join(filter(None, (self.text(say) for say in says)))
        buttons = self._tapped(choices, limits)
        lines = self._numbered(choices) if choices else ""
        if choices and not buttons:
            text = f"{text}\n\n{lines}"
        # A channel with lists may have to say its choices in lines after all: those have to fit as well.
        spare = len(lines) + 2 if buttons and limits.list_items else 0
        parts = list(_split(text, limits.text_chars))
        if len(parts[-1]) + spare > limits.text_chars:
            parts = list(_split(text, max(limits.text_chars - spare, 1)))
        batches = _batches(files, max(limits.files, 1)) if limits.files else [()]
        return _together(parts, buttons, batches, limits, spare)

    def _tapped(self, choices: Sequence[Choice], limits: Limits) -> tuple[Button, ...]:
        """What can be tapped: as buttons, or as a list where there is one; nothing where neither has room."""
        labels = [self.label(choice) for choice in choices]
        longest = max(map(len, labels), default=0)
        few = len(choices) <= limits.buttons
        as_buttons = few and longest <= limits.button_chars
        as_list = len(choices) <= limits.list_items and longest <= limits.list_chars
        if few and limits.list_items == 0:
            labels = [label[: limits.button_chars] for label in labels]
        elif not (as_buttons or as_list):
            return ()
        return tuple(Button(choice.id, label) for choice, label in zip(choices, labels, strict=True))

    def text(self, say: Say) -> str:
        """A line that has no other wording is said in the same words again: a letter must not wait for want of one."""
        key = say.key if say.key in self._words else say.key.removesuffix(".again")
        return self._words.text(key, **{name: self.value(value) for name, value in say.values.items()})

    def label(self, choice: Choice) -> str:
        return self._words.text(choice.key, **{name: self.value(value) for name, value in choice.values.items()})

    def _numbered(self, choices: Sequence[Choice]) -> str:
        lines = (f"{number}. {self.label(choice)}" for number, choice in enumerate(choices, 1))
        return "\n".join((*lines, self._words.text("choices.hint")))

    def value(self, value: str | int | Value) -> str:
        match value:
            case Word(key):
                return self._words.text(key)
            case Day(day):
                return format_date(day, _DAY, locale=self._words.lang)
            case Moment(at, region):
                return self._moment(at, region)
            case OfficeName(region, role, full):
                return self._office(region, role, full=full)
            case Where(code, rt, rw):
                return self._where(code, rt, rw)
            case Lines(says, numbered):
                texts = [self.text(say) for say in says]
                return "\n".join(f"{n}. {t}" if numbered else t for n, t in enumerate(texts, 1))
            case ContactOf():
                return self._words.text("ppa.number_hidden")
            case TicketOf():
                raise UnnumberedTicketError("a ticket was not filled in")
        return str(value)

    def _moment(self, at: datetime, region: str) -> str:
        local = at.astimezone(self._atlas.regions[region].tz)
        day = format_date(local.date(), "EEEE, d MMMM", locale=self._words.lang)
        return f"{day} {format_time(local.time(), 'HH.mm', locale=self._words.lang)}"

    def _office(self, region: str, role: str, *, full: bool) -> str:
        home = self._atlas.regions.get(region)
        office = home.offices.get(role) if home else None
        if office is None:
            office = self._atlas.other(role, region[:2])
        if office is None:
            return self._words.text("office.unnamed")
        key = "office.full" if full and office.what else "office.short"
        return self._words.text(key, name=office.name, short=office.short, what=office.what)

    def _where(self, code: str | None, rt: str | None, rw: str | None) -> str:
        parts = []
        if rt:
            parts.append(self._words.text("place.rt", rt=rt))
        if rw:
            parts.append(self._words.text("place.rw", rw=rw))
        place = self._atlas.places.get(code or "")
        if place is None:
            parts.append(self._words.text("place.unknown"))
        else:
            parts.append(self._words.text(f"place.{place.kind}", name=place.name, kecamatan=place.kecamatan))
        return ", ".join(parts)


def _split(text: str, limit: int) -> Iterator[str]:
    """Pieces within the limit, cut at a paragraph, else a line, else a word."""
    rest = text
    while len(rest) > limit:
        cut = next((at for mark in ("\n\n", "\n", " ") if (at := rest.rfind(mark, 1, limit)) > 0), limit)
        yield rest[:cut].rstrip()
        rest = rest[cut:].lstrip()
    if rest or not text:
        yield rest


def _together(
    parts: Sequence[str],
    buttons: tuple[Button, ...],
    batches: Sequence[tuple[StoredFile, ...]],
    limits: Limits,
    spare: int,
) -> tuple[Rendered, ...]:
    """Texts and files in as few messages as can be; the buttons stand under the last text.

    Where the words of a file are short, files go ahead and the text comes last, with its question.
    """
    last = len(parts) - 1
    texts = [Rendered(text=part, buttons=buttons if number == last else ()) for number, part in enumerate(parts)]
    if not limits.caption_chars:
        carrying = [replace(one, files=files) for one, files in _beside(texts, batches)]
        return (*carrying, *(Rendered(text="", files=files) for files in batches[len(texts) :]))
    fits = last == 0 and len(parts[0]) + spare <= limits.caption_chars
    ahead = batches[:-1] if fits else batches
    if fits and batches:
        texts = [replace(texts[0], files=batches[-1])]
    return (*(Rendered(text="", files=files) for files in ahead if files), *texts)


def _beside(
    texts: Sequence[Rendered], batches: Sequence[tuple[StoredFile, ...]]
) -> Iterator[tuple[Rendered, tuple[StoredFile, ...]]]:
    for number, one in enumerate(texts):
        yield one, batches[number] if number < len(batches) else ()


def _batches(files: tuple[StoredFile, ...], size: int) -> list[tuple[StoredFile, ...]]:
    return [files[start : start + size] for start in range(0, len(files), size)]
