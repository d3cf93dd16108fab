"""The command `kentongan` as an operator meets it: what it says, and with which exit code it ends."""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from sqlalchemy import insert

from bot.__main__ import main
from bot.store.database import make_engine
from bot.store.keys import Keys
from bot.store.migrate import downgrade, newest
from bot.store.tables import inbox
from routing.region import SHIPPED
from tests.conftest import TEST_KEY
from tests.store.test_people import NOW

ROOT = Path(__file__).parent.parent


class Terminal:
    """Types commands and keeps what was answered, on a database of its own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], url: str) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        self.url = url
        self.set(DATABASE_URL=url, KEYS=TEST_KEY)

    def set(self, **variables: str) -> None:
        for name, value in variables.items():
            self._monkeypatch.setenv(f"KENTONGAN_{name}", value)

    def unset(self, *variables: str) -> None:
        for name in variables:
            self._monkeypatch.delenv(f"KENTONGAN_{name}")

    def run(self, *arguments: str | Path, stdin: bytes = b"") -> tuple[int, str]:
        self._monkeypatch.setattr(sys, "argv", ["kentongan", *map(str, arguments)])
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as ended:
            main()
        code = ended.value.code
        said = self._capsys.readouterr()
        return (code if isinstance(code, int) else 0), said.out + said.err

    def park(self) -> None:
        engine = make_engine(self.url, Keys([TEST_KEY]))
        times = {"received_at": NOW, "next_at": NOW, "parked_at": NOW}
        row = {"channel": "simulator", "external_id": "a", "contact_hash": "x", "contact": "warga-1", "raw": "rahasia"}
        with engine.begin() as connection:
            connection.execute(insert(inbox).values(tries=5, error="ValueError at bot.turn:41", **row, **times))
        engine.dispose()


@pytest.fixture
def on_sqlite(
    clean_environment: None,
    own_logs: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Terminal:
    return Terminal(monkeypatch, capsys, f"sqlite:///{tmp_path}/var/kentongan.db")


@pytest.fixture
def terminal(
    clean_environment: None,
    own_logs: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    database_url: str,
) -> Terminal:
    """Once on SQLite, once on PostgreSQL, both up to date."""
    return Terminal(monkeypatch, capsys, database_url)


# --- help -------------------------------------------------------------------------------------------------------------

COMMANDS = ("serve", "chat", "understand", "import", "check", "migrate", "inbox", "invite", "people", "version")
COMMANDS += ("revoke", "incident", "keys", "templates", "cost", "recap", "retrain")


def test_the_help_names_every_command_in_a_whole_line(on_sqlite: Terminal) -> None:
    code, said = on_sqlite.run("--help")
    assert code == 0
    listed = dict(re.findall(r"^  (\w+)  +(.+)$", said.split("Commands:")[1], re.MULTILINE))
    assert set(listed) == set(COMMANDS)
    assert not [line for line in listed.values() if line.endswith("...")]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(on_sqlite: Terminal, command: str) -> None:
    code, said = on_sqlite.run(command, "--help")
    assert (code, said.startswith(f"Usage: kentongan {command}")) == (0, True)


def test_version(on_sqlite: Terminal) -> None:
    assert on_sqlite.run("version")[1].startswith("Kentongan ")


# --- database ---------------------------------------------------------------------------------------------------------


def test_migrate_says_what_it_did(on_sqlite: Terminal) -> None:
    assert on_sqlite.run("migrate") == (0, "Basis data sudah disesuaikan ke versi " + newest() + ".\n")
    assert on_sqlite.run("migrate") == (0, "Basis data sudah sesuai, versi " + newest() + ".\n")


def test_an_old_database_is_migrated_by_itself_on_sqlite_only(terminal: Terminal) -> None:
    engine = make_engine(terminal.url, Keys([TEST_KEY]))
    downgrade(engine, "base")
    engine.dispose()
    code, said = terminal.run("inbox", "list")
    if terminal.url.startswith("sqlite"):
        assert (code, said) == (0, "Tidak ada pesan yang gagal diproses.\n")
        return
    needed = "Basis data belum sesuai dengan versi program ini. Jalankan dulu: kentongan migrate"
    assert (code, said) == (2, f"Tidak bisa dilanjutkan: {needed}\n")
    terminal.set(MIGRATE="on")
    assert terminal.run("inbox", "list") == (0, "Tidak ada pesan yang gagal diproses.\n")


def test_a_database_that_does_not_answer(on_sqlite: Terminal) -> None:
    on_sqlite.set(DATABASE_URL="postgresql://x@localhost:1/kentongan?connect_timeout=1")
    code, said = on_sqlite.run("people")
    assert (code, said.startswith("Tidak bisa dilanjutkan: Basis data tidak dapat dibuka.")) == (2, True)


def test_other_keys_are_refused_with_what_to_do(terminal: Terminal) -> None:
    terminal.run("people")
    terminal.set(KEYS="A" * 43 + "=")
    code, said = terminal.run("people")
    assert (code, said.startswith("Tidak bisa dilanjutkan: Data ini dikunci dengan kunci lain.")) == (2, True)


def test_a_wrong_setting_ends_every_command_with_one_line(on_sqlite: Terminal) -> None:
    on_sqlite.set(PORT="delapan")
    for command in ("serve", "people", "check", "migrate"):
        assert on_sqlite.run(command) == (2, "Tidak bisa dilanjutkan: KENTONGAN_PORT harus berupa angka.\n")


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"DEFAULT_REGION": "31.71"}, "KENTONGAN_DEFAULT_REGION harus salah satu dari: 62.71, 64.02, 64.72."),
        ({"LANG": "xx"}, "KENTONGAN_LANG harus salah satu dari: id."),
    ],
)
def test_what_the_data_does_not_know_is_noticed_at_the_start(
    on_sqlite: Terminal, variables: dict[str, str], said: str
) -> None:
    on_sqlite.set(**variables)
    for command in ("check", "people", "serve"):
        assert on_sqlite.run(command) == (2, f"Tidak bisa dilanjutkan: {said}\n")


# --- people -----------------------------------------------------------------------------------------------------------


def test_import_tells_what_was_taken_and_what_was_not(terminal: Terminal, tmp_path: Path) -> None:
    terminal.set(DEMO_PEOPLE="off")
    file = tmp_path / "daftar.csv"
    file.write_text(
        "jenis,nama,nomor_wa,kelurahan\n"
        "kader,Kader Contoh Satu,0812-0000-0001,Loa Bakung\n"
        "kader,Kader Contoh Dua,,Sidodadi\n"
        "kader,Kader Contoh Tiga,0812-0000-0003,Loa Bakum\n"
    )
    refused = "Baris 4: kelurahan atau desa Loa Bakum tidak ditemukan. Maksudnya Loa Bakung?\n"
    without = "1 orang tanpa nomor WhatsApp. Ajak mereka dengan: kentongan invite\n"
    tried = "Hanya diperiksa, belum disimpan. Baru: 2. Diperbarui: 0. Tetap: 0. Ditolak: 1.\n"
    assert terminal.run("import", file, "--dry-run") == (1, refused + without + tried)
    assert terminal.run("people") == (0, "Belum ada siapa-siapa. Masukkan daftar dengan: kentongan import\n")
    done = "Baru: 2. Diperbarui: 0. Tetap: 0. Ditolak: 1.\n"
    assert terminal.run("import", file) == (1, refused + without + done)
    assert terminal.run("import", file)[1].endswith("Baru: 0. Diperbarui: 0. Tetap: 2. Ditolak: 1.\n")
    assert terminal.run("people") == (0, "Samarinda  kader: 2, bisa dihubungi: 1\n")


def test_import_of_something_else(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "kosong.xlsx").touch()
    assert terminal.run("import", tmp_path / "kosong.xlsx") == (
        2,
        "Tidak bisa dilanjutkan: Berkas kosong.xlsx kosong.\n",
    )


def test_the_demonstration_s_people_are_there_from_the_start(terminal: Terminal) -> None:
    assert "Samarinda  kader: 1, bisa dihubungi: 1\n" in terminal.run("people")[1]


def test_an_invitation(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "daftar.csv"
    file.write_text(
        "jenis,nama,nomor_wa,kelurahan\n"
        "kader,Kader Contoh Satu,0812-0000-0001,Loa Bakung\n"
        "kader,Kader Contoh Dua,0812-0000-0002,Loa Bakung\n"
        "kader,Kader Contoh Dua,0812-0000-0003,Maluhu\n"
    )
    terminal.run("import", file)
    given = (
        r"Kode undangan: \w{5}-\w{5}\. Kirim kode ini ke nomor atau bot Kentongan\. Berlaku sekali, sampai .+ WITA\.\n"
    )
    for who in ("0812 0000 0001", "kader contoh satu"):
        code, said = terminal.run("invite", who)
        assert (code, bool(re.fullmatch(given, said))) == (0, True)
    assert terminal.run("invite", "Siapa Saja")[1].startswith("Tidak bisa dilanjutkan: Tidak ada di daftar.")
    code, said = terminal.run("invite", "Kader Contoh Dua")
    numbers = re.findall(r"(\d+) \(kader, ([\d.]+)\)", said)
    assert (code, [region for _, region in numbers]) == (2, ["64.72", "64.02"])
    assert re.fullmatch(given, terminal.run("invite", "Kader Contoh Dua", "--person", numbers[1][0])[1])


# --- inbox ------------------------------------------------------------------------------------------------------------


def test_parked_messages_are_shown_and_tried_again(terminal: Terminal) -> None:
    terminal.park()
    code, said = terminal.run("inbox", "list")
    assert (code, said) == (0, "1  22 Nov 2026 02.00 UTC  simulator  dicoba 5 kali  ValueError at bot.turn:41\n")
    assert terminal.run("inbox", "replay", "99") == (2, "Tidak bisa dilanjutkan: Tidak ada pesan gagal bernomor 99.\n")
    assert terminal.run("inbox", "replay", "1") == (0, "Akan dicoba lagi: 1 pesan.\n")
    assert terminal.run("inbox", "list") == (0, "Tidak ada pesan yang gagal diproses.\n")
    assert terminal.run("inbox", "replay", "--all") == (0, "Akan dicoba lagi: 0 pesan.\n")


@pytest.mark.parametrize("arguments", [(), ("1", "--all")])
def test_replay_wants_one_or_all(on_sqlite: Terminal, arguments: tuple[str, ...]) -> None:
    code, said = on_sqlite.run("inbox", "replay", *arguments)
    assert (code, said.startswith("Tidak bisa dilanjutkan: Sebutkan nomor pesan")) == (2, True)


# --- regions ----------------------------------------------------------------------------------------------------------


def test_the_shipped_regions_are_right(on_sqlite: Terminal) -> None:
    assert on_sqlite.run("check") == (0, "Semua baik: pengaturan dan data 3 wilayah.\n")
    assert on_sqlite.run("check", SHIPPED / "64.72-samarinda")[0] == 0


def test_every_wrong_line_of_a_region_is_named(on_sqlite: Terminal, tmp_path: Path) -> None:
    folder = tmp_path / "64.72-samarinda"
    shutil.copytree(SHIPPED / "64.72-samarinda", folder)
    routes = folder / "routes.csv"
    lines = routes.read_text().splitlines()
    lines[1] = lines[1].replace("DIK", "SIHIR")
    routes.write_text("\n".join([*lines, "ramalan,DIK,,,,", ""]))
    (folder / "hotlines.csv").unlink()
    code, said = on_sqlite.run("check", folder)
    assert code == 1
    wanted = {
        "64.72-samarinda/routes.csv, baris 2: kantor SIHIR tidak ada di daftar kantor wilayah ini.",
        f"64.72-samarinda/routes.csv, baris {len(lines) + 1}: kategori ramalan tidak dikenal.",
        "64.72-samarinda/hotlines.csv: berkas ini tidak ada.",
    }
    assert wanted <= set(said.splitlines())


def test_a_region_folder_that_is_not_there(on_sqlite: Terminal, tmp_path: Path) -> None:
    code, said = on_sqlite.run("check", tmp_path / "tidak-ada")
    assert (code, said.endswith("tidak-ada tidak ada.\n")) == (2, True)


# --- the bot itself ---------------------------------------------------------------------------------------------------


def test_understand_answers_line_by_line(on_sqlite: Terminal) -> None:
    code, said = on_sqlite.run(
        "understand", stdin=b'{"id": 1, "text": "air pdam mati di loa bakung rt 5"}\nbukan json\n'
    )
    first, second = said.splitlines()
    assert (code, '"id": 1' in first, '"error": "not_json"' in second) == (0, True, True)


def test_understand_knows_its_regions(on_sqlite: Terminal) -> None:
    code, said = on_sqlite.run("understand", "--region", "31.71")
    assert (code, said) == (
        2,
        "Tidak bisa dilanjutkan: Wilayah 31.71 tidak dilayani. Yang dilayani: 62.71, 64.02, 64.72\n",
    )


def test_a_talk_in_the_terminal(terminal: Terminal) -> None:
    code, said = terminal.run("chat", "--as", "warga", stdin=b"halo\n")
    assert (code, "Warga Contoh Satu" in said) == (0, True)
    assert terminal.run("chat", "--as", "raja")[0] == 2


@pytest.fixture
def service(on_sqlite: Terminal, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`kentongan serve` in a process of its own, on a free port."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "KENTONGAN_PORT": "0", "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "bot", "serve"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_the_service_says_where_it_is_and_ends_when_told(service: subprocess.Popen[str], sign: signal.Signals) -> None:
    assert service.stdout is not None
    line = service.stdout.readline()
    found = re.fullmatch(r"Kentongan siap\. Buka (http://127\.0\.0\.1:\d+) di peramban\. Berhenti: Ctrl\+C\.\n", line)
    assert found, line
    with urlopen(f"{found[1]}/health") as answer:  # noqa: S310 - the address is our own
        assert answer.status == 200
    service.send_signal(sign)
    rest = service.stdout.read()
    assert service.wait() == 0
    assert "Traceback" not in rest


def test_a_taken_address_is_named(on_sqlite: Terminal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        port = somebody.getsockname()[1]
        on_sqlite.set(PORT=str(port))
        code, said = on_sqlite.run("serve")
    assert (code, said.startswith(f"Tidak bisa dilanjutkan: Alamat 127.0.0.1:{port} tidak bisa dipakai")) == (2, True)
