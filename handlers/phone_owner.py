"""Whose phone this is: a number that is new, somebody else on the family's phone, somebody who asks who we are.

Nothing in a chat proves whose number it was before, so no report and no task moves for the asking: who works here is
invited anew by the coordinator (`kentongan invite`), a resident's report goes on and their kader can ask about it.
"""

from __future__ import annotations

from handlers import safety_track
from handlers.effects import Coordinators, Notify, Remember
from handlers.messages import Say, Word
from handlers.plain_talk import asks
from handlers.replies import told
from handlers.report_form import REPORT
from handlers.scene import Outcome, Scene
from handlers.utterance import Utterance
from routing import answers
from routing.model import Kind

LONGEST = 14
"""Words; a longer text tells of something."""
ASKED = "asked_anew"
"""Fact: the day (UTC) on which this person last asked to be invited anew."""


def said(scene: Scene, heard: Utterance) -> Outcome | None:
    """None for everything that is about something else, or that tells of a matter as well."""
    text = heard.text
    if not text or len(text.split()) > LONGEST:
        return None
    if asks(text, "who") and _something_to_hide(scene):
        return _covered(scene)
    if answers.mentions(text, "phone", "new_number") or answers.matches(text, "phone", "new_number_only"):
        return None if _placed(scene, text) else _new_number(scene, text)
    if scene.state.dialogue != REPORT and not scene.person.memberships and _introduces(scene, text):
        return _family(scene)
    return None


def _something_to_hide(scene: Scene) -> bool:
    """There is a request on the restricted track, or was one on a phone that others read."""
    return bool(scene.state.request or scene.person.facts.get("discreet"))


def _covered(scene: Scene) -> Outcome:
    """A posyandu's number. While a request is open, others read this phone from now on."""
    if scene.state.dialogue is None and scene.own_request and scene.own_request.open:
        return safety_track.cover(scene)
    return told(scene, safety_track.said(scene, "cover.schedule"))


def _family(scene: Scene) -> Outcome | None:
    """Welcome, and nothing of what others wrote here."""
    if _something_to_hide(scene):
        return _covered(scene)
    return None if scene.state.last == "phone.family" else told(scene, Say("phone.family"))


def _new_number(scene: Scene, text: str) -> Outcome:
    """From a number we know somebody in, it is news of tomorrow; from any other it proves nothing."""
    if scene.person.memberships:
        moves = Say("parked.member_moves", {"name": scene.person.name or Word("phone.nameless")})
        return _invited_anew(scene, "phone.member_moves", moves)
    if answers.mentions(text, "phone", "staff"):
        return _invited_anew(scene, "phone.new_number_staff", Say("parked.new_number"))
    if (scene.state.last or "").startswith("phone.new_number"):
        return told(scene, Say("phone.new_number.again"))
    return told(scene, Say("phone.number_changes" if scene.mine else "phone.new_number"))


def _invited_anew(scene: Scene, key: str, news: Say) -> Outcome:
    """The coordinator hears of it once a day at most, without any number."""
    today = scene.now.date().isoformat()
    if scene.person.facts.get(ASKED) == today:
        return told(scene, Say("phone.invited_anew"))
    return told(scene, Say(key), (Notify(Coordinators(scene.region), news), Remember({ASKED: today})))


def _introduces(scene: Scene, text: str) -> bool:
    """*Saya anaknya, ini HP ibu*, and nothing of any matter."""
    if not answers.mentions(text, "phone", "family") or _placed(scene, text):
        return False
    read = scene.reader.read(text, near=scene.region)
    return read.kind is not Kind.REPORT or read.score < scene.reader.ask_below


def _placed(scene: Scene, text: str) -> bool:
    """Names a matter and where it is: a report, whoever writes it and from whichever phone."""
    read = scene.reader.read(text, near=scene.region)
    return read.kind is Kind.REPORT and (read.place is not None or read.rt is not None)
