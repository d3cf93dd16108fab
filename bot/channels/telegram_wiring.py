"""The Telegram channel of a deployment, made from its settings."""

from __future__ import annotations

from sqlalchemy import Engine

from bot.catalogue import load_catalogue
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_poll import TelegramPoll
from bot.channels.telegram_setup import client_of, introduction
from bot.settings import Settings


def telegram_channel(settings: Settings, engine: Engine) -> TelegramChannel:
    """Without a public address it asks Telegram for messages; with one, Telegram calls `bot/web/telegram_hook.py`."""
    words = load_catalogue(settings.lang)
    introduce = introduction(engine, words)
    at_start = (introduce,) if settings.telegram_by_webhook else (introduce, TelegramPoll(words))
    return TelegramChannel(client_of(settings), at_start)
