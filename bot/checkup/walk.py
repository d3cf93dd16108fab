"""Everything that is looked at, from the machine outwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.checkup.address import look_at_address
from bot.checkup.database import in_order, look_at_database
from bot.checkup.finding import Finding
from bot.checkup.machine import look_at_days_off, look_at_machine
from bot.settings import Settings
from routing.region import Atlas


def examine(settings: Settings, atlas: Atlas, now: datetime, *, fix: bool) -> Iterator[Finding]:
    """Findings of this installation, as soon as each is known; asking a provider may take seconds. `now` is aware UTC.

    With `fix` the webhooks are set; nothing else is changed.
    """
    yield from look_at_machine(settings)
    yield from look_at_days_off(in_order(atlas), now)
    yield from look_at_database(settings, atlas, now)
    if settings.public_url is not None and settings.real_channels:
        yield from look_at_address(settings.public_url, now, telegram=settings.telegram_by_webhook)
    yield from _telegram(settings, now, fix=fix)
    yield from _whatsapp(settings, now, fix=fix)


def _telegram(settings: Settings, now: datetime, *, fix: bool) -> Iterator[Finding]:
    if settings.telegram_token is None:
        return
    # Here and not above: the libraries of the providers take longer to load than everything else takes to look at.
    from bot.channels import telegram_setup as ours
    from bot.channels.telegram_payload import ASKED_FOR
    from bot.checkup.telegram import Wanted, look_at_telegram

    wanted = Wanted(None)
    if settings.telegram_by_webhook:
        # Without a repair nobody needs the secret, nor the keys it is made of.
        secret = ours.webhook_secret(settings, settings.open_keys()) if fix else ""
        wanted = Wanted(ours.webhook_address(settings), secret, tuple(ASKED_FOR), ours.CONNECTIONS)
    token = settings.telegram_token.get_secret_value()
    yield from look_at_telegram(token, settings.telegram_api, wanted, now, fix=fix)


def _whatsapp(settings: Settings, now: datetime, *, fix: bool) -> Iterator[Finding]:
    if settings.twilio_account_sid is None or settings.twilio_auth_token is None or settings.twilio_from is None:
        return
    from bot.channels.whatsapp import CALLBACK
    from bot.checkup.twilio import Account, Hooks, look_at_twilio
    from bot.web.whatsapp_hook import PATH

    token = settings.twilio_auth_token.get_secret_value()
    account = Account(settings.twilio_account_sid, token, settings.twilio_from, settings.twilio_api)
    here = (settings.public_url or "").rstrip("/")
    yield from look_at_twilio(account, Hooks(here + PATH, here + CALLBACK), now, fix=fix)
