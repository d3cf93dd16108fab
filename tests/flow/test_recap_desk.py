"""A paper that was asked for is handed out once, whatever fails in between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, insert, select

from bot.app import knowledge
from bot.catalogue import load_catalogue
from bot.clock import FrozenClock
from bot.media import Media
from bot.recap_desk import RecapDesk
from bot.store import errands
from bot.store.database import reading
from bot.store.keys import Keys
from bot.store.tables import attachments, outbox, people
from handlers.errands import Errand, ErrandKind
from handlers.messages import Attachment

NOW = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)


class Unsteady(Media):
    """Its storage is away the first time."""

    away = True

    def keep_own(self, *file: object) -> Attachment:
        if self.away:
            self.away = False
            raise OSError
        return super().keep_own(*file)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["pdf", "xlsx"])
def test_what_fails_is_tried_again_and_handed_out_once(engine: Engine, keys: Keys, tmp_path: Path, form: str) -> None:
    clock = FrozenClock(NOW)
    media = Unsteady(engine, clock, str(tmp_path / "media"), keys)
    desk = RecapDesk(engine, clock, knowledge()[0], load_catalogue("id"), media)
    with engine.begin() as connection:
        person = connection.execute(
            insert(people).values(name="Kader Contoh", facts={}, created_at=NOW).returning(people.c.id)
        ).scalar_one()
        data: dict[str, object] = {"month": "2026-11", "whose": "mine", "form": form}
        errands.plan(connection, person, Errand(ErrandKind.PAPER, "turn", "64.72", data), NOW)
        assert not errands.claim(connection, NOW, NOW, 10), "no conversation is held up by a paper"
    assert desk.run_due() == 0
    clock.move(timedelta(minutes=1))
    assert desk.run_due() == 1
    clock.move(timedelta(hours=1))
    assert desk.run_due() == 0
    with reading(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(outbox)) == 1
        (file,) = connection.execute(select(attachments)).all()
    assert (file.person_id, file.report_id, file.file["title"]) == (person, None, "rekap-2026-11")
    assert media.load(file.file["ref"]).startswith(b"%PDF" if form == "pdf" else b"PK")
