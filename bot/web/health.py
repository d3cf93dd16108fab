"""Whether the service is well, for who watches it: one short word in a few milliseconds, and nothing about anybody."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.store.database import reading
from bot.store.figures import inbox_backlog
from bot.store.migrate import DatabaseNotReadyError, require_current

if TYPE_CHECKING:
    from bot.app import App

LONGEST_WAIT = timedelta(minutes=5)
"""For a message that could be handled; a turn that fails is tried again much sooner."""


def health_routes(app: App) -> APIRouter:
    """`/health`: the database answers; `/health/live`: the process does; `/health/ready`: messages are handled too."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/health", lambda: _answer(_database(app)), methods=["GET"])
    routes.add_api_route("/health/live", lambda: _answer(None), methods=["GET"])
    routes.add_api_route("/health/ready", lambda: _answer(_ready(app)), methods=["GET"])
    return routes


def _answer(wrong: str | None) -> JSONResponse:
    return JSONResponse({"status": wrong or "ok"}, status_code=503 if wrong else 200)


def _database(app: App) -> str | None:
    try:
        with reading(app.engine) as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return "database"
    return None


def _ready(app: App) -> str | None:
    """The first thing that is wrong: database, migrations, workers or inbox."""
    try:
        require_current(app.engine)
        with reading(app.engine) as connection:
            waiting = inbox_backlog(connection, app.clock.now())
    except DatabaseNotReadyError:
        return "migrations"
    except SQLAlchemyError:
        return "database"
    if not app.at_work:
        return "workers"
    return "inbox" if waiting.seconds > LONGEST_WAIT.total_seconds() else None
