"""What people asked for with their own data is carried out, a moment after they asked (UU 27/2022: within 3 × 24 h)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

import structlog
from sqlalchemy import Connection, Engine, insert, update

from bot.apply import Applier
from bot.clock import Clock
from bot.media import Media
from bot.papers import MEDIA_TYPE, paper
from bot.render import Renderer
from bot.store import erasing, own_data
from bot.store.database import reading
from bot.store.outbound import Letter, post
from bot.store.own_data import Held
from bot.store.reports import open_requests_of
from bot.store.tables import attachments, people
from handlers.messages import Attachment, Lines, Moment, Say, Values
from handlers.rights import gone
from routing.region import Atlas

BATCH = 20

log = structlog.get_logger(__name__)


class Rights:
    """Any number of processes may do it: who was served is not served twice, and nothing is erased by halves."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        atlas: Atlas,
        applier: Applier,
        renderer: Renderer,
        media: Media,
        region: str,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._atlas = atlas
        self._applier = applier
        self._renderer = renderer
        self._media = media
        self._region = region

    def run_due(self) -> int:
        """Hands out first, erases then; tells how many people were served."""
        with reading(self._engine) as connection:
            curious = own_data.wanted_by(connection, BATCH)
            leaving = erasing.due(connection, BATCH)
        served = sum(self._hand_out(person_id, asked_at) for person_id, asked_at in curious)
        return served + sum(self._erase(person_id) for person_id in leaving)

    def _hand_out(self, person_id: int, asked_at: datetime) -> bool:
        now = self._clock.now()
        with reading(self._engine) as connection:
            held = own_data.held_of(connection, person_id, self._atlas)
        lines: Values = {"at": Moment(now, self._region), "lines": Lines(held.lines)}
        file = self._media.keep_own("document", MEDIA_TYPE, self._written(held, now))
        with self._engine.begin() as connection:
            mine = update(people).where(people.c.id == person_id, people.c.data_asked_at == asked_at)
            if connection.execute(mine.values(data_asked_at=None)).rowcount != 1:
                return False
            file_id = self._attach(connection, person_id, file, now)
            say = Say("rights.data", lines, attachments=(file_id,))
            post(connection, Letter(person_id, (say,), f"data:{person_id}:{asked_at.isoformat()}", now), now)
        log.info("rights.handed_out", person=person_id)
        return True

    def _written(self, held: Held, now: datetime) -> bytes:
        text = self._renderer.text
        summary = "\n".join(text(line) for line in held.lines)
        parts = [summary, *(text(one) for one in held.reports), text(Say("rights.kept_how_long"))]
        return paper(text(Say("rights.paper_title")), parts, now)

    def _attach(self, connection: Connection, person_id: int, file: Attachment, now: datetime) -> int:
        row = {"person_id": person_id, "kind": file.kind, "file": asdict(file), "media_ref": file.ref, "added_at": now}
        number: int = connection.execute(insert(attachments).values(**row).returning(attachments.c.id)).scalar_one()
        return number

    def _erase(self, person_id: int) -> bool:
        now = self._clock.now()
        with self._engine.begin() as connection:
            for request in open_requests_of(connection, person_id):
                told = (gone(request),)
                self._applier.fire(
                    connection, origin=f"erased{person_id}.{request.id}", now=now, region=request.region, effects=told
                )
            count = erasing.erase(connection, person_id, now)
            erasing.log_deletion(connection, "on_request", count, now)
        log.info("rights.erased", person=person_id, rows=count)
        return True
