"""Reads short answers: commands, yes and no, a choice by number or words, a ticket in any spelling, a correction."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path

from rapidfuzz import fuzz, process

_RULES = Path(__file__).parent / "rules" / "answers.toml"
_FILLERS = re.compile(r"[\s.,!?;:…\"'“”()*_~-]+$|^[\s.,!?;:…\"'“”()*_~]+")
_SPACE = re.compile(r"\s+")
_REPEATS = re.compile(r"([a-z])\1{2,}")
_PHONE = re.compile(r"(?<!\d)(?:\+?62[ .-]?|0)8\d{1,2}(?:[ .-]?\d){6,10}(?!\d)")
"""A mobile number: its parts are no tickets."""
_TICKET = re.compile(r"(?<![a-z0-9])#?([a-z]{2,4})?[\s#.:-]*0*(\d{1,7})(?![a-z0-9])")
_CODE = re.compile(r"(?<![A-Z0-9])([2-9A-HJ-NP-Z]{4})[\s-]?([2-9A-HJ-NP-Z]{4})(?![A-Z0-9])")
_INVISIBLE = {
    ord(mark): None
    for mark in "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\x00"
}
_POLITE = frozenset(
    {
        "pak",
        "bu",
        "kak",
        "min",
        "bos",
        "mbak",
        "mas",
        "bang",
        "ya",
        "dong",
        "aja",
        "saja",
        "deh",
        "lah",
        "ai",
        "pang",
        "nah",
    }
)


_REMEMBERED = 512
"""Texts whose reading is kept: one turn asks many times what the same few words are."""


@cache
def rules() -> dict[str, dict[str, tuple[str, ...]]]:
    """The lists of `routing/rules/answers.toml`, read once."""
    tables = tomllib.loads(_RULES.read_text(encoding="utf-8"))
    return {table: {name: tuple(forms) for name, forms in lists.items()} for table, lists in tables.items()}


def tidy(text: str) -> str:
    """Free of NUL, direction marks and zero-width signs, in composed form; line breaks stay."""
    return unicodedata.normalize("NFC", text.translate(_INVISIBLE)).strip()


@lru_cache(maxsize=_REMEMBERED)
def plain(text: str) -> str:
    """Lower case, single spaces, no punctuation around, no stretched letters: what the lists are compared with."""
    squeezed = _REPEATS.sub(r"\1", tidy(text).lower())
    return _FILLERS.sub("", _SPACE.sub(" ", squeezed))


def wordless(text: str) -> bool:
    """Nothing but emoji, signs and spaces: it can thank or smile, and it never files or reopens anything."""
    return bool(text.strip()) and not any(sign.isalnum() for sign in text)


@cache
def _longest_first(table: str, name: str) -> tuple[str, ...]:
    return tuple(sorted(rules()[table][name], key=len, reverse=True))


@cache
def _long_forms(table: str, name: str) -> tuple[str, ...]:
    return tuple(form for form in rules()[table][name] if len(form) >= 5)


@lru_cache(maxsize=8 * _REMEMBERED)
def matches(text: str, table: str, name: str) -> bool:
    """Whether the whole text is a form of that list, give or take a *pak* or *bu* and one slip of a finger."""
    said = plain(text)
    forms = rules()[table][name]
    if said in forms:
        return True
    bare = " ".join(word for word in said.split() if word not in _POLITE)
    if bare and bare in forms:
        return True
    if len(said) < 5:
        return False
    return process.extractOne(said, _long_forms(table, name), scorer=fuzz.ratio, score_cutoff=90) is not None


def starts_with(text: str, table: str, name: str) -> str | None:
    """The rest of the text behind a leading form of that list (longest first), else None."""
    said = plain(text)
    for form in _longest_first(table, name):
        if said == form:
            return ""
        if said.startswith(form) and said[len(form)] in " ,.;:!?–":
            return said[len(form) :].lstrip(" ,.;:-–")
    return None


def mentions(text: str, table: str, name: str) -> bool:
    """Whether a form of that list stands anywhere in the text as whole words."""
    said = f" {re.sub(r'[^a-z0-9]+', ' ', plain(text))} "
    return any(f" {form} " in said for form in rules()[table][name])


@lru_cache(maxsize=_REMEMBERED)
def command(text: str) -> tuple[str, str] | None:
    """(command, rest) when the text is a command such as *cek SMD-0123*; None when it is anything else.

    Only `status` takes a rest that must look like a ticket: *cek jalan di depan rumah* is a report, not a command.
    """
    commands = rules()["commands"]
    exact = (name for name, forms in commands.items() if plain(text) in forms)  # *kabari* is no slip of *kabar*
    meant = next(exact, None) or next((name for name in commands if matches(text, "commands", name)), None)
    if meant is not None:
        return meant, ""
    rest = starts_with(text, "commands", "status")
    if rest is not None and (tickets(rest) or code(rest)):
        return "status", rest
    return None


def yes_or_no(text: str, table: str = "answers") -> bool | None:
    """True, False, or None when it is neither; judged by the whole text or by its first words."""
    if matches(text, table, "yes"):
        return True
    if matches(text, table, "no"):
        return False
    if starts_with(text, table, "no") is not None:
        return False
    if starts_with(text, table, "yes") is not None:
        return True
    return None


def chosen(text: str, labels: Sequence[str]) -> int | None:
    """Index of the choice meant by a number (*2*, *no 2*, *yang kedua*) or by its words; None when unclear.

    The number must be the whole answer: *12* is not choice 1 (`peers.md` (f)).
    """
    said = plain(text)
    lead = "|".join(map(re.escape, rules()["choosing"]["before_number"]))
    number = re.fullmatch(rf"(?:{lead})?[\s.-]*(\d{{1,2}})[.)]?", said)
    if number and 1 <= int(number[1]) <= len(labels):
        return int(number[1]) - 1
    if not said:
        return None
    plain_labels = [plain(label) for label in labels]
    if said in plain_labels:
        return plain_labels.index(said)
    containing = [i for i, label in enumerate(plain_labels) if len(said) >= 4 and said in label]
    if len(containing) == 1:
        return containing[0]
    if len(said) < 4:
        return None
    # *1 Jumat* is no slip of the label *1*, and *2 DLH* none of *DLH*.
    words = {i: label for i, label in enumerate(plain_labels) if len(label) >= 4}
    ranked = process.extract(said, words, scorer=fuzz.WRatio, limit=2, score_cutoff=86)
    if len(ranked) == 1 or (len(ranked) == 2 and ranked[0][1] - ranked[1][1] >= 5):
        return int(ranked[0][2])
    return None


def tickets(text: str, prefixes: Iterable[str] = ()) -> tuple[tuple[str | None, int], ...]:
    """(prefix or None, number) of everything that looks like a ticket: *smd 123*, *SMD0123*, *#0123*, *no 00123*.

    A bare number counts only with four digits or more, or behind `#`; `prefixes` (such as SMD) limits the letters.
    """
    known = {prefix.lower() for prefix in prefixes}
    found: list[tuple[str | None, int]] = []
    for match in _TICKET.finditer(_PHONE.sub(" ", plain(text))):
        letters, digits = match[1], match[2]
        whole = match[0]
        if letters and (letters in known or (not known and len(letters) == 3 and letters not in _POLITE)):
            found.append((letters.upper(), int(digits)))
        elif "#" in whole or len(re.sub(r"\D", "", whole)) >= 4:
            found.append((None, int(digits)))
    return tuple(found)


def code(text: str) -> str | None:
    """The eight characters of a restricted request as `XXXX-XXXX`, at least one digit and one letter among them."""
    for match in _CODE.finditer(tidy(text).upper()):
        both = match[1] + match[2]
        if any(sign.isdigit() for sign in both) and any(sign.isalpha() for sign in both):
            return f"{match[1]}-{match[2]}"
    return None


def correction(text: str) -> tuple[str, str] | None:
    """(wrong part, right part) of *bukan RT 5, RT 7*, *RT 7 bukan RT 5*, *RT 5 maksudnya RT 7*, *eh salah, RT 7*.

    The wrong part may be empty; None when nothing is corrected.
    """
    said = tidy(text)
    opened = re.match(rf"(?:(?:{_any('slip')})\b[\s,.]*)+", said, re.IGNORECASE)
    rest = said[opened.end() :] if opened else said
    for form in _corrections():
        match = form.fullmatch(rest)
        if match and match["right"].strip():
            return match["wrong"].strip(), match["right"].strip()
    took_back = opened and re.search(rf"\b(?:{_any('wrong')})\b", opened[0], re.IGNORECASE)
    return ("", rest.strip()) if took_back and rest.strip() else None


@cache
def _corrections() -> tuple[re.Pattern[str], ...]:
    wrong, right = _any("wrong"), _any("right")
    forms = (
        rf"(?:{wrong})\s+(?P<wrong>.+?)\s*(?:[,;.\n]|\b(?:{right})\b)+\s*(?P<right>.+)",
        rf"(?P<right>.+?)[\s,;]+(?:{wrong})\s+(?P<wrong>.+)",
        rf"(?P<wrong>.*?)\s*\b(?:{right})\b\s+(?P<right>.+)",
    )
    return tuple(re.compile(form, re.DOTALL | re.IGNORECASE) for form in forms)


def _any(name: str) -> str:
    return "|".join(map(re.escape, sorted(rules()["corrections"][name], key=len, reverse=True)))


def gist(text: str, length: int = 140) -> str:
    """The reporter's own words without the greeting in front, cut at a word: what is shown before sending."""
    words = _SPACE.sub(" ", tidy(text)).split(" ")
    drop = set(rules()["greeting_words"]["drop"])
    start = 0
    while start < len(words) - 2 and re.sub(r"[^a-z.']", "", words[start].lower()).strip(".") in drop | {""}:
        start += 1
    kept = " ".join(words[start:])
    if len(kept) <= length:
        return kept.rstrip(" ,;")
    return kept[:length].rsplit(" ", 1)[0].rstrip(" ,;.") + " …"
