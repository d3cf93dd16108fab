"""Recaps that somebody asked for are written as PDF or spreadsheet and handed out, a moment after they asked."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import cast

import structlog
from sqlalchemy import Connection, Engine, insert

from bot import recounting
from bot.backoff import waiting_time
from bot.catalogue import Catalogue
from bot.clock import Clock
from bot.logs import place_of
from bot.media import Media
from bot.papers import MEDIA_TYPE as PDF
from bot.recap_page import Pages
from bot.recap_paper import recap_pdf
from bot.recap_sheet import MEDIA_TYPE as XLSX
from bot.recap_sheet import recap_xlsx
from bot.recounting import Counted
from bot.store import errands
from bot.store.database import reading
from bot.store.outbound import Letter, post
from bot.store.tables import attachments
from handlers.errands import Errand
from handlers.messages import Attachment, Say
from handlers.recap import month_values
from routing.recap import month_key, month_of
from routing.recap_words import Whose
from routing.region import Atlas

BATCH = 20
LEASE = timedelta(minutes=2)
_FAILED = timedelta(seconds=30)

log = structlog.get_logger(__name__)


class RecapDesk:
    """Any number of processes may do it: an errand that was carried out is not carried out again."""

    def __init__(self, engine: Engine, clock: Clock, atlas: Atlas, words: Catalogue, media: Media) -> None:
        self._engine = engine
        self._clock = clock
        self._atlas = atlas
        self._words = words
        self._pages = Pages(atlas, words)
        self._media = media

    def run_due(self) -> int:
        """Tells how many papers were handed out."""
        now = self._clock.now()
        with self._engine.begin() as connection:
            claimed = errands.claim(connection, now, now + LEASE, BATCH, papers=True)
        return sum(self._hand_out_or_put_back(errand, now) for errand in claimed)

    def _hand_out_or_put_back(self, errand: Errand, now: datetime) -> bool:
        try:
            return self._hand_out(errand, now)
        except Exception as error:  # noqa: BLE001 - one that cannot be written must not stop all others
            log.error("recap.failed", errand=errand.id, error=place_of(error))
            with self._engine.begin() as connection:
                errands.put_back(connection, errand, now + waiting_time(errand.tries, _FAILED, 4))
            return False

    def _hand_out(self, errand: Errand, now: datetime) -> bool:
        first = month_of(str(errand.data["month"]))
        assert first is not None
        zone = self._atlas.regions[errand.region].zone
        whose = cast(Whose, errand.data["whose"])
        with reading(self._engine) as connection:
            counted = recounting.of_person(connection, errand.person_id, first, whose, errand.region, zone)
        as_pdf = errand.data["form"] == "pdf"
        file = self._media.keep_own("document", *(self._pdf(counted, now) if as_pdf else self._sheet(counted, now)))
        with self._engine.begin() as connection:
            if not errands.finish(connection, errand, now, "done"):
                return False
            called = self._words.text("recap.file_own", month=month_key(first))
            papers = (_attach(connection, errand.person_id, replace(file, title=called), now),)
            say = Say("recap.paper_here" if as_pdf else "recap.sheet_here", month_values(first), attachments=papers)
            post(connection, Letter(errand.person_id, (say,), f"recap:{errand.id}:{errand.key}", now), now)
        log.info("recap.handed_out", person=errand.person_id)
        return True

    def _pdf(self, counted: Counted, now: datetime) -> tuple[str, bytes]:
        return PDF, recap_pdf(self._pages.page(counted, now), self._pages, now)

    def _sheet(self, counted: Counted, now: datetime) -> tuple[str, bytes]:
        return XLSX, recap_xlsx(self._pages.page(counted, now), sheet_names(self._words), now)


def sheet_names(words: Catalogue) -> tuple[str, str]:
    return words.text("recap.sheet.counts"), words.text("recap.sheet.list")


def _attach(connection: Connection, person_id: int, file: Attachment, now: datetime) -> int:
    row = {"person_id": person_id, "kind": file.kind, "file": asdict(file), "media_ref": file.ref, "added_at": now}
    number: int = connection.execute(insert(attachments).values(**row).returning(attachments.c.id)).scalar_one()
    return number
