"""A word that is missing, stands there twice or cannot be filled is found before a resident sees it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.catalogue import CatalogueError, load_catalogue, read_catalogue

GOOD = 'msgid "hello"\nmsgstr "Halo {name}, {{tetap}}"\n'


def write(folder: Path, **sources: str) -> Path:
    for name, text in sources.items():
        (folder / f"{name}.po").write_text(text, encoding="utf-8")
    return folder


def test_a_text_is_filled_and_what_fills_it_is_not_read_as_a_pattern(tmp_path: Path) -> None:
    words = read_catalogue("id", write(tmp_path, a=GOOD))
    assert words.text("hello", name="{name} %s é") == "Halo {name} %s é, {tetap}"
    assert words.places("hello") == {"name"}
    assert ("hello" in words, "other" in words, len(words), list(words)) == (True, False, 1, ["hello"])


@pytest.mark.parametrize("values", [{}, {"nama": "x"}])
def test_a_missing_value_is_an_error(tmp_path: Path, values: dict[str, str]) -> None:
    with pytest.raises(CatalogueError, match="hello cannot be filled"):
        read_catalogue("id", write(tmp_path, a=GOOD)).text("hello", **values)


def test_a_missing_key_is_an_error(tmp_path: Path) -> None:
    words = read_catalogue("id", write(tmp_path, a=GOOD))
    for look_up in (words.text, words.places):
        with pytest.raises(CatalogueError, match="no text for goodbye"):
            look_up("goodbye")


@pytest.mark.parametrize(
    ("sources", "complaint"),
    [
        ({"a": GOOD + "\n" + GOOD.replace("Halo", "Hai")}, "twice"),
        ({"a": GOOD, "b": GOOD}, "twice"),
        ({"a": 'msgid "hello"\nmsgstr ""\n'}, "no finished text"),
        ({"a": "#, fuzzy\n" + GOOD}, "no finished text"),
        ({"a": 'msgid "one"\nmsgid_plural "many"\nmsgstr[0] "x"\nmsgstr[1] "y"\n'}, "plural"),
        ({}, "no words"),
    ],
)
def test_a_bad_file_is_refused(tmp_path: Path, sources: dict[str, str], complaint: str) -> None:
    with pytest.raises(CatalogueError, match=complaint):
        read_catalogue("id", write(tmp_path, **sources))


def test_the_words_of_the_house_can_be_read() -> None:
    words = load_catalogue("id")
    assert all(key == key.strip() and words.places(key) is not None for key in words)
    assert "cli.help" in words
