"""`kentongan retrain`: the corpus and what people set right become a new model, if danger is heard no worse."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, select

from bot.store.tables import corrections
from bot.training.compare import Verdict, compare
from bot.training.fitting import CORRECTED
from bot.training.model import Trained, train
from routing.corpus import Message, load_messages, load_replies
from routing.learned import write_model
from routing.model import Kind, Role
from routing.region import Atlas
from routing.rules import Rules


def lessons(connection: Connection) -> tuple[Message, ...]:
    """What people set right, as examples. Of one report the last word counts."""
    rows = connection.execute(select(corrections).order_by(corrections.c.at, corrections.c.id)).all()
    last = {row.report_id if row.report_id is not None else f"row {row.id}": row for row in rows}
    return tuple(_example(f"correction:{row.id}", row.text, row.after) for row in last.values())


def hash_of(taught: Sequence[Message]) -> str:
    """Ties a model to the corrections it was trained on; empty for none."""
    digest = hashlib.sha256()
    for message in taught:
        digest.update(f"{message.category}\0{message.text}\0".encode())
    return digest.hexdigest() if taught else ""


def retrain(taught: Sequence[Message], rules: Rules, atlas: Atlas) -> tuple[Trained, Verdict]:
    """The new model beside one trained on the corpus alone, both without the voices they are judged on."""
    messages, replies = load_messages(), load_replies()
    old = train(messages, replies, rules, atlas)
    new = train((*messages, *taught), replies, rules, atlas, lessons=hash_of(taught))
    return new, compare(old, new)


def write(trained: Trained, folder: Path) -> Path:
    """The file is named by what it learned from: the same texts give the same file."""
    learned = trained.learned
    path = folder / f"learned-{learned.corpus[:8]}-{learned.lessons[:8]}.npz"
    folder.mkdir(parents=True, exist_ok=True)
    write_model(learned, path)
    return path


def _example(where: str, text: str, category: str) -> Message:
    return Message(
        where=where,
        voice=CORRECTED,
        text=text,
        kind=Kind.REPORT,
        category=category,
        urgent=False,
        restricted=False,
        role=Role.RESIDENT,
        also=(),
        place=None,
        rt=None,
        rw=None,
        on_behalf_of=None,
        others=(),
    )
