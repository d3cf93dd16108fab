"""`kentongan serve`: everything in one process, until it is told to stop."""

import signal
import socket
import sys
from ipaddress import ip_address

import typer

from bot.catalogue import Catalogue
from bot.commands.opening import open_database
from bot.logs import set_up_logs
from bot.operator_error import OperatorError
from bot.settings import Settings, load_settings


def add(cli: typer.Typer, words: Catalogue) -> None:
    @cli.command("serve", help=words.text("cli.serve.help"))
    def serve() -> None:
        settings = load_settings()
        set_up_logs()
        with open_database(settings):
            listening = _listen(settings)
        with listening:
            _run(settings, listening, words)


def _listen(settings: Settings) -> socket.socket:
    """Take the address first: nothing is started, and no line promises it, when somebody else has it."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError:
        raise OperatorError("cli.serve.port_taken", host=settings.host, port=settings.port) from None


def _run(settings: Settings, listening: socket.socket, words: Catalogue) -> None:
    # Here and not above: with them every `--help` would wait for the web framework and all channels to load.
    import uvicorn

    from bot.app import make_app
    from bot.web.site import make_site

    app = make_app(settings)
    config = uvicorn.Config(make_site(app), log_config=None, access_log=False, server_header=False)
    for sign in (signal.SIGINT, signal.SIGTERM):
        # The web server hands the signal on when it has finished; the workers are then stopped as well, below.
        signal.signal(sign, lambda *_: sys.exit(0))
    app.start()
    try:
        for line in _greeting(settings, listening.getsockname()[1], words):
            typer.echo(line)
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        app.stop()


def _greeting(settings: Settings, port: int, words: Catalogue) -> list[str]:
    address = f"http://{f'[{settings.host}]' if ':' in settings.host else settings.host}:{port}"
    if not settings.simulator_on:
        channels = ", ".join(settings.real_channels) or words.text("cli.serve.no_channel")
        return [words.text("cli.serve.ready_no_simulator", address=address, channels=channels)]
    lines = [words.text("cli.serve.ready", address=address)]
    if not _only_here(settings.host):
        lines.append(words.text("cli.serve.open_simulator"))
    return lines


def _only_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
