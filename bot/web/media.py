"""`/m/<token>`: one file for whoever holds its link; everything else is one and the same friendly page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from bot.catalogue import load_catalogue
from bot.media_links import PATH
from bot.media_types import EXTENSIONS
from bot.store.database import reading
from bot.store.keys import KeyLostError
from bot.store.media_views import file_for
from bot.store.revoking import has_a_way
from bot.web.pages import Pages

if TYPE_CHECKING:
    from bot.app import App

_PRIVATE = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}


def media_routes(app: App, pages: Pages) -> APIRouter:
    """GET and HEAD; providers ask for the headers before they fetch a file (`platform.md §3`)."""
    routes = APIRouter(include_in_schema=False)
    gone = pages.service("media.gone.title", "media.gone.text")
    words = load_catalogue(app.settings.lang)

    def file(token: str) -> Response:
        link = app.links.read(token, app.clock.now())
        if link is None:
            return _gone(gone)
        with reading(app.engine) as connection:
            lost = link.for_person is not None and not has_a_way(connection, link.for_person)
            found = None if lost else file_for(connection, link.attachment_id, link.for_person)
        small = link.small and found is not None and found.media_type.startswith("image/")
        if found is None or found.media_type not in EXTENSIONS:
            return _gone(gone)
        try:
            content = app.media.load(found.ref, small=small)
        except (FileNotFoundError, KeyLostError):
            return _gone(gone)
        extension = EXTENSIONS[found.media_type]
        called = words.text("media.file_name", number=link.attachment_id, extension=extension)
        name = f"{found.title}.{extension}" if found.title else called
        disposition = {"Content-Disposition": f'inline; filename="{name}"'}
        return Response(content, media_type=found.media_type, headers={**_PRIVATE, **disposition})

    routes.add_api_route(f"{PATH}{{token}}", file, methods=["GET", "HEAD"])
    return routes


def _gone(page: str) -> Response:
    return HTMLResponse(page, status_code=404, headers=_PRIVATE)
