"""The house stands as the README draws it: no arrow runs up, nothing pure touches the world, words live in locales/."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.catalogue import load_catalogue

ROOT = Path(__file__).parent.parent
FLOORS = {"routing": 1, "handlers": 2, "bot": 3}
FILES = [path for floor in FLOORS for path in sorted((ROOT / floor).rglob("*.py"))]
PURE = [path for path in FILES if path.relative_to(ROOT).parts[0] in ("routing", "handlers")]
WORLD = {
    "asyncio",
    "fastapi",
    "httpx",
    "random",
    "secrets",
    "socket",
    "sqlalchemy",
    "subprocess",
    "telegram",
    "threading",
    "time",
    "twilio",
    "urllib",
    "uuid",
}
# Words that no English sentence, name or field term of this code needs: two of them in one string are Indonesian.
INDONESIAN = frozenset(
    {
        "yang",
        "dan",
        "di",
        "ke",
        "dari",
        "ini",
        "itu",
        "untuk",
        "dengan",
        "tidak",
        "sudah",
        "belum",
        "akan",
        "kami",
        "kita",
        "saya",
        "anda",
        "bapak",
        "ibu",
        "kalau",
        "bila",
        "atau",
        "juga",
        "ada",
        "apa",
        "mana",
        "siapa",
        "kapan",
        "berapa",
        "boleh",
        "bisa",
        "harus",
        "mau",
        "laporan",
        "dinas",
        "tolong",
        "maaf",
        "terima",
        "kasih",
        "silakan",
        "tulis",
        "kirim",
        "balas",
        "nomor",
        "warga",
        "petugas",
        "rumah",
        "jalan",
        "air",
        "hari",
        "besok",
        "nanti",
        "sekarang",
    }
)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_import_runs_up_the_floors(path: Path) -> None:
    floor = FLOORS[path.relative_to(ROOT).parts[0]]
    above = [module for module in imported(path) if FLOORS.get(module.split(".")[0], 0) > floor]
    assert not above


@pytest.mark.parametrize("path", PURE, ids=name)
def test_pure_rooms_touch_neither_network_nor_database_nor_clock(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not {module.split(".")[0] for module in imported(path)} & WORLD
    assert not re.search(r"\b(datetime\.now|datetime\.utcnow|date\.today|time\.time)\(", source)


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """Every string that is not a docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def reads_indonesian(text: str) -> bool:
    words = re.findall(r"[a-z]+", text.lower())
    return len(words) >= 3 and sum(word in INDONESIAN for word in words) >= 2


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_indonesian_sentence_stands_in_python(path: Path) -> None:
    assert [found for found in strings(path) if reads_indonesian(found[1])] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Laporan Anda sudah kami terima.", True),
        ("Tolong tulis nama kelurahan atau desanya", True),
        ("SELECT id FROM reports WHERE di = 1", False),
        ("the report goes to the dinas", False),
    ],
)
def test_the_search_for_indonesian_can_fail(text: str, expected: bool) -> None:
    assert reads_indonesian(text) is expected


SPEAKING = ("Say", "Word", "Choice", "choice", "ask_back", "unreadable")
KEY = re.compile(r"^[a-z]+(\.[a-z_]+)+$")


def said(path: Path) -> Iterator[str]:
    """Catalogue keys written out in a call of Say, Word, Choice, choice or ask_back."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SPEAKING):
            continue
        for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
            constants = (part.value for part in ast.walk(argument) if isinstance(part, ast.Constant))
            yield from (value for value in constants if isinstance(value, str) and KEY.match(value))


@pytest.mark.parametrize("path", FILES, ids=name)
def test_everything_said_is_in_the_catalogue(path: Path) -> None:
    catalogue = load_catalogue("id")
    assert [key for key in said(path) if key not in catalogue] == []


def test_buttons_fit_whatsapp() -> None:
    """Twenty letters is the limit of a WhatsApp button (`platform.md` §3)."""
    catalogue = load_catalogue("id")
    fixed = [key for key in catalogue if key.startswith("choice.") and not catalogue.places(key)]
    assert [key for key in fixed if len(catalogue.text(key)) > 20] == []


def test_no_file_grows_out_of_hand() -> None:
    long = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert {path: lines for path, lines in long.items() if lines > 320 and "migrations" not in path} == {}
