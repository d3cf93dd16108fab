"""One thing a person said in a turn: pieces that came together are one, a tap stands alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from handlers.messages import Attachment, Incoming
from routing.answers import tidy, wordless


@dataclass(frozen=True)
class Utterance:
    """`text` is tidy (no NUL, no direction marks). `choice` is a tapped button's id. `at` is aware UTC."""

    at: datetime
    text: str = ""
    choice: str | None = None
    files: tuple[Attachment, ...] = ()
    point: tuple[float, float] | None = None
    reply_to: str | None = None
    unreadable: bool = False
    edited: bool = False
    """Said before in other words, and answered then."""
    album: str = ""
    spoken: str = ""
    """The part of `text` that a machine heard in a voice note."""

    @property
    def wordless(self) -> bool:
        """Emoji or a sticker and nothing else."""
        only_sticker = bool(self.files) and all(file.kind == "sticker" for file in self.files)
        return not self.point and ((wordless(self.text) and not self.files) or (only_sticker and not self.text))

    @property
    def empty(self) -> bool:
        """Nothing at all: a message of blanks."""
        return not (self.text or self.choice or self.files or self.point)

    @property
    def keepable(self) -> tuple[Attachment, ...]:
        """The files worth keeping: whole, and neither sticker nor contact card."""
        return tuple(f for f in self.files if not f.problem and f.kind not in ("sticker", "contact"))


def utterances(incoming: Iterable[Incoming]) -> Iterator[Utterance]:
    """Texts, photos and pins in a row become one utterance; every tap and every reply to a message is its own."""
    pending: Utterance | None = None
    tapped: set[str] = set()
    for message in incoming:
        if message.silent:
            continue
        one = _utterance(message)
        if one.choice and one.choice in tapped:
            continue  # an impatient second tap on the same button
        tapped.add(one.choice or "")
        if pending and not one.choice and not (one.reply_to and one.reply_to != pending.reply_to):
            pending = _joined(pending, one)
            continue
        if pending:
            yield pending
        pending = None if one.choice else one
        if one.choice:
            yield one
    if pending:
        yield pending


def _utterance(message: Incoming) -> Utterance:
    captions = [tidy(file.caption) for file in message.attachments if file.caption]
    spoken = "\n".join(tidy(file.transcript) for file in message.attachments if file.transcript)
    return Utterance(
        at=message.at,
        text="\n".join(filter(None, [tidy(message.text), *captions, spoken])),
        spoken=spoken,
        choice=message.choice_id,
        files=message.attachments,
        point=message.point,
        reply_to=message.reply_to,
        unreadable=message.unreadable,
        edited=message.edited,
        album=message.album,
    )


def _joined(first: Utterance, then: Utterance) -> Utterance:
    return replace(
        first,
        at=then.at,
        text="\n".join(filter(None, [first.text, then.text])),
        spoken="\n".join(filter(None, [first.spoken, then.spoken])),
        files=first.files + then.files,
        point=then.point or first.point,
        reply_to=first.reply_to or then.reply_to,
        unreadable=first.unreadable and then.unreadable,
        edited=first.edited and then.edited,
        album=then.album or first.album,
    )
