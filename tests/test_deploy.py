"""What `deploy/` promises exists: settings, files, commands, addresses. Containers themselves cannot be run here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.__main__ import make_cli
from bot.catalogue import load_catalogue
from bot.channels.telegram_setup import PATH as TELEGRAM
from bot.checkup.templates import SANDBOX
from bot.checkup.twilio import OVERRIDES
from bot.settings import Settings
from bot.web.whatsapp_hook import PATH as WHATSAPP

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.iterdir() if path.is_file())
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def read(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def settings_in(text: str) -> set[str]:
    return {name.lower() for name in re.findall(r"KENTONGAN_([A-Z_]*[A-Z])", text)}


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(file: Path) -> None:
    assert settings_in(file.read_text(encoding="utf-8")) <= set(Settings.model_fields)


def test_the_example_holds_no_secret_and_no_empty_setting_of_ours() -> None:
    given = dict(re.findall(r"^([A-Z_]+)=(.*)$", read("env.example"), re.MULTILINE))
    assert {name for name, value in given.items() if value} == {"DOMAIN", "KENTONGAN_DEFAULT_REGION"}
    assert {name for name, value in given.items() if not value} == {"POSTGRES_PASSWORD", "KENTONGAN_KEYS"}


def test_what_compose_asks_for_is_in_the_example() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)", read("compose.yaml")))
    assert asked == {"POSTGRES_PASSWORD", "DOMAIN"}
    assert asked <= set(re.findall(r"^([A-Z_]+)=", read("env.example"), re.MULTILINE))


def test_compose_is_whole() -> None:
    services = COMPOSE["services"]
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        named = {volume.split(":")[0] for volume in service.get("volumes", ()) if not volume.startswith(".")}
        assert named <= set(COMPOSE["volumes"])
        mounted = [volume.split(":")[0] for volume in service.get("volumes", ()) if volume.startswith(".")]
        assert all((DEPLOY / name).is_file() for name in mounted)
    build = services["kentongan"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).resolve() == DEPLOY / "Dockerfile"


def test_only_the_proxy_is_believed_and_only_it_is_reached_from_outside() -> None:
    [network] = COMPOSE["networks"]["default"]["ipam"]["config"]
    assert COMPOSE["services"]["kentongan"]["environment"]["FORWARDED_ALLOW_IPS"] == network["subnet"]
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["caddy"]


def test_the_image_takes_what_is_there_and_nothing_unpinned() -> None:
    lines = [line.strip() for line in read("Dockerfile").replace("\\\n", " ").splitlines()]
    sources = [line.split()[1:-1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    taken = {source for line in sources for source in line}
    assert all((ROOT / source).exists() for source in taken)
    passed = set(re.findall(r"^!(.+)$", read("Dockerfile.dockerignore"), re.MULTILINE))
    assert passed == taken
    installs = [line for line in lines if "pip install" in line]
    assert all("--require-hashes" in line or "--no-index" in line for line in installs)
    assert "USER 10001:10001" in lines


def test_the_health_check_asks_an_address_that_is_there() -> None:
    from bot.web.health import health_routes

    paths = set(re.findall(r"/health[a-z/]*", read("Dockerfile") + read("README.md")))
    assert paths == {route.path for route in health_routes(None).routes}  # type: ignore[arg-type,attr-defined]


def test_every_command_that_is_named_exists() -> None:
    cli = make_cli(load_catalogue("id"))
    groups = {group.name for group in cli.registered_groups}
    commands = {command.name for command in cli.registered_commands} | groups
    typed = re.compile(r"(?:`|kentongan |bin/|: )kentongan ([a-z]+)(?![\w/])")
    named = {command for file in FILES for command in typed.findall(file.read_text(encoding="utf-8"))}
    assert {"check", "import", "invite", "inbox", "serve"} <= named
    assert named <= commands


def test_the_addresses_to_paste_are_the_ones_that_answer() -> None:
    guide = read("PANDUAN.md")
    assert f"{WHATSAPP}{OVERRIDES}" in guide
    assert SANDBOX.removeprefix("whatsapp:") in guide
    assert TELEGRAM.startswith("/hook/")


def test_the_unit_starts_the_command_with_a_folder_it_may_write() -> None:
    unit = dict(re.findall(r"^(\w+)=(.*)$", read("kentongan.service"), re.MULTILINE))
    assert unit["ExecStart"] == "/opt/kentongan/venv/bin/kentongan serve"
    assert unit["EnvironmentFile"] == "/etc/kentongan/env"
    assert "KENTONGAN_VAR_DIR=/var/lib/kentongan" in unit["Environment"]
    assert unit["StateDirectory"] == "kentongan"
