"""What intake is measured against: an endpoint that checks the same signature and inserts one row, and does no more.

Written as one would write it in an afternoon: FastAPI, a plain function in its threadpool, SQLAlchemy Core.

    python benchmarks/intake_bare.py PORT DATABASE_URL
"""

from __future__ import annotations

import json
import sys
from typing import Annotated
from urllib.parse import parse_qsl

import uvicorn
from fastapi import Depends, FastAPI, Request, Response
from sqlalchemy import Column, Engine, Integer, MetaData, String, Table, Text, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from twilio.request_validator import RequestValidator

AUTH_TOKEN = "0" * 32
PUBLIC_URL = "https://kentongan.example"
PATH = "/hook/whatsapp"

metadata = MetaData()
bare_inbox = Table(
    "bare_inbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sid", String(64), nullable=False, unique=True),
    Column("raw", Text, nullable=False),
)


async def raw_body(request: Request) -> bytes:
    return await request.body()


def make_bare(engine: Engine) -> FastAPI:
    """Checks and stores what Twilio posts; 204 once it is committed, 403 without a good signature."""
    site = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    validator = RequestValidator(AUTH_TOKEN)
    insert = (sqlite if engine.dialect.name == "sqlite" else postgresql).insert(bare_inbox)
    once = insert.on_conflict_do_nothing(index_elements=["sid"])

    @site.post(PATH)
    def message(request: Request, raw: Annotated[bytes, Depends(raw_body)]) -> Response:
        form = dict(parse_qsl(raw.decode(), keep_blank_values=True))
        if not validator.validate(PUBLIC_URL + PATH, form, request.headers.get("x-twilio-signature", "")):
            return Response(status_code=403)
        with engine.begin() as connection:
            connection.execute(once, {"sid": form["MessageSid"], "raw": json.dumps(form)})
        return Response(status_code=204)

    return site


def open_engine(url: str) -> Engine:
    """The same care for the data as the service takes: a write-ahead log on SQLite, no waiting for a busy one."""
    engine = create_engine(url, pool_size=10)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def set_up(connection, _record) -> None:  # type: ignore[no-untyped-def]
            for pragma in ("busy_timeout = 10000", "journal_mode = WAL", "synchronous = NORMAL"):
                connection.execute(f"PRAGMA {pragma}")

    metadata.create_all(engine)
    return engine


if __name__ == "__main__":
    uvicorn.run(make_bare(open_engine(sys.argv[2])), port=int(sys.argv[1]), log_level="error", access_log=False)
