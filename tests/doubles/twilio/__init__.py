"""Twilio's WhatsApp as it behaves: Messages, media, Content API, webhooks (`platform.md §3`)."""

from tests.doubles.twilio.double import TwilioDouble
from tests.doubles.twilio.world import Message

__all__ = ["Message", "TwilioDouble"]
