"""Puts the WhatsApp channel together from the settings."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Engine
from twilio.rest import Client

from bot.catalogue import load_catalogue
from bot.channels.base import StoredFile
from bot.channels.twilio_contents import Contents
from bot.channels.twilio_http import TwilioHttp
from bot.channels.whatsapp import Account, WhatsAppChannel
from bot.channels.whatsapp_gap import Gaps
from bot.channels.whatsapp_read import CHANNEL
from bot.clock import Clock
from bot.media_links import Links
from bot.settings import Settings
from bot.store.database import reading
from bot.store.keys import Keys
from bot.store.known_ids import sent_ids

LARGEST_IMAGE = 5 * 1024 * 1024
"""Bytes (`platform.md §3`)."""
_SHOWN_AS_IMAGES = ("image/jpeg", "image/png")


def twilio_client(settings: Settings, seconds: float = 8, patience: float = 20) -> tuple[Client, TwilioHttp]:
    """`seconds` for each wait, `patience` for a whole answer. Raises ValueError when the settings name no account."""
    account, token = settings.twilio_account_sid, settings.twilio_auth_token
    if account is None or token is None:
        raise ValueError("no account")
    auth = (account, token.get_secret_value())
    http = TwilioHttp(auth, settings.twilio_api, seconds=seconds, patience=patience)
    return Client(*auth, http_client=http), http


def whatsapp_channel(
    settings: Settings, engine: Engine, clock: Clock, keys: Keys, **patience: float
) -> WhatsAppChannel:
    """Nothing is called yet. Raises ValueError when the settings name no account, number or address."""
    if settings.twilio_from is None or settings.public_url is None:
        raise ValueError("no number or address")
    client, http = twilio_client(settings, **patience)
    words, links = load_catalogue(settings.lang), Links(settings, keys)

    def link(file: StoredFile) -> str:
        too_large = len(file.content) > LARGEST_IMAGE or file.media_type not in _SHOWN_AS_IMAGES
        small = file.media_type.startswith("image/") and too_large
        return links.url(file.id, file.for_person, clock.now(), small=small)

    def recorded(external_ids: Collection[str]) -> Collection[str]:
        with reading(engine) as connection:
            return sent_ids(connection, CHANNEL, external_ids)

    return WhatsAppChannel(
        Account(client, http, settings.twilio_from, settings.public_url),
        Contents(client, engine, clock, settings.lang, words.text("whatsapp.list_button")),
        Gaps(client, engine, clock, settings.twilio_from),
        clock,
        words.text("choices.hint"),
        link,
        recorded,
    )
