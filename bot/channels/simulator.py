"""The channel of the simulator: a provider without a network. Handlers cannot tell it from a real one."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import Engine

from bot.channels.base import FetchFailed, Limits, NothingMore, Ok, Rendered, Sent, StoredFile
from bot.clock import Clock
from bot.store import simulator as kept
from handlers.messages import Attachment, Incoming

MAX_TEXT = 20_000
_REF = re.compile(r"[0-9a-f]{32}")

Contact = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.\-]{0,59}$")]
PieceId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
Degrees = Annotated[float, Field(allow_inf_nan=False)]


class PieceFile(BaseModel):
    """An attachment as the page names it. `size` is in bytes."""

    model_config = ConfigDict(extra="forbid", strict=True)

    kind: Literal["photo", "voice", "video", "document", "sticker", "contact"]
    ref: Annotated[str, StringConstraints(pattern=rf"^{_REF.pattern}$")]
    media_type: Annotated[str, StringConstraints(max_length=120)] = ""
    size: Annotated[int, Field(ge=0)] = 0
    caption: Annotated[str, StringConstraints(max_length=MAX_TEXT)] = ""


class Piece(BaseModel):
    """One message as a phone sends it. `label` is what stood on the tapped button; only the phone needs it."""

    model_config = ConfigDict(extra="forbid")

    id: PieceId
    text: Annotated[str, StringConstraints(max_length=MAX_TEXT)] = ""
    choice: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None
    label: Annotated[str, StringConstraints(max_length=200)] = ""
    attachments: Annotated[tuple[PieceFile, ...], Field(max_length=10)] = ()
    point: tuple[Annotated[Degrees, Field(ge=-90, le=90)], Annotated[Degrees, Field(ge=-180, le=180)]] | None = None
    reply_to: Annotated[str, StringConstraints(max_length=160)] | None = None


class Delivery(Piece):
    """A piece on its way to the inbox: who sent it, and when (aware UTC)."""

    contact: Contact
    at: AwareDatetime


class SimulatorChannel(NothingMore):
    """Keeps what it sends as lines of the phone's talk, and files in a folder."""

    name = kept.CHANNEL
    limits = Limits(buttons=10, button_chars=40, text_chars=4096, files=10)

    def __init__(self, engine: Engine, clock: Clock, uploads: Path) -> None:
        self._engine = engine
        self._clock = clock
        self._uploads = uploads

    def parse(self, raw: bytes) -> Incoming:
        """Raises ValueError for anything that is not a `Delivery`."""
        one = Delivery.model_validate_json(raw)
        return Incoming(
            channel=self.name,
            external_id=one.id,
            contact=one.contact,
            at=one.at,
            text=one.text,
            choice_id=one.choice,
            attachments=tuple(Attachment(**file.model_dump()) for file in one.attachments),
            point=one.point,
            reply_to=one.reply_to,
        )

    def send(self, contact: str, message: Rendered) -> Sent:
        """Always arrives; sent again under the same key, it is the same line."""
        external_id = f"out-{message.key or secrets.token_hex(16)}"
        body: dict[str, object] = {
            "text": message.text,
            "buttons": [{"id": button.id, "label": button.label} for button in message.buttons],
            "files": [self._kept_file(file) for file in message.files],
        }
        self._keep(contact, external_id, body, self._clock.now())
        return Ok(external_id)

    def fetch(self, ref: str) -> bytes:
        try:
            return self.path_of(ref).read_bytes()
        except OSError:
            raise FetchFailed("gone") from None

    def number(self, contact: str) -> str:
        return contact

    def store(self, content: bytes) -> str:
        """Keeps an uploaded file and gives back its reference: the same bytes have the same one."""
        ref = hashlib.sha256(content).hexdigest()[:32]
        self._uploads.mkdir(parents=True, exist_ok=True)
        draft = self._uploads / f"{ref}.{secrets.token_hex(4)}"
        draft.write_bytes(content)
        draft.replace(self.path_of(ref))
        return ref

    def path_of(self, ref: str) -> Path:
        """Raises FetchFailed for a reference that is none of ours."""
        if not _REF.fullmatch(ref):
            raise FetchFailed("not ours")
        return self._uploads / ref

    def _kept_file(self, file: StoredFile) -> dict[str, object]:
        ref = self.store(file.content)
        return {"kind": file.kind, "ref": ref, "media_type": file.media_type, "size": len(file.content), "caption": ""}

    def _keep(self, contact: str, external_id: str, body: dict[str, object], at: datetime) -> None:
        with self._engine.begin() as connection:
            kept.keep_line(connection, contact, outbound=True, at=at, external_id=external_id, body=body)
