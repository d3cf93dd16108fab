"""The tables of the benchmark: which figure is made of which labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from benchmarks.baselines import field_by_keyword, kind_by_keyword
from benchmarks.figures import calibration_error, figure, head, line, macro_f1, same
from routing.model import AT_ONCE, FIELD_OF, RESTRICTED_CATEGORIES, Understanding
from routing.officer import OfficerUpdate
from routing.promises import promised_date
from routing.rules import load_rules

Row = dict[str, Any]
TODAY = date(2026, 11, 23)
TITLES = load_rules().names.titles
ASK_BELOW = load_rules().settings.ask_below


@dataclass(frozen=True)
class Read:
    """A message, what was made of it in how many seconds, and what the TF-IDF baseline made of it."""

    row: Row
    got: Understanding
    seconds: float
    plain_kind: str
    plain_field: str


@dataclass(frozen=True)
class Heard:
    """An officer's reply and the updates that were read."""

    row: Row
    got: tuple[OfficerUpdate, ...]


def messages(title: str, read: Sequence[Read]) -> None:
    reports = [one for one in read if one.row["kind"] == "report"]
    head(title)
    _kinds(read)
    fields = [(one.row["field"], one.got.field) for one in reports]
    by_word = [(one.row["field"], field_by_keyword(one.row["text"])) for one in reports]
    plain = [(one.row["field"], one.plain_field) for one in reports]
    figure("field, macro-F1", macro_f1(fields), macro_f1(by_word), macro_f1(plain))
    line("field", same(fields), same(by_word), same(plain))
    line("field among the first three", [one.row["field"] in _first_fields(one.got) for one in reports])
    line("category", same((one.row["category"], one.got.category) for one in reports))
    sure = [one for one in reports if one.got.category]
    trusted = [(one.got.score, one.row["category"] == one.got.category) for one in sure]
    figure("calibration error of the score (ECE)", calibration_error(trusted))
    _dangers(read)
    _places(read)


def _kinds(read: Sequence[Read]) -> None:
    kinds = [(one.row["kind"], one.got.kind.value) for one in read]
    by_word = [(one.row["kind"], kind_by_keyword(one.row["text"])) for one in read]
    plain = [(one.row["kind"], one.plain_kind) for one in read]
    line(
        "report or not", *([(w == "report") == (g == "report") for w, g in pairs] for pairs in (kinds, by_word, plain))
    )
    line("kind", same(kinds), same(by_word), same(plain))
    figure("kind, macro-F1", macro_f1(kinds), macro_f1(by_word), macro_f1(plain))


def _dangers(read: Sequence[Read]) -> None:
    violent = [(one.row["category"] in RESTRICTED_CATEGORIES, one) for one in read]
    line("violence seen as violence", [one.got.restricted for want, one in violent if want])
    others = [one for want, one in violent if not want and not one.row.get("restricted")]
    line("others taken for violence", [one.got.restricted for one in others])
    hidden = [one for one in read if one.row["category"] in RESTRICTED_CATEGORIES or one.row.get("restricted")]
    line("violence, despair with a number at once", [_numbered(one) for one in hidden])
    line("others given numbers on a mere hint", [one.got.hinted and not one.got.urgent for one in others])
    line("urgent, recall", [one.got.pressing for one in read if one.row["urgent"]])
    line("urgent, precision", [bool(one.row["urgent"]) for one in read if one.got.pressing])
    line("emergency, precision", [bool(one.row["urgent"]) for one in read if one.got.emergency])
    sudden = [one for one in read if one.row["urgent"] and one.row["category"] in AT_ONCE]
    line("emergency, recall", [one.got.emergency for one in sudden])


def _numbered(one: Read) -> bool:
    """Whether the first answer carries a number to call: on the restricted track, in danger, or on a hint."""
    got = one.got
    violent = got.category in RESTRICTED_CATEGORIES and got.score >= ASK_BELOW
    return got.restricted or got.urgent or got.hinted or violent


def _places(read: Sequence[Read]) -> None:
    line("place found", [_place(one.got) == one.row["place"] for one in read if one.row["place"]])
    line("place invented", [_place(one.got) is not None for one in read if not one.row["place"]])
    line("RT found", [_number(one.got.rt) == _number(one.row["rt"]) for one in read if one.row["rt"]])
    named = [one for one in read if one.row.get("on_behalf_of")]
    line("on behalf of", [_called(one.row["on_behalf_of"]) == _called(one.got.on_behalf_of) for one in named])
    lists = [one for one in read if isinstance(one.row.get("cases"), list) and one.row["cases"]]
    line("lists split right", [_split_right(one) for one in lists])


