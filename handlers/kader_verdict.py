"""What a kader's words say of a report: one verdict, or none."""

from __future__ import annotations

import re

from handlers.replies import pick
from handlers.utterance import Utterance
from routing import answers, visits

_WORDS = ("duplicate", "away", "not_my_area", "visit", "false", "true")
"""Order of reading: *sudah dilaporkan, benar* is a duplicate, *tidak benar* is not *benar*."""
BRIEF = 6
"""Words of an answer that can only be about who gives it."""


def verdict(heard: Utterance) -> tuple[str, str]:
    """(verdict, the words behind it); the verdict is empty when the utterance gives none."""
    tapped = pick(heard, ("true", "visit", "false"))
    if tapped:
        return tapped, ""
    if answers.mentions(heard.text, "verification", "unsure"):
        return "", ""
    for word in _WORDS:
        rest = answers.starts_with(heard.text, "verification", word)
        if rest is not None:
            undone = _undone(heard.text, rest) if word == "true" else ""
            return undone or word, rest
    said = _said_within(heard.text) or ("visit" if visits.says(heard.text, "later") else "")
    said = said or ("fixed" if _fixed(heard.text) else "")
    return said, heard.text if said else ""


def _fixed(text: str) -> bool:
    """*Itu sudah nyala*; not *sudah diperbaiki tapi mati lagi*."""
    brief = len(text.split()) <= BRIEF and answers.mentions(text, "news", "solved")
    return brief and not answers.mentions(text, "verification", "again")


def _undone(text: str, rest: str) -> str:
    """*Sudah saya cek, tidak ada* is no yes; *ya benar, tidak ada air* is one."""
    if answers.starts_with(text, "verification", "weak") is None or _within(rest, "true"):
        return ""
    return next((word for word in _WORDS if word != "true" and _within(rest, word)), "")


def _said_within(text: str) -> str:
    """The verdict somewhere in a sentence; a yes and a no in one sentence are neither."""
    found = [word for word in _WORDS if _within(text, word) and (word != "away" or _of_oneself(text))]
    if "true" in found and "false" in found and _affirmed_besides(text):
        return ""
    return found[0] if found else ""


def _of_oneself(text: str) -> bool:
    """*Lagi cuti pulkam*, and not the husband of a report who is out of town."""
    return len(text.split()) <= BRIEF or answers.mentions(text, "safety", "about_me")


def _affirmed_besides(text: str) -> bool:
    """Whether a yes is left when every no is cut out: there is none in *tidak benar*."""
    words = f" {_words(text)} "
    for form in answers.rules()["verification"]["false"]:
        words = words.replace(f" {form} ", " ")
    return _within(words, "true")


def _within(text: str, word: str) -> bool:
    """Said somewhere in the sentence, in a form that can mean nothing else there."""
    rules = answers.rules()["verification"]
    said = f" {_words(text)} "
    return any(f" {form} " in said for form in rules[word] if form not in rules["at_the_start"])


def _words(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", answers.plain(text)))
