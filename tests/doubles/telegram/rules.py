"""What one call may hold (Bot API 10.1, `platform.md §1`). Raises Refusal in Telegram's words."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import urlsplit

from tests.doubles.telegram.refusal import bad

TEXT = 4096
CAPTION = 1024
CALLBACK_DATA = 64
CALLBACK_ANSWER = 200
BUTTONS = 100
ENTITIES = 100
UPLOAD = 50 * 1024 * 1024
PHOTO = 10 * 1024 * 1024
DOWNLOAD = 20 * 1024 * 1024
ALBUM = range(2, 11)
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
WEBHOOK_PORTS = (443, 80, 88, 8443)

_TAG = re.compile(r"</?(?:b|strong|i|em|u|ins|s|strike|del|code|pre|blockquote|a|tg-spoiler)(?:\s[^<>]*)?>")
_ACTIONS = (
    "callback_data",
    "url",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "copy_text",
    "pay",
)


def length(text: str) -> int:
    """In UTF-16 units, the strictest of the ways in which clients and servers count."""
    return len(text.encode("utf-16-le")) // 2


def plain(text: str, parse_mode: str) -> str:
    """What is left after parsing entities."""
    if not parse_mode:
        return text
    if parse_mode.lower() != "html":
        raise bad(f"this double does not read parse_mode {parse_mode}")
    bare = _TAG.sub("", text)
    if "<" in bare or re.search(r"&(?!lt;|gt;|amp;|quot;|#\d+;)", bare):
        raise bad("can't parse entities: unsupported start tag or bare &")
    return html.unescape(bare)


def check_text(text: str) -> str:
    if not text.strip():
        raise bad("message text is empty")
    if length(text) > TEXT:
        raise bad("message is too long")
    return text


def check_caption(caption: str) -> str:
    if length(caption) > CAPTION:
        raise bad("message caption is too long")
    return caption


def check_markup(markup: Any) -> None:
    if markup is None:
        return
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" in markup:
        _check_inline(markup["inline_keyboard"])
    elif "keyboard" in markup:
        _check_keyboard(markup["keyboard"])
    elif not (markup.get("remove_keyboard") or markup.get("force_reply")):
        raise bad("unknown kind of reply markup")


def _check_inline(rows: Any) -> None:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad("inline keyboard must be an Array of Array")
    if sum(len(row) for row in rows) > BUTTONS:
        raise bad("REPLY_MARKUP_TOO_LONG")
    for row in rows:
        for button in row:
            _check_button(button)


def _check_button(button: dict[str, Any]) -> None:
    if not str(button.get("text", "")).strip():
        raise bad('can\'t parse inline keyboard button: Field "text" must be non-empty')
    actions = [name for name in _ACTIONS if name in button]
    if not actions:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad(f"can't parse inline keyboard button: more than one of {', '.join(actions)}")
    if "callback_data" in button and not 1 <= len(str(button["callback_data"]).encode()) <= CALLBACK_DATA:
        raise bad("BUTTON_DATA_INVALID")
    if "url" in button:
        _check_url(str(button["url"]))


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    web = parts.scheme in ("http", "https") and "." in (parts.hostname or "")
    if not web and parts.scheme not in ("tg", "tel"):
        raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _check_keyboard(rows: Any) -> None:
    if not isinstance(rows, list) or not any(rows):
        raise bad("keyboard must be a non-empty Array of Array")
    for row in rows:
        for button in row:
            label = button.get("text", "") if isinstance(button, dict) else button
            if not str(label).strip():
                raise bad("keyboard button text is empty")


def check_upload(kind: str, size: int) -> None:
    if size == 0:
        raise bad("file must be non-empty")
    if size > (PHOTO if kind == "photo" else UPLOAD):
        raise bad("too big for a photo" if kind == "photo" else "Request Entity Too Large")


def check_webhook(url: str, secret: str, connections: int) -> None:
    parts = urlsplit(url)
    at_home = parts.hostname == "127.0.0.1"
    if parts.scheme != "https" and not at_home:
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if (parts.port or 443) not in WEBHOOK_PORTS and not at_home:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if secret and not SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    if not 1 <= connections <= 100:
        raise bad("max_connections must be from 1 to 100")


def check_commands(commands: Any) -> None:
    if not isinstance(commands, list) or len(commands) > 100:
        raise bad("expected an Array of BotCommand")
    for one in commands:
        if not COMMAND.fullmatch(str(one.get("command", ""))):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= length(str(one.get("description", ""))) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
