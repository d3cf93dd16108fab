"""A resident (or a kader for a neighbour) reports: harvest first, ask only what is missing, one summary, one tap."""

from __future__ import annotations

from dataclasses import replace

from handlers import alike, drafting, recording, several, spoken
from handlers.at_once import danger_numbers, said_after, sent_at_once
from handlers.bundle import drafts_of
from handlers.draft import Draft, correct, draft_of, harvest, names_another_problem, stored, with_place
from handlers.effects import Effect, Notify, Remember, Sender
from handlers.filing import file
from handlers.form import ask
from handlers.matter import category_word
from handlers.messages import Say, Where
from handlers.not_ours import elsewhere
from handlers.report_form import FORM, NOTICE, REPORT
from handlers.scene import Outcome, Scene, State
from handlers.utterance import Utterance
from routing import answers
from routing.model import Kind, Understanding

MISSES_BEFORE_GIVING_UP = 2
_BARE = frozenset({"confirm", "consent", "supply", "category", "change", "alike", several.LIST, several.CONSENT})


def begin(scene: Scene, heard: Utterance, read: Understanding | None = None) -> Outcome:
    """A new report from the first words, the photo or the pin; several problems in one message wait in line."""
    files = scene.state.files + heard.keepable
    if scene.state.queue and not (heard.text or heard.files or heard.point):
        return next_in_line(scene, scene.state, (), ())
    drafts = drafting.drafts(scene, heard, read)
    alarms = tuple(draft for draft in drafts if draft.emergency) if len(drafts) > 1 else ()
    first, *others = [draft for draft in drafts if draft not in alarms] or [Draft()]
    state = State(
        dialogue=REPORT,
        ref=scene.fresh,
        answers=stored(first),
        queue=(*(stored(other) for other in others), *scene.state.queue),
        files=files,
        about=scene.state.about,
        request=scene.state.request,
        heard_at=scene.state.heard_at,
        step=scene.state.step,
        visits=scene.state.visits,
    )
    before = (*spoken.echo(heard), *danger_numbers(next(iter((*alarms, first))), scene))
    if others and not first.bundle:
        before += (Say("report.several", {"count": len(drafts)}),)
    if not alarms:
        return go_on(scene, state, first, before)
    sent = sent_at_once(scene, alarms, files)
    state = replace(state, files=())
    if first == Draft():
        return next_in_line(scene, state, before, sent)
    return said_after(go_on(scene, state, first), before, sent)


def resume(scene: Scene, heard: Utterance) -> Outcome:
    """The next words of a report in progress; what a machine heard of them is said back first."""
    outcome = recording.settled(scene, heard) or _resumed(scene, heard)
    return replace(outcome, says=(*spoken.echo(heard), *outcome.says))


def _resumed(scene: Scene, heard: Utterance) -> Outcome:
    """An answer, a correction, another problem, or something else entirely."""
    state = scene.state
    draft = draft_of(state.answers)
    state = replace(state, files=state.files + heard.keepable)
    if draft.bundle:
        return _after(scene, several.resume(replace(scene, state=state), heard))
    problem = next((file.problem for file in heard.files if file.problem), "")
    if problem and not heard.text:
        return go_on(scene, state, draft, (Say(f"file.{problem}"),), repeated=True)
    question = FORM.named(state.asked) or FORM.next(draft, scene)
    if question is None:
        return go_on(scene, state, draft)
    if state.asked == "confirm":
        return _at_summary(scene, state, draft, heard)
    if heard.text and not heard.choice and answers.correction(heard.text):
        corrected = correct(draft, heard, scene)
        if corrected:
            return go_on(scene, state, corrected)
    if heard.text and not heard.choice:
        elsewhere = _another_problem(scene, state, draft, heard)
        if elsewhere:
            return elsewhere
    answered = question.read(draft, scene, heard)
    if answered is not None:
        return go_on(
            scene, state, answered, danger_numbers(answered, scene) if answered.urgent and not draft.urgent else ()
        )
    if heard.keepable and not heard.text:
        return go_on(scene, state, draft, (Say("file.kept"),), repeated=True)
    corrected = correct(draft, heard, scene) if heard.text or heard.point else None
    if corrected:
        noted = (Say("note.place", {"where": Where(corrected.place, corrected.rt, corrected.rw)}),)
        before = noted if corrected.place and corrected.place != draft.place else ()
        return go_on(scene, state, corrected, before, repeated=True, missed=False)
    if state.misses + 1 >= MISSES_BEFORE_GIVING_UP and question.give_up:
        return go_on(scene, state, question.give_up(draft, scene))
    return go_on(scene, state, draft, repeated=True)


