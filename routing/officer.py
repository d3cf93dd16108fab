"""What an officer answered: about which tickets, with which intent, until when, and whose it is instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from routing.intents import RESOLVED, UNSURE, IntentClues, IntentReader
from routing.learned import Learned
from routing.normalise import Words
from routing.promises import IsWorkingDay, promised_date, strange_date
from routing.rules import Rules
from routing.tickets import Mention, Part, parts_of, spread_out

_TERSE = 3
"""Words of an answer that rules read better than what was learned."""
_CURT = 2
_TERSE = 3
"""Words of an answer that rules may take for solved: *0161 sdh*."""
_PROMISING = frozenset({"accepted", "in_progress", "postponed", "no_update", UNSURE})
"""Where a day that is named is one to come."""
_FIRM = 3.4
_SURE = 5.0


@dataclass(frozen=True)
class OfficerUpdate:
    """One ticket's answer. `ticket` is normalised (`SMD-0123`); `number` is the line of the digest that was meant.

    `intent`: accepted · in_progress · resolved · not_ours · need_info · postponed · no_update · question ·
    refuse_duplicate · other. `eta` is a local calendar day; `eta_words` and `forward_to` are as written, `forward_role`
    is the role of that office in the region.
    """

    ticket: str | None
    intent: str
    number: int | None = None
    eta: date | None = None
    eta_words: str | None = None
    forward_to: str | None = None
    forward_role: str | None = None
    duplicate_of: str | None = None
    note: str = ""
    strange: date | None = None
    """A day that is named and can be no promise: it lies behind, or more than a year ahead."""


class OfficerReader:
    """Built once from the rules; `read` is pure."""

    def __init__(self, rules: Rules, learned: Learned | None = None):
        self._rules = rules
        self._intents = IntentReader(rules)
        self._learned = learned
        words = rules.officer_words
        self._offices = re.compile(words["offices"], re.IGNORECASE)
        self._our_side = re.compile(words["own_side"], re.IGNORECASE)
        self._same_as = re.compile(words["same_as"], re.IGNORECASE)

    def read(
        self,
        text: str,
        *,
        today: date,
        prefix: str | None,
        listed: Sequence[str],
        is_working_day: IsWorkingDay,
        role_named: Callable[[str], str | None],
    ) -> tuple[OfficerUpdate, ...]:
        """One update for each ticket that is spoken of; one without a ticket when none is."""
        updates: list[OfficerUpdate] = []
        text = spread_out(text, self._rules.officer_words)
        for part in parts_of(text, prefix=prefix, listed=listed, rules=self._rules.officer_words):
            update = self._update(part, today, is_working_day, role_named)
            updates.extend(self._each(part, update, listed))
        return tuple(_once(updates))

    def _update(
        self, part: Part, today: date, is_working_day: IsWorkingDay, role_named: Callable[[str], str | None]
    ) -> OfficerUpdate:
        eta, eta_words = promised_date(part.words, today, is_working_day)
        clues = self._intents.read(self._words(part.words), eta, today)
        intent = self._intent(clues)
        office = self._office(part.words) if intent in ("not_ours", "in_progress", "accepted", "postponed") else None
        if intent != "not_ours" and office and not self._intents.handed_over(clues.words):
            office = None
        strange = None
        if eta is None and intent in _PROMISING:
            strange = strange_date(part.words, today, is_working_day)
        return OfficerUpdate(
            ticket=None,
            strange=strange,
            intent="postponed" if strange and intent == UNSURE else intent,
            eta=None if intent in (RESOLVED, "not_ours", "need_info") else eta,
            eta_words=None if intent in (RESOLVED, "not_ours", "need_info") else eta_words,
            forward_to=office,
            forward_role=role_named(office) if office else None,
            note=part.words.strip(),
        )

    def clues(self, text: str, *, today: date, prefix: str | None) -> Iterable[tuple[Part, IntentClues]]:
        """Every part of a reply with what rules find in it: what the learned reader is trained on."""
        for part in parts_of(text, prefix=prefix, listed=(), rules=self._rules.officer_words):
            eta, _ = promised_date(part.words, today, lambda day: day.weekday() < 5)
            yield part, self._intents.read(self._words(part.words), eta, today)

    def _words(self, written: str) -> Words:
        # No guessing at slips: *diangkat* is not *diangkut*.
        return self._rules.normaliser.read(written, guess=False)

    def _intent(self, clues: IntentClues) -> str:
        terse = clues.intent == RESOLVED and len(clues.words.tokens) <= _TERSE
        if self._learned is None or not clues.words.tokens or terse:
            return clues.intent
        return self._learned.intent(clues)

    def _office(self, written: str) -> str | None:
        for found in self._offices.finditer(written):
            before = written[: found.start()]
            if not self._our_side.search(before):
                return found.group(0).strip()
        return None

    def _each(self, part: Part, update: OfficerUpdate, listed: Sequence[str]) -> list[OfficerUpdate]:
        mentions = list(part.mentions)
        original = self._original(part, mentions) if update.intent == "refuse_duplicate" else None
        if original is not None:
            mentions.remove(original)
            update = replace(update, duplicate_of=original.ticket or f"{original.number}")
        if not mentions:
            return [update]
        return [replace(update, ticket=m.ticket, number=m.number) for m in mentions]

    def _original(self, part: Part, mentions: list[Mention]) -> Mention | None:
        """The ticket that this one is the same as: the one behind such words, else the last of several."""
        for mention in mentions:
            if mention.ticket and self._same_as.search(part.whole[: mention.start]):
                return mention
        if len(mentions) == 1 and mentions[0].start > 0:
            return mentions[0]
        return mentions[-1] if len(mentions) > 1 else None


def _once(updates: list[OfficerUpdate]) -> list[OfficerUpdate]:
    """The last word about a ticket counts, in the place of the first."""
    kept: dict[object, OfficerUpdate] = {}
    for index, update in enumerate(updates):
        key = update.ticket or update.number or f"none {index}"
        kept[key] = update
    return list(kept.values())
