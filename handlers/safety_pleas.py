"""What is asked of us that we cannot do, and what belongs to nobody but the PPA office once there is a request."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.safety_words import CLAUSE, after, holds, says, tokens
from routing import answers
from routing.model import AT_ONCE, RESTRICTED_CATEGORIES, Kind, Understanding

_NEAR = 4
"""Words behind *kirim* among which the police or the ambulance is looked for."""
_PUBLIC = frozenset(
    {
        "air_bersih",
        "sanitasi",
        "drainase",
        "jalan_jembatan",
        "listrik_lampu",
        "sampah_lingkungan",
        "hewan_berbahaya",
        "sarana_sekolah",
        "permukiman_kumuh",
    }
)
"""What lies in the street for everybody to see: nobody's hiding place is told with it."""


def pleads(text: str) -> bool:
    """Help is asked for, not only told of (`domain.md §6.4`)."""
    return "🆘" in text or says(text, "pleading", "cry") or wants_rescue(text)


def wants_rescue(text: str) -> bool:
    """*Kirim polisi ke sini*: somebody is to be sent, which nobody here can do. *Jangan panggil polisi* is not that."""
    return any(_rescue(tokens(clause)) for clause in CLAUSE.split(answers.plain(text)))


def _rescue(said: Sequence[str]) -> bool:
    for form in (form.split() for form in answers.rules()["safety"]["rescue"]):
        end = after(said, form)
        if end and not _unwanted(said[: end - len(form)]):
            return True
    return any(_sending(said, at) for at in range(len(said)))


def _unwanted(before: Sequence[str]) -> bool:
    """*Jangan*, *sudah*, *takut kalau*: it is not asked of us. *Bisa* and *tolong* are no such words."""
    return holds(before[-3:], "not", "forbidding", "done", "fearing")


def _sending(said: Sequence[str], at: int) -> bool:
    if said[at] not in answers.rules()["safety"]["sending"] or _unwanted(said[:at]):
        return False
    behind = said[at + 1 : at + 1 + _NEAR]
    return holds(behind, "rescuers") and not holds(behind, "not", "forbidding", "reporting")


def personal(text: str) -> bool:
    """It is about her, him or where she hides: nobody but the PPA office reads it."""
    return says(text, "personal")


def other_matter(text: str, read: Understanding, *, told: bool, own: bool, quiet: bool) -> bool:
    """Whether it is an ordinary report all the same, while a request is open.

    `told`: what it is or where was understood; `own`: the request is about the one who writes; `quiet`: others read
    the phone. Of a neighbour's request everything impersonal leads away; of one's own only what lies in the street,
    on such a phone with its place.
    """
    if read.kind is not Kind.REPORT or not told or read.category in RESTRICTED_CATEGORIES:
        return False
    plainly = _announced(text)
    if personal(text) or (says(text, "him") and not plainly):
        return False
    emergency = read.urgent and read.category in AT_ONCE
    located = read.place is not None or read.rt is not None
    public = read.category in _PUBLIC and (plainly or located or not quiet)
    return emergency or public or plainly or not own


def _announced(text: str) -> bool:
    """*Lapor, jalan rusak …*: she says herself that it is a report."""
    return holds(tokens(text)[:_NEAR], "announcing")
