"""An operator at the command line when something went wrong: a lost phone, a leaked key, leaked rows."""

from __future__ import annotations

import csv
from pathlib import Path

from bot.app import knowledge
from bot.store.database import make_engine
from bot.store.keys import Keys
from tests.conftest import TEST_KEY
from tests.test_cli import Terminal, on_sqlite, terminal  # noqa: F401 - fixtures
from tests.trust.town import Town


def settle(url: str, *kinds: str) -> None:
    engine = make_engine(url, Keys([TEST_KEY]))
    with engine.begin() as connection:
        town = Town(connection, knowledge()[0])
        for kind in kinds:
            town.file(kind)
    engine.dispose()


def test_a_lost_phone_is_revoked_by_name(terminal: Terminal) -> None:  # noqa: F811
    settle(terminal.url)
    assert "Sudah dicabut: 1 alamat." in terminal.run("revoke", "Petugas Contoh")[1]
    assert "Sudah dicabut: 0 alamat." in terminal.run("revoke", "petugas contoh")[1]
    assert terminal.run("revoke", "Tidak Ada")[0] == 2


def test_who_a_leak_concerns_and_what_is_to_be_sent(terminal: Terminal, tmp_path: Path) -> None:  # noqa: F811
    settle(terminal.url, "at_office", "restricted")
    out = tmp_path / "daftar.csv"
    code, said = terminal.run("incident", "--since", "2026-11-23", "--out", out)
    assert code == 0
    assert "Laporan yang terkena: 2, di antaranya rahasia: 1." in said
    assert "1 di antaranya permintaan rahasia" in said
    assert "Surat pemberitahuan" in said
    rows = list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))
    assert {(row["nama"], row["alamat"], row["laporan"]) for row in rows} == {
        ("Warga Contoh", "reporter", "SMD-0001"),
        ("Warga Ikut", "joined", "SMD-0001"),
        ("Kader Contoh", "kader", "SMD-0001"),
    }
    assert out.stat().st_mode & 0o077 == 0


def test_what_an_operator_may_type_wrong(terminal: Terminal) -> None:  # noqa: F811
    settle(terminal.url)
    for arguments, answer in (
        ((), "Sebutkan apa yang terkena"),
        (("SMD-0009",), "Nomor laporan SMD-0009 tidak ada"),
        (("--since", "kemarin"), "kemarin bukan tanggal"),
    ):
        code, said = terminal.run("incident", *arguments)
        assert code == 2
        assert answer in said


def test_keys_of_the_environment_are_changed_there_and_rewritten_from_here(terminal: Terminal) -> None:  # noqa: F811
    settle(terminal.url, "at_office")
    assert "KENTONGAN_KEYS" in terminal.run("keys", "new")[1]
    said = terminal.run("keys", "rewrite")[1]
    assert "reports: 1 baris" in said
    assert "Selesai." in said


def test_a_key_file_gets_a_new_key_in_front(on_sqlite: Terminal) -> None:  # noqa: F811
    on_sqlite.unset("KEYS")
    assert on_sqlite.run("migrate")[0] == 0
    path = Path("var/kentongan.key")
    (old,) = path.read_text().split()
    assert "Kunci baru sudah ada" in on_sqlite.run("keys", "new")[1]
    assert path.read_text().split()[1:] == [old]
    assert on_sqlite.run("people")[0] == 0, "what the old key wrote is still read"
