"""A place we do not serve, or a matter of somebody outside the regency: where to turn instead."""

from __future__ import annotations

from handlers.draft import Draft
from handlers.filing import conditions
from handlers.matter import category_word
from handlers.messages import OfficeName, Say, Values, Where
from handlers.scene import Scene
from routing.assign import Hold, assign


def elsewhere(draft: Draft, scene: Scene) -> Say | None:
    """The contact of whoever takes it; None when it is ours to take."""
    if draft.outside and not draft.place:
        turn = scene.atlas.elsewhere(draft.outside)
        values: Values = {"where": Where(draft.outside)}
        if turn:
            values |= {"name": turn.name, "contact": " / ".join(filter(None, (turn.number, turn.web)))}
        return Say("report.outside" if turn else "report.outside_unknown", values)
    found = assign(draft.category, draft.place, scene.atlas, answers=conditions(draft), region=scene.region)
    if not isinstance(found, Hold) or not found.contact:
        return None
    region = (draft.place or scene.region)[:5]
    contact = " / ".join(filter(None, (found.contact.phone, found.contact.whatsapp)))
    values = {"what": category_word(draft.category), "office": OfficeName(region, found.contact.role)}
    return Say("report.elsewhere" if contact else "report.elsewhere_no_number", {**values, "contact": contact})
