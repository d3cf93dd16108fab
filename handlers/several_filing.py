"""Several confirmed drafts become a report each: its own ticket, office and date, told in one message."""

from __future__ import annotations

from dataclasses import replace

from handlers.draft import Draft
from handlers.effects import Effect, Notify, Sender
from handlers.filing import file
from handlers.matter import category_word
from handlers.messages import Attachment, Say, Word
from handlers.scene import Scene
from routing import household

_RECEIPT = "report.filed"


def file_all(drafts: tuple[Draft, ...], files: tuple[Attachment, ...], ref: str, scene: Scene) -> tuple[Effect, ...]:
    """The effects of sending them all. Parts of one household's story are linked to the first of them."""
    effects: tuple[Effect, ...] = (Notify(Sender(), Say("several.filed", {"count": len(drafts)})),)
    refs = [f"{ref}+{number}" for number in range(1, len(drafts) + 1)]
    roots: list[str] = []
    for number, draft in enumerate(drafts):
        root = next((roots[at] for at in range(number) if linked(drafts[at], draft)), refs[number])
        roots.append(root)
        # A kader's photo shows one of her people; the other offices are not to see it.
        shown = files if number == 0 or not draft.relay else ()
        filed = file(draft, shown, refs[number], scene, linked_to=root if root != refs[number] else None)
        effects += briefly(filed, category_word(draft.category))
    return *effects, Notify(Sender(), Say("several.filed_end"))


def linked(first: Draft, then: Draft) -> bool:
    """Needs of the same household for two offices; what everybody uses stands for itself."""
    if (first.place, first.rt) != (then.place, then.rt):
        return False
    return household.same(first.category, first.on_behalf_of, then.category, then.on_behalf_of, then.text)


def briefly(effects: tuple[Effect, ...], what: Word) -> tuple[Effect, ...]:
    """The same, with a line for each ticket instead of a whole message, wherever it hides."""
    return tuple(_brief(effect, what) for effect in effects)


def _brief(effect: Effect, what: Word) -> Effect:
    if not isinstance(effect, Notify):
        return effect
    nested = replace(effect, if_nobody=briefly(effect.if_nobody, what), if_somebody=briefly(effect.if_somebody, what))
    if effect.to != Sender() or not effect.say.key.startswith(_RECEIPT) or effect.ask:
        return nested
    say = replace(effect.say, key=f"{effect.say.key}.brief", values={**effect.say.values, "what": what})
    return replace(nested, say=say)
