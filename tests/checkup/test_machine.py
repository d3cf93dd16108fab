"""What `kentongan check` says of the machine, its clock and its public address."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.checkup import clock
from bot.checkup.address import look_at_address
from bot.checkup.finding import Finding
from bot.checkup.machine import look_at_days_off, look_at_machine
from bot.settings import Settings
from routing.region import load_atlas
from tests.doubles.loopback import Answer, Loopback

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def told(findings: Iterator[Finding]) -> list[str]:
    return [f"{one.weight} {one.key.removeprefix('checkup.')}" for one in findings]


# --- clock ------------------------------------------------------------------------------------------------------------

CLOCKS = [
    ("Sun, 22 Nov 2026 02:00:00 GMT", []),
    ("Sun, 22 Nov 2026 02:01:00 GMT", []),
    ("Sun, 22 Nov 2026 01:59:00 GMT", []),
    ("Sun, 22 Nov 2026 02:01:01 GMT", [("clock_slow", 61)]),
    ("Sun, 22 Nov 2026 01:00:00 GMT", [("clock_fast", 3600)]),
    ("Sun, 22 Nov 2026 10:00:00 +0800", []),
    ("Sun, 22 Nov 2026 01:00:00 -0000", []),  # tells that its zone is unknown
    ("yesterday", []),
    ("", []),
    (None, []),
]


@pytest.mark.parametrize(("date", "expected"), CLOCKS)
def test_the_clock(date: str | None, expected: list[tuple[str, int]]) -> None:
    found = clock.compare(date, NOW)
    assert [(one.key.removeprefix("checkup."), one.values["seconds"]) for one in found] == expected


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def settings(clean_environment: None, tmp_path: Path) -> Settings:
    return Settings(var_dir=tmp_path / "var")


def test_folders_are_looked_at_and_not_made(settings: Settings) -> None:
    assert told(look_at_machine(settings)) == []
    assert not settings.var_dir.exists()


def test_a_folder_that_cannot_be(settings: Settings) -> None:
    settings.var_dir.write_text("a file stands in the way")
    assert told(look_at_machine(settings)) == ["stops folder"]


@pytest.mark.parametrize(
    ("scheme", "expected"), [("memory://", []), ("file://", []), ("magic://", ["stops media_url"])]
)
def test_files_that_are_kept_elsewhere(
    clean_environment: None, tmp_path: Path, scheme: str, expected: list[str]
) -> None:
    settings = Settings(var_dir=tmp_path / "var", media_url=f"{scheme}{tmp_path}/made-up:secret@media")
    findings = list(look_at_machine(settings))
    assert told(iter(findings)) == expected
    assert "secret" not in repr(findings)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(("mode", "expected"), [(0o600, []), (0o400, []), (0o640, ["warns key_open"])])
def test_a_key_that_others_may_read(settings: Settings, mode: int, expected: list[str]) -> None:
    settings.var_dir.mkdir()
    key_file = settings.var_dir / "kentongan.key"
    key_file.touch()
    key_file.chmod(mode)
    assert told(look_at_machine(settings)) == expected


YEARS = [
    (datetime(2026, 3, 1, tzinfo=UTC), []),
    (datetime(2026, 11, 22, tzinfo=UTC), []),
    (datetime(2030, 3, 1, tzinfo=UTC), ["2030"]),
    (datetime(2030, 10, 1, tzinfo=UTC), ["2030", "2031"]),
]


@pytest.mark.parametrize(("now", "expected"), YEARS)
def test_years_whose_days_off_are_unknown(now: datetime, expected: list[str]) -> None:
    regions = list(load_atlas().regions.values())
    found = list(look_at_days_off(regions, now))
    assert [one.values["year"] for one in found] == expected
    assert all(str(one.values["regions"]).count(", ") == len(regions) - 1 for one in found)


# --- address ----------------------------------------------------------------------------------------------------------

Certified = Callable[..., tuple[Path, ssl.SSLContext]]


@pytest.fixture
def certified(tmp_path: Path) -> Certified:
    """A certificate for 127.0.0.1 that ends at the given time, and a list of authorities with itself in it."""

    def make(ends: datetime, life: timedelta = timedelta(days=90)) -> tuple[Path, ssl.SSLContext]:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kentongan.example")])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(ends - life)
            .not_valid_after(ends)
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
            .sign(key, hashes.SHA256())
        )
        pem = tmp_path / "certificate.pem"
        pkcs8 = serialization.PrivateFormat.PKCS8
        private = key.private_bytes(serialization.Encoding.PEM, pkcs8, serialization.NoEncryption())
        pem.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
        return pem, ssl.create_default_context(cadata=certificate.public_bytes(serialization.Encoding.PEM).decode())

    return make


OURS = Answer(200, b'{"status": "ok"}', {"Content-Type": "application/json"})


class SecureServer:
    """Answers every GET in the same way, over TLS on a free port, until closed."""

    def __init__(self, answer: Answer, pem: Path) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                given = answer if self.path == "/health/live" else Answer(404)
                self.send_response(given.status)
                for name, value in given.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(given.body)

            def log_message(self, *_args: object) -> None:
                """Tests are silent."""

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self._server.server_address[1]}"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(HTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that does not like the certificate hangs up."""


