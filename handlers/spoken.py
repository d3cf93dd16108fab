"""A voice note that nobody has put into words: whoever sent it says who may listen, because nobody else can know what
is in it (`domain.md §6.5`)."""

from __future__ import annotations

from dataclasses import replace

from handlers.draft import Draft, harvest
from handlers.form import choice
from handlers.messages import Attachment, Choice, Say, Values
from handlers.replies import pick
from handlers.scene import Scene
from handlers.utterance import Utterance
from routing import answers
from routing.answers import gist
from routing.model import Report

KADER = "kader"
"""The reporter lets a kader listen."""
WORDS = "words"
"""The reporter would rather write."""
_TELLS_SOMETHING = 3
"""Words of an answer that goes on without the question, though no matter was read in it."""


def unheard(files: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """Voice notes without a transcript."""
    return tuple(file for file in files if file.kind == "voice" and not file.transcript and not file.problem)


def to_be_asked(draft: Draft, scene: Scene) -> bool:
    """There is a voice note and not a word that says what it is about."""
    told = draft.text or draft.category or draft.likely or draft.category_given_up or draft.voice
    return not told and bool(unheard(scene.state.files))


def for_a_kader(draft: Draft) -> bool:
    """What it is about is known from the voice note alone, and a kader may hear it."""
    return draft.voice == KADER and not draft.category


def ask(draft: Draft, scene: Scene) -> Say:
    """Numbers to call in the same line: it may be anything."""
    hotlines = scene.atlas.regions[scene.region].hotlines
    numbers: Values = {"first": hotlines["emergency"].number, "second": hotlines["police"].number}
    return Say("voice.ask", numbers, _options(scene))


def read(draft: Draft, scene: Scene, heard: Utterance) -> Draft | None:
    """*Boleh*, a tap, or the matter in words; what else a tap may mean is decided before (`handlers/recording.py`)."""
    if pick(heard, ("kader",)) or (heard.text and answers.yes_or_no(heard.text) is True):
        return replace(draft, voice=KADER, category_given_up=True)
    told = harvest(draft, heard, scene)
    understood = told.category or told.likely or len(heard.text.split()) >= _TELLS_SOMETHING
    return replace(told, voice=WORDS) if understood else None


def recent(scene: Scene) -> Report | None:
    """The report of one's own that a recording may be an addition to."""
    return next((one for one in scene.mine if one.open and not one.restricted), None)


def echo(heard: Utterance) -> tuple[Say, ...]:
    """What a machine heard is said back, so that a wrong word is noticed."""
    return (Say("voice.i_heard", {"text": gist(heard.spoken)}),) if heard.spoken else ()


def _options(scene: Scene) -> tuple[Choice, ...]:
    known = recent(scene)
    more = (choice("more", "choice.voice_more", ticket=known.ticket),) if known else ()
    return choice("kader", "choice.voice_kader"), *more, choice("private", "choice.voice_private")
