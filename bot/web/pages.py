"""The HTML pages. Every word comes from the catalogue; what the scripts need of it travels inside the page."""

from __future__ import annotations

import json
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.catalogue import Catalogue

OURS = "web."

_HARMLESS = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


class Pages:
    """Templates filled with the words of one language."""

    def __init__(self, catalogue: Catalogue) -> None:
        loader = PackageLoader("bot.web")
        self._templates = Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._catalogue = catalogue

    def simulator(self, *, movable: bool = True) -> str:
        return self._fill("simulator.html", words=_inline_json(self._words()), movable=movable)

    def reading(self) -> str:
        """The page that shows which words decided."""
        return self._fill("reading.html")

    def service(self, title: str, text: str) -> str:
        """A page that only says one thing; both are keys."""
        return self._fill("service.html", title=title, text=text)

    def _fill(self, name: str, **values: Any) -> str:
        return self._templates.get_template(name).render(t=self._catalogue.text, lang=self._catalogue.lang, **values)

    def _words(self) -> dict[str, str]:
        """Our part of the catalogue with its {places} left open: the scripts fill them."""
        ours = (key for key in self._catalogue if key.startswith(OURS))
        return {key: self._catalogue.text(key, **self._open_places(key)) for key in ours}

    def _open_places(self, key: str) -> dict[str, str]:
        return {name: f"{{{name}}}" for name in self._catalogue.places(key)}


def _inline_json(value: object) -> Markup:
    """JSON that cannot end the script element it stands in."""
    text = json.dumps(value, ensure_ascii=False)
    return Markup("".join(_HARMLESS.get(letter, letter) for letter in text))  # noqa: S704 - escaped just above
