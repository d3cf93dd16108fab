"""Photos, voice notes and papers: fetched once, looked at for what they really are, kept encrypted."""

from __future__ import annotations

import io
import os
import secrets
from dataclasses import replace
from pathlib import Path

from PIL import Image

from bot.channels.base import Channel, FetchFailed
from bot.store.keys import Keys
from handlers.messages import Attachment, Incoming

PREFIX = "media:"
LARGEST = 16 * 1024 * 1024
"""Bytes of one file; what providers send along ends near there (`platform.md §3`)."""

_IMAGES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif", "HEIF": "image/heif"}
_KEPT = {"photo", "document", "voice", "video"}


class Media:
    """One folder with one file for each attachment, named by a keyed hash of the message it came with."""

    def __init__(self, folder: Path, keys: Keys) -> None:
        self._folder = folder
        self._keys = keys

    def take_in(self, message: Incoming, channel: Channel) -> Incoming:
        """The message with its files fetched and checked; what could not be kept says so in `problem`."""
        files = tuple(
            self._take_in(one, channel, f"{message.channel} {message.external_id} {place}")
            for place, one in enumerate(message.attachments)
        )
        return replace(message, attachments=files)

    def load(self, ref: str) -> bytes:
        """Raises FileNotFoundError for a file that was thrown away."""
        return self._keys.decrypt(self._path(ref).read_bytes())

    def discard(self, ref: str) -> None:
        """Throw a file away; nothing when it is gone already."""
        self._path(ref).unlink(missing_ok=True)

    def _take_in(self, one: Attachment, channel: Channel, name: str) -> Attachment:
        if one.problem or one.kind not in _KEPT:
            return one
        if one.size > LARGEST:
            return replace(one, problem="too_big")
        ref = PREFIX + self._keys.hash(name)
        try:
            # A turn that is tried again finds the file here: the provider may not have it any more.
            content = self.load(ref) if self._path(ref).exists() else channel.fetch(one.ref)
        except FetchFailed:
            return replace(one, problem="unreadable")
        return self._checked(one, ref, content)

    def _checked(self, one: Attachment, ref: str, content: bytes) -> Attachment:
        if not content:
            return replace(one, problem="unreadable")
        if len(content) > LARGEST:
            return replace(one, problem="too_big", size=len(content))
        found = media_type(content)
        if found is None or not _fits(one.kind, found):
            return replace(one, problem="wrong_type", size=len(content))
        self._keep(ref, content)
        return replace(one, ref=ref, media_type=found, size=len(content))

    def _keep(self, ref: str, content: bytes) -> None:
        path = self._path(ref)
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        draft.write_bytes(self._keys.encrypt(content))
        os.replace(draft, path)  # noqa: PTH105 - appears whole or not at all

    def _path(self, ref: str) -> Path:
        name = ref.removeprefix(PREFIX)
        if not name.isalnum():
            raise ValueError("not a reference to a kept file")
        return self._folder / name[:2] / name


def media_type(content: bytes) -> str | None:
    """What a file is by its bytes, whatever its sender calls it. None for what an office should not be sent."""
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"OggS"):
        return "audio/ogg"
    if content.startswith(b"#!AMR"):
        return "audio/amr"
    if content.startswith(b"ID3") or content[:2] in (b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"):
        return "audio/mpeg"
    if content.startswith(b"\x1aE\xdf\xa3"):
        return "video/webm"
    if content[4:8] == b"ftyp" and content[8:12] not in (b"heic", b"heix", b"mif1", b"avif"):
        return "audio/mp4" if content[8:11] == b"M4A" else "video/mp4"
    return _image_type(content)


def _image_type(content: bytes) -> str | None:
    try:
        with Image.open(io.BytesIO(content)) as image:
            image.verify()
            return _IMAGES.get(image.format or "")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None


def _fits(kind: str, found: str) -> bool:
    group = found.split("/")[0]
    match kind:
        case "photo":
            return group == "image"
        case "voice":
            return group == "audio" or found == "video/mp4"  # some telephones put sound into a film container
        case "video":
            return group == "video"
    return group == "image" or found == "application/pdf"
