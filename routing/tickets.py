"""Which tickets an officer's reply speaks of, and which of its words belong to which ticket.

Tickets come as `SMD-0123`, `smd123`, `SMD 0123`, `yg 0161`, `#0161`, or as line numbers of the digest (`1 selesai, 2
Jumat`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

_DIGITS = 4
_WRITTEN = re.compile(
    r"\b(?P<prefix>[A-Za-z]{3})(?:\s?[-–#]\s?|\.)(?P<digits>\d{1,6})\b|\b(?P<loud>[A-Z]{3})\s(?P<apart>0\d{3})\b"
)
_BARE = re.compile(r"(?<![\w/.,-])#?\s?(?P<digits>0\d{3})(?![\w/-]|[.,]\d)|(?<!\w)#(?P<marked>\d{1,6})\b")
_ENUMERATION = re.compile(r"[^\W\d_]\s*:\s*1\s*\)")
"""*Mohon dilengkapi: 1) ukuran 2) status* asks; it does not answer line by line."""
_FIGURE = re.compile(r"\d+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_SENTENCE = re.compile(r"(?<=[.;!?])\s+|\n+")


@dataclass(frozen=True)
class Mention:
    """A ticket or a line number, and where it stands in the part's `whole`."""

    ticket: str | None
    number: int | None
    start: int
    end: int


@dataclass(frozen=True)
class Part:
    """Words that belong together with the tickets they speak of. `words` is `whole` without ticket numbers."""

    whole: str
    words: str
    mentions: tuple[Mention, ...]


def normal_ticket(prefix: str, digits: str) -> str:
    """`smd`, `123` to `SMD-0123`."""
    return f"{prefix.upper()}-{int(digits):0{_DIGITS}d}"


def spread_out(text: str, rules: Mapping[str, Any]) -> str:
    """`1-3 besok` as `1, 2, 3 besok`, where the figures begin a clause and count nothing; *yang kedua* as `yang 2`."""
    text = _in_figures(text, rules)
    pattern = re.compile(
        rf"(?P<before>(?:^|[,;.\n])\s*(?:{rules['line_words']}){{0,2}})(?P<low>[1-9])\s*(?:{rules['up_to']})\s*(?P<high>[1-9])"
        rf"(?=\s|,|$)(?!\s*(?:{rules['units']})\b)",
        re.IGNORECASE,
    )

    def spread(found: re.Match[str]) -> str:
        low, high = int(found["low"]), int(found["high"])
        lines = ", ".join(str(line) for line in range(low, high + 1))
        return f"{found['before']}{lines}" if low < high else found[0]

    return pattern.sub(spread, text)


def parts_of(text: str, *, prefix: str | None, listed: Sequence[str], rules: Mapping[str, Any]) -> tuple[Part, ...]:
    """The reply in parts, in order; one part without tickets when it names none."""
    mentions = _mentions(text, prefix, listed, rules)
    if not mentions:
        return (Part(text, text, ()),)
    return tuple(_part(text, span, group) for span, group in _spans(text, _groups(text, mentions, rules), rules))


def _in_figures(text: str, rules: Mapping[str, Any]) -> str:
    """Lines that are named in words at the beginning of clauses: two of them, or one that is plainly a line."""
    named = {word: number for number, words in enumerate(rules["line_names"], 1) for word in words.split()}
    pattern = re.compile(
        rf"(?P<before>(?:^|[,;.\n])\s*(?:{rules['joins']}\s+)?(?P<line>{rules['line_words']}){{0,2}})(?P<word>{'|'.join(named)})"
        rf"(?=[\s,=:])(?!\s*(?:{rules['units']}|{rules['no_line']})\b)",
        re.IGNORECASE,
    )
    found = list(pattern.finditer(text))
    plainly = any(one["line"] and one["word"].lower() in rules["ordinals"].split() for one in found)
    if len(found) < 2 and not plainly:
        return text
    return pattern.sub(lambda one: f"{one['before']}{named[one['word'].lower()]}", text)


def _mentions(text: str, prefix: str | None, listed: Sequence[str], rules: Mapping[str, Any]) -> list[Mention]:
    own = prefix or _common_prefix(text, listed)
    found = [
        Mention(normal_ticket(m["prefix"] or m["loud"], m["digits"] or m["apart"]), None, *m.span())
        for m in _WRITTEN.finditer(text)
    ]
    if own:
        close = re.compile(rf"\b{re.escape(own)}\s?(?P<digits>\d{{1,6}})\b", re.IGNORECASE)
        found += [Mention(normal_ticket(own, m["digits"]), None, *m.span()) for m in close.finditer(text)]
        found += [
            Mention(normal_ticket(own, m["digits"] or m["marked"]), None, *m.span())
            for m in _BARE.finditer(text)
            if not any(one.start <= m.start() < one.end for one in found)
        ]
    found = found or (_bare_numbers(text, own, listed, rules) if own else [])
    found = found or _line_numbers(text, listed, rules)
    return sorted(found, key=lambda mention: mention.start)


def _common_prefix(text: str, listed: Sequence[str]) -> str | None:
    """The one prefix of the listed tickets, or of a ticket that is written out in the same reply."""
    prefixes = {ticket.partition("-")[0] for ticket in listed}
    prefixes |= {(m["prefix"] or m["loud"]).upper() for m in _WRITTEN.finditer(text)} if not prefixes else set()
    return prefixes.pop() if len(prefixes) == 1 else None


