"""Which letters to one person leave in one message: each costs attention, and some cost money (`design.md`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from bot.channels.base import Limits, Rendered
from bot.store.outbound import Address, ClaimedLetter
from bot.templates_catalogue import for_staff, sensitive
from handlers.messages import Say

BARE = frozenset({"hear.forwarded", "hear.forwarded_unverified", "hear.accepted", "hear.in_progress"})
"""News without a word of the office, without a date and without a question."""
_FURTHER = ("hear.accepted", "hear.in_progress", "hear.resolved")

Render = Callable[[Sequence[Say], Limits], Sequence[Rendered]]


def bundled(
    first: ClaimedLetter,
    following: Sequence[ClaimedLetter],
    held: Sequence[ClaimedLetter],
    address: Address,
    limits: Limits,
    render: Render,
) -> list[ClaimedLetter]:
    """Those that leave in one message with the first: news that was `held`, wherever it fits, and where messages are
    billed as many of those that follow as fit, in their order.

    A question ends it: an answer could otherwise mean either, and its buttons stand below everything.
    """
    chosen = _fitting(first, held, render, limits) if _takes_news(first) else []
    if _asks(first):
        return chosen
    for letter in following:
        if letter.notice or letter.reply_channel not in (None, address.channel):
            break
        if not (limits.billed or (_news(first) and _news(letter))):
            break
        if not _fits((first, *chosen, letter), render, limits):
            break
        chosen.append(letter)
        if _asks(letter):
            break
    return chosen


def overtaken(say: Say, later: Iterable[Say]) -> bool:
    """Whether later news of the same report says it all: who reads *selesai* need not read *diterima* before it."""
    if say.key not in BARE:
        return False
    same = (one for one in later if one.values.get("ticket") == say.values.get("ticket"))
    return any(one.key.startswith(_FURTHER) for one in same)


def without_overtaken(says: Sequence[Say]) -> tuple[Say, ...]:
    """What is still worth reading of what leaves together, in its order."""
    return tuple(say for at, say in enumerate(says) if not overtaken(say, says[at + 1 :]))


def _fitting(
    first: ClaimedLetter, held: Sequence[ClaimedLetter], render: Render, limits: Limits
) -> list[ClaimedLetter]:
    chosen: list[ClaimedLetter] = []
    for letter in held:
        if not (_news(letter) and _fits((first, *chosen, letter), render, limits)):
            break
        chosen.append(letter)
    return chosen


def _fits(letters: Sequence[ClaimedLetter], render: Render, limits: Limits) -> bool:
    says = [say for one in letters for say in one.says]
    return len(render(says, limits)) <= 1


def _news(letter: ClaimedLetter) -> bool:
    """News for a resident: it waited, or could have."""
    return letter.not_before is not None and not _asks(letter) and not any(for_staff(say.key) for say in letter.says)


def _takes_news(letter: ClaimedLetter) -> bool:
    """What is read at work, or on the restricted track, stands alone."""
    return not any(for_staff(say.key) or sensitive(say.key) for say in letter.says)


def _asks(letter: ClaimedLetter) -> bool:
    return letter.ask_id is not None or any(say.choices for say in letter.says)
