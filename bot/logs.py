"""Logs that tell what happened and where, never who or which words (`domain.md §7`)."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

PERSONAL = frozenset(
    {"address", "answers", "body", "caption", "code", "contact", "email", "facts", "from_", "message", "name", "note"}
    | {"number", "phone", "point", "profile_name", "raw", "safe_contact", "says", "sender", "state", "story", "subject"}
    | {"text", "to", "token", "url", "user", "values", "words"}
)
"""Keys whose values may be somebody's words, name or number, or a secret; ids and counts are what a log needs."""
WITHHELD = "[withheld]"

Event = MutableMapping[str, Any]


def set_up_logs(out: TextIO | None = None, *, level: int = logging.INFO) -> None:
    """One line for each event on `out` (default: the error stream): for eyes on a terminal, else JSON."""
    target = out or sys.stderr
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,  # the request or the turn during which it happened
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        place_of_exception,
        withhold,
    ]
    renderer = (
        structlog.dev.ConsoleRenderer() if target.isatty() else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(target),
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            use_get_message=False,  # a library's line without what fills it, which is nothing we have looked at
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    # Their ordinary lines hold addresses with tokens and numbers in them, or say nothing to an operator.
    for library in ("httpx", "httpcore", "telegram", "twilio", "urllib3", "apscheduler", "alembic", "uvicorn"):
        logging.getLogger(library).setLevel(logging.WARNING)


def withhold(_logger: Any, _method: str, event: Event) -> Event:
    """Values under personal keys never reach a log, whatever a caller passes."""
    return {key: WITHHELD if key in PERSONAL else value for key, value in event.items()}


def place_of_exception(_logger: Any, _method: str, event: Event) -> Event:
    """An exception becomes its class and where it was raised: its message may quote what somebody wrote."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error"] = place_of(error)
    return event


def place_of(error: BaseException) -> str:
    """`ValueError at bot.turn:41`: the class and the innermost line, without a word of the message."""
    frames = list(traceback.walk_tb(error.__traceback__))
    if not frames:
        return type(error).__name__
    frame, line = frames[-1]
    return f"{type(error).__name__} at {frame.f_globals.get('__name__', '?')}:{line}"
