"""What people do on their phones. Every action becomes an update that waits to be delivered."""

from __future__ import annotations

from itertools import count
from typing import Any

from tests.doubles.telegram.methods import Methods
from tests.doubles.telegram.updates import Update, Updates
from tests.doubles.telegram.world import Chat, KeptFile, Message, World, file_fields

PHOTO = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")
"""As much of a JPEG as its first and last bytes."""
VIDEO = b"\0\0\0\x18ftypmp42"


class People:
    """`chat` is the number of a person, or of a group when `by` tells who of it acts."""

    world: World
    updates: Updates
    methods: Methods
    _presses = count(1)

    def add_chat(self, chat: int, name: str = "Contoh") -> Chat:
        """Somebody whom the bot may write to, although they have not written."""
        return self.world.chats.setdefault(chat, Chat(chat, name))

    def user_says(self, chat: int, text: str, *, reply_to: int | None = None, by: int | None = None) -> Message:
        command = text.split()[0] if text.startswith("/") else ""
        entities = [{"type": "bot_command", "offset": 0, "length": len(command)}] if command else []
        return self._write(chat, {"text": text, **({"entities": entities} if entities else {})}, reply_to, by, text)

    def user_edits(self, message: Message, text: str) -> None:
        message.text = text
        edited = int(self.updates.now().timestamp())
        message.payload = {**message.payload, "text": text, "edit_date": edited}
        self.updates.add("edited_message", message.as_json(self.world.bot), message.chat.id)

    def user_taps(self, chat: int, message_id: int, button: str, *, even_if_gone: bool = False) -> Update | None:
        """Presses the button with this label or data; with `even_if_gone` one that was edited away meanwhile."""
        message = self.world.messages[chat, message_id]
        pressed = message.button(button, even_if_gone=even_if_gone)
        if "callback_data" not in pressed:
            raise LookupError(f"{button!r} opens a page and tells the bot nothing")
        now = self.updates.now()
        query = f"press-{next(self._presses)}"
        self.methods.queries[query] = now
        gone = {"chat": message.chat.as_json(), "message_id": message.id, "date": 0}
        person = self.world.chats[chat]
        body = {
            "id": query,
            "from": person.as_user(),
            "message": gone if message.deleted else message.as_json(self.world.bot),
            "chat_instance": f"instance-{chat}",
            "data": pressed["callback_data"],
        }
        return self.updates.add("callback_query", body, person.id)

    def user_sends_photo(self, chat: int, content: bytes = PHOTO, caption: str = "", **more: Any) -> Message:
        return self._send(chat, self.world.keep("photo", content, media_type="image/jpeg", **more), caption)

    def user_sends_album(self, chat: int, contents: list[bytes], caption: str = "") -> list[Message]:
        album = f"in-album-{len(self.world.messages)}"
        kept = [self.world.keep("photo", content, media_type="image/jpeg") for content in contents]
        words = [caption, *[""] * (len(kept) - 1)]
        return [self._send(chat, file, text, album) for file, text in zip(kept, words, strict=True)]

    def user_sends_voice(self, chat: int, content: bytes = b"OggS\0", **more: Any) -> Message:
        return self._send(chat, self.world.keep("voice", content, media_type="audio/ogg", **more))

    def user_sends_video(self, chat: int, content: bytes = VIDEO, caption: str = "", **more: Any) -> Message:
        return self._send(chat, self.world.keep("video", content, media_type="video/mp4", **more), caption)

    def user_sends_video_note(self, chat: int, content: bytes = VIDEO) -> Message:
        return self._send(chat, self.world.keep("video_note", content, media_type="video/mp4"))

    def user_sends_sticker(self, chat: int, *, animated: bool = False) -> Message:
        message = self._send(chat, file := self.world.keep("sticker", b"RIFF\0\0\0\0WEBP"), deliver=False)
        sticker = {**file_fields(file)["sticker"], "is_animated": animated, "is_video": False}
        message.payload = {**message.payload, "sticker": sticker}
        self.updates.add("message", message.as_json(self.world.bot), chat)
        return message

    def user_sends_document(
        self, chat: int, content: bytes, name: str = "contoh.pdf", media_type: str = "application/pdf", **more: Any
    ) -> Message:
        return self._send(chat, self.world.keep("document", content, name=name, media_type=media_type, **more))

    def user_sends_location(self, chat: int, latitude: float, longitude: float) -> Message:
        return self._write(chat, {"location": {"latitude": latitude, "longitude": longitude}})

    def user_sends_contact(self, chat: int, phone: str, *, own: bool = True) -> Message:
        contact: dict[str, Any] = {"phone_number": phone, "first_name": "Contoh"}
        return self._write(chat, {"contact": contact | ({"user_id": chat} if own else {})})

    def user_blocks(self, chat: int, *, blocked: bool = True) -> None:
        person = self.add_chat(chat)
        person.blocked = blocked
        before, after = ("member", "kicked") if blocked else ("kicked", "member")
        change = {
            "chat": person.as_json(),
            "from": person.as_user(),
            "date": int(self.updates.now().timestamp()),
            "old_chat_member": {"user": self.world.bot, "status": before, "until_date": 0},
            "new_chat_member": {"user": self.world.bot, "status": after, "until_date": 0},
        }
        self.updates.add("my_chat_member", change, chat)

    def user_deletes(self, chat: int, message_id: int) -> None:
        """Nobody tells the bot."""
        self.world.messages[chat, message_id].deleted = True

    def _send(self, chat: int, file: KeptFile, caption: str = "", album: str = "", *, deliver: bool = True) -> Message:
        payload = {**file_fields(file), **({"caption": caption} if caption else {})}
        payload |= {"media_group_id": album} if album else {}
        return self._write(chat, payload, text=caption, files=[file], deliver=deliver)

    def _write(
        self,
        chat: int,
        payload: dict[str, Any],
        reply_to: int | None = None,
        by: int | None = None,
        text: str = "",
        *,
        files: list[KeptFile] | None = None,
        deliver: bool = True,
    ) -> Message:
        where = self.add_chat(chat)
        writer = self.add_chat(by or chat).as_user()
        if reply_to is not None:
            payload = {**payload, "reply_to_message": self.world.messages[chat, reply_to].as_json(self.world.bot)}
        payload = {**payload, "from": writer}
        message = self.world.add(where, self.updates.now(), by_bot=False, text=text, payload=payload, files=files or [])
        if deliver:
            self.updates.add("message", message.as_json(self.world.bot), chat)
        return message
