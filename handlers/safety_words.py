"""What words mean on the restricted track, where a wrong guess may hurt: in doubt the phone is not safe, nobody may
make contact, and a question is no refusal (`domain.md §6.3`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from routing import answers
from routing.model import RESTRICTED_CATEGORIES, Understanding

Who = Literal["me", "child", "parent", "others"]
Contact = Literal["contact_me", "i_contact", "not_now"]
_CONTACT: tuple[Contact, ...] = ("i_contact", "not_now", "contact_me")
_CLAUSE = re.compile(r"[,.;!\n]+")
_CLOCK = re.compile(r"^\d{1,2}([.:]\d{2})?$")
_GROWN_UP_AT = 18
_IDENTITY = re.compile(r"(?<!\d)\d{16}(?!\d)")
_SHORT = 2
"""Words that may follow a *nanti* for it to stay a plain answer."""


def says(text: str, *names: str) -> bool:
    """Whether any form of these lists of `[safety]` stands in the text."""
    return any(answers.mentions(text, "safety", name) for name in names)


def is_just(text: str, *names: str) -> bool:
    """Whether the text is nothing but a form of these lists."""
    return any(answers.matches(text, "safety", name) for name in names)


def without_ids(text: str) -> str:
    """The number of an identity card is not kept, even where somebody writes it unasked (`domain.md §6.4`)."""
    return _IDENTITY.sub("–", text)


# --- who is it about --------------------------------------------------------------------------------------------------


def whose(text: str, category: str | None, *, works_for_others: bool) -> Who:
    """The person hurt, a child, the parent of a hurt child, or somebody who tells of another.

    Who works for others (`works_for_others`: kader, officer, coordinator) tells of another unless it is plainly
    about themselves.
    """
    if _child(text):
        return "child"
    hurt_child = category not in (None, "kdrt", "gangguan_jiwa")
    if says(text, "own_child"):
        return "parent" if hurt_child else ("me" if says(text, "myself") else "others")
    if works_for_others:
        own_despair = category == "gangguan_jiwa" or says(text, "myself")
        return "me" if own_despair and not _others(text) else "others"
    return "others" if _others(text) and not _me(text) else "me"


def _child(text: str) -> bool:
    if says(text, "own_child"):
        return False
    tokens = _tokens(text)
    for form in answers.rules()["safety"]["own_age"]:
        place = _place(tokens, form.split())
        following = tokens[place : place + 2] if place else []
        if any(word.isdigit() and int(word) < _GROWN_UP_AT for word in following):
            return True
    of_family = says(text, "child_me") and says(text, "child_family") and not says(text, "grown_up")
    return says(text, "child") or of_family


def _others(text: str) -> bool:
    return says(text, "about_others")


def _me(text: str) -> bool:
    """First person, when it is not *tetangga saya* and not *saya dengar*."""
    me, others = answers.rules()["safety"]["about_me"], answers.rules()["safety"]["about_others"]
    left = " ".join(_tokens(text))
    for form in sorted(answers.rules()["safety"]["as_witness"], key=len, reverse=True):
        left = re.sub(rf"\b{re.escape(form)}\b", " ", left)
    theirs = rf"\b({'|'.join(map(re.escape, others))}) ({'|'.join(map(re.escape, me))})\b"
    return answers.mentions(re.sub(theirs, " ", left), "safety", "about_me")


# --- self-harm --------------------------------------------------------------------------------------------------------


def self_harm(text: str, read: Understanding) -> bool:
    """Not where somebody else threatens: the reader takes *dia mau bunuh saya* for despair."""
    named = says(text, "self_harm", "swallowed")
    if read.category == "gangguan_jiwa":
        return named or not says(text, "threatened")
    return named and read.category not in RESTRICTED_CATEGORIES


def swallowed(text: str) -> bool:
    """Poison is inside already; a wish or a threat to take it is not that."""
    return says(text, "swallowed") and not says(text, "intending")


# --- is the phone safe ------------------------------------------------------------------------------------------------


def exposed(text: str) -> bool:
    """Somebody else reads here, said in passing: a borrowed phone, the mother's, one that the husband looks through."""
    tokens = _tokens(text)
    lists = answers.rules()["safety"]
    theirs = any(
        word in lists["phones"] and any(_place(tokens[at + 1 : at + 3], owner.split()) for owner in lists["owners"])
        for at, word in enumerate(tokens)
    )
    return theirs or says(text, "exposed")


def phone(text: str) -> Literal["safe", "unsafe"] | None:
    """Is the phone safe? Every negation before *aman*, in any language, is a no."""
    if _negated_safety(text) or exposed(text) or is_just(text, "unsafe"):
        return "unsafe"
    if is_question(text):
        return None
    if is_just(text, "safe"):
        return "safe"
    tokens = _tokens(text)
    return "safe" if _lists_any(tokens, "aman") and not _lists_any(tokens, "not") else None


