"""Where a message may part into several problems: the marks of a list, sentences, joints, commas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

Piece = tuple[int, int]

_NUMBERED = re.compile(r"(?:^|(?<=[\s:;,.(]))\(?(?P<mark>[1-9]\d?)\s?[.)]\s*(?=[^\W_])")
_LINE_NUMBER = re.compile(r"^[ \t]*(?P<mark>[1-9]\d?)[.):]?[ \t]+(?=[^\W\d_])", re.MULTILINE)
_LETTERED = re.compile(r"(?:^|(?<=[\s:;,.(]))\(?(?P<mark>[a-jA-J])\s?[.)]\s*(?=[^\W_])")
_BARE = re.compile(r"(?:^|(?<=[\s:;,.]))(?P<mark>[1-9])\s+(?=[^\W\d_])")
_BY_RT = re.compile(
    r"(?:^|(?<=[\s.;,]))rt\s*\.?\s*(?P<mark>\d{1,3})(?:\s*/?\s*rw\s*\.?\s*\w{1,4})?\s*[=:]\s*", re.IGNORECASE
)
_BULLET = re.compile(r"^[ \t]*[-*•–—·▪+>=]+\s*(?=\w)", re.MULTILINE)
_SIGN = re.compile(r"(?P<sign>[✅✔☑➡👉🔹🔸▪◾•📌📍🔴🟡🟢🏠])\s*")
_WORDS = re.compile(r"[^\W\d_]{2,}")
_LETTERS = "abcdefghij"
_MOST = 30
_FEWEST_WORDS = 2


@dataclass(frozen=True)
class Atom:
    """A stretch of words that is surely one problem. `joint`: what stands before it (`line`, `semicolon`, `stop`,
    `strong`, `weak`, `comma`)."""

    start: int
    end: int
    joint: str


def listed(text: str, rules: Mapping[str, Any]) -> tuple[Piece, ...]:
    """The parts of a list by its marks: numbers, letters, dashes, signs, *satu … dua …*; empty when there is none."""
    marks = (
        _in_order(_NUMBERED.finditer(text), _numbers)
        or _in_order(_LETTERED.finditer(text), _letters)
        or _in_order(_LINE_NUMBER.finditer(text), _numbers)
        or _every(_BULLET, text)
        or _signs(text)
        or _in_order(_ordinals(rules, anywhere=counted(text, rules)).finditer(text), _ordinal_numbers(rules))
        or _bare(text, rules, fewest=2 if counted(text, rules) else 3)
        or _by_rt(text)
    )
    ends = [start for start, _ in marks[1:]] + [len(text)]
    found = tuple((begin, end) for (_, begin), end in zip(marks, ends, strict=False))
    return found if all(len(text[slice(*piece)].split()) >= _FEWEST_WORDS for piece in found) else ()


def atoms(text: str, rules: Mapping[str, Any]) -> tuple[Atom, ...]:
    """The whole text in its order, parted wherever it may part."""
    cuts = list(_joints(rules).finditer(text))[:_MOST]
    starts = [(0, "start"), *((cut.end(), str(cut.lastgroup)) for cut in cuts)]
    ends = [*(cut.start() for cut in cuts), len(text)]
    found: list[Atom] = []
    held: Atom | None = None
    also = [_also(text[cut.start() : cut.end()], rules) for cut in cuts] + [False]
    for (start, joint), end, followed in zip(starts, ends, also, strict=True):
        atom = Atom(held.start, end, held.joint) if held else Atom(start, max(end, start), joint)
        held = None
        if len(_WORDS.findall(text[start:end])) >= _FEWEST_WORDS or not found:
            found.append(atom)
        elif end < len(text) and (atom.joint in rules["plain_joints"] or followed):
            held = atom  # *Satu lagi: ibunya, …*, *dan nenek juga …*: too short alone, and it opens what follows
        else:
            found[-1] = Atom(found[-1].start, max(end, found[-1].end), found[-1].joint)
    return tuple(found)


def _also(joint: str, rules: Mapping[str, Any]) -> bool:
    return joint.strip(" ,.").lower() in rules["also_words"]


def without_commas(found: tuple[Atom, ...]) -> tuple[Atom, ...]:
    """The same stretches, those behind a mere comma joined to the one before."""
    joined: list[Atom] = []
    for atom in found:
        if joined and atom.joint == "comma":
            joined[-1] = Atom(joined[-1].start, atom.end, joined[-1].joint)
        else:
            joined.append(atom)
    return tuple(joined)


def counted(text: str, rules: Mapping[str, Any]) -> bool:
    """*Dua hal*, *3 laporan*, *ada tiga*, *sekalian*: the writer says that there are several."""
    return _announcing(rules).search(text) is not None


def _in_order(found: Iterable[re.Match[str]], number: Any) -> list[Piece]:
    """(start of the marker, start of its words) of the first, the second and so on; fewer than two are no list."""
    kept: list[Piece] = []
    for mark in found:
        if number(mark["mark"]) == len(kept) + 1:
            kept.append(mark.span())
    return kept[:_MOST] if len(kept) > 1 else []


def _numbers(mark: str) -> int:
    return int(mark)


def _letters(mark: str) -> int:
    return _LETTERS.index(mark.lower()) + 1


def _ordinal_numbers(rules: Mapping[str, Any]) -> Any:
    order = {word: number for number, words in enumerate(rules["ordinals"], 1) for word in words}
    return lambda mark: order[" ".join(mark.lower().split())]


def _every(pattern: re.Pattern[str], text: str) -> list[Piece]:
    found = [mark.span() for mark in pattern.finditer(text)]
    return found[:_MOST] if len(found) > 1 else []


def _signs(text: str) -> list[Piece]:
    """The same sign at least twice."""
    found = list(_SIGN.finditer(text))
    same = [mark.span() for mark in found if mark["sign"] == found[0]["sign"]]
    return same[:_MOST] if len(same) > 1 else []


def _bare(text: str, rules: Mapping[str, Any], *, fewest: int) -> list[Piece]:
    """*1 rumah … 2 wc … 3 cucunya*: no dots, so two of them count only where they are announced or open the text."""
    named = _before_number(tuple(rules["before_number"]))
    marks = _in_order((mark for mark in _BARE.finditer(text) if not named.search(text[: mark.start()])), _numbers)
    opens = bool(marks) and marks[0][0] == 0
    return marks if len(marks) >= (2 if opens else fewest) else []


@lru_cache(maxsize=4)
def _before_number(words: tuple[str, ...]) -> re.Pattern[str]:
    """Behind such a word a number counts nothing: *RT 1*, *gang 2*."""
    return re.compile(rf"\b(?:{_either(words)})\.?\s*$", re.IGNORECASE)


def _by_rt(text: str) -> list[Piece]:
    """*RT 5: …, RT 6: …*: each keeps its RT, so the piece begins with it."""
    found = list(_BY_RT.finditer(text))
    several = len({mark["mark"] for mark in found}) > 1
    return [(mark.start(), mark.start()) for mark in found][:_MOST] if several else []


def _either(words: Iterable[str]) -> str:
    ordered = sorted({re.escape(word).replace(r"\ ", r"\s+") for word in words}, key=len, reverse=True)
    return "|".join(ordered)


def _ordinals(rules: Mapping[str, Any], *, anywhere: bool) -> re.Pattern[str]:
    return _ordinals_of(tuple(tuple(words) for words in rules["ordinals"]), anywhere)


@lru_cache(maxsize=4)
def _ordinals_of(ordinals: tuple[tuple[str, ...], ...], anywhere: bool) -> re.Pattern[str]:
    words = _either(word for row in ordinals for word in row)
    before = r"(?:^|(?<=\s))" if anywhere else r"(?:^|(?<=[:;,.!?\n(] )|(?<=[\n:;(]))"
    return re.compile(rf"{before}(?P<mark>{words})(?:\s*[,:.)]\s*|\s+)(?=\w)", re.IGNORECASE)


def _announcing(rules: Mapping[str, Any]) -> re.Pattern[str]:
    return _announcing_of(tuple(rules["numbers"]), tuple(rules["things"]), tuple(rules["announced"]))


@lru_cache(maxsize=4)
def _announcing_of(numbers: tuple[str, ...], things: tuple[str, ...], announced: tuple[str, ...]) -> re.Pattern[str]:
    count, thing = _either(numbers), _either(things)
    alone = rf"(?:^|\bada\s+)(?:{count})\s*(?:ya|aja|haja|ja|saja|nah|nak|bu|kak|min|[:.,])"
    return re.compile(rf"(?:\b(?:{count})\s+(?:{thing})\b|{alone}|\b(?:{_either(announced)})\b)", re.IGNORECASE)


def _joints(rules: Mapping[str, Any]) -> re.Pattern[str]:
    names = ("joints", "also_words", "then_words", "weak_joints", "before_stop")
    return _joints_of(*(tuple(rules[name]) for name in names))


@lru_cache(maxsize=4)
def _joints_of(
    strong: tuple[str, ...], also: tuple[str, ...], then: tuple[str, ...], weak: tuple[str, ...], short: tuple[str, ...]
) -> re.Pattern[str]:
    edge = r"(?:^|(?<=[\s,.;:]))"
    also_opens = rf"[,.]\s+(?=\w+\s+(?:{_either(also)})\b)"  # *…, rumahnya juga …*
    no_stop = "".join(rf"(?<!\b{word})" for word in short)
    return re.compile(
        r"(?P<line>\s*\n\s*)|(?P<semicolon>\s*(?:;|\s/\s)\s*)"
        rf"|(?P<strong>[,.]?\s*{edge}(?:{_either(strong)})(?=[\s,:])[,:]?\s*|{also_opens})"
        rf"|(?P<then>[,.]\s*(?:{_either(then)})\s+)"
        rf"|(?P<stop>{no_stop}[.!?]+(?:\s+|$))"
        rf"|(?P<weak>,?\s+(?:{_either(weak)})\s+)"
        r"|(?P<comma>,\s*)",
        re.IGNORECASE,
    )
