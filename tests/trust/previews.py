"""What scripts of violence and danger show on a lock screen, and how soon a number: `python -m tests.trust.previews`.

The scripts in `tests/dialogues` are played word for word by their own tests; here they are only read.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from handlers.safety_words import phone

SHOWN = 100
"""Letters of a message that a lock screen shows."""
NUMBER = re.compile(r"\b1(10|12|19|29)\b")
TELLING = re.compile(
    r"\b(kdrt|korban|pelaku|polisi|uptd?|ppa|kekerasan|aniaya|perkosa\w*|cabul\w*|leceh\w*|visum|\w*pukul\w*|tampar\w*"
    r"|suami|istri|bunuh|ancam\w*|luka|terluka|bukan salah\w*|bercerita)\b",
    re.IGNORECASE,
)
"""What a passer-by may not read before the phone was said to be safe; numbers such as 129 are allowed."""
SCRIPTS = {
    "a_neighbour_is_hurt": ("kader", "Indonesian"),
    "danger_birth": ("family", "Javanese, Indonesian"),
    "danger_flood": ("family", "Banjar"),
    "danger_missing_child": ("family", "Kutai, Indonesian"),
    "danger_that_was_none": ("neighbour", "Indonesian"),
    "danger_unconscious": ("kader", "Indonesian"),
    "fire": ("neighbour", "Indonesian"),
    "self_harm_a_friend": ("neighbour", "Indonesian"),
    "self_harm_a_man": ("victim", "Indonesian"),
    "violence_asked_once_more": ("victim", "Banjar"),
    "violence_at_home": ("victim", "Indonesian"),
    "violence_child": ("child", "Indonesian"),
    "violence_child_in_javanese": ("child", "Javanese, Indonesian"),
    "violence_child_on_mothers_phone": ("child", "Indonesian"),
    "violence_days_after": ("victim", "Indonesian, Javanese"),
    "violence_kader_hears_in_ngaju": ("kader", "Ngaju, Indonesian"),
    "violence_kader_herself": ("kader", "Indonesian, Javanese"),
    "violence_kutai": ("victim", "Kutai, Indonesian"),
    "violence_neighbour_again": ("kader", "Indonesian"),
    "violence_neighbour_in_javanese": ("neighbour", "Javanese, Indonesian"),
    "violence_ngaju": ("victim", "Ngaju"),
    "violence_nobody_opens": ("victim", "Banjar, Indonesian"),
    "violence_parent_of_a_hurt_child": ("parent", "Indonesian"),
    "violence_phone_not_safe": ("victim", "Indonesian"),
    "violence_relayed_by_the_coordinator": ("coordinator", "Indonesian"),
    "violence_she_changes_her_mind": ("victim", "Indonesian"),
    "violence_somebody_else_reads": ("victim", "Indonesian"),
    "violence_taps_out_of_order": ("victim", "Indonesian"),
    "violence_the_office_at_work": ("victim", "Indonesian"),
    "violence_two_misses": ("victim", "Indonesian"),
    "violence_while_reporting_something_else": ("victim", "Indonesian"),
    "violence_with_a_safe_phone": ("victim", "Banjar"),
}
"""Script to who speaks in it, and in what mixture of languages."""
_LINE = re.compile(r"^(?P<who>[a-z][a-z0-9.-]*(?: [A-Z]+)?|bot(?: [a-z][a-z0-9.-]*(?: [A-Z]+)?)?)> ?(?P<text>.*)$")


@dataclass
class Phone:
    """One phone of a script, as long as nobody has said that it is safe."""

    messages: list[str] = field(default_factory=list)
    said_safe: bool = False
    number_in: int | None = None
    """Which message of the bot brought the first number to call; the first one is 1."""
    telling: list[str] = field(default_factory=list)
    """Words that a passer-by could read on it."""

    def hears(self, text: str) -> None:
        self.messages.append(text)
        if self.number_in is None and NUMBER.search(text):
            self.number_in = len(self.messages)
        if not self.said_safe:
            self.telling += [found[0] for found in TELLING.finditer(text)]


@dataclass(frozen=True)
class Found:
    """What a script shows: on every phone of who asked for help in it."""

    script: str
    by: str
    tongue: str
    number_in: int
    shown: str
    """What the lock screen shows of the first answer."""
    telling: tuple[str, ...]


def found_in(script: str) -> Found:
    """Of the phone of who asks first and of all others that got a number. Raises ValueError when the first got none."""
    first, *others = read(script).values()
    if first.number_in is None:
        raise ValueError(f"{script}: no number to call")
    phones = [first, *(one for one in others if one.number_in)]
    telling = tuple(word for one in phones for word in one.telling)
    worst = max(one.number_in or 0 for one in phones)
    return Found(script, *SCRIPTS[script], worst, phones[0].messages[0][:SHOWN].replace("\n", " "), telling)


def read(script: str) -> dict[str, Phone]:
    """The phones of a script by the name of who holds them."""
    phones: dict[str, Phone] = {}
    speaker = ""
    for who, text in _messages(script):
        if who.split(" ")[0] == "bot":
            holder = who.removeprefix("bot").strip() or speaker
            phones.setdefault(holder, Phone()).hears(text)
        else:
            speaker = who
            held = phones.setdefault(who, Phone())
            held.said_safe = held.said_safe or text == "[Aman]" or phone(text) == "safe"
    return phones


def _messages(script: str) -> Iterator[tuple[str, str]]:
    who, text = "", ""
    for line in (Path(__file__).parents[1] / "dialogues" / f"{script}.txt").read_text("utf-8").splitlines():
        spoken = _LINE.match(line)
        if spoken or line[:1] in "#@+":
            if who:
                yield who, text
            who, text = (spoken["who"], spoken["text"]) if spoken else ("", "")
        elif who and not line.strip().startswith("["):
            text += "\n" + line.strip()
    if who:
        yield who, text


def table() -> list[Found]:
    return [found_in(script) for script in SCRIPTS]


def main() -> None:
    rows = table()
    lines = [f"{'script':42} {'by':12} {'language':22} number in  telling words  shown of the first answer"]
    for one in rows:
        counted = f"{one.number_in:9}  {len(one.telling):13}"
        lines.append(f"{one.script:42} {one.by:12} {one.tongue:22} {counted}  {one.shown[:70]}")
    latest = max(one.number_in for one in rows)
    lines.append(f"{len(rows)} scripts; the number stands in message {latest} at the latest")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
