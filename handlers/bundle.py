"""Drafts that one confirmation sends, and where they stand in the state of a conversation.

The first is in `answers`, the others at the head of `queue`, all with the same `bundle`. What interrupts them (danger,
a command) therefore leaves them where they are.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile

from handlers.draft import Draft, draft_of, stored
from handlers.scene import State
from routing.model import FIELD_OF

MOST = 9
"""A longer list is confirmed in parts: ten lines are more than anybody checks at once."""


def bundled(drafts: list[Draft], ref: str) -> list[Draft]:
    """Drafts of one message, nine to a bundle. What is not sure is shown as its likeliest kind, to be put right."""
    if len(drafts) < 2:
        return drafts
    return [replace(settled(draft), bundle=f"{ref}/{number // MOST}") for number, draft in enumerate(drafts)]


def settled(draft: Draft) -> Draft:
    """With its likeliest category where none is trusted: it is shown, and put right by its number."""
    if draft.category or not draft.likely:
        return replace(draft, category_given_up=draft.category is None)
    return replace(draft, category=draft.likely[0], field=FIELD_OF[draft.likely[0]])


def drafts_of(state: State) -> tuple[Draft, ...]:
    """The drafts that are confirmed together; empty when the one at hand stands alone."""
    first = draft_of(state.answers) if state.answers else Draft()
    if not first.bundle:
        return ()
    waiting = (draft_of(one) for one in state.queue)
    return (first, *takewhile(lambda draft: draft.bundle == first.bundle, waiting))


def kept(state: State, drafts: tuple[Draft, ...]) -> State:
    """The bundle as it is now; what waits behind it stays there."""
    behind = state.queue[max(len(drafts_of(state)) - 1, 0) :]
    first, *others = drafts
    return replace(state, answers=stored(first), queue=(*(stored(other) for other in others), *behind))


def without(state: State) -> State:
    """Only what waited behind the bundle."""
    return replace(state, queue=state.queue[max(len(drafts_of(state)) - 1, 0) :])
