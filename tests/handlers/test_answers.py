"""What an officer's words mean for the lines of a list, and for what they answered a moment ago."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from handlers import held
from handlers.answers_due import on_answer
from handlers.dialogue import respond
from handlers.effects import AddNote, Amend, Attach, CallOff, ChangeStatus, Notify, Plan, Sender
from handlers.errands import Errand
from handlers.held import HOLD, Held
from handlers.messages import Attachment, Incoming
from handlers.scene import Ask, Outcome, Scene, State
from routing.model import Role, Status, StoryLine
from tests.handlers.office import COLLEAGUE, MONDAY, TUESDAY, answered, errand, keys, local, report, scene

ROAD = report(1, text="jalan gang berlubang", category="jalan_jembatan")
DRAIN = report(2, text="got mampet, air meluap")
BRIDGE = report(3, text="jembatan kayu putus", category="jalan_jembatan")
LISTED = State(
    listed=("SMD-0001", "SMD-0002", "SMD-0003"), listed_as="digest.morning", listed_at=TUESDAY, last="digest.morning"
)
NEXT_MONDAY, WEDNESDAY = date(2026, 11, 30), date(2026, 11, 25)


def says(text: str, of: Scene | None = None, *more: str, **about: Any) -> Outcome:
    """The messages come in one turn; an edit is one by itself."""
    of = of or scene(ROAD, DRAIN, BRIDGE, state=LISTED)
    texts = (text, *more)
    incoming = tuple(Incoming("test", str(n), "+628120000003", of.now, one, **about) for n, one in enumerate(texts))
    return respond(replace(of, incoming=incoming))


def waits(outcome: Outcome) -> dict[int, tuple[str, date | None]]:
    """What takes effect later: report to intent and day."""
    planned = (effect.errand for effect in outcome.effects if isinstance(effect, Plan))
    found = (one for made in planned if isinstance(made, Errand) for one in held.held_in(made))
    return {one.report: (one.update.intent, one.update.eta) for one in found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 selesai, 2 minggu depan, 3 itu DLH", {1: "resolved", 2: NEXT_MONDAY, 3: "not_ours"}),
        ("1 sdh dikerjakan kmrn, 2 nunggu material minggu depan", {1: "resolved", 2: NEXT_MONDAY}),
        ("semua selesai", {1: "resolved", 2: "resolved", 3: "resolved"}),
        ("semua sudah beres kecuali 2", {1: "resolved", 3: "resolved"}),
        ("semuanya besok", {1: WEDNESDAY, 2: WEDNESDAY, 3: WEDNESDAY}),
        ("1-3 besok", {1: WEDNESDAY, 2: WEDNESDAY, 3: WEDNESDAY}),
        ("1 s/d 2 selesai, 3 besok", {1: "resolved", 2: "resolved", 3: WEDNESDAY}),
        ("yang got sudah", {2: "resolved"}),
        ("yang jembatan sudah diganti, yang got minggu depan", {3: "resolved", 2: NEXT_MONDAY}),
        ("yg rt 2 sudah selesai", {2: "resolved"}),
        ("1 hari senin", {1: NEXT_MONDAY}),
        ("2 besok", {2: WEDNESDAY}),  # short as it is, no slip of the label *2*
        ("1 DLH", {1: "not_ours"}),
        ("(1) selesai (2) minggu depan", {1: "resolved", 2: NEXT_MONDAY}),
        ("1,2 selesai smua, foto menyusul", {1: "resolved", 2: "resolved"}),
        ("1 dobel dgn 2", {1: "refuse_duplicate"}),
        ("1 dobel dgn 9", {}),
        ("SMD-0002 kami kerjakan hari minggu", {2: NEXT_MONDAY}),  # a day off: the working day after it
        ("1-3 hari lagi", {}),  # no line, and no report is named
        ("semua saluran sudah dikeruk", {}),  # one report, but which?
        ("yang rusak sudah diganti", {}),
        ("7 selesai", {}),
        ("SMD-0001 tanggal 20 november", {}),
        ("SMD-0001 kami kerjakan 5 tahun lagi", {}),
        ("1 apa ini?", {}),
    ],
)
def test_one_line_answers_one_report_or_several(text: str, expected: Mapping[int, str | date]) -> None:
    outcome = says(text)
    found = waits(outcome)
    assert {number: (day or intent) for number, (intent, day) in found.items()} == expected
    assert not any(isinstance(effect, ChangeStatus) for effect in outcome.effects)
    marked = {one.report for one in outcome.effects if isinstance(one, Amend) and one.values.get("answer_due_at")}
    assert marked == set(expected)


def told(outcome: Outcome) -> list[str]:
    asked = [effect.say for effect in outcome.effects if isinstance(effect, Notify) and isinstance(effect.to, Sender)]
    return [key for say in (*outcome.says, *asked) for key in keys(say)]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("7 selesai", "list.no_such_line"),
        ("SMD-0444 selesai", "list.unknown.officer"),
        ("1 selesai, SMD-0444 besok", "list.unknown.officer"),
        ("SMD-0001 tanggal 20 november", "held.day_gone"),
        ("SMD-0001 dikerjakan 5 tahun lagi", "held.day_too_far"),
        ("SMD-0001 thn 2031", "held.day_too_far"),
        ("SMD-0002 kami kerjakan hari minggu", "held.working_day.moved"),
        ("1 bukan kami", "office.ask_office"),
        ("2", "office.detail"),
        ("2 apa ini?", "office.detail"),
        ("3 31 februari", "office.unclear"),
        ("batalkan 2", "held.too_late"),
        ("1 selesai, 7 besok", "list.no_such_line.besides"),
        ("selesai", "office.which"),
    ],
)
def test_what_cannot_be_done_is_said(text: str, key: str) -> None:
    assert key in told(says(text))


def test_at_night_it_is_said_that_the_resident_hears_in_the_morning() -> None:
    late = scene(ROAD, DRAIN, state=LISTED, now=local("2026-11-24T19:55"))
    assert told(says("1 selesai", late))[0] == "held.one.later"
    assert told(says("1 selesai, 2 besok", late))[0] == "held.several.later"


def test_an_emergency_waits_for_nothing() -> None:
    fire = report(4, urgent=True, category="kebakaran")
    outcome = says("SMD-0004 petugas meluncur", scene(ROAD, fire))
    assert waits(outcome) == {}
    assert any(isinstance(effect, ChangeStatus) for effect in outcome.effects)


@pytest.mark.parametrize("text", ["ok", "betul", "siap", "iya pak"])
def test_a_yes_to_what_was_repeated_back_leaves_it_as_it_is(text: str) -> None:
    outcome = says(text, after(answered(ROAD, "postponed", eta=WEDNESDAY), last="held.one"))
    assert (told(outcome), outcome.effects) == (["held.agreed"], ())


def test_a_yes_is_about_the_report_that_came_since() -> None:
    of = after(answered(ROAD), last="held.one")
    new = Ask(7, "accept", DRAIN.id, TUESDAY)
    of = replace(of, asks=(new,), state=replace(of.state, heard_at=TUESDAY - timedelta(minutes=5)))
    assert waits(says("ok", of)) == {2: ("accepted", None)}


@pytest.mark.parametrize(("asked", "key"), [(MONDAY, "office.detail"), (TUESDAY, "held.one")])
def test_a_bare_figure_is_a_line_of_the_list_but_for_what_was_asked_since(asked: datetime, key: str) -> None:
    """The second button of a question from before the list is *Selesai*, of another report."""
    road = replace(ROAD, status=Status.IN_PROGRESS)
    state = replace(LISTED, last="digest.no_more", listed_at=TUESDAY - timedelta(minutes=5))
    assert key in told(says("2", scene(road, DRAIN, state=state, asks=(Ask(7, "progress", 1, asked),))))


@pytest.mark.parametrize(("text", "moves"), [("2", False), ("gatau", True), ("dinas yang lain", True)])
def test_a_bare_number_is_no_answer_to_which_office(text: str, *, moves: bool) -> None:
    of = scene(ROAD, DRAIN, asks=(Ask(7, "which_office", ROAD.id, TUESDAY - timedelta(minutes=1)),))
    moved = [one for one in says(text, of).effects if isinstance(one, ChangeStatus)]
    assert [one.to for one in moved if one.to is Status.NOT_OURS] == [Status.NOT_OURS] * moves
    assert not any(one.note == "gatau" for one in moved), "nobody is told that nobody knew"


def test_a_photo_right_after_an_answer_shows_what_was_answered() -> None:
    """Not the other report, which is the only one without an answer."""
    of = scene(ROAD, DRAIN, held=(errand(answered(ROAD)),))
    outcome = says("ini hasilnya", of, attachments=(Attachment("photo", "media:abc"),))
    assert [one.report for one in outcome.effects if isinstance(one, Attach)] == [1]
    assert waits(outcome) == {}
    assert told(outcome) == ["office.photo_kept"]


@pytest.mark.parametrize(("hours", "taken_back"), [(0, True), (11, False)])
def test_a_bare_word_of_regret_is_about_what_was_said_just_now(hours: int, *, taken_back: bool) -> None:
    solved = report(1, status=Status.RESOLVED, story=(StoryLine(TUESDAY, "resolved"),))
    outcome = says("batalkan", scene(solved, DRAIN, now=TUESDAY + timedelta(hours=hours, minutes=20)))
    assert any(isinstance(effect, ChangeStatus) for effect in outcome.effects) is taken_back
    assert ("held.too_late" in told(outcome)) is not taken_back


# --- within the ten minutes -------------------------------------------------------------------------------------------


def after(*answers: Held, last: str = "held.several") -> Scene:
    errands = {one.key: errand(*(other for other in answers if other.key == one.key)) for one in answers}
    state = replace(LISTED, last=last, about=answers[-1].report)
    return scene(ROAD, DRAIN, BRIDGE, state=state, held=tuple(errands.values()))


ALL = (answered(ROAD), answered(DRAIN, "postponed"), answered(BRIDGE, key="2-2"))


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("batalkan", {3}),
        ("batalkan semua", {1, 2, 3}),
        ("batalkan 2", {2}),
        ("batal nomor 1 dan 3", {1, 3}),
        ("2 batal", {2}),
        ("SMD-0001 batalkan", {1}),
        ("batalkan SMD-0001", {1}),
        ("eh salah kirim", {3}),
        ("salah, itu bukan SMD-0002", {2}),
        ("eh salah kirim, SMD-0001 belum selesai", {1}),
        ("2 ternyata belum selesai", {2}),
        ("maaf salah kirim, itu untuk grup lain", {3}),
        ("belum", {3}),
        ("ga jadi", {3}),
        ("batalkan 9", set()),
        ("salah alamat", set()),  # no slip: it came to the wrong office
    ],
)
def test_an_answer_is_taken_back_as_it_was_named(text: str, gone: set[int]) -> None:
    outcome = says(text, after(*ALL))
    cleared = {
        one.report for one in outcome.effects if isinstance(one, Amend) and one.values == {"answer_due_at": None}
    }
    assert cleared == gone
    left = set(waits(outcome)) | {one.report for one in ALL if one.key not in touched(outcome)}
    assert left & {1, 2, 3} == {1, 2, 3} - gone


def touched(outcome: Outcome) -> set[str | None]:
    off = {effect.key for effect in outcome.effects if isinstance(effect, CallOff)}
    return off | {effect.errand.key for effect in outcome.effects if isinstance(effect, Plan)}


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("eh 2 besok", {2: WEDNESDAY}),
        ("eh besok", {3: WEDNESDAY}),
        ("maaf maksud saya minggu depan", {3: NEXT_MONDAY}),
        ("belum selesai, besok kami lanjut", {3: WEDNESDAY}),
        ("salah, 2 besok", {2: WEDNESDAY}),
        ("2 selesai", {2: "resolved"}),
    ],
)
def test_an_answer_is_put_right(text: str, changed: Mapping[int, str | date]) -> None:
    outcome = says(text, after(*ALL))
    new = {effect.errand.key for effect in outcome.effects if isinstance(effect, Plan) and effect.errand.key == "2-99"}
    assert new == {"2-99"}
    (plan,) = (one for one in outcome.effects if isinstance(one, Plan) and one.errand.key == "2-99")
    assert {one.report: one.update.eta or one.update.intent for one in held.held_in(plan.errand)} == changed


def test_an_edited_message_is_replaced_as_a_whole() -> None:
    outcome = says("1 besok", after(*ALL[:2]), edited=True, reply_to=None)
    assert waits(outcome) == {1: ("postponed", WEDNESDAY)}
    assert [effect.key for effect in outcome.effects if isinstance(effect, CallOff)] == ["2-1"]


def test_two_things_said_in_one_turn_know_of_each_other() -> None:
    outcome = says("1 selesai", None)
    (plan,) = (effect for effect in outcome.effects if isinstance(effect, Plan))
    known = held.after(scene(ROAD), outcome.effects)
    assert [(one.key, one.due_at) for one in known] == [(plan.errand.key, TUESDAY + HOLD)]
    assert held.after(scene(ROAD, held=known), [CallOff(plan.errand.kind, plan.errand.key)]) == ()


@pytest.mark.parametrize(
    ("text", "key", "noted"),
    [("1 besok dikerjakan", "held.colleague", True), ("1 selesai", "held.colleague_same", False)],
)
def test_who_answers_after_a_colleague_hears_what_they_said(text: str, key: str, noted: bool) -> None:
    theirs = (errand(answered(ROAD, person=COLLEAGUE)),)
    outcome = says(text, scene(ROAD, DRAIN, state=LISTED, held=theirs))
    assert key in told(outcome)
    assert waits(outcome) == {}
    assert any(isinstance(effect, AddNote) for effect in outcome.effects) == noted


def test_a_bare_word_goes_on_with_what_was_not_answered_yet() -> None:
    """*Selesai* for the first of two, and *besok* behind it: that is the second."""
    of = scene(ROAD, DRAIN, held=(errand(answered(ROAD)),))
    assert waits(says("besok dikerjakan", of)) == {2: ("postponed", WEDNESDAY)}


def test_a_bare_day_belongs_to_the_answer_before_it() -> None:
    begun = answered(ROAD, "in_progress", note="lagi dikerjakan tim")
    of = scene(ROAD, DRAIN, held=(errand(begun),), state=State(about=1, last="held.one"))
    assert waits(says("besok", of)) == {1: ("in_progress", WEDNESDAY)}
    assert waits(says("selesai", of)) == {2: ("resolved", None)}


# --- when the ten minutes are over ------------------------------------------------------------------------------------

LATER = TUESDAY + HOLD


@pytest.mark.parametrize(
    "found",
    [
        replace(ROAD, status=Status.CANCELLED),
        replace(ROAD, status=Status.CLOSED),
        replace(ROAD, story=(StoryLine(LATER, "in_progress", by=Role.OFFICER),)),
    ],
    ids=["withdrawn", "closed", "a colleague was quicker"],
)
def test_what_cannot_be_done_any_more_is_a_note_and_said_to_the_officer(found: Any) -> None:
    outcome = on_answer(errand(answered(ROAD)), scene(found, now=LATER))
    assert [say.key for say in outcome.says] == ["held.not_done"]
    assert [type(effect) for effect in outcome.effects] == [Amend, AddNote]


def test_residents_hear_and_the_officer_does_not() -> None:
    outcome = on_answer(errand(answered(ROAD), answered(DRAIN, "in_progress", eta=NEXT_MONDAY)), scene(ROAD, DRAIN))
    assert outcome.says == ()
    loud = [one for one in outcome.effects if isinstance(one, Notify) and isinstance(one.to, Sender) and not one.unsaid]
    assert loud == []
    amended = {name: value for one in outcome.effects if isinstance(one, Amend) for name, value in one.values.items()}
    assert amended["promised_on"] == NEXT_MONDAY
    assert amended["first_response_at"] == TUESDAY
    assert amended["answer_due_at"] is None


@pytest.mark.parametrize("found", [(), (replace(ROAD, restricted=True),), (replace(ROAD, office="LH"),)])
def test_a_report_that_is_not_theirs_any_more_is_left_alone(found: Any) -> None:
    outcome = on_answer(errand(answered(ROAD)), scene(*found))
    assert [say.key for say in outcome.says] == ["held.not_theirs"]
    assert outcome.effects == ()


@pytest.mark.parametrize(
    ("promised", "said", "expected"),
    [
        (None, {"eta": NEXT_MONDAY}, NEXT_MONDAY),
        (MONDAY.date(), {}, None),  # the day has come: it stands no longer
        (NEXT_MONDAY, {}, "as it was"),
    ],
)
def test_a_promise_stands_until_its_day(promised: date | None, said: dict[str, Any], expected: object) -> None:
    found = replace(ROAD, promised_on=promised, status=Status.IN_PROGRESS)
    outcome = on_answer(errand(answered(found, "in_progress", **said)), scene(found, now=LATER + timedelta(minutes=1)))
    changes = [
        one.values["promised_on"] for one in outcome.effects if isinstance(one, Amend) and "promised_on" in one.values
    ]
    assert changes == ([] if expected == "as it was" else [expected])
