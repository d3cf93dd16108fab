"""`kentongan templates` and `kentongan cost` as an operator meets them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.store.database import make_engine
from bot.store.keys import Keys
from bot.store.tables import addresses, outbox, people, sends
from bot.templates_catalogue import FORMS
from tests.conftest import TEST_KEY
from tests.doubles.twilio.contents import rejected_because
from tests.doubles.twilio.double import ACCOUNT, AUTH_TOKEN, SENDER, TwilioDouble, machine_time
from tests.test_cli import Terminal


@pytest.fixture
def terminal(
    clean_environment: None,
    own_logs: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    sqlite_template: Path,
    tmp_path: Path,
) -> Terminal:
    shutil.copy(sqlite_template, tmp_path / "kentongan.db")
    return Terminal(monkeypatch, capsys, f"sqlite:///{tmp_path}/kentongan.db")


@pytest.fixture
def there(terminal: Terminal) -> Iterator[TwilioDouble]:
    """Twilio, and a terminal whose settings name it."""
    with TwilioDouble() as double:
        account = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": AUTH_TOKEN, "TWILIO_FROM": SENDER}
        terminal.set(**account, TWILIO_API=double.url, PUBLIC_URL="https://lapor.contoh.id")
        yield double


def test_the_catalogue_can_be_read_without_an_account(terminal: Terminal) -> None:
    code, said = terminal.run("templates")
    assert code == 0
    assert said.count("· utility · id") == len(FORMS)
    assert "{{1}} contoh: SMD-0123" in said
    assert "tombol: Buka" in said


def test_without_an_account_nothing_can_be_submitted(terminal: Terminal) -> None:
    code, said = terminal.run("templates", "--create")
    assert (code, "KENTONGAN_TWILIO_ACCOUNT_SID" in said) == (2, True)


def test_everything_is_submitted_and_its_state_is_told(terminal: Terminal, there: TwilioDouble) -> None:
    code, said = terminal.run("templates", "--create")
    assert code == 0
    assert said.count("diajukan: sedang diperiksa") == len(FORMS)
    for content in there.contents.kept.values():
        assert rejected_because(content) == "", "by Meta's rules"
        there.contents.review(content.sid, "approved")
    assert there.violations == []
    _, said = terminal.run("templates", "--status")
    assert said.count(": disetujui") == len(FORMS)
    assert "belum punya teks" not in said
    refused = next(one for one in there.contents.kept.values() if "news_accepted" in one.body["friendly_name"])
    there.contents.review(refused.sid, "rejected", "INVALID_FORMAT")
    _, said = terminal.run("templates", "--status")
    assert "news_accepted: ditolak (INVALID_FORMAT)" in said
    assert "hear.accepted" in said.splitlines()[-1]


def test_a_twilio_that_does_not_answer_is_told_in_one_line(terminal: Terminal, there: TwilioDouble) -> None:
    there.faults.next("server_error")
    code, said = terminal.run("templates", "--status")
    assert (code, len(said.splitlines()), "Twilio" in said) == (2, 1, True)


@pytest.mark.parametrize(("option", "line"), [((), "whatsapp  balasan dalam 24 jam"), (("--csv",), "whatsapp,balasan")])
def test_what_was_sent_is_counted_and_priced(terminal: Terminal, option: tuple[str, ...], line: str) -> None:
    engine = make_engine(terminal.url, Keys([TEST_KEY]))
    now = machine_time()
    with engine.begin() as connection:
        person = connection.execute(insert(people).values(facts={}, created_at=now)).inserted_primary_key
        who = {"person_id": person[0] if person else None}
        contact = {"channel": "whatsapp", "contact_hash": "a", "contact": "a"}
        connection.execute(insert(addresses).values(**who, **contact))
        connection.execute(insert(outbox).values(**who, says=[], created_at=now, due_at=now))
        went = {"channel": "whatsapp", "started_at": now, "sent_at": now, "billed": True, "price_kind": "service"}
        connection.execute(insert(sends).values(outbox_id=1, address_id=1, part=0, **went))
    engine.dispose()
    code, said = terminal.run("cost", *option)
    assert code == 0
    assert line in said
    assert ("0,0300" in said, "Harga dibaca" in said) == (True, not option)


def test_a_list_of_prices_that_cannot_be_trusted_stops_it(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('currency = "USD"', encoding="utf-8")
    terminal.set(PRICES=str(tmp_path / "mine.toml"))
    code, said = terminal.run("cost")
    assert (code, "message" in said) == (2, True)
