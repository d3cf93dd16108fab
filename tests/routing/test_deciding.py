"""A coordinator's sentence in clauses: which deed, about what, for which reason."""

from __future__ import annotations

import pytest

from routing.deciding import GAP, Clause, Decision, begins, clauses, decision, line_first, sentence


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tunda SMD-0012 sampai Senin karena alat rusak", [("tunda SMD-0012 sampai Senin", "alat rusak")]),
        ("1 ke satpol, 2 tutup karena sudah beres", [("1 ke satpol", ""), ("2 tutup", "sudah beres")]),
        (
            "tutup SMD-0001 krn dobel dengan SMD-0003, alihkan SMD-0002 ke DLH krn sampah",
            [("tutup SMD-0001", "dobel dengan SMD-0003"), ("alihkan SMD-0002 ke DLH", "sampah")],
        ),
        ("tunda 1, 2 dan 3 sampai jumat karena banjir, hujan", [("tunda 1, 2 dan 3 sampai jumat", "banjir, hujan")]),
        ("tutup 1 karena dobel dan alihkan 2 ke DLH", [("tutup 1", "dobel"), ("alihkan 2 ke DLH", "")]),
        ("tunda 1 sampai Senin karena digali dan ditutup", [("tunda 1 sampai Senin", "digali dan ditutup")]),
        ("1 gimana ini, 2 juga", [("1 gimana ini, 2 juga", "")]),
        ("tutup SMD-0004 alasannya: salah alamat", [("tutup SMD-0004", "salah alamat")]),
    ],
)
def test_clauses_have_their_own_reason(text: str, found: list[tuple[str, str]]) -> None:
    assert clauses(text) == tuple(Clause(*one) for one in found)


@pytest.mark.parametrize(
    ("words", "read_as"),
    [
        ("tunda sampai Senin", Decision("put_off", "sampai Senin")),
        ("tolong ditunda 3 hari", Decision("put_off", "tolong 3 hari")),
        ("alihkan ke DLH", Decision("move", "ke DLH")),
        ("tutup", Decision("close", "")),
        ("ditutup saja sudah beres", Decision("close", "saja sudah beres")),
        ("ke PUPR", Decision(None, "ke PUPR")),
        ("gang itu menutup jalan", Decision(None, "gang itu menutup jalan")),
    ],
)
def test_a_deed_is_a_whole_word(words: str, read_as: Decision) -> None:
    assert decision(words) == read_as


@pytest.mark.parametrize(
    ("head", "read_as"),
    [
        ("tutup 1", "1 tutup"),
        ("alihkan no. 2 ke perkim", "2 alihkan ke perkim"),
        ("tunda 1, 2 dan 3 sampai jumat", "1, 2 dan 3 tunda sampai jumat"),
        ("tunda 3 hari", "tunda 3 hari"),
        ("tunda SMD-0001 3 hari", "tunda SMD-0001 3 hari"),
        ("tutup 12", "tutup 12"),
        ("2 tutup", "2 tutup"),
    ],
)
def test_a_figure_behind_the_deed_is_a_line(head: str, read_as: str) -> None:
    assert line_first(head) == read_as


@pytest.mark.parametrize(
    ("text", "does"), [("tutup karena dobel", True), ("jalan ditutup warga", False), ("Alihkan ke PU", True)]
)
def test_an_answer_begins_with_its_deed(text: str, *, does: bool) -> None:
    assert begins(text) is does


def test_an_unfinished_sentence_reads_like_a_whole_one_once_it_is_filled() -> None:
    unfinished = sentence("put_off", ["SMD-0001", "SMD-0002"], "sampai Senin", GAP)
    (clause,) = clauses(unfinished.replace(GAP, "menunggu alat"))
    assert clause == Clause("tunda SMD-0001 SMD-0002 sampai Senin", "menunggu alat")
