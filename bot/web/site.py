"""The web application: whether the service is well, the simulator while it is on, and a friendly page otherwise."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from bot.catalogue import load_catalogue
from bot.channels.simulator import SimulatorChannel
from bot.web.figures import figure_routes
from bot.web.guard import GuardHeaders, TooLargeError
from bot.web.health import health_routes
from bot.web.media import media_routes
from bot.web.pages import Pages
from bot.web.provider import Provider, UnknownPhoneError, UnknownRegionError
from bot.web.reading import reading_routes
from bot.web.requests import LogRequests
from bot.web.simulator import RefusedError, simulator_routes

if TYPE_CHECKING:
    from bot.app import App


def make_site(app: App) -> FastAPI:
    """All pages of one running service. Nothing of the simulator is there when `app` has no such channel."""
    site = FastAPI(title="Kentongan", docs_url=None, redoc_url=None, openapi_url=None)
    site.add_middleware(GuardHeaders)
    site.add_middleware(LogRequests)
    pages = Pages(load_catalogue(app.settings.lang))
    _answer_errors(site, pages)
    site.include_router(health_routes(app))
    if app.settings.telegram_token:
        from bot.web.telegram_hook import telegram_routes  # here: its libraries take their time to load

        site.include_router(telegram_routes(app))
    if app.settings.twilio_account_sid:
        from bot.web.whatsapp_hook import whatsapp_routes  # as above

        site.include_router(whatsapp_routes(app))
    site.include_router(figure_routes(app.metrics, app.settings.metrics_token))
    site.include_router(media_routes(app, pages))
    site.mount("/static", StaticFiles(directory=str(files("bot.web") / "static")), name="static")
    channel = app.channels.get(SimulatorChannel.name)
    if isinstance(channel, SimulatorChannel):
        site.include_router(simulator_routes(app, Provider(app, channel), pages))
        site.include_router(reading_routes(app, pages, load_catalogue(app.settings.lang)))
    else:
        front = pages.service("web.front.title", "web.front.text")
        site.add_api_route("/", lambda: HTMLResponse(front), methods=["GET"], include_in_schema=False)
    return site


def _answer_errors(site: FastAPI, pages: Pages) -> None:
    nothing = pages.service("web.nothing.title", "web.nothing.text")

    def refused(status: int, key: str) -> JSONResponse:
        return JSONResponse({"error": key}, status_code=status)

    @site.exception_handler(RefusedError)
    async def on_refused(_request: Request, error: RefusedError) -> Response:
        return refused(error.status, error.key)

    @site.exception_handler(TooLargeError)
    async def on_too_large(_request: Request, _error: TooLargeError) -> Response:
        return refused(413, "too_large")

    @site.exception_handler(ClientDisconnect)
    async def on_hung_up(_request: Request, _error: ClientDisconnect) -> Response:
        """Nobody hears it; without this a caller who hangs up would look like a fault of ours in the log."""
        return refused(400, "hung_up")

    @site.exception_handler(UnknownPhoneError)
    async def on_unknown_phone(_request: Request, _error: UnknownPhoneError) -> Response:
        return refused(404, "unknown_phone")

    @site.exception_handler(UnknownRegionError)
    async def on_unknown_region(_request: Request, _error: UnknownRegionError) -> Response:
        return refused(404, "unknown_region")

    @site.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404 and "text/html" in request.headers.get("accept", ""):
            return HTMLResponse(nothing, status_code=404)
        key = {404: "not_found", 405: "not_allowed"}.get(error.status_code, "failed")
        return JSONResponse({"error": key}, status_code=error.status_code, headers=error.headers)
