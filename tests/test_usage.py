"""What was mistyped at the command line is said in Indonesian, in one line, with the help that tells more."""

from __future__ import annotations

import sys

import pytest
from typer import TyperException

from bot.__main__ import main
from bot.usage_words import explained

TYPED = [
    ("jalan", "Perintah jalan tidak ada. Lihat: kentongan --help"),
    ("inbox lihat", "Perintah lihat tidak ada. Lihat: kentongan inbox --help"),
    ("inbox replay satu", "Isi ID tidak dapat dibaca. Lihat: kentongan inbox replay --help"),
    ("invite siapa --person dia", "Isi --person tidak dapat dibaca. Lihat: kentongan invite --help"),
    ("import", "FILE belum diisi. Lihat: kentongan import --help"),
    ("import a.csv b.csv", "Kelebihan kata: b.csv. Lihat: kentongan import --help"),
    ("import --dry-ru a.csv", "Pilihan --dry-ru tidak ada. Maksudnya --dry-run? Lihat: kentongan import --help"),
    ("import --dry-run=ya a.csv", "Pilihan --dry-run tidak memakai isi. Lihat: kentongan --help"),
    ("serve -q", "Pilihan -q tidak ada. Lihat: kentongan serve --help"),
    ("invite --person", "Pilihan --person perlu isi sesudahnya. Lihat: kentongan --help"),
]


def type_in(line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> tuple[object, str]:
    monkeypatch.setattr(sys, "argv", ["kentongan", *line.split()])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code, capsys.readouterr().err


@pytest.mark.parametrize(("line", "said"), TYPED)
def test_what_was_mistyped(
    clean_environment: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    line: str,
    said: str,
) -> None:
    assert type_in(line, monkeypatch, capsys) == (2, f"Tidak bisa dilanjutkan: {said}\n")


def test_a_group_without_a_command_shows_its_help(
    clean_environment: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = type_in("inbox", monkeypatch, capsys)
    assert (code, "replay  Mencoba lagi" in said) == (2, True)


def test_a_complaint_that_is_new_to_us_is_answered_all_the_same() -> None:
    error = explained(TyperException("Something entirely new."))
    assert (error.key, error.values) == ("usage.other", {"help": "kentongan --help"})
