"""*Sudah ada laporan serupa*: before a draft is filed its writer may follow an older report of the same thing instead.

Told of that report are its ticket, the kind of matter, where, how old it is and how it stands: never another resident's
words, name or house.
"""

from __future__ import annotations

from dataclasses import replace

from handlers.draft import Draft
from handlers.effects import AddNote, Attach, Effect, Join, Notify, OfficersOf
from handlers.form import choice
from handlers.matter import category_word
from handlers.messages import Attachment, Lines, Say, Values, Where, Word
from handlers.officer import AT_OFFICE
from handlers.replies import pick, tap
from handlers.scene import Scene
from handlers.utterance import Utterance
from routing import answers
from routing.about_staff import accused
from routing.alike import Seen, comparable, follows, most_alike, rules
from routing.model import Actor

JOIN, OTHER = "join", "other"
"""Ids of the choices; the first is followed by the number of the report that was shown."""


def found(draft: Draft, scene: Scene) -> Seen | None:
    """The older report that this draft seems to repeat; None for whatever is not a matter that everybody sees."""
    if not draft.category or not draft.place or not comparable(draft.category, draft.place) or not draft.text:
        return None
    understood = scene.reader.read(draft.text, near=scene.region)
    if understood.restricted or understood.hinted or accused(draft.text):
        return None
    return most_alike(draft.text, draft.rt, draft.point, scene.look_alike(draft.category, draft.place))


def to_be_asked(draft: Draft, scene: Scene) -> bool:
    """Not about danger, where a second call is no nuisance; not twice about one draft; nothing that was a bundle."""
    if draft.apart or draft.emergency or draft.urgent or draft.bundle:
        return False
    return found(draft, scene) is not None


def repeated(draft: Draft, scene: Scene) -> Seen | None:
    """The same for one of several drafts, which are not asked about one by one."""
    return None if draft.emergency or draft.urgent else found(draft, scene)


def ask(draft: Draft, scene: Scene) -> Say:
    """Raises LookupError when there is nothing alike, which `to_be_asked` tells before."""
    older = found(draft, scene)
    if older is None:
        raise LookupError("nothing alike to ask about")
    mine = older.own or older.followed
    options = (
        choice(f"{JOIN}{older.id}", "choice.alike_add" if mine else "choice.alike_join"),
        choice(OTHER, "choice.alike_other"),
    )
    return Say("alike.own" if mine else "alike.ask", _shown(older, scene), options)


def read(draft: Draft, scene: Scene, heard: Utterance) -> Draft | None:
    """A tap means the report that was shown, whatever came in since."""
    older = found(draft, scene)
    taken = tap(heard) or pick(heard, (JOIN, OTHER))
    verdict = answers.yes_or_no(heard.text) if heard.text and not taken else None
    if older is None or taken == OTHER or verdict is False:
        return replace(draft, apart=True)
    if taken.startswith(JOIN) or verdict is True or follows(heard.text):
        shown = taken.removeprefix(JOIN)
        return replace(draft, joins=int(shown) if shown.isdecimal() else older.id)
    return None


def joined(draft: Draft, files: tuple[Attachment, ...], scene: Scene) -> tuple[Say, tuple[Effect, ...]] | None:
    """The sender follows it from now on; their words and photos are for the office, not for who filed it.

    None when it was closed meanwhile.
    """
    known = scene.look_alike(draft.category or "", draft.place or "")
    older = next((one for one in known if one.id == draft.joins), None)
    if older is None:
        return None
    mine = older.own or older.followed
    kept: tuple[Effect, ...] = (Attach(older.id, files),) if files else ()
    effects: tuple[Effect, ...] = (*kept, AddNote(older.id, draft.text, Actor.REPORTER, seen=False))
    if not mine:
        effects = (Join(older.id), *effects)
    values = _shown(older, scene)
    count = older.followers + (0 if mine else 1)
    if older.status in AT_OFFICE and (mine or kept or count in rules().told_at):
        more = Say("office.more" if mine else "office.joined", {**values, "note": draft.text, "count": count})
        effects += (Notify(OfficersOf(older.id), more, older.id, with_files=bool(kept)),)
    return Say("alike.added" if mine else "alike.joined", values), effects


def _shown(older: Seen, scene: Scene) -> Values:
    rt = None if older.category in rules().without_rt and not older.own else older.rt
    return {
        "ticket": older.ticket,
        "what": category_word(older.category),
        "where": Where(older.place_code, rt),
        "since": Lines((_since((scene.now - older.received_at).days),)),
        "status": Word(f"status.{older.status}"),
    }


def _since(days: int) -> Say:
    if days < 1:
        return Say("alike.today")
    return Say("alike.yesterday") if days == 1 else Say("alike.days_ago", {"days": days})
