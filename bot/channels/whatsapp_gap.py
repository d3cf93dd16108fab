"""Messages that Twilio took and could not deliver to us: it does not send them again, so we compare (`platform.md §3`).

What its list does not tell is lost for good: the id of a tapped choice (its words are there, and count as a tap) and
the point of a location.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from urllib.parse import urlencode

import structlog
from sqlalchemy import Engine
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance

from bot.channels.base import Intake
from bot.channels.twilio_http import API
from bot.channels.whatsapp_read import CHANNEL, form_of, sender, stamped
from bot.clock import Clock
from bot.logs import place_of
from bot.store.database import reading
from bot.store.facts import fact, keep_fact
from bot.store.known_ids import received_ids, take_turn

EVERY_SECONDS = 600
OVERLAP = timedelta(hours=2)
"""Twilio's list may show a message late, and our clocks differ."""
FIRST_LOOK = timedelta(hours=1)
LONGEST_AGO = timedelta(days=7)
PAGE = 200
MOST = 5_000
ALONE_FOR = timedelta(minutes=9)
"""The next look, by whatever process, is due later."""
_TURN, _SINCE = "whatsapp_gap_turn", "whatsapp_gap_since"

log = structlog.get_logger(__name__)


class Gaps:
    """Looks at the start and every ten minutes; of several processes, one at a time."""

    def __init__(self, client: Client, engine: Engine, clock: Clock, own_address: str) -> None:
        self._client = client
        self._engine = engine
        self._clock = clock
        self._own_address = own_address
        self._ended = Event()
        self._thread: Thread | None = None

    def start(self, inbox: Intake) -> None:
        self._ended.clear()
        self._thread = Thread(target=self._go_on, args=(inbox,), name="whatsapp-gaps", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends after a look that is under way."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _go_on(self, inbox: Intake) -> None:
        while not self._ended.is_set():
            try:
                self.close_gap(inbox)
            except Exception as error:  # noqa: BLE001 - Twilio or the database may be away: the next look is soon
                log.warning("whatsapp.gap_not_looked_at", error=place_of(error))
            self._ended.wait(EVERY_SECONDS)

    def close_gap(self, inbox: Intake) -> int:
        """Puts into the inbox what came in since the last look and is not there; tells how many messages that were.

        Raises what Twilio's client and the database raise; the next look then covers the same time again.
        """
        now = self._clock.now()
        with self._engine.begin() as connection:
            if not take_turn(connection, _TURN, now, now + ALONE_FOR):
                return 0
        listed = self._client.messages.stream(
            to=self._own_address, date_sent_after=self._since(now), page_size=PAGE, limit=MOST
        )
        came = {str(one.sid): one for one in listed if one.direction == "inbound" and one.sid}
        with reading(self._engine) as connection:
            known = received_ids(connection, CHANNEL, came)
        lost = [one for sid, one in came.items() if sid not in known]
        found = sum(self._hand_in(one, inbox, now) for one in reversed(lost))  # the list begins with the newest
        keep_fact(self._engine, _SINCE, now.isoformat())
        if found:
            log.warning("whatsapp.gap_closed", messages=found)
        return found

    def _since(self, now: datetime) -> datetime:
        """A new installation does not answer what another one was asked."""
        last = fact(self._engine, _SINCE)
        since = datetime.fromisoformat(last) - OVERLAP if last else now - FIRST_LOOK
        return max(since, now - LONGEST_AGO).astimezone(UTC)

    def _hand_in(self, message: MessageInstance, inbox: Intake, now: datetime) -> bool:
        raw = urlencode([*self._form(message)]).encode("ascii")
        contact, _ = sender(form_of(raw))
        at = message.date_sent or message.date_created or now
        return inbox.submit(CHANNEL, str(message.sid), contact, stamped(raw, at)).result()

    def _form(self, message: MessageInstance) -> Iterator[tuple[str, str]]:
        """As the webhook would have brought it, as far as the list tells."""
        files = int(message.num_media or 0)
        yield from (("MessageSid", str(message.sid)), ("From", str(message.from_)), ("To", str(message.to)))
        yield from (("Body", message.body or ""), ("NumMedia", str(files)))
        if not files and not message.body:
            yield "MessageType", "unlisted"  # a location, or something else that only the webhook could tell
        for place, file in enumerate(self._client.messages(message.sid).media.list() if files else ()):
            yield f"MediaUrl{place}", API + str(file.uri).removesuffix(".json")
            yield f"MediaContentType{place}", str(file.content_type)
