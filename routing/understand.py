"""What a message says: kind, category, place, danger, for whom, and whether it is one problem or several."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from routing import case_marks, cases, locate_text, names
from routing.assign import office_named
from routing.cases import Signs, Told
from routing.clues import place_words
from routing.deadlines import WorkingTime
from routing.explain import Explanation, weighed
from routing.judge import Judge, Judgement
from routing.learned import Learned, load_learned
from routing.locate import Located, locate
from routing.model import FIELD_OF, Case, Kind, Place, Role, Understanding
from routing.normalise import Words
from routing.officer import OfficerReader, OfficerUpdate
from routing.rules import Rules, load_rules

if TYPE_CHECKING:
    from routing.region import Atlas, Region


_CLAUSE = re.compile(r"[,.;!?\n]+\s*")
_GAP = re.compile(r"\s{4,}")
_REMEMBERED = 512
"""Readings kept at hand: about as many as messages wait at the same time in a flood."""


class Reader:
    """Built once by `bot/app.py`; immutable, safe to share between threads."""

    def __init__(self, atlas: Atlas, rules: Rules, learned: Learned | None = None) -> None:
        """`learned` defaults to the model that is shipped. Raises ValueError when that is of another version."""
        learned = learned or load_learned()
        self._atlas = atlas
        self._rules = rules
        self._judge = Judge(rules, learned)
        self._officer = OfficerReader(rules, learned)
        self._read_once = lru_cache(maxsize=_REMEMBERED)(self._read)

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
        """Reads one message of a resident or kader. `near` is a Kemendagri code that breaks ties between places.

        One turn asks for the same message several times; the last few readings are kept.
        """
        return self._read_once(text, role, near)

    def _read(self, text: str, role: Role, near: str | None) -> Understanding:
        shown = self._shown(text)
        words = self._rules.normaliser.read(shown)
        located = locate(shown, self._atlas, near=near)
        judged = self._judge.read(words, located, role)
        behalf = self._behalf(words, located, role)
        if judged.kind is not Kind.REPORT:
            return _without_problem(judged, located, behalf)
        return self._report(words, located, judged, behalf, role, near)

    def explain(self, text: str, *, role: Role = Role.RESIDENT) -> Explanation:
        """Which words decided, for a page that shows it; a message is read no differently for it."""
        read = self.read(text, role=role)
        words = self._rules.normaliser.read(self._shown(text))
        located = locate(words.text, self._atlas)
        judged = self._judge.read(words, located, role)
        tokens, shares = self._judge.weigh(words, located, judged.category)
        told = weighed(tokens, shares, frozenset(judged.evidence)) if read.kind is Kind.REPORT else ()
        return Explanation(words.text, read, told, judged.ranked[:3])

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
        """What patterns look at: of a very long text its beginning and its end, where the point is made.

        Wide gaps are closed, for some patterns would try each of their widths.
        """
        longest = self._rules.settings.longest
        text = _GAP.sub(lambda gap: "\n\n" if "\n" in gap.group() else " ", text)
        return text if len(text) <= longest else f"{text[: longest * 3 // 4]}\n{text[-longest // 4 :]}"

    def _report(
        self, words: Words, located: Located, judged: Judgement, behalf: str | None, role: Role, near: str | None
    ) -> Understanding:
        found = self._cases(words, located, role, near, signs=_signs(judged, role))
        return Understanding(
            kind=Kind.REPORT,
            field=FIELD_OF[judged.category],
            category=judged.category,
            score=round(judged.score, 4),
            runners_up=tuple(category for category, _ in judged.ranked[1:6]),
            also=judged.also,
            urgent=judged.urgent or any(case.urgent for case in found),
            emergency=judged.emergency or any(case.emergency for case in found),
            restricted=judged.restricted or any(case.restricted for case in found),
            hinted=judged.hinted,
            place=_finest(located),
            place_candidates=tuple(located.candidates),
            rt=located.rt,
            rw=located.rw,
            on_behalf_of=behalf,
            cases=found,
            evidence=judged.evidence,
        )

    def _cases(self, words: Words, whole: Located, role: Role, near: str | None, *, signs: Signs) -> tuple[Case, ...]:
        """One entry for each separate problem; what stands before a list says where for all of it."""
        near = near or _code(whole)
        judge = cache(lambda text: self._judged(text, role, near))
        parts = cases.pieces(words.text, self._rules.cases, lambda text: judge(text).told, signs)
        if not parts:
            return ()
        before = locate(words.text[: parts[0][0]], self._atlas, near=near)
        in_a_row = not case_marks.listed(words.text, self._rules.cases)
        told = [judge(words.text[start:end]) for start, end in parts]
        if in_a_row and len({part.located.rt for part in told} - {None}) == 1 and self._ends_in_a_place(words, whole):
            before = replace(before, rt=before.rt or whole.rt, rw=before.rw or whole.rw)
        found: list[Case] = []
        for part in told:
            found.append(_case(part, before, whole))
            if in_a_row and (part.located.rt or part.located.rw):
                before = replace(before, rt=part.located.rt or before.rt, rw=part.located.rw or before.rw)
        several = len({(c.category, c.place, c.rt, c.on_behalf_of) for c in found}) > 1
        return tuple(found) if several else ()

    def _ends_in_a_place(self, words: Words, whole: Located) -> bool:
        """Whether the last clause says where and nothing else (*…, rt 5 loa bakung*), so that it holds for all."""
        begin = max((found.end() for found in _CLAUSE.finditer(words.text.rstrip(" .!"))), default=0)
        named = place_words(words, whole)
        lists = locate_text.place_words()
        small = {*lists.rt, *lists.rw, *lists.level, *lists.before}
        last = [(at, token.surface) for at, token in enumerate(words.tokens) if token.start >= begin]
        return all(at in named or word.isdecimal() or word in small for at, word in last)

    def _judged(self, text: str, role: Role, near: str | None) -> _Part:
        words = self._rules.normaliser.read(text)
        located = locate(text, self._atlas, near=near)
        return _Part(text, located, self._judge.read(words, located, role), self._behalf(words, located, role))

    def _behalf(self, words: Words, located: Located, role: Role) -> str | None:
        if role is not Role.KADER:
            return None
        return names.on_behalf_of(words, self._rules.names, self._rules.normaliser.knows, place_words(words, located))


@dataclass(frozen=True)
class _Part:
    """A stretch of a message, read by itself."""

    text: str
    located: Located
    judged: Judgement
    behalf: str | None

    @property
    def told(self) -> Told:
        matter = self.judged.kind is Kind.REPORT or bool(self.judged.evidence)
        return Told(self.judged.ranked, self.judged.strength, matter, self.located.rt, self.behalf)


def load_reader(atlas: Atlas) -> Reader:
    """Reads the rule files and builds a reader. Raises ValueError or KeyError when a rule file is malformed."""
    return Reader(atlas, load_rules())


def _signs(judged: Judgement, role: Role) -> Signs:
    """Of several problems; who is in danger tells of one unless another is named plainly."""
    alone = judged.emergency or judged.restricted
    loosely = bool(judged.also or (role is Role.KADER and judged.beside)) and not alone
    return Signs(at_joints=bool(judged.also if alone else judged.several), anywhere=loosely)


def _without_problem(judged: Judgement, located: Located, behalf: str | None) -> Understanding:
    """Place and danger stay: a no may still be said by somebody who is afraid. Where an advertiser sits is no place."""
    if judged.kind is Kind.SPAM:
        located = Located()
    return Understanding(
        kind=judged.kind,
        restricted=judged.restricted,
        hinted=judged.hinted,
        place=_finest(located),
        place_candidates=tuple(located.candidates),
        rt=located.rt,
        rw=located.rw,
        on_behalf_of=behalf,
    )


def _case(part: _Part, before: Located, whole: Located) -> Case:
    """Where it says nothing about its place, what stood before the list does, then the whole message."""
    located, judged = part.located, part.judged
    return Case(
        text=part.text.strip(" \t\r\n,;"),
        field=FIELD_OF[judged.category],
        category=judged.category,
        score=round(judged.score, 4),
        urgent=judged.urgent,
        restricted=judged.restricted,
        emergency=judged.emergency,
        place=located.place or located.kecamatan or _finest(before) or _finest(whole) or located.outside,
        rt=located.rt or before.rt,
        rw=located.rw or before.rw,
        on_behalf_of=part.behalf,
    )


def _finest(located: Located) -> Place | None:
    """A village before a kecamatan; a place that nobody here serves is still the place."""
    return located.place or located.kecamatan or located.outside


def _code(located: Located) -> str | None:
    place = _finest(located)
    return place.code if place else None


def _weekday(day: date) -> bool:
    return day.weekday() < 5
