"""How well messages are understood, over labelled samples: every rate with its count and 95 % Wilson interval.

    python benchmarks/understanding.py --samples FOLDER

Beside a figure stands its baseline: the most frequent label, or plain keywords for fields. No network.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from routing.model import FIELD_OF, RESTRICTED_CATEGORIES, Role, Understanding  # noqa: E402
from routing.officer import OfficerUpdate  # noqa: E402
from routing.promises import promised_date  # noqa: E402
from routing.region import load_atlas  # noqa: E402
from routing.understand import Reader, load_reader  # noqa: E402

Row = dict[str, Any]
TODAY = date(2026, 11, 23)
Z = 1.96

KEYWORDS = {
    "pendidikan": "sekolah guru murid siswa paud seragam sd smp kelas belajar",
    "kesehatan": "sakit puskesmas posyandu hamil balita bidan obat dokter bpjs tbc imunisasi",
    "pekerjaan_umum": "air pdam jalan jembatan parit got drainase selokan wc jamban lubang",
    "perumahan_rakyat": "rumah atap dinding rusun roboh bedah kumuh",
    "trantibumlinmas": "dipukul suami maling kebakaran banjir ular mabuk narkoba hilang parang ancam",
    "sosial": "bansos bantuan pkh lansia yatim disabilitas terlantar sembako pengemis",
    "lainnya": "ktp kk akta sampah lampu listrik tanah sertifikat harga gas",
}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--samples", type=Path, default=ROOT.parent / "shared" / "samples")
    arguments.add_argument("--wrong", action="store_true", help="also print every message that was misread")
    given = arguments.parse_args()
    if not given.samples.is_dir():
        sys.exit(f"no folder of samples: {given.samples}")
    reader = load_reader(load_atlas())
    people = [row for name in ("residents", "kader") for row in _rows(given.samples / f"{name}.jsonl")]
    started = time.perf_counter()
    read = [(row, reader.read(row["text"], role=Role(row["role"]))) for row in people]
    seconds = time.perf_counter() - started
    _messages(read, reader)
    _officers(reader, _rows(given.samples / "officers.jsonl"), given.wrong)
    print(f"\n{1000 * seconds / max(len(people), 1):.1f} ms a message")
    if given.wrong:
        _misread(read)


def _rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()] if path.exists() else []


# --- residents and kader ----------------------------------------------------------------------------------------------


def _messages(read: Sequence[tuple[Row, Understanding]], reader: Reader) -> None:
    reports = [(row, got) for row, got in read if row["kind"] == "report"]
    as_reports = [(row, got) for row, got in reports if got.kind.value == "report"]
    _head("residents and kader")
    kinds = [(row["kind"], got.kind.value) for row, got in read]
    most = Counter(row["kind"] for row, _ in read).most_common(1)[0][0]
    _line("kind", _same(kinds), _same((want, most) for want, _ in kinds))
    _figure("kind, macro-F1", _macro_f1(kinds), _macro_f1([(want, most) for want, _ in kinds]))
    _line("reports not taken for one", [got.kind.value != "report" for _, got in reports])
    fields = [(row["field"], got.field) for row, got in reports]
    plain = [(row["field"], _by_keyword(row["text"])) for row, _ in reports]
    _line("field", _same(fields), _same(plain))
    _figure("field, macro-F1", _macro_f1(fields), _macro_f1(plain))
    _line("category", _same((row["category"], got.category) for row, got in reports))
    _line("field among the first three", [row["field"] in _first_fields(got) for row, got in reports])
    sure = [(row, got) for row, got in as_reports if got.score >= reader.ask_below]
    _line("surer than the threshold (coverage)", [got.score >= reader.ask_below for _, got in reports])
    _line("  field right where sure", [row["field"] == got.field for row, got in sure])
    _dangers(read)
    _places(read)


def _dangers(read: Sequence[tuple[Row, Understanding]]) -> None:
    violent = [(row["category"] in RESTRICTED_CATEGORIES, got) for row, got in read]
    _line("urgent, precision", [row["urgent"] for row, got in read if got.urgent])
    _line("urgent, recall", [got.urgent for row, got in read if row["urgent"]])
    _line("restricted, recall", [got.restricted for want, got in violent if want])
    _line("restricted without need", [got.restricted for want, got in violent if not want])


def _places(read: Sequence[tuple[Row, Understanding]]) -> None:
    _line("place", [_place(got) == row["place"] for row, got in read])
    _line("  where one is named", [_place(got) == row["place"] for row, got in read if row["place"]])
    for name in ("rt", "rw"):
        _line(name, [_number(getattr(got, name)) == _number(row[name]) for row, got in read])
    named = [(row, got) for row, got in read if "on_behalf_of" in row]
    _line("on behalf of", [row["on_behalf_of"] == got.on_behalf_of for row, got in named])
    _line("also, all fields right", [set(row["also"]) == set(got.also) for row, got in read if row["kind"] == "report"])


def _place(got: Understanding) -> str | None:
    return got.place.name if got.place else None


def _number(written: str | None) -> int | None:
    return int(written) if written else None


def _first_fields(got: Understanding) -> list[str]:
    fields = dict.fromkeys(FIELD_OF[category] for category in (*filter(None, (got.category,)), *got.runners_up))
    return list(fields)[:3]


def _by_keyword(text: str) -> str:
    words = re.findall(r"\w+", text.lower())
    counts = {name: sum(word in keys.split() for word in words) for name, keys in KEYWORDS.items()}
    return max(counts, key=lambda name: counts[name])


# --- officers ---------------------------------------------------------------------------------------------------------


def _officers(reader: Reader, rows: Sequence[Row], wrong: bool) -> None:
    if not rows:
        return
    _head("officers")
    read = [(row, reader.read_officer(row["text"], today=TODAY, region=reader.home_region)) for row in rows]
    firsts = [(row["intent"], got[0].intent) for row, got in read]
    most = Counter(want for want, _ in firsts).most_common(1)[0][0]
    _line("intent", _same(firsts), _same((want, most) for want, _ in firsts))
    _figure("intent, macro-F1", _macro_f1(firsts), _macro_f1([(want, most) for want, _ in firsts]))
    _line("taken for resolved, wrongly", [got == "resolved" for want, got in firsts if want != "resolved"])
    _line("tickets, all of a reply", [_wanted_tickets(row) == [u.ticket for u in got if u.ticket] for row, got in read])
    _line("intent of further tickets", list(_further(read)))
    _line("promised day", [_wanted_day(row) == got[0].eta for row, got in read if row["eta"]])
    _line("promise where none is", [any(u.eta for u in got) for row, got in read if not row["eta"]])
    _line("office it belongs to", [row["forward_to"] in {u.forward_to for u in got} for row, got in read])
    if wrong:
        for row, got in read:
            if row["intent"] != got[0].intent or _wanted_tickets(row) != [u.ticket for u in got if u.ticket]:
                print("   ", row["intent"], [(u.ticket, u.intent) for u in got], row["text"])


def _wanted_tickets(row: Row) -> list[str]:
    return [ticket for ticket in (row["ticket"], *(more["ticket"] for more in row["more"])) if ticket]


def _wanted_day(row: Row) -> date | None:
    return promised_date(row["eta"], TODAY, lambda day: day.weekday() < 5)[0]


def _further(read: Iterable[tuple[Row, tuple[OfficerUpdate, ...]]]) -> Iterable[bool]:
    for row, got in read:
        intents = {update.ticket: update.intent for update in got}
        yield from (intents.get(more["ticket"]) == more["intent"] for more in row["more"])


# --- figures ----------------------------------------------------------------------------------------------------------


def _same(pairs: Iterable[tuple[object, object]]) -> list[bool]:
    return [want == got for want, got in pairs]


def _macro_f1(pairs: Sequence[tuple[str | None, str | None]]) -> float:
    """Mean F1 over the labels that occur."""
    scores = []
    for label in sorted({str(want) for want, _ in pairs}):
        right = sum(str(want) == label == str(got) for want, got in pairs)
        wanted, given = (sum(str(pair[side]) == label for pair in pairs) for side in (0, 1))
        scores.append(2 * right / (wanted + given))
    return sum(scores) / len(scores)


def wilson(right: int, of: int) -> tuple[float, float]:
    """95 % interval of a rate."""
    if of == 0:
        return 0.0, 1.0
    rate, spread = right / of, Z * Z / of
    middle = (rate + spread / 2) / (1 + spread)
    half = Z / (1 + spread) * math.sqrt(rate * (1 - rate) / of + spread / (4 * of))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def _head(title: str) -> None:
    print(f"\n{title:38} {'':>5} {'count':>9}  {'95 %':>11}   baseline")


def _line(name: str, outcomes: Sequence[bool], baseline: Sequence[bool] | None = None) -> None:
    right, of = sum(map(bool, outcomes)), len(outcomes)
    low, high = wilson(right, of)
    beside = f"{sum(baseline) / len(baseline):.2f}" if baseline else ""
    rate = f"{right / of:.2f}" if of else "-"
    print(f"{name:38} {rate:>5} {right:>4}/{of:<4}  {low:.2f}..{high:.2f}   {beside}")


def _figure(name: str, value: float, baseline: float) -> None:
    print(f"{name:38} {value:5.2f} {'':24}  {baseline:.2f}")


def _misread(read: Iterable[tuple[Row, Understanding]]) -> None:
    checks: dict[str, Callable[[Row, Understanding], bool]] = {
        "kind": lambda row, got: row["kind"] == got.kind.value,
        "category": lambda row, got: row["category"] == got.category or row["kind"] != "report",
        "urgent": lambda row, got: row["urgent"] == got.urgent,
        "place": lambda row, got: row["place"] == _place(got),
        "name": lambda row, got: row.get("on_behalf_of", got.on_behalf_of) == got.on_behalf_of,
        "also": lambda row, got: row["kind"] != "report" or set(row["also"]) == set(got.also),
        "restricted": lambda row, got: row["category"] in RESTRICTED_CATEGORIES or not got.restricted,
    }
    for row, got in read:
        wrong = [name for name, right in checks.items() if not right(row, got)]
        if wrong:
            print(f"\n{row['id']} {wrong} {row['text']}")
            want = (row["kind"], row["category"], row["also"], row["urgent"], row["place"], row.get("on_behalf_of"))
            print("  want", want)
            print("  got ", (got.kind.value, got.category, got.also, got.urgent, _place(got), got.on_behalf_of))
            print(f"  score {got.score} then {got.runners_up[:3]} by {got.evidence}")


if __name__ == "__main__":
    main()