def looked_at(url: str, trusted: ssl.SSLContext | None = None) -> list[str]:
    return told(look_at_address(url, datetime.now(UTC), telegram=False, trusted=trusted))


LIVES = [
    (60, 90, []),
    (13, 90, ["warns certificate_ends"]),
    (5, 6, []),
    (1, 6, ["warns certificate_ends"]),
]


@pytest.mark.parametrize(("days", "life", "expected"), LIVES)
def test_an_address_with_a_good_certificate(certified: Certified, days: int, life: int, expected: list[str]) -> None:
    pem, trusted = certified(datetime.now(UTC) + timedelta(days=days), timedelta(days=life))
    server = SecureServer(OURS, pem)
    assert looked_at(server.url, trusted) == expected
    server.close()


def test_a_certificate_that_ended(certified: Certified) -> None:
    pem, trusted = certified(datetime.now(UTC) - timedelta(days=1))
    server = SecureServer(OURS, pem)
    [finding] = look_at_address(server.url, datetime.now(UTC), telegram=False, trusted=trusted)
    assert (finding.key, finding.values["reason"]) == ("checkup.certificate_refused", "certificate has expired")
    server.close()


def test_a_certificate_that_nobody_trusts(certified: Certified) -> None:
    pem, _ = certified(datetime.now(UTC) + timedelta(days=60))
    server = SecureServer(OURS, pem)
    assert looked_at(server.url) == ["stops certificate_refused"]
    server.close()


SOMETHING_ELSE = [
    Answer(502, b"<html>nginx</html>", {"Content-Type": "text/html"}),
    Answer(200, b"<html>hello</html>", {"Content-Type": "text/html"}),
    Answer(301, b"", {"Location": "https://elsewhere.example/"}),
    Answer(404, b'{"error": "not_found"}', {"Content-Type": "application/json"}),
]


@pytest.mark.parametrize("answer", SOMETHING_ELSE)
def test_an_address_where_somebody_else_answers(certified: Certified, answer: Answer) -> None:
    pem, trusted = certified(datetime.now(UTC) + timedelta(days=60))
    server = SecureServer(answer, pem)
    assert looked_at(server.url, trusted) == ["stops address_not_us"]
    server.close()


def test_an_address_without_tls() -> None:
    server = Loopback(lambda _call: OURS)
    assert looked_at(server.url) == ["stops address_not_https"]
    assert looked_at(server.url.replace("http:", "https:")) == ["stops address_no_tls"]
    server.close()
    assert looked_at(server.url.replace("http:", "https:")) == ["stops address_unreachable"]


def test_telegram_calls_few_ports() -> None:
    found = told(look_at_address("https://127.0.0.1:1", NOW, telegram=True))
    assert found == ["stops address_port", "stops address_unreachable"]
