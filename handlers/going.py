"""*Saya pindah tugas, ganti Bu …*: who leaves the service hands the open work over in one step, after one yes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers import worklist
from handlers.effects import AlarmIfUnmanned, Coordinators, Effect, HandOver, Notify, PersonWith
from handlers.messages import Choice, Lines, OfficeName, Say, Values
from handlers.replies import told
from handlers.scene import Colleague, Outcome, Scene
from handlers.standing_in import coordinates, each_once, manned, office_of
from handlers.taking_over import taking_over
from handlers.utterance import Utterance
from routing import answers
from routing import leave as words
from routing.deadlines import WorkingTime
from routing.model import Role

WHO = "leave.gone_who"
LEAVER = "leave.gone_whom"
SURE = "leave.gone_sure"
BUTTONS = 3
NOBODY = 0


@dataclass(frozen=True)
class _Handing:
    """Who goes, and who takes over (None while it is asked, 0 for nobody); kept as text in `State.pending`."""

    leaver: int
    to: int | None = None

    @staticmethod
    def of(pending: str | None) -> _Handing | None:
        leaver, _, to = (pending or "").partition(">")
        return _Handing(int(leaver), int(to) if to else None) if leaver.isdigit() else None

    def __str__(self) -> str:
        return f"{self.leaver}>{'' if self.to is None else self.to}"


def asked(scene: Scene) -> bool:
    """Whether one of our questions is the last thing that was said."""
    return scene.state.last in (WHO, SURE) and _Handing.of(scene.state.pending) is not None


def begin(scene: Scene, leaver: int, successor: str | None, *, nobody: bool = False) -> Outcome | None:
    """Asks who takes over, then whether it is so; None where this person may not say that."""
    if not _hats(scene, leaver):
        return None
    candidates = _candidates(scene, leaver)
    named = words.whom(successor or "", candidates)
    if len(named) == 1:
        return _sure(scene, _Handing(leaver, named[0].person_id))
    if nobody or not candidates:
        return _sure(scene, _Handing(leaver, NOBODY))
    return _who(scene, leaver, candidates, named or candidates)


def of_somebody_else(scene: Scene, heard: Utterance) -> Outcome | None:
    """*Pak X pindah, ganti Bu Y* of a coordinator; None for words that name no officer of their region."""
    regions = coordinates(scene)
    said = words.of_somebody_else(heard.text) if regions else None
    if said is None or worklist.said_of(scene, heard.text, (*scene.tasks, *scene.named)):
        return None
    leaver, successor = said
    if scene.reader.read(heard.text, near=scene.region).restricted:
        return None
    found = words.whom(leaver, each_once(one for one in scene.colleagues if one.region in regions))
    if len(found) == 1:
        return begin(scene, found[0].person_id, successor, nobody=words.nobody(heard.text))
    if not found or len(found) > worklist.SHOWN:
        return None
    lines = Lines(tuple(_name(one) for one in found))
    return told(scene, Say(LEAVER, {"lines": lines}))


def answered(scene: Scene, text: str) -> Outcome | None:
    """The successor's name or number, or the yes; None where the words are neither."""
    handing = _Handing.of(scene.state.pending)
    assert handing is not None
    if scene.state.last == SURE:
        if answers.yes_or_no(text) is False or answers.command(text) == ("cancel", ""):
            return told(scene, Say("leave.gone_kept"))
        return _handed_over(scene, handing) if answers.yes_or_no(text) else None
    candidates = _candidates(scene, handing.leaver)
    line = answers.chosen(text, [one.name for one in candidates])
    found = (candidates[line],) if line is not None else words.whom(text, candidates)
    if len(found) == 1:
        return _sure(scene, replace(handing, to=found[0].person_id))
    return _sure(scene, replace(handing, to=NOBODY)) if words.nobody(text) else None


def tapped(scene: Scene, what: str) -> Outcome | None:
    handing = _Handing.of(scene.state.pending)
    assert handing is not None
    if scene.state.last == SURE:
        if what == "keep":
            return told(scene, Say("leave.gone_kept"))
        return _handed_over(scene, handing) if what == "go" else None
    ids = {str(one.person_id): one.person_id for one in _candidates(scene, handing.leaver)} | {"none": NOBODY}
    return _sure(scene, replace(handing, to=ids[what])) if what in ids else None


