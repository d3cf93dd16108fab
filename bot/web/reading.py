"""The page that shows how a message is read and which words decided; only there while the simulator is on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool

from bot.catalogue import Catalogue
from bot.web.guard import from_another_site, read_body
from bot.web.pages import Pages
from routing.explain import Explanation
from routing.model import FIELD_OF, Kind, Role, Understanding

if TYPE_CHECKING:
    from bot.app import App

MOST = 256 * 1024


class Typed(BaseModel):
    """What somebody typed into the page."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(max_length=60_000)]


def reading_routes(app: App, pages: Pages, words: Catalogue) -> APIRouter:
    """Nothing that is typed here is kept."""
    router = APIRouter()
    page = pages.reading()

    async def read(request: Request) -> JSONResponse:
        if from_another_site(request):
            return JSONResponse({"error": "other_site"}, status_code=403)
        try:
            typed = Typed.model_validate_json(await read_body(request, MOST))
        except ValidationError:
            return JSONResponse({"error": "bad_request"}, status_code=422)
        explained = await run_in_threadpool(app.reader.explain, typed.text, role=Role.RESIDENT)
        return JSONResponse(shown(explained, words))

    router.add_api_route("/bacaan", lambda: HTMLResponse(page), methods=["GET"], include_in_schema=False)
    router.add_api_route("/api/simulator/reading", read, methods=["POST"], include_in_schema=False)
    return router


def shown(explained: Explanation, words: Catalogue) -> dict[str, Any]:
    """For the script, in words: what was made of it, the words that decided with their weight, the likeliest first."""
    read = explained.read
    first = explained.first if read.kind is Kind.REPORT else ()
    return {
        "kind": words.text(f"web.reading.kind.{read.kind}"),
        "facts": [{"name": words.text(f"web.reading.{name}"), "value": value} for name, value in _facts(read, words)],
        "parts": list(_parts(explained)),
        "first": [
            {
                "name": words.text(f"category.{category}"),
                "field": words.text(f"field.{FIELD_OF[category]}"),
                "score": round(100 * score),
            }
            for category, score in first
        ],
    }


def _facts(read: Understanding, words: Catalogue) -> Iterator[tuple[str, str]]:
    yes, no = words.text("web.reading.yes"), words.text("web.reading.no")
    yield "urgent", yes if read.urgent else no
    yield "restricted", yes if read.restricted else no
    yield "place", read.place.name if read.place else "–"
    yield "rt", " / ".join(filter(None, (read.rt, read.rw))) or "–"
    if read.cases:
        yield "cases", str(len(read.cases))


def _parts(explained: Explanation) -> Iterator[dict[str, Any]]:
    """The text in pieces: those that decided carry a weight from 1 to 4."""
    end = 0
    for word in explained.words:
        if word.start < end:
            continue
        yield {"text": explained.text[end : word.start], "weight": 0}
        yield {"text": explained.text[word.start : word.end], "weight": max(1, round(word.weight * 4))}
        end = word.end
    yield {"text": explained.text[end:], "weight": 0}
