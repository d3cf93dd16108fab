"""Whatever is passed to a log, nobody's words, name or number come out of it."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest
import structlog

from bot.logs import PERSONAL, WITHHELD, place_of, set_up_logs

WORDS = "tolong suami saya mengamuk"


@pytest.fixture
def log(own_logs: None) -> io.StringIO:
    out = io.StringIO()
    set_up_logs(out)
    return out


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def fail() -> None:
    raise ValueError(WORDS)


def test_an_event_with_ids_and_counts(log: io.StringIO) -> None:
    structlog.get_logger().info("turn.done", person=7, messages=2)
    [line] = lines(log)
    assert (line["event"], line["person"], line["messages"], line["level"]) == ("turn.done", 7, 2, "info")


@pytest.mark.parametrize("key", sorted(PERSONAL))
def test_personal_values_are_withheld(log: io.StringIO, key: str) -> None:
    structlog.get_logger().warning("odd", **{key: WORDS})
    assert lines(log)[0][key] == WITHHELD
    assert WORDS not in log.getvalue()


def test_an_exception_is_told_by_class_and_place(log: io.StringIO) -> None:
    try:
        fail()
    except ValueError:
        structlog.get_logger().exception("turn.failed", inbox=3)
    [line] = lines(log)
    assert line["error"].startswith("ValueError at tests.test_logs:")
    assert WORDS not in log.getvalue()


def test_a_library_s_line_is_shown_without_what_fills_it(log: io.StringIO) -> None:
    logging.getLogger("another.package").warning("could not send to %s", WORDS)
    try:
        fail()
    except ValueError:
        logging.getLogger("another.package").exception("broken: %s", WORDS)
    first, second = lines(log)
    assert first["event"] == "could not send to %s"
    assert second["error"].startswith("ValueError at tests.test_logs:")
    assert WORDS not in log.getvalue()


@pytest.mark.parametrize("library", ["httpx", "telegram.ext", "twilio.http_client"])
def test_addresses_with_tokens_are_not_logged(log: io.StringIO, library: str) -> None:
    logging.getLogger(library).info("HTTP Request: POST https://api.example/bot123:token/sendMessage")
    assert log.getvalue() == ""


def test_a_place_without_a_traceback() -> None:
    assert place_of(KeyError(WORDS)) == "KeyError"
