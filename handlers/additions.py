"""What is told or sent right after a report was filed belongs to it: nobody should have to say so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.draft import Draft, correct
from handlers.effects import AddNote, Amend, Attach, Effect, KaderOf, Notify, OfficersOf
from handlers.matter import Matter
from handlers.messages import Say, Values, Where
from handlers.officer import AT_OFFICE
from handlers.replies import told
from handlers.scene import Outcome, Scene
from handlers.ticket_words import named
from handlers.utterance import Utterance
from routing import answers
from routing.model import Actor, Kind, Report, Role, Understanding

FRESH = timedelta(hours=24)
TELLS_MORE = 6
"""Words from which a text with a ticket in it is more about that report, and no question after it."""


def just_filed(scene: Scene, category: str | None = None) -> Report | None:
    """The newest report of one's own that is open and younger than a day; of several the one about that `category`."""
    own = [r for r in _own(scene) if scene.now - r.received_at < FRESH]
    about_it = (r for r in own if category and r.category == category)
    return next(about_it, own[0] if own else None)


def named_with_more(scene: Scene, heard: Utterance) -> Report | None:
    """The report of one's own whose whole number (*SMD-0002*) a photo or a sentence comes with."""
    more = heard.keepable or len(heard.text.split()) >= TELLS_MORE
    found = named(heard.text, _own(scene), scene) if more else ()
    return next((one for one in found if one.ticket.lower() in heard.text.lower()), None)


def _own(scene: Scene) -> tuple[Report, ...]:
    return tuple(r for r in scene.mine if r.open and not r.restricted and r.reporter_id == scene.person.id)


def belongs_to(scene: Scene, heard: Utterance, read: Understanding, recent: Report) -> bool:
    """Whether words go on about `recent`: the same matter or none, and no other place.

    A kader files many alike in a row, so from a kader only words about no matter at all are taken for an addition.
    """
    if read.kind is not Kind.REPORT or read.restricted:
        return bool(heard.keepable) and read.kind in (Kind.REPORT, Kind.CHITCHAT) and not read.restricted
    elsewhere = (read.place is not None and read.place.code != recent.place_code) or read.place_candidates
    if elsewhere or (read.rt and recent.rt and read.rt != recent.rt):
        return False
    tells_nothing_new = not read.evidence or read.score < scene.reader.ask_below
    if scene.person.has(Role.KADER):
        return tells_nothing_new
    return tells_nothing_new or read.category == recent.category


def goes_on_answering(scene: Scene, heard: Utterance, read: Understanding) -> Report | None:
    """The report that was just answered or added to, when this comes right behind it: *kira-kira 20 meter*."""
    last = scene.state.last
    if last not in ("feedback.answer_passed", "note.added") or read.restricted:
        return None
    about = next((one for one in _own(scene) if one.id == scene.state.about), None)
    answered = last == "feedback.answer_passed" and read.kind is Kind.CHITCHAT
    return about if about and (answered or belongs_to(scene, heard, read, about)) else None


def corrected(scene: Scene, heard: Utterance, recent: Report) -> Outcome | None:
    """*Eh itu RT 7, bukan 5* after the ticket: put right on the report, and told to whoever has it already.

    None when the words name no other RT or place, or tell of another matter.
    """
    read = scene.reader.read(heard.text, near=recent.region)
    if read.evidence and read.category != recent.category and read.score >= scene.reader.ask_below:
        return None
    before = Draft(text=recent.text, category=recent.category, place=recent.place_code, rt=recent.rt, rw=recent.rw)
    after = correct(before, heard, scene)
    if after is None or not after.place or (after.place, after.rt, after.rw) == (before.place, before.rt, before.rw):
        return None
    another = bool(read.evidence) and bool(recent.place_code) and not answers.correction(heard.text)
    if after.place[:5] != recent.region or another:
        return None
    where = Where(after.place, after.rt, after.rw)
    values: Values = {**Matter.of(recent).values(), "where": where, "note": heard.text}
    audience = OfficersOf(recent.id) if recent.status in AT_OFFICE else KaderOf(recent.id)
    changed: dict[str, object] = {"place_code": after.place, "rt": after.rt, "rw": after.rw}
    effects = (
        Amend(recent.id, changed, Actor.REPORTER),
        AddNote(recent.id, heard.text, Actor.REPORTER, seen=False),
        Notify(audience, Say("office.corrected", values), recent.id),
    )
    return told(scene, Say("note.corrected", values), effects, recent)


def pinned(scene: Scene, heard: Utterance) -> Outcome | None:
    """A pin sent after an emergency that was filed without its place tells where it is."""
    recent = just_filed(scene)
    if recent is None or recent.place_code or not heard.point:
        return None
    located = corrected(scene, heard, recent)
    spot = replace(heard, text=f"{heard.point[0]:.5f}, {heard.point[1]:.5f}")
    return located or add(scene, spot, recent)


def add(scene: Scene, heard: Utterance, report: Report) -> Outcome:
    """Files and words are kept with the report; an office that has it already reads them at once."""
    kept: tuple[Effect, ...] = (Attach(report.id, heard.keepable),) if heard.keepable else ()
    noted: tuple[Effect, ...] = (AddNote(report.id, heard.text, Actor.REPORTER),) if heard.text else ()
    effects = (*kept, *noted)
    matter = Matter.of(report)
    if report.status in AT_OFFICE:
        key = "office.more" if heard.text else "office.more_voice" if _only_spoken(heard) else "office.more_photo"
        more = Say(key, {**matter.values(), "note": heard.text})
        effects += (Notify(OfficersOf(report.id), more, report.id, with_files=bool(kept)),)
    elif heard.text:
        effects += (Amend(report.id, {"text": f"{report.text}\n{heard.text}"}, Actor.REPORTER),)
    elif _only_spoken(heard):
        effects += (Notify(KaderOf(report.id), Say("voice.more", matter.values()), report.id, with_files=True),)
    return told(scene, Say("file.added" if kept and not noted else "note.added", matter.values()), effects, report)


def _only_spoken(heard: Utterance) -> bool:
    return bool(heard.keepable) and all(file.kind == "voice" for file in heard.keepable)