def offered(candidates: Sequence[Colleague], likely: Sequence[Colleague]) -> tuple[Lines, tuple[Choice, ...]]:
    """All by number, the likely ones as buttons besides, and nobody."""
    lines = Lines(tuple(Say("leave.name", {"name": one.name}) for one in candidates), numbered=True)
    named = (Choice(f"l:{one.person_id}", "choice.colleague", {"name": one.name}) for one in likely[:BUTTONS])
    return lines, (*named, Choice("l:none", "choice.nobody"))


# --- asking -----------------------------------------------------------------------------------------------------------


def _who(scene: Scene, leaver: int, candidates: Sequence[Colleague], likely: Sequence[Colleague]) -> Outcome:
    lines, options = offered(candidates, likely)
    return _waiting(told(scene, Say(WHO, {"lines": lines}, options)), _Handing(leaver))


def _sure(scene: Scene, handing: _Handing) -> Outcome:
    """Nothing has happened yet."""
    region, office = _hats(scene, handing.leaver)[0]
    values: Values = {"name": _named(scene, handing.leaver), "office": OfficeName(region, office, full=False)}
    key = f"{SURE}.nobody"
    if handing.to:
        key, values["who"] = SURE, _named(scene, handing.to)
    options = (Choice("l:go", "choice.hand_over"), Choice("l:keep", "choice.keep_on"))
    asked_ = told(scene, Say(key, values, options))
    return _waiting(replace(asked_, state=replace(asked_.state, last=SURE)), handing)


def _waiting(said: Outcome, handing: _Handing) -> Outcome:
    return replace(said, state=replace(said.state, pending=str(handing)))


# --- done -------------------------------------------------------------------------------------------------------------


def _handed_over(scene: Scene, handing: _Handing) -> Outcome | None:
    """The hat is taken off; the successor gets one list, the coordinator one line."""
    hats = _hats(scene, handing.leaver)
    if not hats or handing.to is None:
        return None
    name = _named(scene, handing.leaver)
    effects: tuple[Effect, ...] = tuple(
        HandOver(handing.leaver, region, handing.to or None) for region in sorted({region for region, _ in hats})
    )
    for region, office in hats:
        if handing.to:
            effects += (taking_over(scene, PersonWith(handing.to), region, office, None, name),)
        effects += _coordinator_learns(scene, handing, region, office)
    key = "leave.gone_done" if handing.leaver == scene.person.id else "leave.gone_done_other"
    return told(scene, Say(key, {"name": name}), effects)


def _coordinator_learns(scene: Scene, handing: _Handing, region: str, office: str) -> tuple[Effect, ...]:
    """An office that nobody is left in alarms at once; who decided it themselves need not be told."""
    today = WorkingTime(scene.atlas.regions[region]).local_day(scene.now)
    left = [one for one in office_of(scene, region, office) if one.person_id != handing.leaver]
    if not manned(left, today):
        return (AlarmIfUnmanned(region, office),)
    if region in coordinates(scene):
        return ()
    values: Values = {"office": OfficeName(region, office, full=False), "name": _named(scene, handing.leaver)}
    key = "coordinator.officer_gone.nobody"
    if handing.to:
        key, values["who"] = "coordinator.officer_gone", _named(scene, handing.to)
    return (Notify(Coordinators(region), Say(key, values)),)


# --- who may ----------------------------------------------------------------------------------------------------------


def _hats(scene: Scene, leaver: int) -> list[tuple[str, str]]:
    """The offices somebody is let go from: all of one's own, or those in the regions of a coordinator."""
    regions = coordinates(scene)
    own = leaver == scene.person.id and scene.person.has(Role.OFFICER)
    theirs = (one for one in scene.colleagues if one.person_id == leaver)
    return sorted({(one.region, one.office) for one in theirs if own or one.region in regions})


def _candidates(scene: Scene, leaver: int) -> tuple[Colleague, ...]:
    offices = set(_hats(scene, leaver))
    there = [one for one in scene.colleagues if (one.region, one.office) in offices and one.person_id != leaver]
    return each_once(one for one in there if one.reachable)


def _named(scene: Scene, person: int) -> str:
    return next((one.name for one in scene.colleagues if one.person_id == person), "")


def _name(one: Colleague) -> Say:
    return Say("leave.name_office", {"name": one.name, "office": OfficeName(one.region, one.office, full=False)})
