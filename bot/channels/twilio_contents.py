"""Messages with choices to tap. Twilio sends them only as Content resources, which are made once and named by what
they look like: one for each pattern of lines and number of choices. Every word and every id is a variable, so no
content holds anything that somebody said.

Sources: `platform.md §3`; twilio.com/docs/content (quick-reply, list-picker, using variables), docs/api/errors/21656.
Only templates that are submitted for approval may not begin or end with a variable; these live in the open window.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import structlog
from sqlalchemy import Engine
from twilio.base.exceptions import TwilioException
from twilio.rest import Client
from twilio.rest.content.v1.content import ContentList

from bot.channels.base import Button, Rendered
from bot.channels.twilio_http import FATE_UNKNOWN
from bot.clock import Clock
from bot.store.facts import fact, keep_fact

QUICK_REPLIES, QUICK_CHARS = 3, 20
LIST_ITEMS, LIST_CHARS = 10, 24
BODY_CHARS = 1024
ID_CHARS = 200
MOST_VARIABLES = 100
QUICK, LIST = "twilio/quick-reply", "twilio/list-picker"

REST = timedelta(minutes=10)
"""After a content could not be made: numbered lines do as well meanwhile."""
LONG_REST = timedelta(hours=1)
UNDER_WAY = timedelta(minutes=1)
"""What was sent before we heard that it would not be shown is heard of within this time."""

_KEY = "content "
_RUNS = re.compile(r"[\t\v\f\r]+| {4,}")

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Interactive:
    """A message with choices, taken apart into its look and its words (variable number to value)."""

    kind: str
    body: str
    choices: int
    variables: dict[str, str]

    @property
    def look(self) -> str:
        return json.dumps([self.kind, self.body, self.choices])

    @property
    def spoken(self) -> str:
        """The variables as Twilio takes them."""
        return json.dumps(self.variables, ensure_ascii=False)


def interactive(message: Rendered) -> Interactive | None:
    """None when it does not fit: too long, too many choices, labels too long or alike."""
    labels = [plain(button.label) for button in message.buttons]
    longest = max(map(len, labels), default=0)
    if not labels or len(message.text) > BODY_CHARS or not message.text.strip() or len(set(labels)) < len(labels):
        return None
    if any(not label for label in labels) or any(len(button.id) > ID_CHARS for button in message.buttons):
        return None
    if len(labels) <= QUICK_REPLIES and longest <= QUICK_CHARS:
        return _taken_apart(QUICK, message.text, message.buttons)
    if len(labels) <= LIST_ITEMS and longest <= LIST_CHARS:
        return _taken_apart(LIST, message.text, message.buttons)
    return None


def plain(value: str) -> str:
    """As a variable may hold it: on one line, without tabs and runs of blanks; and with another apostrophe, since
    Twilio was seen to refuse the straight one (twilio-node issue 1082)."""
    one_line = _RUNS.sub(" ", value.replace("\n", " "))
    return one_line.replace("'", "\u2019").replace("{{", "{ {").strip()


def _taken_apart(kind: str, text: str, buttons: tuple[Button, ...]) -> Interactive | None:
    variables: dict[str, str] = {}

    def place(value: str) -> str:
        variables[str(len(variables) + 1)] = value
        return f"{{{{{len(variables)}}}}}"

    body = "\n".join(place(line) if (line := plain(one)) else "" for one in text.strip().split("\n"))
    for button in buttons:
        place(plain(button.label))
        place(button.id)
    return Interactive(kind, body, len(buttons), variables) if len(variables) <= MOST_VARIABLES else None


class Contents:
    """Which content stands for which look: known in this process, in the database, at Twilio, or made now."""

    def __init__(self, client: Client, engine: Engine, clock: Clock, language: str, list_button: str) -> None:
        self._client = client
        self._engine = engine
        self._clock = clock
        self._language = language
        self._list_button = list_button
        self._sids: dict[str, str] = {}
        self._there: dict[str, str] | None = None
        self._rests_until: dict[str, datetime] = {}
        self._refused_at: datetime | None = None

    def sid(self, message: Interactive) -> str | None:
        """None when there is none and none can be made now."""
        if self._refused_at is not None and self._clock.now() < self._refused_at + LONG_REST:
            return None
        name = self._name(message)
        if name not in self._sids:
            found = fact(self._engine, _key(name)) or self._made(name, message)
            if found is None:
                return None
            self._sids[name] = found
        return self._sids[name]

    def refused_later(self) -> bool:
        """WhatsApp did not show a content, nobody says which: for a while none is used. False when that is so already,
        and what was refused now had none."""
        now = self._clock.now()
        if self._refused_at is None or now >= self._refused_at + LONG_REST:
            self._refused_at = now
        return now < self._refused_at + UNDER_WAY

    def gone(self, message: Interactive) -> None:
        """Twilio does not know it any more, or does not take it: the next one is made anew, after a rest."""
        name = self._name(message)
        self._sids.pop(name, None)
        self._there = None
        self._rests_until[name] = self._clock.now() + REST
        keep_fact(self._engine, _key(name), "")

    def _name(self, message: Interactive) -> str:
        look = f"{self._language} {self._list_button} {message.look}"
        return f"kentongan_{sha256(look.encode()).hexdigest()[:32]}"

    def _made(self, name: str, message: Interactive) -> str | None:
        now = self._clock.now()
        if self._rests_until.get(name, now) > now:
            return None
        try:
            found = self._known_there().get(name) or self._make(name, message)
        except (TwilioException, *FATE_UNKNOWN) as error:
            self._rests_until[name] = now + REST
            log.warning("whatsapp.no_content", content=name, error=type(error).__name__)
            return None
        keep_fact(self._engine, _key(name), found)
        return found

    def _known_there(self) -> dict[str, str]:
        """Made by another installation with the same account, or before the database was restored."""
        if self._there is None:
            listed = self._client.content.v1.contents.stream(page_size=500, limit=5_000)
            self._there = {one.friendly_name: one.sid for one in listed if one.friendly_name and one.sid}
        return self._there

    def _make(self, name: str, message: Interactive) -> str:
        """Raises ValueError for an answer that names no content."""
        asked = ContentList.ContentCreateRequest(
            {
                "friendly_name": name,
                "language": self._language,
                "variables": {number: number for number in message.variables},
                "types": {message.kind: self._drawn(message)},
            }
        )
        sid = self._client.content.v1.contents.create(content_create_request=asked).sid
        if not sid:
            raise ValueError("no content sid")
        log.info("whatsapp.content_made", content=name, choices=message.choices)
        return str(sid)

    def _drawn(self, message: Interactive) -> dict[str, object]:
        first = len(message.variables) - 2 * message.choices + 1
        pairs = [(f"{{{{{at}}}}}", f"{{{{{at + 1}}}}}") for at in range(first, len(message.variables), 2)]
        if message.kind == QUICK:
            actions = [{"type": "QUICK_REPLY", "title": title, "id": id_} for title, id_ in pairs]
            return {"body": message.body, "actions": actions}
        items = [{"item": item, "id": id_} for item, id_ in pairs]
        return {"body": message.body, "button": self._list_button, "items": items}


def _key(name: str) -> str:
    return _KEY + name.removeprefix("kentongan_")
