"""The WhatsApp sender as Twilio sees it: whose account it is, whether the number is live, where its messages go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urldefrag

import httpx
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client
from twilio.rest.messaging.v2.channels_sender import ChannelsSenderInstance

from bot.channels.twilio_http import TwilioHttp
from bot.checkup import clock
from bot.checkup.finding import Finding, done, fine, stops, warns
from bot.checkup.templates import SANDBOX

OVERRIDES = "#rc=3&rp=all&rt=4000"
"""Try three times more, whatever went wrong, and give up on one try after four seconds: all of it may take fifteen
(`platform.md §3`)."""


@dataclass(frozen=True)
class Account:
    sid: str
    token: str
    sender: str
    """`whatsapp:+62…`"""
    api: str | None = None


@dataclass(frozen=True)
class Hooks:
    """The addresses that Twilio calls; `inbound` without its own settings behind the `#`."""

    inbound: str
    status: str

    @property
    def as_pasted(self) -> str:
        return self.inbound + OVERRIDES


def look_at_twilio(account: Account, hooks: Hooks, now: datetime, *, fix: bool) -> Iterator[Finding]:
    """`now` is aware UTC. With `fix` a sender whose messages go elsewhere is set to our addresses."""
    try:
        with _connected(account) as client:
            problems = [*_account(client, account, now), *_sender(client, account, hooks, fix=fix)]
    except TwilioException as error:
        problems = [_refused(error)]
    except (httpx.HTTPError, ValueError):  # the latter for an answer that is not JSON
        problems = [stops("checkup.twilio.unreachable")]
    yield from problems
    if not problems:
        yield fine("checkup.twilio.fine")


def _account(client: Client, account: Account, now: datetime) -> Iterator[Finding]:
    answer = client.api.v2010.accounts(account.sid).fetch_with_http_info()
    if answer.data.status != "active":
        yield stops("checkup.twilio.account", status=str(answer.data.status))
    if answer.data.type == "Trial":
        yield warns("checkup.twilio.trial")
    headers = {name.lower(): value for name, value in dict(answer.headers).items()}
    yield from clock.compare(headers.get("date"), now)


def _sender(client: Client, account: Account, hooks: Hooks, *, fix: bool) -> Iterator[Finding]:
    if account.sender == SANDBOX:  # its console alone knows where its messages go
        yield warns("checkup.twilio.sandbox", address=hooks.as_pasted)
        return
    try:
        found = _find(client, account.sender)
    except TwilioException as error:
        if _status(error) not in (403, 404):
            raise
        yield warns("checkup.twilio.by_hand", address=hooks.as_pasted, fallback=hooks.inbound)
        return
    if found is None:
        yield stops("checkup.twilio.no_sender")
        return
    if str(found.status or "").partition(":")[0] != "ONLINE":
        yield stops("checkup.twilio.offline", status=str(found.status))
    yield from _webhook(client, found, hooks, fix=fix)


def _find(client: Client, sender: str) -> ChannelsSenderInstance | None:
    listed = client.messaging.v2.channels_senders.list(channel="whatsapp")
    same = next((one for one in listed if one.sender_id == sender), None)
    # The list may leave the webhook out.
    return None if same is None else client.messaging.v2.channels_senders(str(same.sid)).fetch()


def _webhook(client: Client, sender: ChannelsSenderInstance, hooks: Hooks, *, fix: bool) -> Iterator[Finding]:
    wrong = list(_judge(sender.webhook, hooks))
    if not wrong or not fix:
        yield from wrong
        return
    update = _WebhookAlone(hooks)
    after = client.messaging.v2.channels_senders(str(sender.sid)).update(update)
    yield from (_judge(after.webhook, hooks) if after.webhook else ())
    yield done("checkup.twilio.webhook_set")


def _judge(webhook: object, hooks: Hooks) -> Iterator[Finding]:
    """An address of somebody else is not repeated: it may hold a secret of theirs."""
    there = webhook if isinstance(webhook, dict) else {}
    called = str(there.get("callback_url") or "")
    if not called:
        yield stops("checkup.twilio.no_webhook", address=hooks.as_pasted)
    elif urldefrag(called).url != hooks.inbound or there.get("callback_method", "POST") != "POST":
        yield stops("checkup.twilio.webhook_elsewhere", address=hooks.as_pasted)
    elif called != hooks.as_pasted or not there.get("fallback_url"):
        yield warns("checkup.twilio.no_second_try", address=hooks.as_pasted, fallback=hooks.inbound)


class _WebhookAlone:
    """What is to change and nothing else. The library's own class would send the profile along, empty, and Twilio might
    take that as the new one."""

    def __init__(self, hooks: Hooks) -> None:
        self._hooks = hooks

    def to_dict(self) -> dict[str, object]:
        addresses = {
            "callback": self._hooks.as_pasted,
            "fallback": self._hooks.inbound,
            "status_callback": self._hooks.status,
        }
        urls = {f"{name}_url": address for name, address in addresses.items()}
        return {"webhook": urls | {f"{name}_method": "POST" for name in addresses}}


def _refused(error: TwilioException) -> Finding:
    match _status(error):
        case 401:
            return stops("checkup.twilio.token")
        case 429:
            return warns("checkup.twilio.busy")
        case status:
            return stops("checkup.twilio.refused", code=getattr(error, "code", None) or status)


def _status(error: TwilioException) -> int:
    """Of the answer; the library hands it on in two ways, and a list that fails has the second. 0: none."""
    if isinstance(error, TwilioRestException):
        return int(error.status)
    answer = error.args[1] if len(error.args) > 1 else None
    return int(getattr(answer, "status_code", 0))


@contextmanager
def _connected(account: Account) -> Iterator[Client]:
    http = TwilioHttp((account.sid, account.token), account.api)
    try:
        yield Client(account.sid, account.token, http_client=http)
    finally:
        http.close()
