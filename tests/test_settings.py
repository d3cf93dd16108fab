"""A wrong setting stops the start with one line that names it; what is right needs no setting at all."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.catalogue import load_catalogue
from bot.operator_error import OperatorError
from bot.settings import Settings, load_settings
from bot.store.keys import KeyLostError, make_key_file
from tests.conftest import TEST_KEY

SID = "AC" + "0" * 32
REAL = {
    "TWILIO_ACCOUNT_SID": SID,
    "TWILIO_AUTH_TOKEN": "token-contoh",
    "TWILIO_FROM": "whatsapp:+6281200000001",
    "PUBLIC_URL": "https://contoh.example",
}


@pytest.fixture(autouse=True)
def bare(clean_environment: None) -> None:
    """No variables of the machine that runs the tests."""


def given(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"KENTONGAN_{name}", value)


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"PROT": "1"}, "KENTONGAN_PROT bukan pengaturan Kentongan. Maksudnya KENTONGAN_PORT?"),
        ({"XYZZY": "1"}, "KENTONGAN_XYZZY bukan pengaturan Kentongan."),
        ({"PORT": "delapan"}, "KENTONGAN_PORT harus berupa angka."),
        ({"PORT": "-1"}, "KENTONGAN_PORT paling sedikit 0."),
        ({"PORT": "70000"}, "KENTONGAN_PORT paling banyak 65535."),
        ({"QUIET_SECONDS": "x"}, "KENTONGAN_QUIET_SECONDS harus berupa angka."),
        ({"SIMULATOR": "ya"}, "KENTONGAN_SIMULATOR harus salah satu dari: 'auto', 'on', 'off'."),
        ({"DEFAULT_REGION": "Samarinda"}, "KENTONGAN_DEFAULT_REGION tidak dapat dibaca. Bentuk yang benar: 64.72"),
        ({"DATABASE_URL": "mysql://x/y"}, "KENTONGAN_DATABASE_URL harus berupa berkas SQLite"),
        ({"DATABASE_URL": "sqlite://"}, "KENTONGAN_DATABASE_URL harus berupa berkas SQLite"),
        ({"DATABASE_URL": "bukan alamat"}, "KENTONGAN_DATABASE_URL harus berupa berkas SQLite"),
        ({"TELEGRAM_SECRET": "ada spasi"}, "KENTONGAN_TELEGRAM_SECRET tidak dapat dibaca."),
        ({"TELEGRAM_SECRET": "a"}, "KENTONGAN_TELEGRAM_TOKEN belum diisi, padahal KENTONGAN_TELEGRAM_SECRET sudah."),
        ({"TWILIO_FROM": "0812"}, "KENTONGAN_TWILIO_FROM tidak dapat dibaca. Bentuk yang benar: whatsapp:+628"),
        ({"TWILIO_ACCOUNT_SID": SID}, "KENTONGAN_TWILIO_AUTH_TOKEN belum diisi, padahal KENTONGAN_TWILIO_ACCOUNT_SID"),
        ({**REAL, "PUBLIC_URL": "http://contoh.example"}, "KENTONGAN_PUBLIC_URL harus diisi alamat https://"),
    ],
)
def test_what_is_wrong_is_named(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], said: str) -> None:
    given(monkeypatch, **variables)
    with pytest.raises(OperatorError) as stopped:
        load_settings()
    assert load_catalogue("id").text(stopped.value.key, **stopped.value.values).startswith(said)


def test_a_wrong_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, TELEGRAM_SECRET="rahasia sekali")
    with pytest.raises(OperatorError) as stopped:
        load_settings()
    assert "rahasia" not in str(stopped.value.values) + str(stopped.value)


def test_nothing_is_needed_to_begin() -> None:
    settings = load_settings()
    assert (settings.simulator_on, settings.demo_people_on, settings.migrates) == (True, True, True)
    assert settings.real_channels == ()


@pytest.mark.parametrize(
    ("variables", "simulator", "demo_people"),
    [
        ({}, False, False),
        ({"SIMULATOR": "on"}, True, True),
        ({"SIMULATOR": "on", "DEMO_PEOPLE": "off"}, True, False),
    ],
)
def test_a_real_channel_ends_the_demonstration(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], simulator: bool, demo_people: bool
) -> None:
    given(monkeypatch, **REAL, **variables)
    settings = load_settings()
    assert settings.real_channels == ("whatsapp",)
    assert (settings.simulator_on, settings.demo_people_on) == (simulator, demo_people)


@pytest.mark.parametrize(("migrate", "expected"), [("auto", False), ("on", True), ("off", False)])
def test_postgresql_is_migrated_only_when_asked(migrate: str, expected: bool) -> None:
    settings = Settings(database_url="postgresql://localhost/kentongan", migrate=migrate)
    assert settings.migrates is expected
    assert settings.url.drivername == "postgresql+psycopg"


def on_sqlite(folder: Path) -> Settings:
    return Settings(var_dir=folder, database_url=f"sqlite:///{folder}/kentongan.db")


def test_a_new_installation_gets_a_key_that_only_its_owner_may_read(tmp_path: Path) -> None:
    first = on_sqlite(tmp_path / "var").open_keys()
    path = tmp_path / "var" / "kentongan.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = on_sqlite(tmp_path / "var").open_keys()
    assert again.decrypt(first.encrypt(b"x")) == b"x"
    assert [one.name for one in path.parent.iterdir()] == ["kentongan.key"]


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "kentongan.key"
    path.write_text(TEST_KEY)
    assert make_key_file(path) == (TEST_KEY,)


def test_a_database_without_its_key_file_gets_no_new_key(tmp_path: Path) -> None:
    (tmp_path / "kentongan.db").write_bytes(b"anything")
    with pytest.raises(KeyLostError) as stopped:
        on_sqlite(tmp_path).open_keys()
    assert stopped.value.key == "keys.file_gone"
    assert not (tmp_path / "kentongan.key").exists()


def test_postgresql_needs_a_key_that_somebody_chose(tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path, database_url="postgresql://localhost/kentongan")
    with pytest.raises(OperatorError) as stopped:
        settings.open_keys()
    assert stopped.value.key == "settings.no_key"
    assert list(tmp_path.iterdir()) == []


def test_several_keys_in_a_setting(tmp_path: Path) -> None:
    newer = make_key_file(tmp_path / "newer")[0]
    settings = Settings(keys=f"{newer}, {TEST_KEY}")
    old = Settings(keys=TEST_KEY).open_keys()
    assert settings.open_keys().decrypt(old.encrypt(b"x")) == b"x"
    assert settings.open_keys().hash("x") == old.hash("x")
