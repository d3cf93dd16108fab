"""What `kentongan check` says of the database and of who stands behind each region, and how the command ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, update

from bot.__main__ import main
from bot.catalogue import load_catalogue
from bot.channels.telegram_payload import ASKED_FOR
from bot.channels.telegram_setup import webhook_address, webhook_secret
from bot.checkup.database import look_at_database
from bot.checkup.finding import Weight
from bot.checkup.templates import SANDBOX, look_at_templates
from bot.checkup.walk import examine
from bot.render import Renderer
from bot.settings import Settings
from bot.store.database import reading
from bot.store.keys import Keys
from bot.store.migrate import downgrade
from bot.store.people import Member, save_member
from bot.store.staffing import Staff, staffing
from bot.store.tables import addresses, inbox, outbox
from bot.store.templates import State
from bot.templates import Templates
from routing.model import Role
from routing.region import load_atlas
from tests.conftest import TEST_KEY
from tests.doubles.telegram.double import TelegramDouble

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
ATLAS = load_atlas()
SAMARINDA = replace(ATLAS, regions={"64.72": ATLAS.regions["64.72"]})


Look = Callable[..., list[str]]


@pytest.fixture
def look(clean_environment: None, database_url: str, tmp_path: Path) -> Look:
    def looked(**chosen: Any) -> list[str]:
        given = {"database_url": database_url, "keys": TEST_KEY, "var_dir": tmp_path, **chosen}
        found = look_at_database(Settings(**given), SAMARINDA, NOW)
        return [f"{one.weight} {one.key.removeprefix('checkup.')}" for one in found]

    return looked


REAL = {"telegram_token": "1234567:made-up"}


def add(engine: Engine, keys: Keys, role: Role, contact: str | None, office: str | None = None) -> None:
    member = Member(role, "Orang Contoh", "64.72", contact, office=office)
    with engine.begin() as connection:
        save_member(connection, keys, member, NOW)
        connection.execute(update(addresses).values(channel="telegram"))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nothing_to_say_while_everybody_is_made_up(look: Look) -> None:
    assert look() == []


def test_who_stands_behind_a_region(look: Look, engine: Engine, keys: Keys) -> None:
    assert look(**REAL) == ["warns nobody"]
    add(engine, keys, Role.OFFICER, "+6281200000001", "AIR")
    assert look(**REAL) == ["warns no_coordinator", "warns no_ppa"]
    add(engine, keys, Role.COORDINATOR, "+6281200000002")
    assert look(**REAL) == ["warns no_ppa"]
    add(engine, keys, Role.OFFICER, None, "PPA")
    assert look(**REAL) == ["warns no_ppa", "warns unreachable"]
    add(engine, keys, Role.OFFICER, "+6281200000003", "PPA")  # the same one, whose number is known now
    add(engine, keys, Role.KADER, None)
    assert look(**REAL) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_address_counts_where_its_channel_is_set_up_and_works(engine: Engine, keys: Keys) -> None:
    add(engine, keys, Role.COORDINATOR, "+6281200000002")

    def counted(*channels: str) -> list[Staff]:
        with reading(engine) as connection:
            return staffing(connection, channels)

    assert counted("telegram") == [Staff("64.72", "coordinator", None, 1, 1)]
    assert counted("whatsapp") == [Staff("64.72", "coordinator", None, 1, 0)]
    with engine.begin() as connection:
        connection.execute(update(addresses).values(blocked_at=NOW))
    assert counted("telegram") == [Staff("64.72", "coordinator", None, 1, 0)]


def test_what_waits_for_an_operator(look: Look, engine: Engine, keys: Keys) -> None:
    add(engine, keys, Role.COORDINATOR, "+6281200000002")
    message = {"channel": "telegram", "external_id": "1", "contact_hash": "c", "contact": "c", "raw": "x"}
    lost = {"person_id": 1, "says": [], "created_at": NOW, "due_at": NOW}
    with engine.begin() as connection:
        connection.execute(insert(inbox).values(received_at=NOW, next_at=NOW, parked_at=NOW, **message))
        connection.execute(insert(outbox).values(failed_at=NOW - timedelta(hours=1), **lost))
    assert look() == ["warns inbox_parked", "warns given_up"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_other_keys(look: Look, engine: Engine) -> None:
    assert look() == []
    assert look(keys="A" * 43 + "=") == ["stops keys.lost"]
    assert look(keys="not a key") == ["stops keys.wrong"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_old_database_is_said_where_nobody_migrates_it(look: Look, engine: Engine) -> None:
    downgrade(engine, "base")
    assert look(migrate="on") == []
    assert look(migrate="off") == ["stops migrate.needed"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_database_that_does_not_answer(look: Look) -> None:
    assert look(database_url="postgresql://x@localhost:1/x?connect_timeout=1") == ["stops database.unreachable"]


def test_a_database_that_is_still_to_be_made_is_not_made(clean_environment: None, tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/var/kentongan.db", var_dir=tmp_path / "var")
    assert list(look_at_database(settings, SAMARINDA, NOW)) == []
    assert not (tmp_path / "var").exists()


# --- templates --------------------------------------------------------------------------------------------------------

WORDS = load_catalogue("id")
TEMPLATES = Templates(WORDS, Renderer(ATLAS, WORDS))


def all_of(status: str, **others: str) -> dict[str, State]:
    """Every template submitted and in this state, but the named ones."""
    states = (State(draft.name, "HX1", others.get(draft.name, status), draft.words) for draft in TEMPLATES.drafts)
    return {state.name: state for state in states}


def approvals(states: dict[str, State]) -> list[tuple[str, object]]:
    found = look_at_templates(TEMPLATES, states)
    return [(one.key.removeprefix("checkup.templates."), one.values["count"]) for one in found]


def test_approvals_of_templates() -> None:
    total = len(TEMPLATES.drafts)
    assert approvals({}) == [("missing", total)]
    assert approvals(all_of("approved")) == []
    assert approvals(all_of("unsubmitted")) == [("missing", total)]
    assert approvals(all_of("approved", open_news="rejected", open_task="pending")) == [("waiting", 1), ("refused", 1)]
    old = all_of("approved")
    old["open_news"] = replace(old["open_news"], words="of the words that were changed since")
    assert approvals(old) == [("missing", 1)]


def test_a_long_list_of_templates_is_cut() -> None:
    [finding] = look_at_templates(TEMPLATES, {})
    assert str(finding.values["names"]).count(",") == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_templates_are_asked_for_by_a_number_of_ones_own(look: Look, engine: Engine, keys: Keys) -> None:
    add(engine, keys, Role.COORDINATOR, "+6281200000002")
    add(engine, keys, Role.OFFICER, "+6281200000003", "PPA")
    with engine.begin() as connection:
        connection.execute(update(addresses).values(channel="whatsapp"))
    account = {
        "twilio_account_sid": "AC" + "0" * 32,
        "twilio_auth_token": "made-up",
        "public_url": "https://kentongan.example",
    }
    assert look(**account, twilio_from="whatsapp:+6281200000001") == ["warns templates.missing"]
    assert look(**account, twilio_from=SANDBOX) == []


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def telegram() -> Iterator[TelegramDouble]:
    with TelegramDouble() as double:
        yield double


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str]:
    monkeypatch.setattr(sys, "argv", ["kentongan", "check", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code or 0, capsys.readouterr().out


def test_the_command_asks_repairs_and_tells(
    clean_environment: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    telegram: TelegramDouble,
) -> None:
    monkeypatch.setenv("KENTONGAN_TELEGRAM_TOKEN", telegram.token)
    monkeypatch.setenv("KENTONGAN_TELEGRAM_API", telegram.base_url.removesuffix("/bot"))
    telegram.updates.webhook.url = "https://elsewhere.example/"
    code, said = run(monkeypatch, capsys)
    assert (code, said.splitlines()[0][:7]) == (0, "PERIKSA")
    assert said.splitlines()[-1] == "Yang menghentikan layanan: 0. Yang perlu diperiksa: 1."
    code, said = run(monkeypatch, capsys, "--fix")
    assert (code, [line.split()[0] for line in said.splitlines()]) == (0, ["SUDAH", "BAIK", "Semua"])
    telegram.token = "7654321:another"
    code, said = run(monkeypatch, capsys)
    assert (code, said.split()[0]) == (1, "SALAH")
    assert os.environ["KENTONGAN_TELEGRAM_TOKEN"] not in said


def test_a_repair_sets_what_the_service_will_ask_for(
    clean_environment: None, tmp_path: Path, keys: Keys, telegram: TelegramDouble
) -> None:
    settings = Settings(
        var_dir=tmp_path,
        keys=TEST_KEY,
        public_url="https://127.0.0.1:1",
        telegram_token=telegram.token,
        telegram_api=telegram.base_url.removesuffix("/bot"),
    )
    found = examine(settings, ATLAS, telegram.now(), fix=True)
    keys_found = [one.key.removeprefix("checkup.") for one in found]
    assert keys_found == ["address_port", "address_unreachable", "telegram.webhook_set", "telegram.fine"]
    webhook = telegram.updates.webhook
    assert (webhook.url, webhook.allowed) == (webhook_address(settings), ASKED_FOR)
    assert webhook.secret == webhook_secret(settings, keys)


def test_every_finding_is_one_line() -> None:
    words = load_catalogue("id")
    lines = [key for key in words if key.startswith("checkup.")]
    assert {f"checkup.weight.{weight}" for weight in Weight} <= set(lines)
    for key in lines:
        values = dict.fromkeys(words.places(key), 7)
        assert "\n" not in words.text(key, **values), key
