"""What a message says: kind, category, place, danger, for whom, and whether it is one problem or several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from routing import cases, names
from routing.assign import office_named
from routing.classify import Classifier, Ranking
from routing.deadlines import WorkingTime
from routing.kinds import KindReader
from routing.lexicon import Stream
from routing.locate import Located, locate
from routing.model import FIELD_OF, Case, Kind, Place, Role, Understanding
from routing.normalise import Words
from routing.officer import OfficerReader, OfficerUpdate
from routing.rules import Rules, load_rules
from routing.urgency import Danger, DangerReader, restricted_by

if TYPE_CHECKING:
    from routing.region import Atlas, Region


_OF_THE_BEST = 0.5
"""The category that came first needs only this share of the evidence to put a report on the restricted track."""


@dataclass(frozen=True)
class _Problem:
    """One piece of text, read for what it is about."""

    ranking: Ranking
    danger: Danger
    restricted: bool


class Reader:
    """Built once by `bot/app.py`; immutable, safe to share between threads."""

    def __init__(self, atlas: Atlas, rules: Rules) -> None:
        self._atlas = atlas
        self._rules = rules
        self._classifier = Classifier(rules)
        self._kinds = KindReader(rules)
        self._dangers = DangerReader(rules)
        self._officer = OfficerReader(rules)

    @property
    def atlas(self) -> Atlas:
        return self._atlas

    @property
    def home_region(self) -> Region | None:
        """The region that is meant when none is said; None when it is not in the atlas."""
        return self._atlas.regions.get(self._rules.settings.home_region)

    @property
    def ask_below(self) -> float:
        """Below this score a resident chooses among the best three."""
        return self._rules.settings.ask_below

    def read(self, text: str, *, role: Role = Role.RESIDENT, near: str | None = None) -> Understanding:
        """Reads one message of a resident or kader. `near` is a Kemendagri code that breaks ties between places."""
        shown = self._shown(text)
        words = self._rules.normaliser.read(shown)
        located = locate(shown, self._atlas, near=near)
        problem = self._problem(words, located)
        kind = self._kind(words, problem)
        behalf = self._behalf(words, role)
        if kind is not Kind.REPORT:
            return _without_problem(kind, problem, located, behalf)
        return self._report(words, located, problem, behalf, role, near)

    def read_officer(
        self,
        text: str,
        *,
        today: date,
        region: Region | None = None,
        listed: Sequence[str] = (),
    ) -> tuple[OfficerUpdate, ...]:
        """What an officer answered about which tickets; `listed` are those of the last digest, in its order.

        `today` is the region's local day. Without a region bare numbers name no ticket and every weekday is worked.
        """
        return self._officer.read(
            self._shown(text),
            today=today,
            prefix=region.ticket_prefix if region is not None else None,
            listed=listed,
            is_working_day=WorkingTime(region).is_working_day if region is not None else _weekday,
            role_named=lambda words: office_named(words, region, self._atlas) if region is not None else None,
        )

    def _shown(self, text: str) -> str:
        """What patterns look at: of a very long text its beginning and its end, where the point is made."""
        longest = self._rules.settings.longest
        return text if len(text) <= longest else f"{text[: longest * 3 // 4]}\n{text[-longest // 4 :]}"

    def _problem(self, words: Words, located: Located) -> _Problem:
        bare = Stream(words.tokens, self._rules.fillers)
        hidden = self._dangers.harmless(bare) | _place_words(words, located)
        stream = Stream(words.tokens, self._rules.fillers, hidden)
        danger = self._dangers.read(stream, words.signs)
        ranking = self._classifier.rank(stream)
        return _Problem(ranking, danger, danger.restricted or self._violent(ranking))

    def _violent(self, ranking: Ranking) -> bool:
        """Whether violence was found, be it under another category that is stronger."""
        least = self._rules.settings.restricted_from
        return any(
            weight >= (least * _OF_THE_BEST if category == ranking.best else least)
            for category, weight in ranking.evidence.items()
            if restricted_by(category)
        )

    def _kind(self, words: Words, problem: _Problem) -> Kind:
        dangerous = problem.restricted or problem.danger.urgent
        return self._kinds.read(words, problem.ranking.strength, dangerous)

    def _report(
        self, words: Words, located: Located, problem: _Problem, behalf: str | None, role: Role, near: str | None
    ) -> Understanding:
        ranking = problem.ranking
        found = self._cases(words, located, role, near)
        urgent = problem.danger.urgent or any(case.urgent for case in found)
        return Understanding(
            kind=Kind.REPORT,
            field=FIELD_OF[ranking.best],
            category=ranking.best,
            score=round(ranking.scores[0][1], 4),
            runners_up=tuple(category for category, _ in ranking.scores[1:6]),
            also=ranking.also,
            urgent=urgent,
            restricted=problem.restricted or any(case.restricted for case in found),
            place=_finest(located),
            place_candidates=tuple(located.candidates),
            rt=located.rt,
            rw=located.rw,
            on_behalf_of=behalf,
            cases=found,
            evidence=tuple(dict.fromkeys((*ranking.words, *problem.danger.words))),
        )

    def _cases(self, words: Words, whole: Located, role: Role, near: str | None) -> tuple[Case, ...]:
        """One entry for each separate problem; what stands before a list says where for all of it."""
        found: list[Case] = []
        parts = cases.pieces(words.text, self._rules.cases)
        near = near or _code(whole)
        before = locate(words.text[: parts[0][0]], self._atlas, near=near) if parts else whole
        for start, end in parts:
            case, strength = self._case(words.text[start:end], before, whole, role, near)
            if strength >= float(self._rules.cases["least"]):
                found.append(case)
        several = len(found) > 1 and len({(c.category, c.place, c.rt, c.on_behalf_of) for c in found}) > 1
        return tuple(found) if several else ()

    def _case(self, text: str, before: Located, whole: Located, role: Role, near: str | None) -> tuple[Case, float]:
        words = self._rules.normaliser.read(text)
        located = locate(text, self._atlas, near=near)
        problem = self._problem(words, located)
        category = problem.ranking.best
        case = Case(
            text=text.strip(" \t\r\n,;"),
            field=FIELD_OF[category],
            category=category,
            score=round(problem.ranking.scores[0][1], 4),
            urgent=problem.danger.urgent,
            restricted=problem.restricted,
            place=_finest(located) or _finest(before) or _finest(whole),
            rt=located.rt or before.rt,
            rw=located.rw or before.rw,
            on_behalf_of=self._behalf(words, role),
        )
        return case, problem.ranking.strength

    def _behalf(self, words: Words, role: Role) -> str | None:
        if role is not Role.KADER:
            return None
        return names.on_behalf_of(words, self._rules.names, self._rules.normaliser.knows)


def load_reader(atlas: Atlas) -> Reader:
    """Reads the rule files and builds a reader. Raises ValueError or KeyError when a rule file is malformed."""
    return Reader(atlas, load_rules())


def _without_problem(kind: Kind, problem: _Problem, located: Located, behalf: str | None) -> Understanding:
    """Place and danger stay: a no may still be said by somebody who is afraid."""
    return Understanding(
        kind=kind,
        restricted=problem.restricted,
        place=_finest(located),
        place_candidates=tuple(located.candidates),
        rt=located.rt,
        rw=located.rw,
        on_behalf_of=behalf,
    )


def _finest(located: Located) -> Place | None:
    """A village before a kecamatan; a place that nobody here serves is still the place."""
    return located.place or located.kecamatan or located.outside


def _code(located: Located) -> str | None:
    place = _finest(located)
    return place.code if place else None


def _place_words(words: Words, located: Located) -> frozenset[int]:
    """Positions of the name of the place: *Air Hitam* is no complaint about water."""
    place = _finest(located)
    if place is None:
        return frozenset()
    named = tuple(place.name.lower().replace("-", " ").split())
    surfaces = [token.surface for token in words.tokens]
    for start in range(len(surfaces) - len(named) + 1):
        if tuple(surfaces[start : start + len(named)]) == named:
            return frozenset(range(start, start + len(named)))
    return frozenset()


def _weekday(day: date) -> bool:
    return day.weekday() < 5
