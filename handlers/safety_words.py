"""What words mean on the restricted track, where a wrong guess may hurt: who is hurt, and in doubt the phone is not
safe (`domain.md §6.3`). How to make contact: `safety_ways`; despair: `safety_despair`; pleas: `safety_pleas`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import dropwhile
from typing import Literal

from routing import answers

Who = Literal["me", "child", "parent", "others"]
CLAUSE = re.compile(r"[,.;!\n]+")
_GROWN_UP_AT = 18
_YOUNGEST_WRITER = 9
_IDENTITY = re.compile(r"(?<!\d)\d{16}(?!\d)")
_NUMBER = re.compile(r"(?<!\d)(?:\d[ .-]?){9,14}(?!\d)")
_REACH = 3
"""Words that may stand between the husband and what he does with the phone."""


def for_a_doctor(text: str, category: str | None) -> bool:
    """After sexual violence to the body; threats with pictures are none."""
    return category == "kekerasan_seksual" and (says(text, "sexual") or not says(text, "pictures"))


def says(text: str, *names: str) -> bool:
    """Whether any form of these lists of `[safety]` stands in the text."""
    return any(answers.mentions(text, "safety", name) for name in names)


def is_just(text: str, *names: str) -> bool:
    """Whether the text is nothing but a form of these lists."""
    return any(answers.matches(text, "safety", name) for name in names)


def without_ids(text: str) -> str:
    """The number of an identity card is not kept, even where somebody writes it unasked (`domain.md §6.4`)."""
    return _IDENTITY.sub("–", text)


def names_a_number(text: str) -> bool:
    """Digits enough for a telephone."""
    return _NUMBER.search(text) is not None


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
    """Somebody under 18 writes: the age, the class or the school is their own, not that of *murid saya*."""
    if says(text, "own_child", "pupils"):
        return False
    said = tokens(text)
    if _says_age(said) or _says_class(said):
        return True
    of_family = says(text, "child_me") and says(text, "child_family") and not says(text, "grown_up")
    of_school = says(text, "child_me") and says(text, "teachers") and not says(text, "grown_up")
    return says(text, "child") or of_family or of_school


def _says_age(said: Sequence[str]) -> bool:
    """*Umur saya 15*, or *saya 15 th*: a bare number behind *saya* may be anything."""
    for form in answers.rules()["safety"]["own_age"]:
        place = after(said, form.split())
        if any(_young(word) for word in (said[place : place + 2] if place else ())):
            return True
    return any(_aged(behind) for behind in _behind_self(said)) and not holds(said, "grown_up")


def _aged(behind: Sequence[str]) -> bool:
    years = answers.rules()["safety"]["years"]
    return _young_in_one(behind[0]) or (_young(behind[0]) and len(behind) > 1 and behind[1] in years)


def _says_class(said: Sequence[str]) -> bool:
    """*Saya kls 2 smp*, *aku masih sma*, *saya siswi smk*."""
    schools = answers.rules()["safety"]["school_after_self"]
    return any(behind[0] in schools for behind in _behind_self(said))


def _behind_self(said: Sequence[str]) -> list[Sequence[str]]:
    """What follows each *saya*, without a *masih*; *tetangga saya* is no self."""
    lists = answers.rules()["safety"]
    selves = [
        at
        for at, word in enumerate(said)
        if word in lists["self"] and not (at and said[at - 1] in lists["about_others"])
    ]
    return [behind for at in selves if (behind := list(dropwhile(lists["still"].__contains__, said[at + 1 :])))]


def _young(word: str) -> bool:
    return word.isdigit() and _YOUNGEST_WRITER <= int(word) < _GROWN_UP_AT


def _young_in_one(word: str) -> bool:
    """*15th*, *15thn*."""
    number = re.match(r"\d+", word)
    return number is not None and _young(number[0]) and word[number.end() :] in answers.rules()["safety"]["years"]


def _others(text: str) -> bool:
    return says(text, "about_others", "pupils")


def _me(text: str) -> bool:
    """First person, when it is not *tetangga saya* and not *saya dengar*."""
    me, others = answers.rules()["safety"]["about_me"], answers.rules()["safety"]["about_others"]
    left = " ".join(tokens(text))
    for form in sorted(answers.rules()["safety"]["as_witness"], key=len, reverse=True):
        left = re.sub(rf"\b{re.escape(form)}\b", " ", left)
    theirs = rf"\b({'|'.join(map(re.escape, others))}) ({'|'.join(map(re.escape, me))})\b"
    return answers.mentions(re.sub(theirs, " ", left), "safety", "about_me")


# --- is the phone safe ------------------------------------------------------------------------------------------------


def exposed(text: str) -> bool:
    """Somebody else reads here, said in passing: a borrowed phone, the mother's, one that the husband looks through."""
    clauses = [tokens(clause) for clause in CLAUSE.split(answers.plain(text))]
    read = any(_of_another(said) or _looked_through(said) or _read_by(said) for said in clauses)
    return read or says(text, "exposed")


