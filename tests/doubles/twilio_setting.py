"""What the tests of the Twilio double have in common: people, a webhook that keeps what it was told, short calls."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import httpx

from tests.doubles.delivery import Reply
from tests.doubles.twilio import TwilioDouble

PERSON = "+6281200000011"
STRANGER = "+6281200000012"
HIDDEN = "ID.4566546130240823"
START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HOOK = "https://lapor.example/whatsapp"
QUESTION = {
    "body": "Apakah laporan ini benar?",
    "actions": [{"title": "Ya", "id": "ya"}, {"title": "Tidak", "id": "tidak"}],
}


class Bell:
    """A webhook that keeps what it was told, and answers as it is told to."""

    def __init__(self) -> None:
        self.heard: list[dict[str, str]] = []
        self.calls: list[tuple[str, Mapping[str, str], bytes]] = []
        self.answers: list[Reply | OSError] = []

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        self.calls.append((url, headers, body))
        answer = self.answers.pop(0) if self.answers else Reply(204)
        if isinstance(answer, OSError):
            raise answer
        if answer.good:
            self.heard.append(dict(parse_qsl(body.decode(), keep_blank_values=True)))
        return answer


def path(twilio: TwilioDouble) -> str:
    return f"/2010-04-01/Accounts/{twilio.account}/Messages.json"


def post(twilio: TwilioDouble, http: httpx.Client, **fields: Any) -> httpx.Response:
    usual = {"To": f"whatsapp:{PERSON}", "From": twilio.sender, "Body": "kabar"}
    values = {name: value for name, value in {**usual, **fields}.items() if value is not None}
    return http.post(path(twilio), data=values)


def content(http: httpx.Client, kind: str = "quick-reply", form: Any = None, **more: Any) -> httpx.Response:
    types = {f"twilio/{kind}": QUESTION if form is None else form, "twilio/card": None}
    return http.post("/v1/Content", json={"language": "id", "types": types, **more})
