"""How several drafts look together: numbered, each with what, where, for whom and for which office."""

from __future__ import annotations

from handlers import alike
from handlers.draft import Draft
from handlers.filing import destination
from handlers.matter import category_word
from handlers.messages import Lines, OfficeName, Say, Values, Where, Word
from handlers.not_ours import elsewhere
from handlers.report_form import NOTICE
from handlers.scene import Scene
from routing import answers
from routing.assign import Hold

_GIST = 60
"""Letters of a draft's own words: nine of them are read on a small screen."""


def summary(drafts: tuple[Draft, ...], scene: Scene) -> Say:
    lines = Lines(tuple(_item(number, draft, scene) for number, draft in enumerate(drafts, 1)), numbered=True)
    more: tuple[Say, ...] = ()
    if scene.state.files:
        more += (Say("summary.files", {"count": len(scene.state.files)}),)
    waiting = len(scene.state.queue) - len(drafts) + 1
    if waiting > 0:
        more += (Say("several.more", {"count": waiting}),)
    if scene.person.facts.get("notice") != NOTICE:
        more += (Say("summary.notice"),)
    values: Values = {"count": len(drafts), "lines": lines}
    return Say("several.confirm", values | {"more": Lines((*more, Say("several.how", {"last": len(drafts)})))})


def what(draft: Draft) -> Word:
    return category_word(draft.category)


def _item(number: int, draft: Draft, scene: Scene) -> Say:
    """The draft, and the older report it seems to repeat: followed with *2 ikut*, filed by saying nothing."""
    older = alike.repeated(draft, scene)
    if older is None:
        return _line(draft, scene)
    if draft.joins == older.id:
        gist = answers.gist(draft.text, _GIST)
        return Say("several.follows", {"what": what(draft), "gist": gist, "ticket": older.ticket})
    values: Values = {"line": Lines((_line(draft, scene),)), "ticket": older.ticket, "number": number}
    return Say("several.alike", values)


def _line(draft: Draft, scene: Scene) -> Say:
    values: Values = {"what": what(draft), "gist": answers.gist(draft.text, _GIST)}
    turn = elsewhere(draft, scene)
    if turn:
        return Say(turn.key.replace("report.", "several."), {**turn.values, **values})
    values["where"] = Where(draft.place, draft.rt, draft.rw) if draft.place else Word("several.place_unknown")
    office = destination(draft, scene)
    region = (draft.place or scene.region)[:5]
    unknown = Word("several.office_unknown")
    values["office"] = unknown if isinstance(office, Hold) else OfficeName(region, office.office, full=False)
    if not draft.relay or draft.consent == "public":
        return Say("several.line", values)
    values["who"] = draft.on_behalf_of or Word(f"consent.{draft.consent}")
    return Say("several.line_for", values)
