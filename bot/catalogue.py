"""The words of one language: every `locales/<lang>/*.po`, one key to one text with {named} places to fill."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Formatter

from babel.messages.pofile import read_po

_KEY_LINE = re.compile(r'^msgid "(.+)"$', re.MULTILINE)


class CatalogueError(Exception):
    """A text is missing, stands there twice, or cannot be filled. Ours to repair, never the reader's."""


class Catalogue:
    """Looks texts up by key. Immutable."""

    def __init__(self, lang: str, texts: Mapping[str, str]) -> None:
        self.lang = lang
        self._texts = dict(texts)

    def __contains__(self, key: object) -> bool:
        return key in self._texts

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def text(self, key: str, /, **values: object) -> str:
        """The text of `key`, filled. Raises CatalogueError when there is no such key or a value is missing."""
        try:
            return self._texts[key].format(**values) if key in self._texts else _missing(key, self.lang)
        except (KeyError, IndexError, ValueError, AttributeError) as error:
            raise CatalogueError(f"{self.lang}: {key} cannot be filled: {error!r}") from None

    def places(self, key: str) -> frozenset[str]:
        """Names of the places in the text of `key` that are to be filled."""
        text = self._texts[key] if key in self._texts else _missing(key, self.lang)
        return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


def _missing(key: str, lang: str) -> str:
    raise CatalogueError(f"{lang}: no text for {key}")


def languages() -> tuple[str, ...]:
    """Codes of the languages there are words for."""
    return tuple(sorted(one.name for one in files("locales").iterdir() if one.is_dir() and one.name.isalpha()))


@cache
def load_catalogue(lang: str) -> Catalogue:
    """All words of `lang`, read once for each process. Raises CatalogueError."""
    return read_catalogue(lang, files("locales") / lang)


def read_catalogue(lang: str, folder: Traversable) -> Catalogue:
    """The words in the .po files of `folder`. Raises CatalogueError for none, for a text twice, or for an empty one."""
    texts: dict[str, str] = {}
    sources = sorted((one for one in folder.iterdir() if one.name.endswith(".po")), key=lambda one: one.name)
    if not sources:
        raise CatalogueError(f"{lang}: no words in {folder}")
    for source in sources:
        for key, text in _read_file(source):
            if key in texts:
                raise CatalogueError(f"{source.name}: {key} stands there twice")
            texts[key] = text
    return Catalogue(lang, texts)


def _read_file(source: Traversable) -> Iterator[tuple[str, str]]:
    with source.open("rb") as file:
        entries = read_po(file, abort_invalid=True)
    for entry in entries:
        if not isinstance(entry.id, str) or not isinstance(entry.string, str):
            raise CatalogueError(f"{source.name}: {entry.id!r} has plural forms; Indonesian has one form")
        if entry.id and (not entry.string or entry.fuzzy):
            raise CatalogueError(f"{source.name}: {entry.id} has no finished text")
        if entry.id:
            yield entry.id, entry.string
    # Babel quietly joins two entries with one key, and the second text wins.
    keys = _KEY_LINE.findall(source.read_text(encoding="utf-8"))
    for key in {key for key in keys if keys.count(key) > 1}:
        raise CatalogueError(f"{source.name}: {key} stands there twice")
