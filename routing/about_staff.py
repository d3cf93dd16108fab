"""Whether a report is about those who work here themselves: a kader, the head of an RT, an officer.

Nobody judges their own case: the coordinator decides where such a report goes, and it never reaches the person it is
about. In doubt it is read as one; a neighbour loses a day at most.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from rapidfuzz import fuzz

from routing.answers import plain
from routing.locate_text import place_words, split

Staff = Literal["kader", "rt", "officer"]

_RULES = Path(__file__).parent / "rules" / "about_staff.toml"
_SENTENCE = re.compile(r"[.!?;\n]+")
_WORD = re.compile(r"[a-z][a-z'-]*|\d+")
_NEAR = 6
"""Words that may stand between a person and a deed."""
_BESIDE = 3
_SAME_NAME = 90
_SHORTEST_NAME = 3

Phrase = tuple[str, ...]
Found = tuple[int, int]
"""First and last word of a phrase."""


@cache
def _rules() -> dict[str, dict[str, tuple[Phrase, ...]]]:
    tables = tomllib.loads(_RULES.read_text(encoding="utf-8"))
    return {
        table: {name: tuple(tuple(form.split()) for form in forms) for name, forms in lists.items()}
        for table, lists in tables.items()
    }


def accused(text: str) -> frozenset[Staff]:
    """Which of them the words complain about; empty for a report in which they are only mentioned."""
    found: set[Staff] = set()
    for sentence in _SENTENCE.split(plain(text)):
        words = _WORD.findall(sentence)
        deeds = list(_deeds(words))
        for staff in get_args(Staff) if deeds else ():
            if any(_near(person, deed) for person in _people(words, staff) for deed in deeds):
                found.add(staff)
    return frozenset(found)


def accuses_office(text: str) -> bool:
    """Whether somebody of the women and children's office itself is meant, without a name: *petugas PPA meraba saya*,
    *suami saya kerja di UPTD*. Only of words that are about violence anyway: any mention of its people is enough."""
    words = _WORD.findall(plain(text))
    office = list(_places(words, _rules()["ppa"]["office"]))
    people = list(_places(words, _rules()["ppa"]["people"]))
    return any(_near(person, place, _BESIDE) for person in people for place in office)


def named_in(text: str, name: str, *, whole: bool = False) -> bool:
    """Whether somebody's name stands in the words: a part of it that is no address or title, give or take a letter.

    `whole`: all of its parts, and more than one.
    """
    said = {word.word for word in split(text) if len(word.word) >= _SHORTEST_NAME}
    titles = {word for forms in _rules()["who"].values() for form in forms for word in form}
    parts = {word.word for word in split(name) if len(word.word) >= _SHORTEST_NAME} - place_words().person - titles
    found = [any(fuzz.ratio(part, word) >= _SAME_NAME for word in said) for part in parts]
    return len(found) > 1 and all(found) if whole else any(found)


def _deeds(words: list[str]) -> Iterator[Found]:
    denied = {form[0] for form in _rules()["reading"]["denied"]}
    for forms in _rules()["deeds"].values():
        for first, last in _places(words, forms):
            if not denied & set(words[max(first - 2, 0) : first]):
                yield first, last


def _people(words: list[str], staff: Staff) -> Iterator[Found]:
    own = {form[0] for form in _rules()["reading"]["own"]}
    for first, last in _places(words, _rules()["who"][staff]):
        numbered = last + 1 < len(words) and words[last + 1].isdecimal()  # *RT 5* is a place
        if not numbered and not own & set(words[max(first - 2, 0) : first]):
            yield first, last


def _places(words: list[str], forms: Iterable[Phrase]) -> Iterator[Found]:
    for form in (form for form in forms if form[0] in words):
        for first in range(len(words) - len(form) + 1):
            if tuple(words[first : first + len(form)]) == form:
                yield first, first + len(form) - 1


def _near(person: Found, deed: Found, most: int = _NEAR) -> bool:
    between = deed[0] - person[1] - 1 if person[1] < deed[0] else person[0] - deed[1] - 1
    return 0 <= between <= most
