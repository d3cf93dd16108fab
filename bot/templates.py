"""The texts that WhatsApp approves, in words: as they are submitted, and as somebody reads them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection

from bot.catalogue import Catalogue
from bot.channels.base import Rendered, Template
from bot.render import Renderer
from bot.store import templates as kept
from bot.store.templates import APPROVED, State
from bot.templates_catalogue import DIGESTS, FORMS, NEUTRAL, OF_KEY, Form
from handlers.messages import Lines, Say

BODY_CHARS = 1024
VALUE_CHARS = 300
"""Longer words of somebody are read in the open window, whole."""
ROUND_UP = "digest.morning"
ROW = "digest.numbered"
"""The morning's list, and one of its lines."""
READ = "read"
"""What a tap on the button of an announcing template brings back."""

_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True)
class Draft:
    """A template as it is submitted: `{{1}}` in the body, and a sample for each number."""

    name: str
    body: str
    samples: tuple[str, ...]
    button: str | None
    words: str
    """Fingerprint of all that is submitted: another text needs another approval."""


class Templates:
    """The catalogue in the words of one language. Immutable."""

    def __init__(self, words: Catalogue, renderer: Renderer) -> None:
        self._words = words
        self._renderer = renderer
        self._drafts = {form.name: self._draft(form) for form in FORMS}

    @property
    def drafts(self) -> tuple[Draft, ...]:
        return tuple(self._drafts.values())

    def draft(self, name: str) -> Draft:
        return self._drafts[name]

    def approved(self, connection: Connection) -> Mapping[str, str]:
        """The provider's ids of the templates that may be used now, by name: approved with today's words."""
        return {
            name: state.sid
            for name, state in kept.states(connection).items()
            if name in self._drafts
            and state.status == APPROVED
            and state.sid
            and state.words == self._drafts[name].words
        }

    def filled(self, form: Form, say: Say, sid: str) -> Rendered | None:
        """The line as this template says it; None when it lacks a value or one is too long for it."""
        if not set(form.values) <= set(say.values):
            return None
        values = tuple(cleaned(self._renderer.value(say.values[name])) for name in form.values)
        if not all(values) or any(len(value) > VALUE_CHARS for value in values):
            return None
        text = self._words.text(form.key, **dict(zip(form.values, values, strict=True)))
        return Rendered(text, template=Template(form.name, sid, values)) if len(text) <= BODY_CHARS else None

    def rows(self, says: Sequence[Say]) -> tuple[str, ...]:
        """The lines of the morning's round-up, where one is among `says`, in words."""
        lines = (say.values["lines"] for say in says if say.key == ROUND_UP)
        numbered = (line for one in lines if isinstance(one, Lines) for line in one.says if line.key == ROW)
        return tuple(self._renderer.text(line) for line in numbered)

    def digest(self, rows: Sequence[str], usable: Collection[str] | None = None) -> Say:
        """The round-up of these lines (at least one) in the template that shows most of them, as what to say.

        Those that find no room are counted in the last row. `usable`: names of those to choose from, None for all.
        """
        fitting = (one for one in reversed(DIGESTS) if len(one.values) <= len(rows))
        form = next((one for one in fitting if usable is None or one.name in usable), DIGESTS[0])
        shown = [cleaned(row) for row in rows[: len(form.values)]]
        more = len(rows) - len(shown)
        if more:
            shown[-1] = self._words.text("template.digest.more", row=shown[-1], count=more)
        return Say(form.key, dict(zip(form.values, shown, strict=True)))

    def missing(self, states: Mapping[str, State]) -> tuple[str, ...]:
        """Templates that cannot be used now, by name."""
        usable = {name for name, state in states.items() if state.status == APPROVED and state.sid}
        current = {name for name in usable if name in self._drafts and states[name].words == self._drafts[name].words}
        return tuple(name for name in self._drafts if name not in current)

    def _draft(self, form: Form) -> Draft:
        numbered = {name: f"{{{{{number}}}}}" for number, name in enumerate(form.values, 1)}
        body = self._words.text(form.key, **numbered)
        samples = tuple(self._words.text(f"template.sample.{name}") for name in form.values)
        button = self._words.text("template.button.read") if form.parks else None
        written = "\n".join((body, *samples, button or ""))
        return Draft(form.name, body, samples, button, sha256(written.encode()).hexdigest()[:16])


def cleaned(value: str) -> str:
    """As a variable may hold it: no line break, no runs of blanks (`platform.md §3`)."""
    return _BLANKS.sub(" ", value).strip()


def without_template(missing: Collection[str]) -> tuple[str, ...]:
    """Lines that can go out in a closed window and find no template of their own among the usable ones.

    They wait behind a neutral announcement; when that is missing too (its name is then in `missing`), until the person
    happens to write.
    """
    return tuple(key for key, form in OF_KEY.items() if form.name in missing)


def neutral_missing(missing: Collection[str]) -> tuple[str, ...]:
    return tuple(form.name for form in NEUTRAL if form.name in missing)
