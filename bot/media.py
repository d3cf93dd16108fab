"""Photos, voice notes and papers: fetched once, looked at for what they really are, kept encrypted."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Literal, cast

import structlog
from sqlalchemy import Connection, Engine

from bot.channels.base import Channel, FetchFailed
from bot.clock import Clock
from bot.logs import place_of
from bot.media_images import PictureBrokenError, PictureTooLargeError, clean, shrunk
from bot.media_shelf import Shelf
from bot.media_types import fits, media_type
from bot.store import media as kept
from bot.store.database import reading
from bot.store.keys import Keys
from bot.store.media import Kept, Origin
from handlers.messages import Attachment, Incoming, Problem
from handlers.scene import STATE, Outcome, Scene

__all__ = ["LARGEST", "PREFIX", "Media", "media_type"]

PREFIX = "media:"
LARGEST = 16 * 1024 * 1024
"""Bytes of one file; what providers send along ends near there (`platform.md §3`)."""
SMALL = ".small"
"""The part of a kept picture that is its thumbnail."""

_KEPT = {"photo", "document", "voice", "video"}

log = structlog.get_logger(__name__)

Hear = Callable[[bytes], str]
"""What is spoken in a voice note; empty when nobody can tell now."""


class Media:
    """Files under a keyed hash of the bytes that came, so that the same ones are kept once. `hear` puts speech into
    words while a message is read; without it people listen."""

    def __init__(self, engine: Engine, clock: Clock, url: str, keys: Keys, hear: Hear | None = None) -> None:
        self._engine = engine
        self._clock = clock
        self._shelf = Shelf(url, keys)
        self._keys = keys
        self._hear = hear

    # --- coming in ---

    def take_in(self, message: Incoming, channel: Channel) -> Incoming:
        """The message with its files fetched and checked; what could not be kept says so in `problem`."""
        files = tuple(
            self._take_in(one, channel, name) for one, name in zip(message.attachments, _names(message), strict=True)
        )
        return replace(message, attachments=files)

    def _take_in(self, one: Attachment, channel: Channel, name: str) -> Attachment:
        one = replace(one, transcript="")  # only a machine of ours or a person who listened says what it is
        if one.problem or one.kind not in _KEPT:
            return one
        known = self._known(one, name)
        if known is None and one.size > LARGEST:
            known = self._refused(one, channel, name, "too_big", one.size)
        if known is None:
            try:
                known = self._checked(one, channel, name, channel.fetch(one.ref))
            except FetchFailed:
                return replace(one, problem="unreadable")
        return self._heard(known)

    def _known(self, one: Attachment, name: str) -> Attachment | None:
        """A turn that is tried again finds the file here: the provider may not have it any more."""
        with reading(self._engine) as connection:
            outcome = kept.remembered(connection, name)
        if outcome is None:
            return None
        ref, what, size = outcome.split(" ")
        if what.startswith("!"):
            return replace(one, problem=cast(Problem, what[1:]), size=int(size))
        return replace(one, ref=ref, media_type=what, size=int(size)) if self._shelf.has(_bare(ref)) else None

    def _checked(self, one: Attachment, channel: Channel, name: str, content: bytes) -> Attachment:
        size = len(content)
        if not content:
            return replace(one, problem="unreadable")
        if size > LARGEST:
            return self._refused(one, channel, name, "too_big", size)
        found = media_type(content)
        if found is None or not fits(one.kind, found):
            return self._refused(one, channel, name, "wrong_type", size)
        parts = {"": content}
        try:
            if found.startswith("image/"):
                found, picture = "image/jpeg", clean(content)
                parts = {"": picture, SMALL: shrunk(picture)}
        except PictureTooLargeError:
            return self._refused(one, channel, name, "too_big", size)
        except PictureBrokenError:
            return self._refused(one, channel, name, "unreadable", size)
        ref = PREFIX + self._keys.hash(sha256(content).hexdigest())
        file = Kept(ref, one.kind, found, len(parts[""]))
        self._note(file, name, found, Origin(channel.name, one.ref))
        for part, written in reversed(parts.items()):  # the small one first: where the file is, all of it is
            self._shelf.put(_bare(ref), written, part)
        return replace(one, ref=ref, media_type=found, size=file.size)

    def _refused(self, one: Attachment, channel: Channel, name: str, problem: Problem, size: int) -> Attachment:
        """Not kept, and the provider is to delete it all the same."""
        file = Kept(PREFIX + self._keys.hash(name), one.kind, "", min(size, 2**31 - 1), refused=True)
        self._note(file, name, f"!{problem}", Origin(channel.name, one.ref))
        return replace(one, problem=problem, size=size)

    def _note(self, file: Kept, name: str, outcome: str, origin: Origin) -> None:
        with self._engine.begin() as connection:
            kept.keep(connection, file, name, f"{outcome} {file.size}", origin, self._clock.now())

    def _heard(self, one: Attachment) -> Attachment:
        if self._hear is None or one.kind != "voice" or one.problem:
            return one
        return replace(one, transcript=self._hear(self.load(one.ref)))

    def keep_own(self, kind: Literal["document"], media_type: str, content: bytes) -> Attachment:
        """A paper of our own making. Give it to somebody soon: what nothing refers to is thrown away after a day."""
        ref = PREFIX + self._keys.hash(sha256(content).hexdigest())
        with self._engine.begin() as connection:
            kept.keep_own(connection, Kept(ref, kind, media_type, len(content)), self._clock.now())
        self._shelf.put(_bare(ref), content)
        return Attachment(kind, ref, media_type, len(content))

    # --- in use ---

    def load(self, ref: str, *, small: bool = False) -> bytes:
        """The bytes, or the thumbnail of a picture. Raises FileNotFoundError for a file that was thrown away."""
        return self._shelf.get(_bare(ref), SMALL if small else "")

    # --- going ---

    def settle(self, connection: Connection, scene: Scene, outcome: Outcome, heir: int) -> None:
        """Part of a turn's commit: which of its files wait on in the conversation of `heir`, who is its sender."""
        came, waited = _came(scene), _waited(scene)
        names = [name for message in scene.incoming for name in _names(message)]
        if names:
            kept.settle(connection, names)
        if not (came or waited):
            return
        waiting = _remembered(outcome, came | waited)
        kept.waits_no_more(connection, scene.person.id, waited - waiting if heir == scene.person.id else waited)
        kept.waits(connection, heir, waiting)

    def throw_away(self, scene: Scene, outcome: Outcome) -> None:
        """After that commit: files that came or waited but belong to nothing any more (`domain.md §6.5`: no pictures
        of violence). Where the storage is away at this moment, `MediaTidy` does it later."""
        had = _came(scene) | _waited(scene)
        try:
            self.discard(had - _remembered(outcome, had))
        except OSError as error:
            log.warning("media.not_thrown_away", error=place_of(error))

    def discard(self, refs: Collection[str]) -> None:
        """Throw files away unless somebody else needs the same bytes; nothing where they are gone already."""
        if not refs:
            return
        with self._engine.begin() as connection:
            for ref in sorted(refs):
                if kept.let_go(connection, ref, self._clock.now()):
                    self._shelf.remove(_bare(ref), ("", SMALL))


def _bare(ref: str) -> str:
    return ref.removeprefix(PREFIX)


def _names(message: Incoming) -> Iterator[str]:
    """A name for each file of a message, the same whenever the message is read."""
    return (f"{message.channel} {message.external_id} {place}" for place in range(len(message.attachments)))


def _came(scene: Scene) -> set[str]:
    return {
        file.ref
        for message in scene.incoming
        for file in message.attachments
        if not file.problem and _is_kept(file.ref)
    }


def _waited(scene: Scene) -> set[str]:
    return {file.ref for file in scene.state.files if _is_kept(file.ref)}


def _is_kept(ref: str) -> bool:
    return ref.startswith(PREFIX)


def _remembered(outcome: Outcome, refs: Collection[str]) -> set[str]:
    written = json.dumps(STATE.dump_python(outcome.state, mode="json")) if refs else ""
    return {ref for ref in refs if ref in written}
