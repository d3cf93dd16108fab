"""Which letters to one person leave in one message, where each message costs money (`design.md`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.channels.base import Limits, Rendered
from bot.store.outbound import Address, ClaimedLetter
from handlers.messages import Say

Render = Callable[[Sequence[Say], Limits], Sequence[Rendered]]


def bundled(
    first: ClaimedLetter, following: Sequence[ClaimedLetter], address: Address, limits: Limits, render: Render
) -> list[ClaimedLetter]:
    """As many of those that follow as fit into one message with the first, in their order.

    A question ends it: an answer could otherwise mean either, and its buttons stand below everything.
    """
    chosen: list[ClaimedLetter] = []
    if _asks(first):
        return chosen
    for letter in following:
        if letter.notice or letter.reply_channel not in (None, address.channel):
            break
        says = [say for one in (first, *chosen, letter) for say in one.says]
        if len(render(says, limits)) > 1:
            break
        chosen.append(letter)
        if _asks(letter):
            break
    return chosen


def _asks(letter: ClaimedLetter) -> bool:
    return letter.ask_id is not None or any(say.choices for say in letter.says)
