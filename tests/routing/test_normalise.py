"""Spelling: chat, doubled letters and five local languages become one; false friends are read by their neighbours."""

from __future__ import annotations

import pytest

from routing.rules import Rules


def _words(rules: Rules, text: str) -> str:
    return " ".join(token.word for token in rules.normaliser.read(text).tokens)


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("sy gk bs tdr krn brisik", "saya tidak bisa tidur karena bising"),
        ("tlooong pak", "tolong pak"),
        ("AIR MATIIII", "air mati"),
        ("skolah rusk", "sekolah rusak"),
        ("ｔｏｌｏｎｇ", "tolong"),
        ("to\u200blong", "tolong"),
        ("rt05", "rt 05"),
        ("kada kawa guring", "tidak bisa tidur"),
        ("banyu kadada", "air tidak ada"),
        ("hatap nini tiris", "atap nenek bocor"),
        ("mbahku lara ora iso mlaku", "kakek sakit tidak bisa jalan"),
        ("danum jatun hong huma", "air tidak ada di rumah"),
        ("etam ndik ada aer", "kita tidak ada air"),
        ("uwae degaga", "air tidak ada"),
        ("omahe rubuh wingi", "rumah roboh kemarin"),
        ("rayatx susah", "rayatx susah"),
    ],
)
def test_one_spelling(rules: Rules, text: str, want: str) -> None:
    assert _words(rules, text) == want


@pytest.mark.parametrize(
    ("text", "word", "meaning"),
    [
        ("tambi haban, dia tau mananjung", "dia", "tidak"),
        ("dia suami saya", "dia", "dia"),
        ("laki ulun kasar", "laki", "suami"),
        ("ada laki di jalan", "laki", "laki"),
        ("lakinya pulang malam", "lakinya", "suaminya"),
        ("ulun lawan abah", "lawan", "dengan"),
        ("kami lawan preman", "lawan", "lawan"),
        ("indah, kada usah pang", "indah", "tidak"),
        ("pemandangan indah", "indah", "indah"),
        ("etam gaer, nyawa sorangan", "nyawa", "saya"),
        ("nyawa terancam", "nyawa", "nyawa"),
        ("ikei jatun bari, kuman dia", "kuman", "makan"),
        ("banyak kuman di air", "kuman", "kuman"),
        ("kai larut di sungai", "larut", "hanyut"),
        ("ulun garing", "garing", "sakit"),
    ],
)
def test_false_friends_are_decided_by_their_neighbours(rules: Rules, text: str, word: str, meaning: str) -> None:
    read = {token.surface: token.word for token in reversed(rules.normaliser.read(text).tokens)}
    assert read[word] == meaning


@pytest.mark.parametrize(
    ("written", "stem"),
    [
        ("dipukuli", "~pukul"),
        ("memukul", "~pukul"),
        ("mukul", "~pukul"),
        ("menampar", "~tampar"),
        ("menyiksa", "~siksa"),
        ("ngancam", "~ancam"),
        ("mengancam", "~ancam"),
        ("anak2", "anak"),
        ("anak-anak", "anak-anak"),
        ("rumahnya", "rumah"),
    ],
)
def test_forms_that_rules_may_match(rules: Rules, written: str, stem: str) -> None:
    (token,) = rules.normaliser.read(written).tokens
    assert stem in token.forms


def test_offsets_point_into_the_text(rules: Rules) -> None:
    words = rules.normaliser.read("Pak Ramli, RT05 banjir!")
    assert [words.text[token.start : token.end] for token in words.tokens] == ["Pak", "Ramli", "RT", "05", "banjir"]


@pytest.mark.parametrize("text", ["", "   ", "🙏", "...", "\x00", "a" * 5000, "2" * 5000, "a2" * 500, "-" * 5000])
def test_odd_texts_do_no_harm(rules: Rules, text: str) -> None:
    assert rules.normaliser.read(text) is not None
