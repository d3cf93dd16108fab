"""Telegram as it behaves: its Bot API and its deliveries (`platform.md §1`)."""

from tests.doubles.telegram.double import TelegramDouble
from tests.doubles.telegram.world import Message

__all__ = ["Message", "TelegramDouble"]
