"""Where minutes matter: numbers to call before anything else is said, and what is filed without waiting for a yes."""

from __future__ import annotations

from dataclasses import replace

from handlers.draft import Draft
from handlers.effects import Effect, Notify, Sender
from handlers.filing import file
from handlers.messages import Attachment, Say, Values
from handlers.scene import Outcome, Scene


def danger_numbers(draft: Draft, scene: Scene) -> tuple[Say, ...]:
    """The one or two numbers of the region that help there; nothing for what is not urgent."""
    if not draft.urgent:
        return ()
    hotlines = scene.atlas.regions[(draft.place or scene.region)[:5]].hotlines
    medical = draft.field == "kesehatan" and "medical" in hotlines
    keys = ("medical", "emergency") if medical else ("emergency",)
    numbers = tuple(dict.fromkeys(hotlines[key].number for key in keys if key in hotlines))
    values: Values = {f"number{position}": number for position, number in enumerate(numbers, 1)}
    return (Say("danger.call" if len(numbers) == 1 else "danger.call_either", values),) if numbers else ()


def sent_at_once(scene: Scene, alarms: tuple[Draft, ...], files: tuple[Attachment, ...]) -> tuple[Effect, ...]:
    """Where minutes matter nothing else in the message is waited for."""
    filed = (file(draft, files, f"{scene.fresh}!{number}", scene) for number, draft in enumerate(alarms, 1))
    return tuple(effect for effects in filed for effect in effects)


def said_after(asked: Outcome, before: tuple[Say, ...], sent: tuple[Effect, ...]) -> Outcome:
    """The tickets of what was sent at once stand before the question about the rest."""
    then = tuple(Notify(Sender(), say) for say in asked.says)
    return replace(asked, says=before, effects=(*sent, *then, *asked.effects))
