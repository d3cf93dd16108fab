"""The first answer to what may be violence or self-harm: numbers to call, one question, and the PPA office knows
(`domain.md §6.4`)."""

from __future__ import annotations

from dataclasses import replace

from handlers import safety_words as words
from handlers.drafting import beside_violence
from handlers.effects import Attach, Effect, FileReport, Notify, OfficersOf
from handlers.form import ask
from handlers.messages import Attachment, Say, TicketOf
from handlers.report_form import REPORT
from handlers.safety_clock import OPEN, nobody_there, started
from handlers.safety_desk import OFFICE
from handlers.safety_despair import poisoned, self_harm, swallowed
from handlers.safety_pleas import wants_rescue
from handlers.safety_track import NAME, PHONE, harms_self, hushed, may_be, pictured, quiet, said, who, with_way_out
from handlers.scene import Outcome, Scene, State
from handlers.utterance import Utterance
from routing.model import RESTRICTED_CATEGORIES, Understanding


def begin(scene: Scene, heard: Utterance, read: Understanding) -> Outcome:
    """Numbers to call and one question; meanwhile the PPA office has it. No form, no kader, no preview that tells."""
    filed = _file(scene, heard, read)
    state = scene.state
    voices = tuple(file for file in (*state.files, *heard.keepable) if file.kind == "voice")
    interrupted = (dict(state.answers),) if state.dialogue == REPORT else ()
    about = words.whose(heard.text, read.category, works_for_others=bool(scene.person.memberships))
    started = State(
        dialogue=NAME,
        request=filed.ref,
        answers={
            "who": about,
            "self": self_harm(heard.text, read),
            "doctor": words.for_a_doctor(heard.text, filed.category),
        },
        queue=(*interrupted, *state.queue, *beside_violence(scene, heard)),
        about=state.about,
        visits=state.visits,
        step=state.step,
        heard_at=state.heard_at,
        last=state.last,
    )
    # What is known of an older request says nothing about this one.
    scene = replace(scene, own_request=None, state=started)
    before = (Say("safety.no_photo"),) if pictured(heard) else ()
    if wants_rescue(heard.text) and not swallowed(heard.text):
        before = (said(scene, "safety.no_rescue"), *before)
    opening = _opening(scene, heard)
    effects = (filed, *_spoken(filed, voices), *_to_ppa(filed, scene), *opening.effects)
    return replace(opening, says=(*before, *opening.says), effects=effects)


def begun_by(scene: Scene, heard: Utterance) -> Outcome | None:
    """Words that may be it begin it, wherever the talk stands."""
    if not heard.text:
        return None
    read = scene.reader.read(heard.text, near=scene.region)
    return begin(scene, heard, read) if may_be(scene, read) or poisoned(heard.text) else None


def _spoken(filed: FileReport, voices: tuple[Attachment, ...]) -> tuple[Effect, ...]:
    """What was said aloud before or with it is for the PPA office alone to hear."""
    return (Attach(filed.ref, voices),) if voices else ()


def _opening(scene: Scene, heard: Utterance) -> Outcome:
    """A phone that somebody else reads gets the numbers once and is not asked; poison comes before every question."""
    despair, about = harms_self(scene), who(scene)
    if despair and swallowed(heard.text):
        key = "safety.poison.others" if about in ("others", "parent") else "safety.poison"
        return ask(scene, scene.state, said(scene, key), "phone")
    if words.exposed(heard.text) or quiet(scene):
        key = "safety.first_quiet.child" if about == "child" else "safety.first_quiet"
        return hushed(scene, with_way_out(scene, said(scene, key)))
    if despair:
        about = "others" if about == "parent" else about
    return ask(
        scene, scene.state, said(scene, f"safety.{'first_self' if despair else 'first'}.{about}", PHONE), "phone"
    )


def _file(scene: Scene, heard: Utterance, read: Understanding) -> FileReport:
    """Minimum only: the words, the area, the urgency. No photo is kept; contact is forbidden until allowed."""
    place = read.place if read.place and scene.atlas.served(read.place.code) else None
    return FileReport(
        ref=scene.fresh,
        region=place.region if place else scene.region,
        text=words.without_ids(heard.text),
        field=read.field,
        category=_category(heard, read),
        place_code=place.code if place else None,
        received_at=scene.now,
        office=OFFICE,
        urgent=_danger_now(heard, read),
        restricted=True,
        hide_name=True,
        score=read.score,
    )


def _danger_now(heard: Utterance, read: Understanding) -> bool:
    """Minutes matter: the reader says so, danger is named, or somebody may harm themselves."""
    cried = "🆘" in heard.text or words.is_just(heard.text, "cry") or words.says(heard.text, "danger", "pleading")
    return read.urgent or cried or self_harm(heard.text, read)


def _category(heard: Utterance, read: Understanding) -> str:
    if self_harm(heard.text, read):
        return "gangguan_jiwa"
    if words.says(heard.text, "sexual"):
        return "kekerasan_seksual"
    if read.category in RESTRICTED_CATEGORIES:
        return read.category or ""
    return "kekerasan_anak" if read.category == "kekerasan_sekolah" else "kdrt"


def _to_ppa(filed: FileReport, scene: Scene) -> tuple[Effect, ...]:
    """To the PPA office's first contacts alone, in neutral words, else to the second; when there is none either, the
    coordinator learns the bare count and who asked the truth."""
    say = Say("ppa.new", {"ticket": TicketOf(filed.ref)}, OPEN)
    region = scene.atlas.regions[filed.region]
    at_once = filed.urgent and not quiet(scene) and not words.exposed(filed.text)
    truth = said(scene, "safety.nobody_yet") if at_once else None
    nobody = nobody_there(filed.ref, region, at_once=truth)
    second = Notify(OfficersOf(filed.ref, rank=2), say, filed.ref, "ppa", if_nobody=nobody)
    first = Notify(OfficersOf(filed.ref, rank=1), say, filed.ref, "ppa", if_nobody=(second,))
    return first, *started(filed.ref, region, scene.now, danger=filed.urgent)
