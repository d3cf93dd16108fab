"""How somebody on the restricted track wants to be contacted, or not at all: nobody may make contact in doubt, and a
question is no refusal (`domain.md §6.3`)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal

from handlers.safety_words import CLAUSE, after, holds, is_just, is_question, says, tokens
from routing import answers

Contact = Literal["contact_me", "i_contact", "not_now"]
_CONTACT: tuple[Contact, ...] = ("i_contact", "not_now", "contact_me")
_CLOCK = re.compile(r"^\d{1,2}([.:]\d{2})?$")
_ONLY = 6
_SHORT = 2
"""Words that may follow a *nanti* for it to stay a plain answer."""


def wants_contact(text: str) -> Contact | None:
    """The answer to *shall we put you in touch*; None for a question, a worry or anything else."""
    plainly = next((answer for answer in _CONTACT if is_just(text, answer)), None)
    if plainly or is_question(text):
        return plainly
    for answer in _CONTACT:
        rest = answers.starts_with(text, "safety", answer)
        if rest is not None and (answer == "i_contact" or len(rest.split()) <= _SHORT):
            return answer
    if says(text, "refusal"):
        return "not_now"
    verdict = answers.yes_or_no(text)
    if verdict is False and not says(text, "worry"):
        return "not_now"
    return "contact_me" if verdict or asks_to_be_contacted(text) else None


def nobody_came(text: str) -> bool:
    """*Kok belum ada yang hubungi saya*, *nggak ada yang telpon*: a complaint, no wish and no way of contact."""
    said = tokens(text)
    lists = answers.rules()["safety"]
    wondering = any(word in lists["asking"] for word in said[:1])
    return any(_nobody(said[at:], lists, wondering=wondering) for at in range(len(said)))


def _nobody(said: Sequence[str], lists: Mapping[str, tuple[str, ...]], *, wondering: bool) -> bool:
    """*Nggak ada yang telpon*, *belum dihubungi*, *tidak pernah ditelepon* at the very front of these words."""
    word, *behind = said[:6]
    if word not in lists["not"] or word in lists["forbidding"]:
        return False
    if len(behind) > 2 and behind[0] in lists["there_is"] and behind[1] in lists["who"]:
        return any(one in (*lists["contacting"], *lists["contacted"]) for one in behind[2:])
    waits = wondering or word in lists["not_yet"] or (bool(behind) and behind[0] in lists["ever"])
    return waits and any(one in lists["contacted"] for one in behind[:3])


def asks_to_be_contacted(text: str) -> bool:
    """*Hubungi saya* anywhere in the text, when it is not *belum ada yang hubungi saya* and nothing forbids it."""
    return bool(_wishes(text)) and not nobody_came(text) and not says(text, "never_contact")


def offers_way(text: str) -> bool:
    """*Saya bisa dihubungi jam 10 pagi pas suami kerja*: the wish and the time stand together."""
    if not asks_to_be_contacted(text) or is_question(text):
        return False
    return any(holds(said, "parts") or _clock(said) for said in _wishes(text)) or way_of_contact(text)


def _wishes(text: str) -> list[list[str]]:
    """The clauses with a wish to be contacted; *suami saya telepon saya jam 5* is none."""
    clauses = [tokens(clause) for clause in CLAUSE.split(answers.plain(text))]
    return [said for said in clauses if _wish(said) and not holds(said[:1], "forbidding")]


def _wish(said: Sequence[str]) -> bool:
    lists = answers.rules()["safety"]
    for form in (form.split() for form in lists["wants_contact"]):
        end = after(said, form)
        before = [word for word in said[: max(0, end - len(form))] if word not in (*lists["self"], *lists["often"])]
        if end and not holds(before[-1:], "owners", "him"):
            return True
    return False


def refuses(text: str) -> bool:
    """A contact is not wanted (any more). *Jangan telepon, wa saja jam 10* is no refusal but a way."""
    said = tokens(_allowed(text))
    return (says(text, "refusal") and not (holds(said, "channels") or _clock(said))) or _firmly(text)


def forbids(text: str) -> bool:
    """*Jangan hubungi saya lagi*: plain at any time, when no other way is named."""
    return says(text, "never_contact") and not way_of_contact(text)


def way_of_contact(text: str) -> bool:
    """Whether a time or a channel was named that may be used. Nobody may make contact on anything less.

    What is forbidden (*jangan telepon*) does not count; in a question, or among worries (*suami saya pulang jam 5*),
    the time or channel has to stand in front.
    """
    said = tokens(_allowed(text))
    channel, clock = holds(said, "channels"), _clock(said)
    part = holds(said, "parts")
    if not (channel or clock or part) or _firmly(text) or nobody_came(text):
        return False
    leading = _leads(said)
    if is_question(text):
        asked = holds(said, "asking")
        return leading and (channel or clock) and not asked and not says(text, "worry")
    if says(text, "worry"):
        return leading or (channel and (clock or part))
    return True


def names_way(text: str) -> bool:
    """A way with its hour or its channel, so that nothing more need be asked."""
    said = tokens(_allowed(text))
    return way_of_contact(text) and not says(text, "worry") and (holds(said, "channels") or _clock(said))


def only_way(text: str) -> bool:
    """*Wa jam 10 saja* and nothing else: another way than the one agreed."""
    said = tokens(text)
    return len(said) <= _ONLY and holds(said[:1], "channels") and _clock(said) and names_way(text)


def _firmly(text: str) -> bool:
    """A refusal in front is one, whatever follows."""
    return answers.starts_with(text, "safety", "refusal") is not None and not holds(tokens(_allowed(text)), "channels")


def _allowed(text: str) -> str:
    """The clauses without those that begin with *jangan*."""
    clauses = CLAUSE.split(answers.plain(text))
    return ", ".join(clause for clause in clauses if not holds(tokens(clause)[:1], "forbidding"))


def _leads(said: Sequence[str]) -> bool:
    lists = answers.rules()["safety"]
    rest = list(said)
    while rest and rest[0] in lists["lead"] and rest[0] not in lists["channels"]:
        rest.pop(0)
    return bool(rest) and (holds(rest[:2], "channels", "parts") or _clock(rest[:3]))


def _clock(said: Sequence[str]) -> bool:
    """*jam 10*, *pukul sembilan*, *10.30*; a bare number is none, it may be a choice or an RT."""
    lists = answers.rules()["safety"]
    named = any(
        word in lists["hours"] and (_CLOCK.match(behind) or behind in lists["numbers"])
        for word, behind in pairwise(said)
    )
    return named or any(":" in word or "." in word for word in said if _CLOCK.match(word))
