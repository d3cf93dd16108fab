"""Several problems of one message: shown together and numbered, put right by number, sent with one tap."""

from __future__ import annotations

from dataclasses import dataclass, replace

from handlers import alike
from handlers.bundle import MOST, drafts_of, kept, settled, without
from handlers.draft import Draft, correct, harvest, renamed, stored
from handlers.effects import Effect, Remember
from handlers.form import ask, choice
from handlers.messages import Say
from handlers.not_ours import elsewhere
from handlers.report_form import NOTICE, ask_consent, ask_where, read_consent, read_where
from handlers.scene import Outcome, Scene, State
from handlers.several_filing import file_all
from handlers.several_pointed import with_number
from handlers.several_shown import summary, what
from handlers.utterance import Utterance
from routing import answers, numbered
from routing.alike import follows, rules
from routing.model import Kind

LIST, WHERE, CONSENT, CHANGE = "several", "several_where", "several_consent", "several_change"
_OPTIONS = (choice("send", "choice.send_all"), choice("change", "choice.change"), choice("drop", "choice.drop"))
_MISSES = 2


@dataclass(frozen=True)
class Finished:
    """The bundle is done with: what is told of it and what happens; the next that waits is taken up."""

    state: State
    says: tuple[Say, ...] = ()
    effects: tuple[Effect, ...] = ()


def go_on(
    scene: Scene,
    state: State,
    drafts: tuple[Draft, ...],
    before: tuple[Say, ...] = (),
    *,
    repeated: bool = False,
    missed: bool = True,
) -> Outcome:
    """The one place or consent that some of them miss, else all of them together."""
    drafts = tuple(_consent_known(draft) for draft in drafts)
    state = kept(state, drafts)
    name, say = _question(drafts, replace(scene, state=state))
    outcome = ask(scene, state, say, name, repeated=repeated and name == state.asked, before=before)
    if not missed:
        outcome = replace(outcome, state=replace(outcome.state, misses=state.misses))
    if name == LIST and scene.person.facts.get("notice") != NOTICE:
        return replace(outcome, effects=(*outcome.effects, Remember({"notice": NOTICE})))
    return outcome


def resume(scene: Scene, heard: Utterance) -> Outcome | Finished:
    """An answer to what was asked, or something about one or all of the numbers."""
    state, drafts = scene.state, drafts_of(scene.state)
    tapped = (heard.choice or "").partition(":")[2]
    if tapped == "drop":
        return dropped(scene)
    if state.asked == WHERE:
        return _placed(scene, state, drafts, heard)
    if state.asked == CONSENT:
        return _consented(scene, state, drafts, heard)
    if tapped == "send" or (heard.text and numbered.sends(heard.text)):
        return _sent(scene, state, drafts)
    if tapped == "change":
        return _asked_what(scene, state, drafts)
    if not heard.text:
        return go_on(scene, state, drafts, (Say("file.kept"),) if heard.keepable else (), repeated=True)
    pointed = with_number(scene, heard.text, drafts)
    return (
        _by_number(scene, state, drafts, replace(heard, text=pointed) if pointed else heard)
        or _of_all(scene, state, drafts, heard)
        or _in_words(scene, state, drafts, heard)
    )


def dropped(scene: Scene) -> Finished:
    """*Batal*: none of them is sent."""
    return Finished(without(scene.state), (Say("several.dropped"),))


def change(scene: Scene) -> Outcome:
    return _asked_what(scene, scene.state, drafts_of(scene.state))


# --- what is asked ----------------------------------------------------------------------------------------------------


def _question(drafts: tuple[Draft, ...], scene: Scene) -> tuple[str, Say]:
    unplaced = next((draft for draft in drafts if _misses_place(draft)), None)
    if unplaced:
        refined = unplaced.candidates or unplaced.kecamatan
        count = sum(_misses_place(draft) for draft in drafts)
        return WHERE, ask_where(unplaced, scene) if refined else Say("several.ask_where", {"count": count})
    unsaid = [draft for draft in drafts if _misses_consent(draft)]
    if unsaid:
        say = ask_consent(unsaid[0], scene)
        return CONSENT, say if len(unsaid) == 1 else replace(say, key="several.ask_consent", values={})
    marked = next((number for number, draft in enumerate(drafts, 1) if draft.changing), 0)
    if marked:
        return CHANGE, Say("several.ask_one", {"number": marked, "what": what(drafts[marked - 1])})
    return LIST, replace(summary(drafts, scene), choices=_OPTIONS)


