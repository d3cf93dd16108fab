"""Twilio's own description of its API, cut down to what we call, with the gaps closed that let anything through.

As shipped the description says nothing of the length of a body, the form of an address, or that there must be something
to send; and Prism needs to be told how a form writes a list (`platform.md §6`).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

API, CONTENT = "twilio_api_v2010.json", "twilio_content_v1.json"
MESSAGES = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
MEDIA = "/2010-04-01/Accounts/{AccountSid}/Messages/{MessageSid}/Media.json"
RAW_MEDIA = "/2010-04-01/Accounts/{AccountSid}/Messages/{MessageSid}/Media/{Sid}"
FORM = "application/x-www-form-urlencoded"
TO = r"^whatsapp:(\+[1-9]\d{6,14}|[A-Z]{2}\.[A-Za-z0-9]{1,128})$"
ADDED = (
    "Body: at most 1600 characters",
    "To: a WhatsApp address, by number or by user id",
    "one of Body, ContentSid and MediaUrl must be there",
    "MediaUrl and PersistentAction: lists, as forms write them",
    "the raw bytes of a file, which the description leaves out",
    "links to the pages of a list are paths, which the description takes for whole addresses",
)


def patched(folder: Path, *, lists: bool) -> dict[str, Any]:
    """One description of the Messages and the Content API, from the folder with Twilio's files.

    Without `lists` there is none of messages: Prism would make up people who wrote to us.
    """
    api = json.loads((folder / API).read_text(encoding="utf-8"))
    content = json.loads((folder / CONTENT).read_text(encoding="utf-8"))
    api["paths"] = {path: one for path, one in api["paths"].items() if "/Messages" in path} | content["paths"]
    for kind, parts in content["components"].items():
        api["components"].setdefault(kind, {}).update(parts)
    for one in api["paths"].values():
        one.pop("servers", None)
    for path in (MESSAGES, MEDIA):
        _relative_links(api["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"])
    if not lists:
        del api["paths"][MESSAGES]["get"]
    _tighten(api["paths"][MESSAGES]["post"]["requestBody"]["content"][FORM])
    api["paths"][RAW_MEDIA] = _raw_media()
    return dict(api)


def _tighten(form: dict[str, Any]) -> None:
    schema, listed = form["schema"], {"style": "form", "explode": True, "allowReserved": True}
    schema["properties"]["Body"]["maxLength"] = 1600
    schema["properties"]["To"] |= {"pattern": TO}
    schema["anyOf"] = [{"required": [name]} for name in ("Body", "ContentSid", "MediaUrl")]
    form["encoding"] = {"MediaUrl": listed, "PersistentAction": listed}


def _relative_links(schema: dict[str, Any]) -> None:
    """Twilio's lists link to their pages by path, which is no whole URI."""
    for name, one in schema["properties"].items():
        if name == "uri" or name.endswith("_page_uri"):
            one.pop("format", None)


def _raw_media() -> dict[str, Any]:
    names = ("AccountSid", "MessageSid", "Sid")
    where = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
    bytes_elsewhere = {"description": "a redirection to where the bytes are"}
    return {
        "parameters": where,
        "get": {"responses": {"default": bytes_elsewhere}},
        "delete": {"responses": {"204": {"description": "deleted"}}},
    }
