"""Chats, messages and files as Telegram keeps them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import count
from typing import Any


@dataclass
class Chat:
    """`id` of a private chat is the person's; a group has a negative one."""

    id: int
    name: str = "Contoh"
    blocked: bool = False
    messages: list[Message] = field(default_factory=list, repr=False)
    """All of both sides, oldest first."""

    @property
    def private(self) -> bool:
        return self.id > 0

    def as_json(self) -> dict[str, Any]:
        if self.private:
            return {"id": self.id, "type": "private", "first_name": self.name}
        return {"id": self.id, "type": "supergroup", "title": self.name}

    def as_user(self) -> dict[str, Any]:
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": "id"}


@dataclass(frozen=True)
class KeptFile:
    """`size` may be told larger than the bytes that are kept."""

    id: str
    kind: str
    content: bytes = field(repr=False)
    size: int
    name: str
    media_type: str

    @property
    def unique_id(self) -> str:
        return sha256(self.content + str(self.size).encode()).hexdigest()[:16]

    @property
    def path(self) -> str:
        return f"{self.kind}s/{self.id}"


@dataclass
class Message:
    """One message of a chat, from the bot or a person. `markups` are all keyboards it ever had, oldest first."""

    id: int
    chat: Chat
    at: datetime
    by_bot: bool
    method: str = ""
    text: str = ""
    markups: list[dict[str, Any] | None] = field(default_factory=list)
    files: list[KeptFile] = field(default_factory=list)
    payload: dict[str, Any] = field(default_factory=dict)
    album: str = ""
    deleted: bool = False

    @property
    def markup(self) -> dict[str, Any] | None:
        return self.markups[-1] if self.markups else None

    @property
    def buttons(self) -> list[dict[str, Any]]:
        """The buttons under the message now."""
        return buttons_of(self.markup)

    @property
    def labels(self) -> list[str]:
        return [button["text"] for button in self.buttons]

    def button(self, wanted: str, *, even_if_gone: bool = False) -> dict[str, Any]:
        """The button with this label or callback data. Raises LookupError when it does not stand there (any more)."""
        shown = self.markups if even_if_gone else self.markups[-1:]
        for markup in reversed(shown):
            for button in buttons_of(markup):
                if wanted in (button["text"], button.get("callback_data")):
                    return button
        raise LookupError(f"no button {wanted!r} under message {self.id}")

    def as_json(self, bot: dict[str, Any]) -> dict[str, Any]:
        shown = {"message_id": self.id, "chat": self.chat.as_json(), "date": int(self.at.timestamp()), **self.payload}
        if self.by_bot:
            shown["from"] = bot
        if self.markup and "inline_keyboard" in self.markup:
            shown["reply_markup"] = self.markup
        return shown


def buttons_of(markup: dict[str, Any] | None) -> list[dict[str, Any]]:
    return [button for row in (markup or {}).get("inline_keyboard", []) for button in row]


@dataclass
class World:
    """Everything Telegram knows about one bot."""

    bot: dict[str, Any]
    chats: dict[int, Chat] = field(default_factory=dict)
    messages: dict[tuple[int, int], Message] = field(default_factory=dict)
    files: dict[str, KeptFile] = field(default_factory=dict)
    commands: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    _ids: Any = field(default_factory=lambda: count(1))

    def add(self, chat: Chat, at: datetime, *, by_bot: bool, **fields: Any) -> Message:
        message = Message(next(self._ids), chat, at, by_bot, **fields)
        self.messages[chat.id, message.id] = message
        chat.messages.append(message)
        return message

    def keep(
        self, kind: str, content: bytes, *, size: int | None = None, name: str = "", media_type: str = ""
    ) -> KeptFile:
        file_id = f"{kind}-{next(self._ids)}"
        file = KeptFile(file_id, kind, content, len(content) if size is None else size, name, media_type)
        self.files[file_id] = file
        return file


def file_fields(file: KeptFile) -> dict[str, Any]:
    """The fields of a message that carries this file."""
    common = {"file_id": file.id, "file_unique_id": file.unique_id, "file_size": file.size}
    match file.kind:
        case "photo":
            small = {**common, "file_unique_id": f"{file.unique_id}s", "width": 90, "height": 60, "file_size": 900}
            return {"photo": [small, {**common, "width": 1280, "height": 853}]}
        case "voice" | "audio":
            return {file.kind: {**common, "duration": 4, "mime_type": file.media_type or "audio/ogg"}}
        case "video":
            return {"video": {**common, "width": 640, "height": 360, "duration": 5, "mime_type": "video/mp4"}}
        case "video_note":
            return {"video_note": {**common, "length": 240, "duration": 5}}
        case "sticker":
            return {"sticker": {**common, "type": "regular", "width": 512, "height": 512, "emoji": "🙂"}}
        case _:
            named = {"file_name": file.name, "mime_type": file.media_type or "application/octet-stream"}
            return {"document": {**common, **named}}