def _misses_place(draft: Draft) -> bool:
    return not (draft.place or draft.outside or draft.place_given_up)


def _misses_consent(draft: Draft) -> bool:
    return draft.relay and draft.consent is None


def _consent_known(draft: Draft) -> Draft:
    """A road or a lamp is everybody's matter: nobody has to be asked."""
    everybody = draft.category in rules().public and not draft.on_behalf_of
    return replace(draft, consent="public") if _misses_consent(draft) and everybody else draft


def _asked_what(scene: Scene, state: State, drafts: tuple[Draft, ...]) -> Outcome:
    return ask(scene, kept(state, drafts), Say("several.ask_change"), CHANGE)


# --- what is answered -------------------------------------------------------------------------------------------------


def _placed(scene: Scene, state: State, drafts: tuple[Draft, ...], heard: Utterance) -> Outcome | Finished:
    """One answer places all that miss it; an RT with it is theirs where they named none."""
    first = next(draft for draft in drafts if _misses_place(draft))
    told = read_where(first, scene, heard)
    if told is None:
        give_up = state.misses + 1 >= _MISSES or answers.matches(heard.text, "answers", "skip")
        after = tuple(replace(draft, place_given_up=give_up or draft.place_given_up) for draft in drafts)
        return go_on(scene, state, after, repeated=True)
    found = {name: getattr(told, name) for name in ("place", "candidates", "kecamatan", "outside", "rt", "rw", "point")}
    after = tuple(_with_where(draft, found) if _misses_place(draft) else draft for draft in drafts)
    return go_on(scene, state, after)


def _with_where(draft: Draft, found: dict[str, object]) -> Draft:
    known = {name: getattr(draft, name) for name in ("rt", "rw", "point") if getattr(draft, name)}
    return replace(draft, **{**found, **known})


def _consented(scene: Scene, state: State, drafts: tuple[Draft, ...], heard: Utterance) -> Outcome | Finished:
    first = next(draft for draft in drafts if _misses_consent(draft))
    told = read_consent(first, scene, heard)
    if told is None and state.misses + 1 < _MISSES:
        return go_on(scene, state, drafts, repeated=True)
    consent = told.consent if told else "not_asked"
    relay = told.relay if told else True
    after = (replace(d, consent=consent, relay=relay) if _misses_consent(d) else d for d in drafts)
    return go_on(scene, state, tuple(_nameless(draft) if consent == "public" else draft for draft in after))


def _nameless(draft: Draft) -> Draft:
    return replace(draft, on_behalf_of=None)


def _by_number(scene: Scene, state: State, drafts: tuple[Draft, ...], heard: Utterance) -> Outcome | Finished | None:
    """*2 salah*, *hapus 3*, *2 di RT 07*; what a number does not hold is said so and changes nothing."""
    remarks = numbered.remarks(heard.text)
    if not remarks:
        return None
    if any(remark.number > len(drafts) for remark in remarks):
        return go_on(scene, state, drafts, (Say("several.no_such", {"count": len(drafts)}),), missed=False)
    after: list[Draft | None] = list(drafts)
    for remark in remarks:
        draft = after[remark.number - 1]
        if remark.delete or draft is None:
            after[remark.number - 1] = None
        elif follows(remark.words) and (older := alike.repeated(draft, scene)):
            after[remark.number - 1] = replace(draft, joins=older.id)
        else:
            right = _corrected(draft, remark.words, heard, scene) if remark.words else None
            after[remark.number - 1] = right or replace(draft, changing=True)
    left = tuple(draft for draft in after if draft is not None)
    return _shown_again(scene, state, left)


