"""What an officer answered: about which tickets, with which intent, until when, and whose it is instead.

Taking an unsolved report for solved is the worst error here, so *selesai* counts only where nothing speaks against it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from routing.lexicon import Finder, Hit, Stream, total
from routing.normalise import Words
from routing.promises import IsWorkingDay, promised_date
from routing.rules import Rules
from routing.tickets import Mention, Part, parts_of

_REPORTED_SOLVED = "resolved"
_UNSURE = "other"
_HELPERS = ("unsolved", "resolved_when_terse")


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


class OfficerReader:
    """Built once from the rules; `read` is pure."""

    def __init__(self, rules: Rules):
        self._rules = rules
        self._finders = {intent: Finder(found) for intent, found in rules.officer.items() if intent not in _HELPERS}
        self._unsolved = Finder(rules.officer["unsolved"])
        self._terse = Finder(rules.officer["resolved_when_terse"])
        words = rules.officer_words
        self._fillers = frozenset(words["fillers"].split())
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
        for part in parts_of(text, prefix=prefix, listed=listed, rules=self._rules.officer_words):
            update = self._update(part, today, is_working_day, role_named)
            updates.extend(self._each(part, update, listed))
        return tuple(_once(updates))

    def _update(
        self, part: Part, today: date, is_working_day: IsWorkingDay, role_named: Callable[[str], str | None]
    ) -> OfficerUpdate:
        # No guessing at slips: *diangkat* is not *diangkut*.
        words = self._rules.normaliser.read(part.words, guess=False)
        eta, eta_words = promised_date(part.words, today, is_working_day)
        intent = self._intent(words, eta, today)
        office = self._office(part.words) if intent in ("not_ours", "in_progress", "accepted", "postponed") else None
        if intent != "not_ours" and office and not self._handed_over(words):
            office = None
        return OfficerUpdate(
            ticket=None,
            intent=intent,
            eta=None if intent in (_REPORTED_SOLVED, "not_ours", "need_info") else eta,
            eta_words=None if intent in (_REPORTED_SOLVED, "not_ours", "need_info") else eta_words,
            forward_to=office,
            forward_role=role_named(office) if office else None,
            note=part.words.strip(),
        )

    def _intent(self, words: Words, eta: date | None, today: date) -> str:
        stream = Stream(words.tokens, self._fillers)
        if not len(stream):
            return self._by_signs(words)
        hits = {intent: finder.find(stream) for intent, finder in self._finders.items()}
        hits[_REPORTED_SOLVED] += [hit for hit in self._terse.find(stream) if len(hit.at) == len(stream)]
        scores = {intent: total(found) for intent, found in hits.items() if found}
        blocked = self._open_still(stream, eta, today) or ("?" in words.signs and not self._certain(hits))
        if _REPORTED_SOLVED in scores and blocked:
            del scores[_REPORTED_SOLVED]
            scores.setdefault("in_progress", 1.0)
        if eta is not None and scores.get("in_progress", 0.0) < 2.0:
            scores["postponed"] = scores.get("postponed", 0.0) + 2.0
        if "?" in words.signs:
            for intent in ("question", "need_info"):
                if intent in scores:
                    scores[intent] += 1.0
        best = max(scores, key=lambda intent: scores[intent], default=_UNSURE)
        return best if scores.get(best, 0.0) > 0 else _UNSURE

    def _open_still(self, stream: Stream, eta: date | None, today: date) -> bool:
        """What is promised for a day to come is not done, whatever else is said."""
        return bool(self._unsolved.find(stream)) or (eta is not None and eta > today)

    def _certain(self, hits: dict[str, list[Hit]]) -> bool:
        """A question mark does not undo a firm word such as `sudah selesai dikerjakan`."""
        return total(hits[_REPORTED_SOLVED]) >= 5.0

    def _by_signs(self, words: Words) -> str:
        signs = self._rules.officer_words
        for intent in ("resolved", "accepted"):
            if any(sign in signs[f"{intent}_signs"].split() for sign in words.signs):
                return intent
        return _UNSURE

    def _handed_over(self, words: Words) -> bool:
        return total(self._finders["not_ours"].find(Stream(words.tokens, self._fillers))) > 0

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
            update = replace(update, duplicate_of=original.ticket)
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
