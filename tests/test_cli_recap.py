"""`kentongan recap`: the papers of a month for every posyandu, in a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_cli import Terminal


@pytest.fixture
def on_sqlite(
    clean_environment: None,
    own_logs: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Terminal:
    return Terminal(monkeypatch, capsys, f"sqlite:///{tmp_path}/var/kentongan.db")


def test_every_posyandu_gets_its_papers(on_sqlite: Terminal, tmp_path: Path) -> None:
    on_sqlite.set(DEFAULT_REGION="64.72")
    out = tmp_path / "keluar"
    for _ in range(2):  # the second time replaces them
        assert on_sqlite.run("recap", "--month", "2025-10", "--out", out) == (0, f"1 posyandu, 3 berkas di {out}\n")
    assert sorted(file.name for file in out.iterdir()) == [
        "rekap-2025-10-contoh-mawar-64.72.06.1001.pdf",
        "rekap-2025-10-contoh-mawar-64.72.06.1001.xlsx",
        "rekap-2025-10-semua-posyandu.xlsx",
    ]


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (("--month", "2099-01"), "2099-01 bukan bulan"),
        (("--month", "oktober"), "oktober bukan bulan"),
        (("--region", "11.11"), "11.11 tidak dikenal"),
    ],
)
def test_what_is_no_month_and_no_region(on_sqlite: Terminal, arguments: tuple[str, ...], answer: str) -> None:
    code, said = on_sqlite.run("recap", *arguments)
    assert (code, answer in said) == (2, True)


def test_a_folder_that_cannot_be_written(on_sqlite: Terminal, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, said = on_sqlite.run("recap", "--month", "2025-10", "--out", tmp_path / "file" / "below")
    assert (code, "tidak bisa ditulisi" in said) == (2, True)
