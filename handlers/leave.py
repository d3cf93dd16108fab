"""*Saya cuti sampai Senin, ganti Pak …*, *saya sudah masuk lagi*: who has an officer's work meanwhile, and who learns
of it. Who leaves for good is in `handlers/going.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from handlers import going, worklist
from handlers.effects import AlarmIfUnmanned, ComeBack, Coordinators, Effect, GoAway, Notify, PersonWith, Plan, Sender
from handlers.errands import Errand, ErrandKind
from handlers.messages import Day, OfficeName, Say, Values
from handlers.replies import told
from handlers.scene import Colleague, Outcome, Scene
from handlers.standing_in import at_work, each_once, handling, manned, office_of
from handlers.taking_over import taking_over
from handlers.utterance import Utterance
from routing import answers
from routing import leave as words
from routing.deadlines import WorkingTime
from routing.leave import Leave
from routing.model import Role

WHO = "leave.who"
UNTIL = "leave.until"
"""Our questions; what is known already waits in `State.pending`."""
_SHORT = 4
"""Words of an answer that is only a day."""


def said(scene: Scene, heard: Utterance) -> Outcome | None:
    """An answer to our own question, or news of being there; None for words about anything else."""
    if not heard.text or heard.choice or not (scene.person.has(Role.OFFICER) or scene.person.has(Role.COORDINATOR)):
        return None
    answer = _to_our_question(scene, heard.text)
    if answer or answers.command(heard.text):
        return answer
    return (_own(scene, heard) if scene.person.has(Role.OFFICER) else None) or going.of_somebody_else(scene, heard)


def _to_our_question(scene: Scene, text: str) -> Outcome | None:
    if worklist.said_of(scene, text, scene.tasks):
        return None
    if going.asked(scene):
        return going.answered(scene, text)
    return _answered(scene, text) if scene.state.last in (WHO, UNTIL) and scene.state.pending else None


def tapped(scene: Scene, what: str) -> Outcome | None:
    """A button under one of our questions: who stands in, or a yes to handing over."""
    if going.asked(scene):
        return going.tapped(scene, what)
    if scene.state.last != WHO or not scene.state.pending:
        return None
    chosen = next((one for one in _candidates(scene) if str(one.person_id) == what), None)
    if chosen is None and what != "none":
        return None
    return _away(scene, date.fromisoformat(scene.state.pending), chosen, tell=chosen is not None)


def _own(scene: Scene, heard: Utterance) -> Outcome | None:
    calendar = _calendar(scene)
    read = words.read(heard.text, calendar.local_day(scene.now), calendar.is_working_day)
    if read is None or worklist.said_of(scene, heard.text, scene.tasks):
        return None
    if scene.reader.read(heard.text, near=scene.region).restricted:
        return None
    match read.kind:
        case "back":
            return _back(scene)
        case "gone":
            return going.begin(scene, scene.person.id, read.stand_in, nobody=read.nobody)
    return _leaves(scene, read)


# --- away -------------------------------------------------------------------------------------------------------------


def _leaves(scene: Scene, read: Leave) -> Outcome:
    """Without a day it is today, and until when is asked; without a name the colleagues are offered."""
    today = _calendar(scene).local_day(scene.now)
    candidates = _candidates(scene)
    named = words.whom(read.stand_in or "", candidates)
    stand_in = named[0] if len(named) == 1 else None
    until = read.until or today
    if read.until is None:
        gone = _away(scene, until, stand_in, tell=False)
        asked = Say(UNTIL)
        pending = str(stand_in.person_id if stand_in else 0)
        return replace(gone, says=(asked,), state=replace(gone.state, last=UNTIL, pending=pending))
    if stand_in or read.nobody or not candidates:
        return _away(scene, until, stand_in)
    return _ask_who(scene, until, named or candidates)


def _ask_who(scene: Scene, until: date, candidates: Sequence[Colleague]) -> Outcome:
    """The leave counts already; the next in rank has the work until somebody is named."""
    gone = _away(scene, until, None)
    lines, options = going.offered(_candidates(scene), candidates)
    say = Say(WHO, {"day": Day(until), "lines": lines}, options)
    return replace(gone, says=(say,), state=replace(gone.state, last=WHO, pending=until.isoformat()))


def _answered(scene: Scene, text: str) -> Outcome | None:
    """The day or the name that was asked for; None where the words are neither."""
    calendar = _calendar(scene)
    pending = scene.state.pending or ""
    if scene.state.last == UNTIL:
        until = words.answer_with_day(text, calendar.local_day(scene.now), calendar.is_working_day)
        if until is None:
            return _asked_again(scene, text)
        known = next((one for one in _candidates(scene) if str(one.person_id) == pending), None)
        named = words.parted(text)[1]
        return _leaves(scene, Leave("away", until, known.name if known else named, words.nobody(text)))
    candidates = _candidates(scene)
    line = answers.chosen(text, [one.name for one in candidates])
    found = (candidates[line],) if line is not None else words.whom(text, candidates)
    if len(found) == 1:
        return _away(scene, date.fromisoformat(pending), found[0])
    return _away(scene, date.fromisoformat(pending), None, tell=False) if words.nobody(text) else None


def _asked_again(scene: Scene, text: str) -> Outcome | None:
    """A day that is gone, or years away (*2031*); words without a figure mean something else."""
    if not any(sign.isdigit() for sign in text) or len(text.split()) > _SHORT:
        return None
    said = told(scene, Say(UNTIL))
    return replace(said, state=replace(said.state, pending=scene.state.pending))


def _away(scene: Scene, until: date, stand_in: Colleague | None, *, tell: bool = True) -> Outcome:
    """On leave from now on; those who have the work meanwhile get one list, the coordinator one line if `tell`."""
    after = _with_leave(scene, until, stand_in)
    effects: tuple[Effect, ...] = (GoAway(until, stand_in.person_id if stand_in else None),)
    for region, office in sorted(scene.person.offices()):
        heirs = _new_hands(scene, after, region, office, stand_in)
        effects += tuple(taking_over(scene, PersonWith(one), region, office, until) for one in heirs)
        effects += _coordinator_learns(scene, after, region, office, until, stand_in, tell=tell)
    effects += (_welcome(scene, until),)
    values: Values = {"day": Day(until), "back": Day(_first_day_after(scene, until)), **_who(stand_in)}
    key = "leave.away" if stand_in else "leave.away.next" if _somebody(scene, after) else "leave.away.nobody"
    return told(scene, Say(key, values), effects)


def _coordinator_learns(
    scene: Scene,
    after: Sequence[Colleague],
    region: str,
    office: str,
    until: date,
    stand_in: Colleague | None,
    *,
    tell: bool,
) -> tuple[Effect, ...]:
    there = [one for one in after if (one.region, one.office) == (region, office)]
    if not manned(there, _calendar(scene).local_day(scene.now)):
        return (AlarmIfUnmanned(region, office),)
    if not tell:
        return ()
    values: Values = {
        "office": OfficeName(region, office, full=False),
        "name": scene.person.name or "",
        "day": Day(until),
        **_who(stand_in),
    }
    key = "coordinator.officer_away" if stand_in else "coordinator.officer_away.next"
    return (Notify(Coordinators(region), Say(key, values)),)


def _new_hands(
    scene: Scene, after: Sequence[Colleague], region: str, office: str, stand_in: Colleague | None
) -> tuple[int, ...]:
    """The stand-in, or who was not at it before and is now."""
    today = _calendar(scene).local_day(scene.now)
    there = [one for one in after if (one.region, one.office) == (region, office)]
    before = handling(office_of(scene, region, office), today)
    if stand_in:
        return (stand_in.person_id,) if any(one.person_id == stand_in.person_id for one in there) else ()
    # Where everybody is on leave nobody takes over, and the coordinator has been alarmed.
    here = {one.person_id for one in there if at_work(one, today)}
    return tuple(one for one in handling(there, today) if one in here and one not in before)


def _welcome(scene: Scene, until: date, *, back: bool = True) -> Plan:
    """The first morning back: everything that waits, whether or not it is due that day; a morning like any other for
    who is back before it."""
    calendar = _calendar(scene)
    day = _first_day_after(scene, until)
    errand = Errand(ErrandKind.DIGEST, day.isoformat(), calendar.region.code, {"back": back})
    return Plan(Sender(), errand, calendar.digest_at(day), once=False)


# --- back -------------------------------------------------------------------------------------------------------------


def _back(scene: Scene) -> Outcome:
    """What waits, at once; whoever stood in and the coordinator hear that it is theirs no more."""
    today = _calendar(scene).local_day(scene.now)
    hats = [hat for hat in scene.person.memberships if hat.role is Role.OFFICER and hat.office]
    away = [hat for hat in hats if hat.away_until and hat.away_until >= today]
    if not away:
        return told(scene, Say("leave.not_away"))
    effects: tuple[Effect, ...] = (ComeBack(),)
    for hat in away:
        effects += (_welcome(scene, hat.away_until or today, back=False),)
        values: Values = {
            "name": scene.person.name or "",
            "office": OfficeName(hat.region, hat.office or "", full=False),
        }
        effects += (Notify(Coordinators(hat.region), Say("coordinator.officer_back", values)),)
        if hat.stand_in is not None:
            effects += (Notify(PersonWith(hat.stand_in), Say("leave.stand_in_over", values)),)
    waiting = worklist.at_office(scene)
    if any(task.restricted for task in scene.tasks):  # a phone may be read by others: not even that one waits
        return told(scene, Say("leave.back.quietly"), effects)
    if not waiting:
        return told(scene, Say("leave.back.nothing"), effects)
    said = worklist.listed(scene, "leave.back", waiting, line="list.status")
    return replace(said, effects=effects)


# --- small things -----------------------------------------------------------------------------------------------------


def _calendar(scene: Scene) -> WorkingTime:
    """Of the first office of this person: somebody who answers in two time zones is not to be expected."""
    region = min((region for region, _ in scene.person.offices()), default=scene.region)
    return WorkingTime(scene.atlas.regions[region])


def _candidates(scene: Scene) -> tuple[Colleague, ...]:
    """Who could stand in: colleagues of the same offices who are at work and can be reached."""
    offices = scene.person.offices()
    today = _calendar(scene).local_day(scene.now)
    there = (one for one in scene.colleagues if (one.region, one.office) in offices)
    return each_once(one for one in there if one.person_id != scene.person.id and one.reachable and at_work(one, today))


def _with_leave(scene: Scene, until: date, stand_in: Colleague | None) -> tuple[Colleague, ...]:
    """The colleagues as they will be once this leave counts."""
    own = stand_in.person_id if stand_in else None
    return tuple(
        replace(one, away_until=until, stand_in=own) if one.person_id == scene.person.id else one
        for one in scene.colleagues
    )


def _somebody(scene: Scene, after: Sequence[Colleague]) -> bool:
    today = _calendar(scene).local_day(scene.now)
    return any(
        manned([one for one in after if (one.region, one.office) == office], today) for office in scene.person.offices()
    )


def _first_day_after(scene: Scene, until: date) -> date:
    return _calendar(scene).on_or_after(until + timedelta(days=1))


def _who(stand_in: Colleague | None) -> Values:
    return {"who": stand_in.name} if stand_in else {}
