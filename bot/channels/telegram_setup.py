"""What Telegram is told about us: where to call, which commands there are, what the bot is for."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from sqlalchemy import Engine
from telegram import BotCommand

from bot.catalogue import Catalogue
from bot.channels.base import Intake
from bot.channels.telegram_client import TelegramClient
from bot.settings import Settings
from bot.store.facts import fact, keep_fact
from bot.store.keys import Keys

PATH = "/hook/telegram"
CONNECTIONS = 40
"""Calls of our webhook that Telegram makes at the same time; its own default."""
_SHOWN = "telegram_profile"
_COMMANDS = "telegram.command."


def webhook_secret(settings: Settings, keys: Keys) -> str:
    """What stands on each call of the webhook: given, or made of the token and our keys, so that nobody types it.

    Only `A-Z a-z 0-9 _ -` (`platform.md §1`).
    """
    if settings.telegram_secret is not None:
        return settings.telegram_secret.get_secret_value()
    return str(keys.hash(f"telegram webhook {token_of(settings)}"))


def token_of(settings: Settings) -> str:
    """Raises ValueError without one."""
    if settings.telegram_token is None:
        raise ValueError("no token")
    return settings.telegram_token.get_secret_value()


def webhook_address(settings: Settings) -> str:
    """Where Telegram should call. Raises ValueError without a public address."""
    if not settings.public_url:
        raise ValueError("no public address")
    return settings.public_url.rstrip("/") + PATH


def client_of(settings: Settings) -> TelegramClient:
    """The connection of these settings. Raises ValueError without a token."""
    return TelegramClient(token_of(settings), settings.telegram_api)


def commands(words: Catalogue) -> Mapping[str, str]:
    """Command and what it does, in the order of the catalogue: each text is `name - what it does`."""
    texts = (words.text(key) for key in words if key.startswith(_COMMANDS))
    return {name.strip(): does.strip() for name, _, does in (text.partition(" - ") for text in texts)}


def introduction(engine: Engine, words: Catalogue) -> Callable[[TelegramClient, Intake], Coroutine[Any, Any, None]]:
    """Shows people our commands and what we do, once for each change of the words. Raises TelegramError."""

    async def introduce(client: TelegramClient, _inbox: Intake) -> None:
        listed = commands(words)
        about, short = words.text("telegram.about"), words.text("telegram.about_short")
        number = client.bot.token.partition(":")[0]  # of the bot: another one has been told nothing yet
        mark = hashlib.sha256(repr((number, listed, about, short)).encode()).hexdigest()
        if await asyncio.to_thread(fact, engine, _SHOWN) == mark:
            return
        await client.bot.set_my_commands([BotCommand(name, does) for name, does in listed.items()])
        await client.bot.set_my_description(about)
        await client.bot.set_my_short_description(short)
        await asyncio.to_thread(keep_fact, engine, _SHOWN, mark)

    return introduce
