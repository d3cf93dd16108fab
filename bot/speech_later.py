"""Voice notes that no turn could wait for are put into words afterwards, for whoever is sent them next."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, Engine, select, update

from bot.clock import Clock
from bot.media import Media
from bot.speech import Speech
from bot.store.database import reading
from bot.store.tables import attachments, reports
from handlers.messages import Attachment
from routing.understand import Reader

BATCH = 5
RECENT = timedelta(days=7)


class LaterSpeech:
    """A note is tried once by each process."""

    def __init__(self, engine: Engine, clock: Clock, media: Media, speech: Speech, reader: Reader) -> None:
        self._engine = engine
        self._clock = clock
        self._media = media
        self._speech = speech
        self._reader = reader
        self._tried: set[int] = set()

    def transcribe_waiting(self) -> int:
        """Tells how many were tried. Words that may tell of violence are not kept where neighbours would read them."""
        with reading(self._engine) as connection:
            waiting = self._waiting(connection)
        for number, file in waiting:
            self._tried.add(number)
            try:
                words = self._speech.hear(self._media.load(file.ref), patience=None)
            except FileNotFoundError:
                continue
            if words and not self._reader.read(words).restricted:
                with self._engine.begin() as connection:
                    this = (attachments.c.id == number, attachments.c.transcript.is_(None))
                    connection.execute(update(attachments).where(*this).values(transcript=words))
        return len(waiting)

    def _waiting(self, connection: Connection) -> list[tuple[int, Attachment]]:
        """A restricted report's notes are not among them: only the PPA office listens."""
        untold = (attachments.c.kind == "voice", attachments.c.transcript.is_(None), reports.c.restricted.is_(False))
        recent = attachments.c.added_at > self._clock.now() - RECENT
        wanted = select(attachments.c.id, attachments.c.file).join(reports, reports.c.id == attachments.c.report_id)
        wanted = wanted.where(*untold, recent, attachments.c.id.not_in(self._tried)).order_by(attachments.c.id)
        return [(row.id, Attachment(**row.file)) for row in connection.execute(wanted.limit(BATCH))]