def _of_another(said: Sequence[str]) -> bool:
    """*Ini hp mama*, *hp ini punya suami saya*."""
    lists = answers.rules()["safety"]
    for at, word in enumerate(said):
        behind = said[at + 1 : at + 5]
        owned = next((place for place, one in enumerate(behind) if one in lists["owning"]), None)
        whose_it_is = behind[:2] if owned is None else behind[owned + 1 : owned + 3]
        if word in lists["phones"] and any(after(whose_it_is, owner.split()) for owner in lists["owners"]):
            return True
    return False


def _looked_through(said: Sequence[str]) -> bool:
    """*Suami saya sering baca hp saya*: who it is, what is done, and a phone, close together and in this order."""
    lists = answers.rules()["safety"]
    for at, word in enumerate(said):
        near = said[at + 1 : at + 2 + _REACH] if word in (*lists["owners"], *lists["readers"]) else ()
        done = next((place for place, one in enumerate(near) if one in lists["reading"]), None)
        if done is not None and any(one in lists["phones"] for one in said[at + done + 2 : at + done + 5]):
            return True
    return False


def _read_by(said: Sequence[str]) -> bool:
    """*Hp saya sering dibuka suami*."""
    lists = answers.rules()["safety"]
    for at, word in enumerate(said):
        passive = word in lists["read_by"] and any(one in lists["phones"] for one in said[max(0, at - 1 - _REACH) : at])
        if passive and any(one in (*lists["owners"], *lists["readers"]) for one in said[at + 1 : at + 3]):
            return True
    return False


def phone(text: str) -> Literal["safe", "unsafe"] | None:
    """Is the phone safe? Every negation before *aman*, in any language, is a no; *ada orang?* is a question."""
    if _negated_safety(text) or exposed(text):
        return "unsafe"
    if is_question(text):
        return None
    if is_just(text, "unsafe"):
        return "unsafe"
    if is_just(text, "safe"):
        return "safe"
    said = tokens(text)
    return "safe" if holds(said, "aman") and not holds(said, "not") else None


def safe_now(text: str) -> bool:
    """*Sekarang sudah aman*: said by herself, in a word of safety that nothing negates."""
    return holds(tokens(text), "aman") and phone(text) == "safe"


def _negated_safety(text: str) -> bool:
    lists = answers.rules()["safety"]
    for clause in CLAUSE.split(answers.plain(text)):
        said = tokens(clause)
        safe_at = [at for at, word in enumerate(said) if word in lists["aman"]]
        if any(word in lists["not"] for at in safe_at for word in said[max(0, at - 2) : at]):
            return True
    return False


def is_question(text: str) -> bool:
    said = tokens(text)
    lists = answers.rules()["safety"]
    asks_in_the_end = len(said) > 2 and said[-1] in lists["asking_end"]
    asks_in_front = bool(said) and said[0] in lists["asking"] and not holds(said[:2], "parts")
    return "?" in text or asks_in_front or asks_in_the_end


# --- small readers ----------------------------------------------------------------------------------------------------


def tokens(text: str) -> list[str]:
    """Its words and numbers in small letters; a time of day (*10.30*) is one of them."""
    return re.findall(r"\d{1,2}[.:]\d{2}|[a-z0-9]+", answers.plain(text))


def after(said: Sequence[str], form: Sequence[str]) -> int:
    """Where the words behind `form` begin; 0 when it does not stand there."""
    for start in range(len(said) - len(form) + 1):
        if list(said[start : start + len(form)]) == list(form):
            return start + len(form)
    return 0


def holds(said: Sequence[str], *names: str) -> bool:
    """Whether any form of these lists of `[safety]` stands among the words."""
    line = f" {' '.join(said)} "
    return any(f" {form} " in line for name in names for form in answers.rules()["safety"][name])