def go_on(
    scene: Scene,
    state: State,
    draft: Draft,
    before: tuple[Say, ...] = (),
    *,
    repeated: bool = False,
    missed: bool = True,
) -> Outcome:
    """Ask the next open question; a report that is not ours to take ends with where to turn instead.

    `repeated` words the question anew when it is the same as before, and counts as a miss unless `missed` is false.
    """
    state = replace(state, answers=stored(draft))
    scene = replace(scene, state=state)
    drafts = drafts_of(state)
    if len(drafts) > 1:
        return several.go_on(scene, state, drafts, before, repeated=repeated, missed=missed)
    draft = replace(draft, bundle="")
    state = replace(state, answers=stored(draft))
    if draft.joins:
        return _followed(scene, state, draft, before)
    ended = _not_ours(scene, state, draft, before)
    if ended:
        return ended
    question = FORM.next(draft, scene)
    if question is None:
        return send(scene, state, draft, before)
    again = repeated and question.name == state.asked
    outcome = ask(scene, state, question.ask(draft, scene), question.name, repeated=again, before=before)
    if not missed:
        outcome = replace(outcome, state=replace(outcome.state, misses=state.misses))
    if question.name == "confirm" and scene.person.facts.get("notice") != NOTICE:
        return replace(outcome, effects=(*outcome.effects, Remember({"notice": NOTICE})))
    return outcome


def again(scene: Scene) -> Outcome:
    """The question that is waiting, in other words; nobody missed anything."""
    return go_on(scene, scene.state, draft_of(scene.state.answers), repeated=True, missed=False)


def takes_bare(scene: Scene, heard: Utterance) -> bool:
    """Whether the question that is waiting would read this as its yes, its no or its number."""
    if scene.state.asked not in _BARE:
        return False
    return answers.yes_or_no(heard.text) is not None or answers.chosen(heard.text, [""] * 3) is not None


def send(scene: Scene, state: State, draft: Draft, before: tuple[Say, ...] = ()) -> Outcome:
    """Filed; a further problem that waited in line comes next, in the same message."""
    effects = file(draft, state.files, state.ref or scene.fresh, scene)
    state = replace(state, queue=tuple(_at_the_same_place(waiting, draft, scene) for waiting in state.queue))
    return next_in_line(scene, state, before, effects)


def cancel(scene: Scene) -> Outcome:
    """*Batal* in the middle: nothing is kept of this draft; one that waits in line is shown next."""
    if drafts_of(scene.state):
        return _after(scene, several.dropped(scene))
    return next_in_line(scene, scene.state, (Say("report.dropped"),), ())


def change(scene: Scene) -> Outcome:
    """*Ubah*: asks what is to change; a correction in plain words does the same without asking."""
    if drafts_of(scene.state):
        return several.change(scene)
    draft = replace(draft_of(scene.state.answers), changing=True)
    return go_on(scene, scene.state, draft)


def _at_summary(scene: Scene, state: State, draft: Draft, heard: Utterance) -> Outcome:
    """Send, change or drop; or a correction, an addition, or a second problem in plain words."""
    tapped = (heard.choice or "").partition(":")[2]
    picked = answers.chosen(heard.text, ("", "", "")) if heard.text else None
    if tapped == "send" or picked == 0:
        return send(scene, state, draft)
    if tapped == "change" or picked == 1:
        return change(replace(scene, state=state))
    if tapped == "drop" or picked == 2:
        return cancel(replace(scene, state=state))
    if not heard.text and not heard.point:
        return go_on(scene, state, draft, (Say("file.kept"),) if heard.keepable else (), repeated=True)
    elsewhere = _another_problem(scene, state, draft, heard)
    if elsewhere:
        return elsewhere
    corrected = correct(draft, heard, scene)
    if corrected and (answers.correction(heard.text) or answers.yes_or_no(heard.text) is not True):
        return go_on(scene, state, corrected)
    verdict = answers.yes_or_no(heard.text)
    if verdict is True and corrected is None:
        return send(scene, state, draft)
    if corrected:
        return go_on(scene, state, corrected)
    if verdict is False:
        return change(replace(scene, state=state))
    read = scene.reader.read(heard.text, near=scene.region)
    if read.kind is Kind.AFFIRM:
        return send(scene, state, draft)
    if read.kind is Kind.DENY:
        return change(replace(scene, state=state))
    if read.kind is Kind.REPORT and read.evidence:
        return go_on(scene, state, harvest(draft, heard, scene))
    return go_on(scene, state, draft, repeated=True)


