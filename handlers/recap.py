"""A kader's month, told in the chat and handed out as a paper: proof of work, without quotas (`domain.md §10`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from handlers.effects import Effect, Plan, Sender, TellRecap
from handlers.errands import Errand, ErrandKind, NotYet
from handlers.messages import Choice, Day, Lines, Say, Values, Word
from handlers.replies import told
from handlers.scene import Outcome, Scene
from handlers.utterance import Utterance
from routing.deadlines import WorkingTime
from routing.model import Role, Status
from routing.recap import Recap, Step, month_key, month_of, months_on
from routing.recap_words import PaperForm, Whose, recap_asked

TAP = "r"
"""Taps that begin with it ask for a recap: `r:2026-11.mine.pdf`."""
_WHOSE: Mapping[str, Whose] = {"mine": "mine", "posyandu": "posyandu"}
_FORMS: Mapping[str, PaperForm] = {"": "", "pdf": "pdf", "xlsx": "xlsx"}


def said(scene: Scene, heard: Utterance) -> Outcome | None:
    """*Rekap*, *rekap oktober*, *rekap posyandu pdf*; None for other words and for whoever is no kader."""
    if not heard.text or heard.choice or not scene.person.has(Role.KADER):
        return None
    asked = recap_asked(heard.text, _today(scene))
    if asked is None:
        return None
    if asked.first is None:
        return told(scene, Say("recap.which_month"))
    return _given(scene, asked.first, asked.whose, asked.form)


def tapped(scene: Scene, what: str) -> Outcome | None:
    """A tap on a paper, or on the month before; None for a button that means nothing any more."""
    key, _, rest = what.partition(".")
    whose, _, form = rest.partition(".")
    first, of, as_ = month_of(key), _WHOSE.get(whose), _FORMS.get(form)
    if first is None or of is None or as_ is None or not scene.person.has(Role.KADER):
        return None
    return _given(scene, first, of, as_)


def on_month(errand: Errand, scene: Scene) -> Outcome | NotYet:
    """The month that is over, on the first working morning after it; a morning with visits is full enough."""
    first = month_of(errand.key)
    if first is None or not scene.person.has(Role.KADER):
        return Outcome(scene.state)
    today = _today(scene)
    if any(task.visit_on == today and task.status is Status.REPORTED for task in scene.tasks):
        work = WorkingTime(scene.atlas.regions[_region(scene)])
        return NotYet(work.start_of(work.day_after(scene.now, 1)))
    return told(scene, None, (_tell(scene, first, "mine", unasked=True),))


def after_a_check(scene: Scene, region: str) -> Effect:
    """Who checked something this month gets the month's recap when it is over, once."""
    work = WorkingTime(scene.atlas.regions[region])
    this = work.local_day(scene.now).replace(day=1)
    over = work.start_of(months_on(this, 1))
    return Plan(Sender(), Errand(ErrandKind.RECAP, month_key(this), region), work.next_opening(over))


def month_told(recap: Recap, whose: Whose, today: date, *, unasked: bool = False) -> Say:
    """The figures in words, with the papers to tap on. `today` is a local day: a running month says how far it goes."""
    key = month_key(recap.first)
    running = months_on(recap.first, 1) > today
    options = [_choice(key, whose, "pdf"), _choice(key, whose, "xlsx")]
    if not unasked:
        options.append(Choice(f"{TAP}:{month_key(months_on(recap.first, -1))}.{whose}.", "recap.choice.before"))
    values: Values = {**month_values(recap.first), "whose": Word(f"recap.whose.{whose}"), "day": Day(today)}
    if recap.empty:
        return Say("recap.empty_so_far" if running else "recap.empty", values, tuple(options))
    values |= {str(step): recap.total(step) for step in Step}
    values["lines"] = Lines(tuple(_field_line(recap, field) for field in recap.fields if field in recap.counts))
    name = "recap.ready" if unasked else "recap.so_far" if running else "recap.month"
    return Say(name, values, tuple(options))


def month_values(first: date) -> Values:
    """`month` and `year`, for lines that name a month."""
    return {"month": Word(f"recap.month_name.{first.month}"), "year": first.year}


def _field_line(recap: Recap, field: str) -> Say:
    counted: Values = {str(step): recap.of(field, step) for step in Step}
    return Say("recap.field_line", {"field": Word(f"field.{field}"), **counted})


def _choice(key: str, whose: Whose, form: PaperForm) -> Choice:
    return Choice(f"{TAP}:{key}.{whose}.{form}", f"recap.choice.{form}")


def _given(scene: Scene, first: date, whose: Whose, form: PaperForm) -> Outcome:
    whose = whose if _posyandu(scene) else "mine"
    if not form:
        return told(scene, None, (_tell(scene, first, whose),))
    data: dict[str, object] = {"month": month_key(first), "whose": whose, "form": form}
    paper = Errand(ErrandKind.PAPER, scene.fresh, _region(scene), data)
    return told(scene, None, (Plan(Sender(), paper, scene.now),))


def _tell(scene: Scene, first: date, whose: Whose, *, unasked: bool = False) -> TellRecap:
    region = _region(scene)
    return TellRecap(first, whose, region, scene.atlas.regions[region].zone, unasked=unasked)


def _today(scene: Scene) -> date:
    return scene.now.astimezone(scene.atlas.regions[_region(scene)].tz).date()


def _region(scene: Scene) -> str:
    return next((hat.region for hat in scene.person.memberships if hat.role is Role.KADER), scene.region)


def _posyandu(scene: Scene) -> str | None:
    return next((hat.posyandu for hat in scene.person.memberships if hat.role is Role.KADER and hat.posyandu), None)
