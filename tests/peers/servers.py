"""Other people's servers, installed into a folder of their own and started on the loopback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import venv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

PRISM = ("@stoplight/prism-cli@5.14.2", "@twilio/cli-core")
TELEMELYA = ("telemelya[client]==0.2.2", "fakeredis", "moto[server,s3]")
START_SECONDS = 90


class NotThereError(RuntimeError):
    """A server did not start; its last words follow."""


def install_prism(folder: Path) -> Path:
    """Prism and the files of Twilio's command line, from npm. Gives the folder of Twilio's descriptions."""
    home = folder / "npm"
    if not (home / "node_modules" / ".bin" / "prism").exists():
        home.mkdir(parents=True, exist_ok=True)
        _done(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(home), *PRISM])
    return home / "node_modules" / "@twilio" / "cli-core" / "src" / "services" / "twilio-api"


def install_telemelya(folder: Path) -> Path:
    """The Telegram double and what it keeps its state in, from PyPI, beside our own environment. Gives its `bin`."""
    home = folder / "pypi"
    if not (home / "bin" / "moto_server").exists():
        venv.create(home, with_pip=True)
        _done([str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", *TELEMELYA])
    return home / "bin"


def prism(folder: Path, *arguments: str) -> list[str]:
    return [str(folder / "npm" / "node_modules" / ".bin" / "prism"), *arguments]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
        return port


@contextmanager
def running(command: Sequence[str], port: int, log: Path, env: Mapping[str, str] | None = None) -> Iterator[None]:
    """Until the block ends. Raises NotThereError when nobody listens on `port` after a while."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, **(env or {})})
        try:
            _wait_for(process, port, log)
            yield
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = monotonic() + START_SECONDS
    while monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            sleep(0.1)
        else:
            return
    raise NotThereError(f"{process.args!r}\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}")


def _done(command: Sequence[str]) -> None:
    sys.stderr.write(f"installing: {' '.join(command[-4:])}\n")
    subprocess.run(command, check=True)
