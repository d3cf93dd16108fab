"""WhatsApp through Twilio: what comes in is read in `whatsapp_read.py`; limits and codes from `platform.md §3`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance

from bot.channels.base import (
    CannotTell,
    Intake,
    Limits,
    NeedsTemplate,
    NothingMore,
    Ok,
    Refused,
    Rendered,
    RetryLater,
    Sent,
    StoredFile,
    Template,
    Unsure,
)
from bot.channels.twilio_contents import (
    LIST_CHARS,
    LIST_ITEMS,
    QUICK_CHARS,
    QUICK_REPLIES,
    Contents,
    interactive,
    plain,
)
from bot.channels.twilio_http import FATE_UNKNOWN, NEVER_SENT, TwilioHttp
from bot.channels.twilio_results import OF_THE_CONTENT, refusal
from bot.channels.twilio_templates import TwilioTemplates
from bot.channels.whatsapp_gap import Gaps
from bot.channels.whatsapp_read import CHANNEL, address_of, read
from bot.clock import Clock
from handlers.messages import Incoming

BODY_CHARS = 1600
CAPTION_CHARS = 1024
LARGEST = 16 * 1024 * 1024
"""Bytes of one file, each way."""
LOOKED_AT = 60
"""How many of the last messages to somebody are looked through for one of unknown fate."""
CLOCKS_APART = timedelta(seconds=90)
CALLBACK = "/hook/whatsapp/status#rc=3&rp=ct,rt,5xx"
"""Where Twilio tells what became of a message; it tries again when we do not answer or ask it to."""

_FAILED = ("failed", "undelivered", "canceled")
_MEDIA = re.compile(r"/Messages/(?P<message>[SM]M\w+)/Media/(?P<media>ME\w+)$")

log = structlog.get_logger(__name__)

Link = Callable[[StoredFile], str]
"""A private address of a kept file that works for a while."""


def numbered(message: Rendered, hint: str) -> str:
    """The choices as lines: a typed number counts as a tap."""
    lines = [f"{number}. {button.label}" for number, button in enumerate(message.buttons, 1)]
    return "\n\n".join(filter(None, (message.text, "\n".join((*lines, hint)) if lines else "")))


@dataclass(frozen=True)
class Account:
    """Ours at Twilio. `sender` is `whatsapp:+62…`; `public_url` is where Twilio calls us."""

    client: Client
    http: TwilioHttp
    sender: str
    public_url: str


class WhatsAppChannel(NothingMore):
    """`recorded` tells which of some message ids are known to be of other messages than the one looked for."""

    name = CHANNEL
    limits = Limits(
        buttons=QUICK_REPLIES,
        button_chars=QUICK_CHARS,
        text_chars=BODY_CHARS,
        files=1,
        list_items=LIST_ITEMS,
        list_chars=LIST_CHARS,
        caption_chars=CAPTION_CHARS,
        words_with_sound=False,
        per_second=80.0,
        seconds_per_contact=6.0,
        burst=10,
        window=timedelta(hours=24),
        billed=True,
    )

    def __init__(
        self,
        account: Account,
        contents: Contents,
        gaps: Gaps,
        clock: Clock,
        choices_hint: str,
        link: Link,
        recorded: Callable[[Collection[str]], Collection[str]],
    ) -> None:
        self.approvals = TwilioTemplates(account.client)
        self._client = account.client
        self._http = account.http
        self._sender = account.sender
        self._callback = account.public_url.rstrip("/") + CALLBACK
        self._contents = contents
        self._clock = clock
        self._gaps = gaps
        self._hint = choices_hint
        self._link = link
        self._recorded = recorded

    def parse(self, raw: bytes) -> Incoming:
        """Raises LookupError for a form that is no message."""
        return read(raw, self._clock.now())

    def open(self, inbox: Intake) -> None:
        self._gaps.start(inbox)

    def close(self) -> None:
        self._gaps.stop()
        self._http.close()

    # --- sending ------------------------------------------------------------------------------------------------------

    def send(self, contact: str, message: Rendered) -> Sent:
        if message.template is not None:
            return self._templated(contact, message.template)
        if message.files:
            return self._with_file(contact, message)
        sent = self._with_choices(contact, message) if message.buttons else None
        return sent or self._in_words(contact, numbered(message, self._hint))

    def _templated(self, contact: str, template: Template) -> Sent:
        values = {str(number): plain(value) or "-" for number, value in enumerate(template.values, 1)}
        variables = {"content_variables": json.dumps(values, ensure_ascii=False)} if values else {}
        sent = self._post(contact, "utility", content_sid=template.sid, **variables)
        unusable = isinstance(sent, Refused) and int(sent.code) in OF_THE_CONTENT
        return NeedsTemplate() if unusable else sent

    def _with_choices(self, contact: str, message: Rendered) -> Sent | None:
        """None when it has to be said in numbered lines instead. A content message costs as much as words."""
        shown = interactive(message)
        sid = self._contents.sid(shown) if shown else None
        if shown is None or sid is None:
            return None
        sent = self._post(contact, "service", content_sid=sid, content_variables=shown.spoken)
        if not isinstance(sent, Refused) or int(sent.code) not in OF_THE_CONTENT:
            return sent
        log.warning("whatsapp.content_refused", error=sent.code, choices=len(message.buttons))
        if sent.code != "21656":  # that one is about these words, not about the content
            self._contents.gone(shown)
        return None

    def _with_file(self, contact: str, message: Rendered) -> Sent:
        """The words are the caption."""
        text = numbered(message, self._hint)
        caption = {"body": text} if text.strip() else {}
        return self._post(contact, "service", media_url=[self._link(message.files[0])], **caption)

    def _in_words(self, contact: str, text: str) -> Sent:
        return self._post(contact, "service", body=text) if text.strip() else Refused("nothing_to_say")

    def _post(self, contact: str, price_kind: str, **fields: object) -> Sent:
        try:
            message = self._client.messages.create(
                to=address_of(contact), from_=self._sender, status_callback=self._callback, **fields
            )
        except (TwilioRestException, TwilioServiceException) as error:
            return refusal(error.code if isinstance(error.code, int) else error.status, error.status)
        except NEVER_SENT:
            return RetryLater(everybody=True)  # nobody else gets through either, and no try is counted
        except (TwilioException, *FATE_UNKNOWN) as error:
            return Unsure(type(error).__name__)
        if message.status in _FAILED:
            return refusal(int(message.error_code or 0))
        return Ok(message.sid, price_kind) if message.sid else Unsure("no_id")

    # --- a message of unknown fate ------------------------------------------------------------------------------------

    def look_up(self, contact: str, message: Rendered, since: datetime) -> Ok | None:
        """Among the last messages to this contact: made since then, with our words, and not known to be another one.

        Identical words are told apart by what is recorded: of two alike, the first one has its row already.
        """
        try:
            listed = self._client.messages.list(to=address_of(contact), from_=self._sender, limit=LOOKED_AT)
        except (TwilioException, *FATE_UNKNOWN):
            raise CannotTell from None
        alive = [one for one in listed if one.status not in _FAILED and one.sid and one.direction != "inbound"]
        recent = [one for one in alive if one.date_created is None or one.date_created >= since - CLOCKS_APART]
        others = set(self._recorded([str(one.sid) for one in recent]))
        found = [one for one in recent if one.sid not in others and self._is(one, message)]
        kind = "utility" if message.template else "service"
        # The list begins with the newest; of several alike the oldest is the one that was begun first.
        return Ok(str(found[-1].sid), kind) if found else None

    def _is(self, there: MessageInstance, message: Rendered) -> bool:
        body = _bare(there.body or "")
        if message.template is not None:
            return all(_bare(plain(value)) in body for value in message.template.values)
        with_file = int(there.num_media or 0) > 0
        said = (_bare(message.text), _bare(numbered(message, self._hint)))
        return with_file == bool(message.files) and (with_file or body in said)

    # --- files and what is kept at Twilio -----------------------------------------------------------------------------

    def fetch(self, ref: str) -> bytes:
        """One byte too many of a file that is too long, so that whoever keeps it sees that. Raises FetchFailed."""
        return self._http.download(ref, LARGEST)

    def forget(self, ref: str) -> bool:
        found = _MEDIA.search(ref.partition("?")[0])
        if found is None or not self._http.is_twilio(ref):
            return False
        return self._done(lambda: bool(self._client.messages(found["message"]).media(found["media"]).delete()))

    def redact(self, external_id: str) -> bool:
        """Take the words of a message, in or out, off Twilio's books; False when it does not do that (yet)."""
        return self._done(lambda: self._client.messages(external_id).update(body="") is not None)

    def number(self, contact: str) -> str | None:
        """Who hides their number is known by an id of the business, which begins with letters."""
        return contact if contact.startswith("+") else None

    @staticmethod
    def _done(change: Callable[[], bool]) -> bool:
        try:
            return change()
        except TwilioRestException as error:
            return bool(error.status == 404)  # it is gone already
        except (TwilioException, RuntimeError, *FATE_UNKNOWN):
            return False  # RuntimeError: the service ends, connections are closed

    # --- told later ---------------------------------------------------------------------------------------------------

    def meaning(self, code: str) -> Sent | None:
        """What an error that a status callback brings would have been as an answer to `send`; None without a code.

        Choices that WhatsApp did not show are sent again, as numbered lines.
        """
        if not code.isdecimal():
            return None
        if int(code) in OF_THE_CONTENT and self._contents.refused_later():
            return RetryLater(10)
        return refusal(int(code))


def _bare(text: str) -> str:
    """Words alone: blanks, braces and apostrophes change on their way."""
    return re.sub(r"\s+", " ", text.replace("\u2019", "'").replace("{ {", "{{")).strip()
