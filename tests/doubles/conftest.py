"""A Twilio double with one person who has just written."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from bot.clock import FrozenClock
from tests.doubles.delivery import wire
from tests.doubles.twilio import TwilioDouble
from tests.doubles.twilio_setting import HOOK, PERSON, START, Bell


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(START)


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def twilio(clock: FrozenClock, bell: Bell) -> Iterator[TwilioDouble]:
    with TwilioDouble(webhook_url=f"{HOOK}#rc=1", now=clock.now, post=bell) as double:
        double.user_says(PERSON, "halo")
        yield double


@pytest.fixture
def http(twilio: TwilioDouble) -> Iterator[httpx.Client]:
    with wire(base_url=twilio.url, auth=(twilio.account, twilio.auth_token)) as client:
        yield client
