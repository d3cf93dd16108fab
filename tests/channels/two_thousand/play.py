"""One storm from an empty database to its findings."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from PIL import Image
from sqlalchemy import make_url

from bot.store.database import make_engine
from bot.store.keys import Keys
from tests.channels.two_thousand.clock import SharedClock
from tests.channels.two_thousand.findings import Findings, look
from tests.channels.two_thousand.reach import ServiceHere, ServiceProcess
from tests.channels.two_thousand.service import PUBLIC_URL, Setting
from tests.channels.two_thousand.storm import Storm
from tests.channels.two_thousand.town import FOR_ONE_KADER, PLACES, Town
from tests.doubles.delivery import wire
from tests.doubles.telegram import TelegramDouble
from tests.doubles.telegram.double import TOKEN
from tests.doubles.twilio import TwilioDouble
from tests.doubles.twilio.double import ACCOUNT, AUTH_TOKEN, SENDER

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday, ten in the morning in Samarinda."""
SECRET = "rahasia-contoh"
FAILING = 0.05
ANSWER = 0.035
"""Virtual seconds that a provider takes for one call."""


@dataclass(frozen=True)
class Result:
    findings: Findings
    killed: Counter[str]
    faults: Counter[str]
    calls: int
    mended: int
    seconds: float
    virtual_seconds: float


def play(
    url: str,
    key: str,
    folder: Path,
    *,
    residents: int,
    kills: int,
    solved: float = 0.0,
    pace: float = 2.0,
    reach: type[ServiceProcess] | type[ServiceHere] = ServiceProcess,
    progress: Callable[[int, float], None] = lambda _tickets, _seconds: None,
) -> Result:
    """`url`: a database with all tables and nothing in them. `solved`: the share of reports told to the end."""
    began = perf_counter()
    clock = SharedClock(folder / "clock", START)
    service = reach(setting_of(url, key, folder))
    telegram = TelegramDouble(now=clock.now, post=service.post, seed=1)
    twilio = TwilioDouble(
        webhook_url=f"{PUBLIC_URL}/hook/whatsapp", now=clock.now, post=service.post, fetch=service.fetch, seed=2
    )
    service.know(telegram, twilio)
    engine = make_engine(make_url(url), Keys([key]))
    try:
        town = Town(telegram, twilio, photo(), PLACES[: max(2, residents // FOR_ONE_KADER)])
        people = town.residents(residents)
        staff = town.staff(engine, clock.now(), residents, solved)
        set_webhook(telegram)
        for double in (telegram, twilio):
            double.faults.share(FAILING, match=lambda _: _takes_time(clock))
        storm = Storm(service, clock, telegram, twilio, people, staff, kills, pace, progress=progress)
        storm.run()
        service.close()
        findings = look(engine, people, telegram, twilio, kills)
        happened = telegram.faults.happened + twilio.faults.happened
        return Result(
            findings,
            storm.killed,
            Counter({f"{one.kind}{', taken' if one.taken else ''}": times for one, times in happened.items()}),
            telegram.calls.total() + twilio.calls.total(),
            storm.mended,
            perf_counter() - began,
            clock.seconds,
        )
    finally:
        service.end()
        telegram.close()
        twilio.close()
        engine.dispose()
        clock.close()


def _takes_time(clock: SharedClock) -> bool:
    """Asked once for each call: any of them may fail, and all of them take a little time."""
    clock.move(ANSWER)
    return True


def setting_of(url: str, key: str, folder: Path) -> Setting:
    values = {
        "database_url": url,
        "var_dir": folder,
        "simulator": "off",
        "demo_people": "off",
        "public_url": PUBLIC_URL,
        "telegram_token": TOKEN,
        "telegram_secret": SECRET,
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": AUTH_TOKEN,
        "twilio_from": SENDER,
    }
    return Setting(url, key, folder / "clock", START, folder / "service.log", values)


def set_webhook(telegram: TelegramDouble) -> None:
    with wire() as client:
        values = {"url": f"{PUBLIC_URL}/hook/telegram", "secret_token": SECRET}
        client.post(f"{telegram.base_url}{telegram.token}/setWebhook", data=values).raise_for_status()


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "grey").save(out, "JPEG")
    return out.getvalue()
