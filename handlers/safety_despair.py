"""Words of somebody who may harm themselves, and of poison or pills that are inside already (`domain.md §6.4`)."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.safety_words import CLAUSE, after, holds, says, tokens
from routing import answers
from routing.model import RESTRICTED_CATEGORIES, Understanding

_BEFORE, _BEHIND = 4, 6
"""Words around *minum* in which its wish and its amount are looked for."""
_AN_OVERDOSE = 5
_WHO = ("dia", "diya", "tak")
"""*Not* in one language, but who did it in another: in doubt it was done."""


def self_harm(text: str, read: Understanding) -> bool:
    """Not where somebody else threatens: the reader takes *dia mau bunuh saya* for despair."""
    named = says(text, "self_harm", "swallowed") or swallowed(text)
    if read.category == "gangguan_jiwa":
        return named or not says(text, "threatened")
    return named and read.category not in RESTRICTED_CATEGORIES


def swallowed(text: str) -> bool:
    """Poison, or far too many pills, is inside already; a wish, a threat or a denial of it is not that."""
    return any(_swallowed(tokens(clause)) for clause in CLAUSE.split(answers.plain(text)))


def took_it(text: str) -> bool:
    """*Sudah saya minum*: enough from who spoke of dying before."""
    said = tokens(text)
    drunk = [at for at, word in enumerate(said) if holds([word], "swallowing") and not holds([word], "food")]
    ends = [at for at in drunk if at == len(said) - 1 or holds(said[at + 1 : at + 3], "pills", "too_many", "it")]
    return any(holds(said[max(0, at - _BEFORE) : at], "done") and not _only_meant(said[:at]) for at in ends)


def poisoned(text: str) -> bool:
    """Said by the one who swallowed it: no other conversation comes first, whatever else it was read as."""
    return swallowed(text) and says(text, "about_me") and not says(text, "about_others", "own_child")


def _swallowed(said: Sequence[str]) -> bool:
    places = [at for at in range(len(said)) if _poison(said, at) or _many_pills(said, at)]
    return any(not _only_meant(said[max(0, at - _BEFORE) : at]) for at in places)


def _only_meant(before: Sequence[str]) -> bool:
    """Whether the nearest word that decides in front says *mau* and not *sudah*."""
    for at in range(len(before) - 1, -1, -1):
        if holds(before[at : at + 1], "done"):
            return False
        if holds(before[at : at + 2], "intending") or (
            holds(before[at : at + 1], "not", "not_yet") and before[at] not in _WHO
        ):
            return True
    return False


def _poison(said: Sequence[str], at: int) -> bool:
    behind = said[at : at + _BEHIND]
    if holds(behind[:1], "swallowing") and holds(behind[1:4], "poisons"):
        return True
    return any(after(behind[: len(form.split())], form.split()) for form in answers.rules()["safety"]["swallowed"])


def _many_pills(said: Sequence[str], at: int) -> bool:
    """*Minum obat tidur 20 biji*, *saya minum semua obatnya*; *minum obat 3 kali sehari* is a treatment."""
    lists = answers.rules()["safety"]
    if said[at] not in lists["swallowing"]:
        return False
    behind = said[at + 1 : at + 1 + _BEHIND]
    if not holds(behind, "pills"):
        return False
    return holds(behind, "too_many") or any(_overdose(behind, place) for place in range(len(behind)))


def _overdose(behind: Sequence[str], place: int) -> bool:
    """A number that is neither an hour nor a dose (*3 kali*, *10 mg*, *6 bulan*)."""
    word, around = behind[place], (*behind[max(0, place - 1) : place], *behind[place + 1 : place + 2])
    return word.isdigit() and int(word) >= _AN_OVERDOSE and not holds(around, "doses", "hours")
