"""What a bot posts: a form, a form with files, JSON or a query; all become the same names and values."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from python_multipart.multipart import parse_form

from tests.doubles.loopback import Call
from tests.doubles.telegram.refusal import bad


@dataclass(frozen=True)
class Upload:
    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Form:
    values: dict[str, Any]
    uploads: dict[str, Upload]

    def text(self, name: str) -> str:
        value = self.values.get(name, "")
        return value if isinstance(value, str) else json.dumps(value)

    def number(self, name: str, default: int | None = None) -> int | None:
        value = self.values.get(name)
        if value in (None, ""):
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad(f"can't parse {name}: it is no number") from None

    def structure(self, name: str) -> Any:
        """A JSON value; None when it was not given."""
        value = self.values.get(name)
        if value in (None, "") or not isinstance(value, str):
            return value or None
        try:
            return json.loads(value)
        except ValueError:
            raise bad(f"can't parse {name} JSON object") from None

    def file(self, name: str) -> Upload | str | None:
        """The bytes that came along, or the file_id or address that stands in their place."""
        if name in self.uploads:
            return self.uploads[name]
        return self.named(self.text(name))

    def named(self, value: str) -> Upload | str | None:
        if value.startswith("attach://"):
            upload = self.uploads.get(value.removeprefix("attach://"))
            if upload is None:
                raise bad(f"file {value} was not attached")
            return upload
        return value or None


def read_form(call: Call) -> Form:
    values: dict[str, Any] = dict(parse_qsl(call.query, keep_blank_values=True))
    uploads: dict[str, Upload] = {}
    kind = call.headers.get("content-type", "")
    if kind.startswith("multipart/form-data"):
        _read_parts(call, values, uploads)
    elif kind.startswith("application/json"):
        values |= json.loads(call.body or b"{}")
    elif call.body:
        values |= dict(parse_qsl(call.body.decode(), keep_blank_values=True))
    return Form(values, uploads)


def _read_parts(call: Call, values: dict[str, Any], uploads: dict[str, Upload]) -> None:
    def on_field(one: Any) -> None:
        values[one.field_name.decode()] = (one.value or b"").decode()

    def on_file(one: Any) -> None:
        one.file_object.seek(0)
        name = (one.file_name or b"").decode(errors="replace")
        uploads[one.field_name.decode()] = Upload(name, one.file_object.read())

    headers = {name.title(): value.encode() for name, value in call.headers.items()}
    parse_form(headers, io.BytesIO(call.body), on_field, on_file)