def safe_now(text: str) -> bool:
    """*Sekarang sudah aman*: said by herself, in a word of safety that nothing negates."""
    return _lists_any(_tokens(text), "aman") and phone(text) == "safe"


def _negated_safety(text: str) -> bool:
    lists = answers.rules()["safety"]
    for clause in _CLAUSE.split(answers.plain(text)):
        tokens = _tokens(clause)
        safe_at = [at for at, word in enumerate(tokens) if word in lists["aman"]]
        if any(word in lists["not"] for at in safe_at for word in tokens[max(0, at - 2) : at]):
            return True
    return False


# --- questions, refusals, and how to make contact ---------------------------------------------------------------------


def is_question(text: str) -> bool:
    tokens = _tokens(text)
    lists = answers.rules()["safety"]
    asks_in_the_end = len(tokens) > _SHORT and tokens[-1] in lists["asking_end"]
    asks_in_front = bool(tokens) and tokens[0] in lists["asking"] and not _lists_any(tokens[:2], "parts")
    return "?" in text or asks_in_front or asks_in_the_end


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
    return "contact_me" if verdict or says(text, "wants_contact") else None


def refuses(text: str) -> bool:
    """A contact is not wanted (any more). *Jangan telepon, wa saja jam 10* is no refusal but a way."""
    tokens = _tokens(_allowed(text))
    return (says(text, "refusal") and not (_lists_any(tokens, "channels") or _clock(tokens))) or _firmly(text)


def forbids(text: str) -> bool:
    """*Jangan hubungi saya lagi*: plain at any time, when no other way is named."""
    return says(text, "never_contact") and not way_of_contact(text)


def way_of_contact(text: str) -> bool:
    """Whether a time or a channel was named that may be used. Nobody may make contact on anything less.

    What is forbidden (*jangan telepon*) does not count; in a question, or among worries (*suami saya pulang jam 5*),
    the time or channel has to stand in front.
    """
    tokens = _tokens(_allowed(text))
    channel, clock = _lists_any(tokens, "channels"), _clock(tokens)
    part = _lists_any(tokens, "parts")
    if not (channel or clock or part) or _firmly(text):
        return False
    leading = _leads(tokens)
    if is_question(text):
        asked = _lists_any(tokens, "asking")
        return leading and (channel or clock) and not asked and not says(text, "worry")
    if says(text, "worry"):
        return leading or (channel and (clock or part))
    return True


def _firmly(text: str) -> bool:
    """A refusal in front is one, whatever follows."""
    return answers.starts_with(text, "safety", "refusal") is not None and not _lists_any(
        _tokens(_allowed(text)), "channels"
    )


def _allowed(text: str) -> str:
    """The clauses without those that begin with *jangan*."""
    clauses = _CLAUSE.split(answers.plain(text))
    return ", ".join(clause for clause in clauses if not _begins_with(clause, "forbidding"))


def _begins_with(clause: str, name: str) -> bool:
    tokens = _tokens(clause)
    return bool(tokens) and tokens[0] in answers.rules()["safety"][name]


def _leads(tokens: Sequence[str]) -> bool:
    lists = answers.rules()["safety"]
    rest = list(tokens)
    while rest and rest[0] in lists["lead"] and rest[0] not in lists["channels"]:
        rest.pop(0)
    return bool(rest) and (_lists_any(rest[:2], "channels", "parts") or _clock(rest[:3]))


def _clock(tokens: Sequence[str]) -> bool:
    """*jam 10*, *pukul sembilan*, *10.30*; a bare number is none, it may be a choice or an RT."""
    lists = answers.rules()["safety"]
    said = any(
        word in lists["hours"] and (_CLOCK.match(after) or after in lists["numbers"])
        for word, after in pairwise(tokens)
    )
    return said or any(":" in word or "." in word for word in tokens if _CLOCK.match(word))


# --- small readers ----------------------------------------------------------------------------------------------------


def _tokens(text: str) -> list[str]:
    return re.findall(r"\d{1,2}[.:]\d{2}|[a-z0-9]+", answers.plain(text))


def _place(tokens: Sequence[str], form: Sequence[str]) -> int:
    """Where the words behind `form` begin; 0 when it does not stand there."""
    for start in range(len(tokens) - len(form) + 1):
        if list(tokens[start : start + len(form)]) == list(form):
            return start + len(form)
    return 0


def _lists_any(tokens: Sequence[str], *names: str) -> bool:
    said = f" {' '.join(tokens)} "
    return any(f" {form} " in said for name in names for form in answers.rules()["safety"][name])
