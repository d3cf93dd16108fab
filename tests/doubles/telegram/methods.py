"""The methods of the Bot API that a bot like ours calls. Each takes a form and gives back the `result`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.doubles.telegram import rules
from tests.doubles.telegram.forms import Form, Upload
from tests.doubles.telegram.rates import Rates
from tests.doubles.telegram.refusal import Refusal, bad
from tests.doubles.telegram.updates import PRESS_LIVES, Updates
from tests.doubles.telegram.world import Chat, KeptFile, Message, World, file_fields

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
FILES = {
    "sendPhoto": "photo",
    "sendDocument": "document",
    "sendVoice": "voice",
    "sendVideo": "video",
    "sendAudio": "audio",
    "sendVideoNote": "video_note",
    "sendSticker": "sticker",
}
LINK_LIVES = timedelta(hours=1)


class Methods:
    """`queries` are the presses of buttons that were not answered yet, with the time of each."""

    def __init__(self, world: World, updates: Updates, rates: Rates) -> None:
        self.world = world
        self.updates = updates
        self.rates = rates
        self.queries: dict[str, Any] = {}
        self.answered: list[tuple[str, str]] = []
        self.links: dict[str, tuple[KeptFile, Any]] = {}

    def call(self, method: str, form: Form) -> Any:
        """Raises Refusal."""
        if method in FILES:
            return self._send_file(method, FILES[method], form)
        known: dict[str, Callable[[Form], Any]] = {
            "getMe": lambda _: self.world.bot,
            "sendMessage": self._send_message,
            "sendMediaGroup": self._send_album,
            "sendLocation": self._send_location,
            "sendChatAction": lambda form: bool(self._chat(form)),
            "editMessageText": self._edit_text,
            "editMessageCaption": self._edit_caption,
            "editMessageReplyMarkup": self._edit_markup,
            "deleteMessage": self._delete,
            "answerCallbackQuery": self._answer_press,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._webhook_info,
            "setMyCommands": self._set_commands,
            "getMyCommands": lambda form: self.world.commands.get(_scope(form), []),
            "deleteMyCommands": self._delete_commands,
            "setMyDescription": lambda form: rules.length(form.text("description")) <= 512,
            "setMyShortDescription": lambda form: rules.length(form.text("short_description")) <= 120,
            "getFile": self._get_file,
            "getChat": lambda form: self._chat(form).as_json(),
            "leaveChat": lambda form: bool(self._chat(form)),
        }
        if method not in known:
            raise Refusal(404, "Not Found: method not found")
        return known[method](form)

    # --- sending ------------------------------------------------------------------------------------------------------

    def _chat(self, form: Form) -> Chat:
        chat = self.world.chats.get(form.number("chat_id") or 0)
        if chat is None:
            raise bad("chat not found")
        return chat

    def _may_send(self, form: Form) -> Chat:
        chat = self._chat(form)
        if chat.blocked:
            words = "bot was blocked by the user" if chat.private else "bot was kicked from the supergroup chat"
            raise Refusal(403, f"Forbidden: {words}", fault=False)
        return chat

    def _replied(self, form: Form, chat: Chat) -> dict[str, Any]:
        reply = form.structure("reply_parameters") or {}
        number = reply.get("message_id") or form.number("reply_to_message_id")
        if not number:
            return {}
        message = self.world.messages.get((chat.id, int(number)))
        if message is not None and not message.deleted:
            return {"reply_to_message": message.as_json(self.world.bot)}
        if reply.get("allow_sending_without_reply"):
            return {}
        raise bad("message to be replied not found")

    def _sent(self, form: Form, chat: Chat, method: str, **fields: Any) -> dict[str, Any]:
        markup = form.structure("reply_markup")
        rules.check_markup(markup)
        payload = {**fields.pop("payload", {}), **self._replied(form, chat)}
        self.rates.check(chat.id, self.updates.now())
        message = self.world.add(
            chat, self.updates.now(), by_bot=True, method=method, markups=[markup], payload=payload, **fields
        )
        return message.as_json(self.world.bot)

    def _send_message(self, form: Form) -> Any:
        chat = self._may_send(form)
        text = rules.check_text(rules.plain(form.text("text"), form.text("parse_mode")))
        return self._sent(form, chat, "sendMessage", text=text, payload={"text": text})

    def _send_location(self, form: Form) -> Any:
        chat = self._may_send(form)
        point = {name: float(form.text(name)) for name in ("latitude", "longitude")}
        if not (-90 <= point["latitude"] <= 90 and -180 <= point["longitude"] <= 180):
            raise bad("bad coordinates")
        return self._sent(form, chat, "sendLocation", payload={"location": point})

    def _send_file(self, method: str, kind: str, form: Form) -> Any:
        chat = self._may_send(form)
        caption = rules.check_caption(rules.plain(form.text("caption"), form.text("parse_mode")))
        file = self._kept(kind, form.file(kind))
        payload = {**file_fields(file), **({"caption": caption} if caption else {})}
        return self._sent(form, chat, method, text=caption, files=[file], payload=payload)

    def _send_album(self, form: Form) -> Any:
        chat = self._may_send(form)
        items = form.structure("media")
        if not isinstance(items, list) or len(items) not in rules.ALBUM:
            raise bad("media group must have from 2 to 10 items")
        if form.structure("reply_markup"):
            raise bad("an album takes no reply markup")
        kinds = {item.get("type") for item in items}
        if len(kinds) > 1 and kinds - {"photo", "video"}:
            raise bad("document can't be mixed with other media types")
        captions = [
            rules.check_caption(rules.plain(item.get("caption", ""), item.get("parse_mode", ""))) for item in items
        ]
        files = [self._kept(item["type"], form.named(item.get("media", ""))) for item in items]
        self.rates.check(chat.id, self.updates.now())
        album = f"album-{len(self.world.messages)}"
        sent = []
        for file, caption in zip(files, captions, strict=True):
            payload = {**file_fields(file), "media_group_id": album, **({"caption": caption} if caption else {})}
            message = self.world.add(
                chat,
                self.updates.now(),
                by_bot=True,
                method="sendMediaGroup",
                text=caption,
                files=[file],
                payload=payload,
                album=album,
            )
            sent.append(message.as_json(self.world.bot))
        return sent

    def _kept(self, kind: str, given: Upload | str | None) -> KeptFile:
        if given is None:
            raise bad(f"there is no {kind} in the request")
        if isinstance(given, Upload):
            rules.check_upload(kind, len(given.content))
            return self.world.keep(kind, given.content, name=given.name)
        if given in self.world.files:
            return self.world.files[given]
        raise bad("wrong file identifier/HTTP URL specified")

    # --- afterwards ---------------------------------------------------------------------------------------------------

    def _own(self, form: Form, doing: str) -> Message:
        message = self.world.messages.get((self._chat(form).id, form.number("message_id") or 0))
        if message is None or message.deleted:
            raise bad(f"message to {doing} not found", fault=False)
        if not message.by_bot:
            raise bad(f"message can't be {doing}ed")
        return message

    def _edited(self, form: Form, message: Message, text: str, words: dict[str, str]) -> Any:
        markup = form.structure("reply_markup")
        rules.check_markup(markup)
        markup = markup if (markup or {}).get("inline_keyboard") else None
        if text == message.text and markup == message.markup:
            raise bad(
                "message is not modified: specified new message content and reply markup are the same", fault=False
            )
        message.text = text
        message.markups.append(markup)
        message.payload = {**message.payload, **words, "edit_date": int(self.updates.now().timestamp())}
        return message.as_json(self.world.bot)

    def _edit_text(self, form: Form) -> Any:
        message = self._own(form, "edit")
        if message.method != "sendMessage":
            raise bad("there is no text in the message to edit")
        text = rules.check_text(rules.plain(form.text("text"), form.text("parse_mode")))
        return self._edited(form, message, text, {"text": text})

    def _edit_caption(self, form: Form) -> Any:
        caption = rules.check_caption(rules.plain(form.text("caption"), form.text("parse_mode")))
        return self._edited(form, self._own(form, "edit"), caption, {"caption": caption})

    def _edit_markup(self, form: Form) -> Any:
        message = self._own(form, "edit")
        return self._edited(form, message, message.text, {})

    def _delete(self, form: Form) -> bool:
        message = self._own(form, "delete")
        if self.updates.now() - message.at > timedelta(hours=48):
            raise bad("message can't be deleted for everyone")
        message.deleted = True
        return True

    def _answer_press(self, form: Form) -> bool:
        """Not a fault: a press may have waited while the bot was down, and an answer may be lost on its way."""
        query, text = form.text("callback_query_id"), form.text("text")
        if rules.length(text) > rules.CALLBACK_ANSWER:
            raise bad("MESSAGE_TOO_LONG")
        at = self.queries.pop(query, None)
        if at is None or self.updates.now() - at > PRESS_LIVES:
            raise bad(TOO_OLD, fault=False)
        self.answered.append((query, text))
        return True

    def _get_file(self, form: Form) -> Any:
        file = self.world.files.get(form.text("file_id"))
        if file is None:
            raise bad("wrong file_id or the file is temporarily unavailable")
        if file.size > rules.DOWNLOAD:
            raise bad("file is too big", fault=False)
        self.links[file.path] = file, self.updates.now() + LINK_LIVES
        found = {"file_id": file.id, "file_unique_id": file.unique_id, "file_size": file.size}
        return {**found, "file_path": file.path}

    # --- set-up -------------------------------------------------------------------------------------------------------

    def _set_webhook(self, form: Form) -> bool:
        url, secret = form.text("url"), form.text("secret_token")
        if not url:
            return self._delete_webhook(form)
        connections = form.number("max_connections", 40) or 0
        rules.check_webhook(url, secret, connections)
        webhook = self.updates.webhook
        allowed = form.structure("allowed_updates")
        webhook.url, webhook.secret, webhook.connections = url, secret, connections
        if "allowed_updates" in form.values:
            webhook.allowed = tuple(allowed or ())
        self._drop(form)
        return True

    def _delete_webhook(self, form: Form) -> bool:
        self.updates.webhook.url = self.updates.webhook.secret = ""
        self._drop(form)
        return True

    def _drop(self, form: Form) -> None:
        if form.text("drop_pending_updates").lower() == "true":
            self.updates.drop_all()

    def _webhook_info(self, _form: Form) -> Any:
        webhook = self.updates.webhook
        info: dict[str, Any] = {
            "url": webhook.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates.pending()),
            "max_connections": webhook.connections,
        }
        if webhook.allowed:
            info["allowed_updates"] = list(webhook.allowed)
        if webhook.last_error_at is not None:
            info["last_error_date"] = int(webhook.last_error_at.timestamp())
            info["last_error_message"] = webhook.last_error
        return info

    def _set_commands(self, form: Form) -> bool:
        commands = form.structure("commands")
        rules.check_commands(commands)
        self.world.commands[_scope(form)] = commands
        return True

    def _delete_commands(self, form: Form) -> bool:
        self.world.commands.pop(_scope(form), None)
        return True


def _scope(form: Form) -> str:
    scope = form.structure("scope") or {"type": "default"}
    return f"{scope['type']}/{form.text('language_code')}"