def _of_all(scene: Scene, state: State, drafts: tuple[Draft, ...], heard: Utterance) -> Outcome | Finished | None:
    said = numbered.of_all(heard.text)
    if not said:
        return None
    if any(said == form for form in numbered.rules()["delete"]):
        return dropped(scene)
    after = tuple(_corrected(draft, said, heard, scene) for draft in drafts)
    if not any(after):
        return None
    return go_on(scene, state, tuple(new or old for new, old in zip(after, drafts, strict=True)))


def _in_words(scene: Scene, state: State, drafts: tuple[Draft, ...], heard: Utterance) -> Outcome | Finished:
    """Words without a number: yes or no, what is right for the number asked about, one more problem, or one place."""
    marked = next((number for number, draft in enumerate(drafts) if draft.changing), None)
    if marked is not None:
        right = _corrected(drafts[marked], heard.text, heard, scene) or _retold(drafts[marked], heard)
        return go_on(scene, state, (*drafts[:marked], right, *drafts[marked + 1 :]))
    verdict = answers.yes_or_no(heard.text)
    read = scene.reader.read(heard.text, near=scene.region)
    if state.asked == LIST and (verdict is True or read.kind is Kind.AFFIRM):
        return _sent(scene, state, drafts)
    if verdict is False or read.kind is Kind.DENY:
        return _asked_what(scene, state, drafts)
    if read.kind is Kind.REPORT and read.evidence and read.category not in {draft.category for draft in drafts}:
        return _one_more(scene, state, drafts, heard)
    same_place = len({(draft.place, draft.rt) for draft in drafts}) == 1
    after = tuple(_corrected(draft, heard.text, heard, scene) for draft in drafts) if same_place else ()
    if any(after):
        return go_on(scene, state, tuple(new or old for new, old in zip(after, drafts, strict=True)))
    return go_on(scene, state, drafts, repeated=True)


def _one_more(scene: Scene, state: State, drafts: tuple[Draft, ...], heard: Utterance) -> Outcome:
    other = settled(harvest(Draft(relay=drafts[0].relay, bundle=drafts[0].bundle), heard, scene))
    if not other.place:
        other = replace(other, place=drafts[0].place, rt=other.rt or drafts[0].rt, rw=other.rw or drafts[0].rw)
    if len(drafts) < MOST:
        return go_on(scene, state, (*drafts, other))
    waiting = replace(state, queue=(*state.queue, stored(replace(other, bundle=""))))
    return go_on(scene, waiting, drafts, (Say("report.second_kept", {"what": what(other)}),), missed=False)


def _corrected(draft: Draft, words: str, heard: Utterance, scene: Scene) -> Draft | None:
    """Another matter, place or RT in plain words; None when they name none."""
    said = replace(heard, text=words, choice=None, files=())
    moved = correct(draft, said, scene)
    if moved and moved.category != draft.category:
        return replace(moved, changing=False)
    named = renamed(moved or draft, words, scene) if not answers.correction(words) else None
    return named or moved


def _retold(draft: Draft, heard: Utterance) -> Draft:
    """Told anew in words that name no matter we know: kept for the office to read."""
    return replace(draft, text=f"{draft.text}\n{heard.text}", changing=False)


# --- what becomes of them ---------------------------------------------------------------------------------------------


def _shown_again(scene: Scene, state: State, left: tuple[Draft, ...]) -> Outcome | Finished:
    """Those that are left; none left is the end of it."""
    return go_on(scene, state, left) if left else dropped(scene)


def _sent(scene: Scene, state: State, drafts: tuple[Draft, ...]) -> Outcome | Finished:
    """All that is ours is filed; of the rest it was shown already where to turn."""
    followed = {number: told for number, draft in enumerate(drafts) if (told := _followed(draft, scene))}
    new = tuple(one for number, one in enumerate(drafts) if number not in followed and not elsewhere(one, scene))
    if not followed and not new:
        return Finished(without(state), (Say("several.none_ours"),))
    effects = file_all(new, state.files, state.ref or scene.fresh, scene) if new else ()
    effects += tuple(effect for _, joining in followed.values() for effect in joining)
    return Finished(replace(without(state), files=()), tuple(say for say, _ in followed.values()), effects)


def _followed(draft: Draft, scene: Scene) -> tuple[Say, tuple[Effect, ...]] | None:
    return alike.joined(draft, (), scene) if draft.joins else None
