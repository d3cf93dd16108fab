"""The office of a report, or why there is none; whose turn a kader is; the office an officer means (`domain.md §3`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from rapidfuzz import fuzz

from routing.locate_text import fold, place_words, split
from routing.model import FIELD_OF

if TYPE_CHECKING:
    from routing.region import Atlas, Office, Region

_NEVER_ASKED = datetime.min.replace(tzinfo=UTC)
_SAME_NAME = 85
_SAME_OFFICE = 88
_MUST_BE_EXACT = 5
"""Letters of an office's short name, such as PUPR, up to which it must be written as it is."""

HoldReason = Literal["no_place", "no_category", "no_office", "outside", "elsewhere_office", "bounced", "about_staff"]


@dataclass(frozen=True)
class Assignment:
    """`office` and `support` are roles in the region's table; `field` is what the report counts under there."""

    office: str
    support: tuple[str, ...]
    field: str


@dataclass(frozen=True)
class Hold:
    """Nobody gets it yet, for this reason. `contact`: whom the resident can turn to when it is a matter of others."""

    reason: HoldReason
    contact: Office | None = None


def assign(
    category: str | None,
    place_code: str | None,
    atlas: Atlas,
    *,
    answers: Mapping[str, str] | None = None,
    region: str | None = None,
    exclude: frozenset[str] = frozenset(),
) -> Assignment | Hold:
    """The office for a category in a place, with its helpers; else a Hold with its reason.

    `answers` are what the resident was asked besides (any value that a route names counts, such as `tanpa_jaringan`).
    `region` stands in for a place that is not known. `exclude` holds the offices that said *not ours*: the first
    helper in government that did not takes over, and when there is none it is held as `bounced`.
    """
    home = atlas.region_of(place_code or region or "")
    if home is None:
        return Hold("outside" if place_code else "no_place")
    if category is None or category not in FIELD_OF:
        return Hold("no_category")
    route = home.route(category, (answers or {}).values())
    if route is None:
        return Hold("no_office")
    field = route.field or FIELD_OF[category]
    lead = home.offices.get(route.lead)
    if lead is None:
        return Hold("no_office")
    if route.lead in exclude:
        return _next_in_line(route.support, home, exclude, field)
    if not lead.in_government:
        return Hold("elsewhere_office", lead)
    return Assignment(route.lead, tuple(role for role in route.support if role not in exclude), field)


def _next_in_line(support: Sequence[str], home: Region, exclude: frozenset[str], field: str) -> Assignment | Hold:
    willing = [role for role in support if role not in exclude]
    own = [role for role in willing if role in home.offices and home.offices[role].in_government]
    if not own:
        return Hold("bounced")
    return Assignment(own[0], tuple(role for role in willing if role != own[0]), field)


# --- kader ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class KaderCandidate:
    """A kader who might look at a report. `place_codes` are kelurahan, desa or whole kecamatan."""

    person_id: int
    field: str | None
    place_codes: tuple[str, ...]
    posyandu_place: str | None
    open_tasks: int
    last_asked_at: datetime | None
    name: str
    rank: int = 1
    """2: answers for the kelurahan or desa, and is asked when no kader of its posyandu answered."""


def pick_kader(
    candidates: Iterable[KaderCandidate],
    *,
    field: str | None,
    place_code: str | None,
    exclude_people: frozenset[int] = frozenset(),
    subject_name: str | None = None,
) -> KaderCandidate | None:
    """Whose turn it is: the kader of the field before others, and of those the one longest not asked; whoever answers
    for the kelurahan comes after all of them.

    Never somebody in `exclude_people` (the reporter, those asked before), never a namesake of the person the report
    is about: better another kader, or none, than one who judges their own case.
    """
    fit = [
        one
        for one in candidates
        if one.person_id not in exclude_people
        and _covers(one, place_code)
        and not (subject_name and _same_person(one.name, subject_name))
    ]
    return min(fit, key=lambda one: _turn(one, field), default=None)


def _covers(kader: KaderCandidate, place_code: str | None) -> bool:
    if place_code is None:
        return True
    codes = kader.place_codes or ((kader.posyandu_place,) if kader.posyandu_place else ())
    return any(place_code == code or place_code.startswith(f"{code}.") for code in codes)


def _turn(kader: KaderCandidate, field: str | None) -> tuple[int, int, datetime, int, int]:
    fits = 0 if field is not None and kader.field == field else 1 if kader.field is None else 2
    return kader.rank, fits, kader.last_asked_at or _NEVER_ASKED, kader.open_tasks, kader.person_id


def _same_person(name: str, other: str) -> bool:
    """Whether two names share a word that is not a form of address; spelling may differ by a letter."""
    return any(fuzz.ratio(a, b) >= _SAME_NAME for a in _name_words(name) for b in _name_words(other))


def _name_words(name: str) -> frozenset[str]:
    address = place_words().person
    return frozenset(word.word for word in split(name) if len(word.word) > 2 and word.word not in address)


# --- offices by name --------------------------------------------------------------------------------------------------


def office_named(words: str, region: Region, atlas: Atlas) -> str | None:
    """The role of the office an officer names (*itu DLH*, *ke dinas pendidikan dulu*); None when none is named.

    The office named first counts, by the longest of its names; one that is denied (*bukan PU, DLH*) does not.
    """
    spoken = split(words)
    keys = [fold(word.word) for word in spoken]
    denials = place_words().negations
    names = [(name, one.role) for one in _offices_around(region, atlas) for name in _office_names(one)]
    whole = {name[0] for name, _ in names if len(name) > 1}
    for start in range(len(keys)):
        if start and spoken[start - 1].word in denials:
            continue
        hits = [(len(name), role) for name, role in names if _reads(keys[start : start + len(name)], name, whole)]
        if hits:
            return max(hits, key=lambda hit: hit[0])[1]
    return None


def _offices_around(region: Region, atlas: Atlas) -> tuple[Office, ...]:
    """The region's own, and those of others that its table does not hold."""
    others = (office for (role, where), office in atlas.others.items() if where in ("", region.province))
    return (*region.offices.values(), *(office for office in others if office.role not in region.offices))


def _office_names(office: Office) -> set[tuple[str, ...]]:
    return {tuple(fold(w.word) for w in split(name)) for name in (office.name, office.short, *office.aliases)} - {()}


def _reads(spoken: Sequence[str], name: Sequence[str], whole: Collection[str]) -> bool:
    """Give or take a slip; but a word of `whole` is none: *dinas* opens many names, and is no slip of *diknas*."""
    if len(spoken) != len(name):
        return False
    return all(
        a == b or (len(b) > _MUST_BE_EXACT and a not in whole and fuzz.ratio(a, b) >= _SAME_OFFICE)
        for a, b in zip(spoken, name, strict=True)
    )
