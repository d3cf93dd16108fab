"""*Mau bicara dengan orang*: a coordinator takes the talk, answers through the bot and hands it back.

Danger goes before it, and so does what either of them says to the bot itself: taps, commands, ticket numbers.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers import safety, worklist
from handlers.effects import Coordinators, Effect, Notify, PersonWith, Plan, Sender
from handlers.errands import Errand, ErrandKind, NotYet
from handlers.form import choice
from handlers.messages import Choice, Moment, Say, Values, Word
from handlers.replies import told
from handlers.scene import Outcome, Scene
from handlers.talks import EndTalk, OpenTalk, PassOn, TakeTalk, Talk
from handlers.ticket_words import names_a_ticket
from handlers.utterance import Utterance
from routing import answers
from routing.deadlines import WorkingTime

TAP = "t"
"""Buttons are named `t:<what>:<person>`."""
TAKEN_WITHIN = 1
"""Working hours until the colleagues are asked once more."""
IDLE_AFTER = 4
"""Working hours without a word until the bot has the resident back: a talk that was forgotten swallows reports."""
ROUNDS = 3
"""So often somebody is asked; then the resident is told that nobody came."""


def wanted(scene: Scene) -> Outcome:
    """Somebody wants a person: the coordinators are asked who takes it, and the resident hears when that can be."""
    if scene.talk is not None:
        return told(scene, Say("talk.open" if scene.talk.operator else "talk.still_waiting"))
    work = _work(scene, scene.region)
    told_when = Say("talk.wanted")
    if not work.in_office_hours(scene.now):
        told_when = Say("talk.wanted_later", {"at": Moment(work.next_opening(scene.now), scene.region)})
    return _called(scene, "talk.desk.wanted", told_when)


def lost(scene: Scene) -> Outcome:
    """The bot understood somebody three times in a row not: a person has to."""
    promise = Say("missed.person")
    return told(scene, promise) if scene.talk else _called(scene, "talk.desk.lost", promise)


def _called(scene: Scene, key: str, promise: Say) -> Outcome:
    """The coordinators are asked; the promise is made where there is one who can be."""
    talk = Talk(scene.person.id, scene.region, scene.now, scene.person.name)
    again_at = _work(scene, scene.region).add_hours(scene.now, TAKEN_WITHIN)
    asked = Notify(
        Coordinators(scene.region),
        _call(scene, talk, key),
        if_nobody=(Notify(Sender(), Say("talk.nobody")),),
        if_somebody=(Notify(Sender(), promise), OpenTalk(scene.region), _asked_again(talk, 1, again_at)),
    )
    outcome = told(scene, None, (asked,))
    return replace(outcome, state=replace(outcome.state, last=promise.key))


def tapped(scene: Scene, what: str) -> Outcome:
    """*Ambil* and *Kembalikan ke bot* of a coordinator."""
    verb, _, person = what.partition(":")
    if verb == "back" and scene.helps is not None and person == str(scene.helps.person):
        return _handed_back(scene, scene.helps)
    talk = next((one for one in scene.calls if str(one.person) == person), None)
    if verb != "take" or talk is None:
        return told(scene, Say("talk.desk.gone"))
    if scene.helps is not None:
        return told(scene, Say("talk.desk.one_at_a_time", _who(scene, scene.helps), (_back(scene.helps),)))
    effects = (
        TakeTalk(talk.person),
        Notify(PersonWith(talk.person), Say("talk.taken"), at_once=True),
        _idle(scene, talk),
    )
    return told(scene, Say("talk.desk.yours", _who(scene, talk), (_back(talk),)), effects)


def by_operator(scene: Scene, heard: Utterance) -> Outcome | None:
    """The words of who took a talk go to the resident, unless they are about their other work."""
    talk = scene.helps
    if talk is None or heard.choice or not (heard.text or heard.keepable):
        return None
    if answers.matches(heard.text, "talk", "over"):
        return _handed_back(scene, talk)
    if _to_the_bot(scene, heard) or _about_a_list(scene, heard):
        return None
    passed = PassOn(talk.person, Say("talk.from_staff", {"text": heard.text}), heard.keepable, at_once=True)
    effects = (_worded(passed, heard, "talk.file_from_staff"), _idle(scene, talk))
    return Outcome(replace(scene.state, last=passed.say.key), (), effects)


def by_resident(scene: Scene, heard: Utterance) -> Outcome | None:
    """What the resident says goes to who took the talk; danger and a report that cannot wait go the usual way."""
    talk = scene.talk
    if talk is None or talk.operator is None or heard.choice or not (heard.text or heard.keepable):
        return None
    if heard.text and (_to_the_bot(scene, heard) or _restricted(scene, heard) or _emergency(scene, heard)):
        return None
    passed = PassOn(talk.operator, Say("talk.from_resident", {**_who(scene, talk), "text": heard.text}), heard.keepable)
    effects = (_worded(passed, heard, "talk.file_from_resident", _who(scene, talk)), _idle(scene, talk))
    work = _work(scene, talk.region)
    if work.in_office_hours(scene.now) or scene.state.last == "talk.read_later":
        return Outcome(scene.state, (), effects)
    at = Moment(work.next_opening(scene.now), talk.region)
    return told(scene, Say("talk.read_later", {"at": at}), effects)


def smiled(scene: Scene, heard: Utterance) -> Outcome | None:
    """A thumb up is an answer between two people."""
    if not heard.text or "🆘" in heard.text:
        return None
    return by_operator(scene, heard) or by_resident(scene, heard)


def overheard(scene: Scene, heard: Utterance, outcome: Outcome) -> Outcome:
    """What danger does to a talk: of a fire the operator reads as well, of the restricted track nobody learns."""
    if scene.talk is None:
        return outcome
    if outcome.state.dialogue == safety.NAME:
        return outcome if scene.state.dialogue == safety.NAME else _given_up(scene, scene.talk, outcome)
    if scene.talk.operator is None or outcome.state.request or not heard.text or heard.choice:
        return outcome
    if not _emergency(scene, heard):
        return outcome
    values: Values = {**_who(scene, scene.talk), "text": heard.text}
    also = PassOn(scene.talk.operator, Say("talk.from_resident", values), (), at_once=True)
    return replace(outcome, effects=(*outcome.effects, also))


def _given_up(scene: Scene, talk: Talk, outcome: Outcome) -> Outcome:
    """Nobody of the posyandu reads on, and nobody learns why."""
    effects: tuple[Effect, ...] = (EndTalk(talk.person),)
    if talk.operator is not None:
        effects += (Notify(PersonWith(talk.operator), Say("talk.desk.over", _who(scene, talk))),)
    return Outcome(outcome.state, outcome.says, (*outcome.effects, *effects))


def on_time(errand: Errand, scene: Scene) -> Outcome | NotYet:
    """Nobody took it, or nobody said a word for long. `scene.person` is the resident."""
    talk = scene.talk
    if talk is None or not errand.key.endswith(_mark(talk)):
        return Outcome(scene.state)
    work = _work(scene, talk.region)
    if not work.in_office_hours(scene.now):
        return NotYet(work.next_opening(scene.now))
    if errand.key.startswith("idle"):
        return _idled(scene, talk)
    return Outcome(scene.state) if talk.operator else _not_taken(scene, talk, work, int(str(errand.data["round"])))


def _not_taken(scene: Scene, talk: Talk, work: WorkingTime, number: int) -> Outcome:
    if number >= ROUNDS:
        return Outcome(scene.state, (Say("talk.nobody_came"),), (EndTalk(talk.person),))
    morning = work.start_of(work.day_after(scene.now, 1))
    then = morning if number == 1 else work.add_hours(scene.now, TAKEN_WITHIN)
    again = Notify(Coordinators(talk.region), _call(scene, talk, "talk.desk.still_wanted"))
    says = (Say("talk.nobody_yet", {"at": Moment(morning, talk.region)}),) if number == 1 else ()
    return Outcome(scene.state, says, (again, _asked_again(talk, number + 1, then)))


def _idled(scene: Scene, talk: Talk) -> Outcome:
    if talk.operator is None:
        return Outcome(scene.state)
    ended = (EndTalk(talk.person), Notify(PersonWith(talk.operator), Say("talk.desk.over", _who(scene, talk))))
    return Outcome(scene.state, (Say("talk.over"),), ended)


def _handed_back(scene: Scene, talk: Talk) -> Outcome:
    ended = (EndTalk(talk.person), Notify(PersonWith(talk.person), Say("talk.over"), at_once=True))
    return told(scene, Say("talk.desk.handed_back", _who(scene, talk)), ended)


def _worded(passed: PassOn, heard: Utterance, key: str, values: Values | None = None) -> PassOn:
    """A file without a word is announced as one."""
    return passed if heard.text else PassOn(passed.to, Say(key, values or {}), passed.files, passed.at_once)


def _to_the_bot(scene: Scene, heard: Utterance) -> bool:
    """A command, a ticket, or an answer to one of our questions: whoever they talk to, this is for the bot."""
    asked = any(heard.reply_to in ask.message_ids for ask in scene.asks) if heard.reply_to else False
    return asked or answers.command(heard.text) is not None or names_a_ticket(heard.text, scene)


def _about_a_list(scene: Scene, heard: Utterance) -> bool:
    """*1 selesai* right after a list of reports."""
    shown = scene.state.last in worklist.LISTS | worklist.CHOICES and not heard.keepable
    return shown and any(one.report for one in worklist.said_of(scene, heard.text, scene.tasks))


def _emergency(scene: Scene, heard: Utterance) -> bool:
    read = scene.reader.read(heard.text, near=scene.region)
    return read.emergency and not read.restricted


def _restricted(scene: Scene, heard: Utterance) -> bool:
    return scene.reader.read(heard.text, near=scene.region).restricted


def _call(scene: Scene, talk: Talk, key: str) -> Say:
    return Say(key, _who(scene, talk), (choice(f"{TAP}:take:{talk.person}", "choice.take_talk"),))


def _back(talk: Talk) -> Choice:
    return choice(f"{TAP}:back:{talk.person}", "choice.back_to_bot")


def _who(scene: Scene, talk: Talk) -> Values:
    name: str | Word = talk.name or Word("talk.desk.nameless")
    return {"name": name, "region": scene.atlas.regions[talk.region].name}


def _asked_again(talk: Talk, number: int, at: datetime) -> Plan:
    errand = Errand(ErrandKind.TALK, f"wait{number}:{_mark(talk)}", talk.region, {"round": number})
    return Plan(PersonWith(talk.person), errand, at)


def _idle(scene: Scene, talk: Talk) -> Plan:
    """Moved on with every word."""
    at = _work(scene, talk.region).add_hours(scene.now, IDLE_AFTER)
    errand = Errand(ErrandKind.TALK, f"idle:{_mark(talk)}", talk.region)
    return Plan(PersonWith(talk.person), errand, at, once=False)


def _mark(talk: Talk) -> str:
    return talk.opened_at.isoformat()


def _work(scene: Scene, region: str) -> WorkingTime:
    return WorkingTime(scene.atlas.regions[region])
