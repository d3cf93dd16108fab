"""How a message of ours leaves for Telegram: as few calls as possible, files before words, buttons at the very end."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    LinkPreviewOptions,
    Message,
)
from telegram.error import BadRequest

from bot.channels.base import Button, Rendered, StoredFile

TEXT = 4096
CAPTION = 1024
ALBUM = 10
BUTTON_BYTES = 64
PHOTO_BYTES = 10 * 1024 * 1024
ROW_CHARS = 28
"""Letters of all labels in one row of buttons that a small phone still shows in full."""
ROW_BUTTONS = 3

_PHOTOS = ("image/jpeg", "image/png", "image/webp")
_VOICES = ("audio/ogg", "audio/mpeg", "audio/mp4")
_ABOUT_THE_FILE = ("PHOTO", "IMAGE", "VIDEO", "VOICE", "MEDIA", "WEBP")
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def units(text: str) -> int:
    """Length as Telegram's clients count it: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True)
class Step:
    """One call: words, one file, or an album; `files` are all of one family."""

    text: str = ""
    buttons: tuple[Button, ...] = ()
    files: tuple[StoredFile, ...] = ()

    async def send(self, bot: Bot, chat: int) -> int:
        """The number of the message in its chat. Raises TelegramError."""
        try:
            return (await self._call(bot, chat)).message_id
        except BadRequest as error:
            if not self._refuses_the_file(error):
                raise
        # What Telegram does not take as a photo, film or voice note goes as a file: it is there to be looked at.
        return (await replace(self, files=_as_documents(self.files))._call(bot, chat)).message_id

    def _refuses_the_file(self, error: BadRequest) -> bool:
        as_it_is = all(_family(file) == "document" for file in self.files)
        return not as_it_is and any(word in error.message.upper() for word in _ABOUT_THE_FILE)

    async def _call(self, bot: Bot, chat: int) -> Message:
        keyboard = _keyboard(self.buttons)
        if not self.files:
            return await bot.send_message(chat, self.text, reply_markup=keyboard, link_preview_options=_NO_PREVIEW)
        if len(self.files) > 1:
            album = [_in_album(file, self.text if place == 0 else "") for place, file in enumerate(self.files)]
            return (await bot.send_media_group(chat, album))[0]
        file = self.files[0]
        content, name, caption = file.content, _name(file), self.text or None
        match _kind(file):
            case "photo":
                return await bot.send_photo(chat, content, filename=name, caption=caption, reply_markup=keyboard)
            case "video":
                return await bot.send_video(chat, content, filename=name, caption=caption, reply_markup=keyboard)
            case "voice":
                return await bot.send_voice(chat, content, filename=name, caption=caption, reply_markup=keyboard)
        return await bot.send_document(chat, content, filename=name, caption=caption, reply_markup=keyboard)


def steps(message: Rendered) -> tuple[Step, ...]:
    """The calls that bring the message over. Raises ValueError for a button that Telegram would not take."""
    if any(not 1 <= len(button.id.encode()) <= BUTTON_BYTES for button in message.buttons):
        raise ValueError("a button's id has 1 to 64 bytes")
    albums = tuple(_albums(message.files))
    if len(albums) == 1 and units(message.text) <= CAPTION and not (message.buttons and len(albums[0]) > 1):
        return (Step(message.text, message.buttons, albums[0]),)
    *before, last = pieces(message.text) if message.text.strip() else ("",)
    words = (*(Step(piece) for piece in before), *((Step(last, message.buttons),) if last else ()))
    return (*(Step(files=album) for album in albums), *words)


def pieces(text: str, most: int = TEXT) -> list[str]:
    """The text in parts of at most `most` units, ended at a line or a blank where there is one."""
    found = []
    while units(text) > most:
        end = _end_of_piece(text, most)
        found.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [*found, text]


def _end_of_piece(text: str, most: int) -> int:
    end = most
    while units(text[:end]) > most:
        end -= max(1, (units(text[:end]) - most) // 2)
    for mark in ("\n", " "):
        found = text.rfind(mark, end // 2, end + 1)
        if found > 0:
            return found
    return end


def _albums(files: Sequence[StoredFile]) -> Iterator[tuple[StoredFile, ...]]:
    """Photos and films go together, papers go together, a voice note stands alone; ten at most."""
    for family, group in groupby(files, _family):
        alike = tuple(group)
        size = 1 if family == "voice" else ALBUM
        yield from (alike[start : start + size] for start in range(0, len(alike), size))


def _family(file: StoredFile) -> str:
    kind = _kind(file)
    return "seen" if kind in ("photo", "video") else kind


def _kind(file: StoredFile) -> str:
    if file.kind == "photo" and file.media_type in _PHOTOS and len(file.content) <= PHOTO_BYTES:
        return "photo"
    if file.kind == "video" and file.media_type == "video/mp4":
        return "video"
    if file.kind == "voice" and file.media_type in _VOICES:
        return "voice"
    return "document"


def _as_documents(files: Sequence[StoredFile]) -> tuple[StoredFile, ...]:
    return tuple(replace(file, kind="document") for file in files)


def _in_album(file: StoredFile, caption: str) -> InputMediaPhoto | InputMediaVideo | InputMediaDocument:
    content, name = file.content, _name(file)
    match _kind(file):
        case "photo":
            return InputMediaPhoto(content, filename=name, caption=caption or None)
        case "video":
            return InputMediaVideo(content, filename=name, caption=caption or None)
    return InputMediaDocument(content, filename=name, caption=caption or None)


def _name(file: StoredFile) -> str:
    """A paper of ours by its title, else by our own number: what its sender called it may say who they are."""
    return f"{file.title or file.id}{mimetypes.guess_extension(file.media_type) or ''}"


def _keyboard(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    """Short labels share a row."""
    rows: list[list[InlineKeyboardButton]] = []
    for button in buttons:
        # By keyword: the second place of this class is an address to open.
        one = InlineKeyboardButton(button.label, callback_data=button.id)
        if rows and len(rows[-1]) < ROW_BUTTONS and sum(map(_letters, rows[-1])) + len(button.label) <= ROW_CHARS:
            rows[-1].append(one)
        else:
            rows.append([one])
    return InlineKeyboardMarkup(rows) if rows else None


def _letters(button: InlineKeyboardButton) -> int:
    return len(button.text)