def _called(name: str | None) -> str | None:
    """The name alone: our corpus keeps *Pak* and *Nenek* with it, the samples do not."""
    words = (name or "").lower().split()
    while len(words) > 1 and words[0] in TITLES:
        words = words[1:]
    return " ".join(words) or None


def _split_right(one: Read) -> bool:
    wanted = [case["category"] if isinstance(case, dict) else case for case in one.row["cases"]]
    return wanted == [case.category for case in one.got.cases]


def officers(title: str, heard: Sequence[Heard]) -> None:
    if not heard:
        return
    head(title)
    firsts = [(one.row["intent"], one.got[0].intent) for one in heard]
    figure("intent, macro-F1", macro_f1(firsts))
    line("intent", same(firsts))
    unsolved = [(want, got) for want, got in firsts if want != "resolved"]
    line("unsolved taken for solved", [got == "resolved" for _, got in unsolved])
    line("tickets, all of a reply", [_tickets(one.row) == _got_tickets(one) for one in heard])
    line("intent of further tickets", list(_further(heard)))
    line("promised day", [_wanted_day(one.row) == one.got[0].eta for one in heard if one.row["eta"]])
    line("promise where none is", [any(u.eta for u in one.got) for one in heard if not one.row["eta"]])
    line("office it belongs to", [one.row["forward_to"] in {u.forward_to for u in one.got} for one in heard])


def speed(read: Sequence[Read]) -> None:
    took = sorted(1000 * one.seconds for one in read)
    print(f"\nms a message: p50 {took[len(took) // 2]:.1f}, p99 {took[int(len(took) * 0.99)]:.1f}")


def curve_line(share: float, count: int, pairs: Sequence[tuple[str | None, str | None]]) -> None:
    fields = [(FIELD_OF[str(want)], FIELD_OF[str(got)]) for want, got in pairs]
    right = sum(same(pairs)) / len(pairs)
    print(f"{share:40.2f}  {count:8}  {right:8.3f}  {macro_f1(fields):8.3f}")


def misread(read: Iterable[Read]) -> None:
    checks: dict[str, Callable[[Row, Understanding], bool]] = {
        "kind": lambda row, got: row["kind"] == got.kind.value,
        "category": lambda row, got: row["category"] == got.category or row["kind"] != "report",
        "urgent": lambda row, got: row["urgent"] == got.urgent,
        "place": lambda row, got: row["place"] == _place(got),
        "name": lambda row, got: row.get("on_behalf_of", got.on_behalf_of) == got.on_behalf_of,
        "restricted": lambda row, got: row["category"] in RESTRICTED_CATEGORIES or not got.restricted,
    }
    for one in read:
        wrong = [name for name, right in checks.items() if not right(one.row, one.got)]
        if wrong:
            print(f"\n{one.row['id']} {wrong} {one.row['text']}")
            print(f"  got {one.got.kind} {one.got.category} {one.got.score} by {one.got.evidence}")


def _place(got: Understanding) -> str | None:
    return got.place.name if got.place else got.one_name


def _number(written: str | None) -> int | None:
    return int(written) if written else None


def _first_fields(got: Understanding) -> list[str]:
    fields = dict.fromkeys(FIELD_OF[category] for category in (*filter(None, (got.category,)), *got.runners_up))
    return list(fields)[:3]


def _tickets(row: Row) -> list[str]:
    named = (row["ticket"], *(more["ticket"] for more in row["more"]))
    return [_bare(ticket) for ticket in named if ticket and not ticket.startswith("#")]


def _got_tickets(one: Heard) -> list[str]:
    return [_bare(update.ticket) for update in one.got if update.ticket]


def _wanted_day(row: Row) -> date | None:
    return promised_date(row["eta"], TODAY, lambda day: day.weekday() < 5)[0]


def _further(heard: Iterable[Heard]) -> Iterable[bool]:
    for one in heard:
        intents = {_bare(update.ticket or f"#{update.number}"): update.intent for update in one.got}
        yield from (intents.get(_bare(more["ticket"])) == more["intent"] for more in one.row["more"])


def _bare(ticket: str) -> str:
    """The figures of a ticket: *0124* alone says no region, and the rows do not say whose officer writes."""
    return ticket if ticket.startswith("#") else f"{int(''.join(filter(str.isdigit, ticket))):04d}"