def _another_problem(
    scene: Scene, state: State, draft: Draft, heard: Utterance, read: Understanding | None = None
) -> Outcome | None:
    """A second problem told in the middle waits in line; where it happened may answer the question at hand as well."""
    read = read or scene.reader.read(heard.text, near=scene.region)
    if answers.correction(heard.text) or not names_another_problem(draft, read, scene):
        return None
    other = harvest(Draft(relay=draft.relay), heard, scene)
    here = scene.atlas.places.get(other.place or "")
    there = scene.atlas.places.get(draft.place or "")
    if here and not draft.place:
        draft = replace(with_place(draft, here, scene), rt=draft.rt or other.rt)
    elif there and not other.place:
        other = with_place(other, there, scene)
    state = replace(state, queue=(*state.queue, stored(other)))
    said = Say("report.second_kept", {"what": category_word(other.category)})
    return go_on(scene, state, draft, (*danger_numbers(other, scene), said), repeated=True, missed=False)


def next_in_line(scene: Scene, state: State, says: tuple[Say, ...], effects: tuple[Effect, ...]) -> Outcome:
    """One thing is done with; the next problem that waited is taken up in the same message."""
    left = State(
        step=state.step,
        about=state.about,
        request=state.request,
        heard_at=state.heard_at,
        visits=state.visits,
    )
    if not state.queue:
        return Outcome(replace(left, last=says[-1].key if says else None), says, effects)
    waiting, *rest = state.queue
    number = len(rest)
    following = replace(left, dialogue=REPORT, ref=f"{scene.fresh}.{number}", queue=tuple(rest))
    asked = go_on(scene, following, draft_of(waiting), (Say("report.next"),))
    # Said as effects, so that the ticket of the first problem stands before the question about the next.
    then = tuple(Notify(Sender(), say) for say in asked.says)
    return replace(asked, says=says, effects=(*effects, *then, *asked.effects))


def _at_the_same_place(waiting: dict[str, object], draft: Draft, scene: Scene) -> dict[str, object]:
    """A problem told in the same breath is taken to be where the first one is; its summary shows it."""
    other = draft_of(waiting)
    place = scene.atlas.places.get(draft.place or "")
    if place is None or other.place or other.candidates or other.kecamatan or other.outside:
        return waiting
    return stored(replace(with_place(other, place, scene), rt=other.rt or draft.rt, rw=other.rw or draft.rw))


def _not_ours(scene: Scene, state: State, draft: Draft, before: tuple[Say, ...]) -> Outcome | None:
    """The contact of whoever takes it, and the end of this draft."""
    say = elsewhere(draft, scene)
    return next_in_line(scene, state, (*before, say), ()) if say else None


def _after(scene: Scene, outcome: Outcome | several.Finished) -> Outcome:
    """What several drafts together came to: the next question, or the next that waits behind them."""
    if isinstance(outcome, several.Finished):
        return next_in_line(scene, outcome.state, outcome.says, outcome.effects)
    drafts = drafts_of(outcome.state)
    if len(drafts) != 1:
        return outcome
    alone = replace(drafts[0], bundle="")
    return go_on(scene, replace(outcome.state, asked=None), alone)


def _followed(scene: Scene, state: State, draft: Draft, before: tuple[Say, ...]) -> Outcome:
    """An older report is followed instead of filing the same once more."""
    followed = alike.joined(draft, state.files, scene)
    if followed is None:
        return go_on(scene, state, replace(draft, joins=None, apart=True), before)
    say, effects = followed
    return next_in_line(scene, state, (*before, say), effects)