def _bare_numbers(text: str, own: str, listed: Sequence[str], rules: Mapping[str, Any]) -> list[Mention]:
    """*135 proses, 136 tunggu cuaca*, *tiket 1511 dan 1512*: two of them at least, or one that is listed."""
    pattern = re.compile(
        rf"(?:^|[,;.\n])\s*(?:(?:{rules['joins']}|adapun|sedangkan)\s+)?(?:tiket\s+|{rules['line_words']}){{0,2}}"
        rf"(?P<row>[1-9]\d{{2,3}}(?:[\s,&+/]+(?:{rules['joins']}\s+)?[1-9]\d{{2,3}})*)(?![\w/:-]|[.,]\d)"
        rf"(?!\s*(?:{rules['units']})\b)",
        re.IGNORECASE,
    )
    rows = [(row.start("row"), row["row"]) for row in pattern.finditer(text)]
    found = [
        Mention(normal_ticket(own, one[0]), None, start + one.start(), start + one.end())
        for start, row in rows
        for one in _FIGURE.finditer(row)
        if not _YEAR.fullmatch(one[0])
    ]
    known = [one for one in found if one.ticket in listed]
    return known if listed else found if len(found) > 1 else []


def _line_numbers(text: str, listed: Sequence[str], rules: Mapping[str, Any]) -> list[Mention]:
    """`1 selesai, 2 minggu depan`: figures at the beginning of a clause that count no days, houses or metres."""
    pattern = re.compile(
        rf"(?:^|[,;.\n✅✔☑❌✖👍]\ufe0f?|(?:\b{rules['joins']}|&)(?=\s)|(?P<next>(?<=\w)(?=\s)))\s*\(?(?:{rules['line_words']}){{0,2}}"
        rf"(?P<digits>[1-9]\d?)(?(next)\)?(?=\s+(?:{rules['opens']})\b))"
        rf"(?=\s*(?:[.):=-]|\s|,|&|$))(?!\s*[.):=-]?\s*(?:{rules['units']})\b)(?!\s*-\s*\d)",
        re.IGNORECASE,
    )
    found: list[Mention] = []
    if _ENUMERATION.search(text):
        return found
    for mark in pattern.finditer(text):
        line = int(mark["digits"])
        if mark["next"] is not None and (not found or line != (found[-1].number or 0) + 1):
            continue  # without a comma before it, only the next figure opens the next line: *1 tuntas 2 besok*
        if text.strip().strip(".") != mark["digits"] and (not listed or line <= len(listed)):
            ticket = listed[line - 1] if listed else None
            found.append(Mention(ticket, line, mark.start("digits"), mark.end("digits")))
    return found


def _groups(text: str, mentions: list[Mention], rules: Mapping[str, Any]) -> list[list[Mention]]:
    """Neighbours with nothing but commas and *dan* between them share what is said; so do two that are the same."""
    join = re.compile(rf"^[\s,;&+/]*{rules['joins']}?[\s,;&+/]*$", re.IGNORECASE)
    groups = [[mentions[0]]]
    for before, mention in pairwise(mentions):
        between = text[before.end : mention.start]
        if join.match(between) or re.search(rules["same_as"], between, re.IGNORECASE):
            groups[-1].append(mention)
        else:
            groups.append([mention])
    return groups


def _spans(
    text: str, groups: list[list[Mention]], rules: Mapping[str, Any]
) -> list[tuple[tuple[int, int], list[Mention]]]:
    """Where the words of each group begin and end: its sentence; inside one sentence, until the next group."""
    borders = [0, *(m.end() for m in _SENTENCE.finditer(text)), len(text)]
    begins: list[int] = []
    for index, group in enumerate(groups):
        sentence = max(border for border in borders if border <= group[0].start)
        before = groups[index - 1][-1].end if index else 0
        begins.append(0 if index == 0 else max(sentence, before) if sentence >= before else group[0].start)
    ends = [*begins[1:], len(text)]
    spans = list(zip(zip(begins, ends, strict=True), groups, strict=True))
    return _trailing(text, groups) if _speaks_before(text, groups, rules) else spans


def _speaks_before(text: str, groups: list[list[Mention]], rules: Mapping[str, Any]) -> bool:
    """*Sudah selesai SMD-0123, belum SMD-0124*: what is said stands before the ticket, nothing after the last."""
    before = re.sub(rules["line_words"], "", text[: groups[0][0].start], flags=re.IGNORECASE)
    after = text[groups[-1][-1].end :]
    return len(groups) > 1 and not re.search(r"\w", after) and bool(re.search(r"[^\W\d_]{3}", before))


def _trailing(text: str, groups: list[list[Mention]]) -> list[tuple[tuple[int, int], list[Mention]]]:
    begins = [0, *(group[-1].end for group in groups[:-1])]
    ends = [group[-1].end for group in groups[:-1]] + [len(text)]
    return list(zip(zip(begins, ends, strict=True), groups, strict=True))


def _part(text: str, span: tuple[int, int], group: list[Mention]) -> Part:
    begin, end = span
    whole = text[begin:end]
    moved = tuple(Mention(m.ticket, m.number, m.start - begin, m.end - begin) for m in group)
    words = whole
    for mention in reversed(moved):
        words = words[: mention.start] + " " + words[mention.end :]
    return Part(whole, words.strip(" ,;:\n\t-"), moved)
