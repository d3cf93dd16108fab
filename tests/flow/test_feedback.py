"""What the reporter says once it is called solved: closed, marked, asked why, reopened; silence is no mark."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.app import knowledge
from handlers.effects import AddNote, Amend, ChangeStatus, Notify
from handlers.open_questions import answer_to
from handlers.scene import Ask, Outcome, Person, Scene, State
from handlers.utterance import Utterance
from routing.model import Actor, Report, Status
from tests.flow.world import START

REPORTER = 7


def report(status: Status, **more: object) -> Report:
    values = {
        "id": 1,
        "ticket": "SMD-0001",
        "region": "64.72",
        "status": status,
        "text": "air pdam mati 4 hari",
        "field": "pekerjaan_umum",
        "category": "air_bersih",
        "place_code": "64.72.06.1001",
        "rt": "05",
        "rw": None,
        "office": "AIR",
        "received_at": START,
        "promise_by": date(2026, 11, 30),
        "verify_by": None,
        "respond_by": None,
        "resolve_by": None,
        "reporter_id": REPORTER,
        **more,
    }
    return Report(**values)  # type: ignore[arg-type]


def answered(kind: str, said: str, about: Report) -> Outcome | None:
    """`[x]` is a tap on `@x`."""
    atlas, reader = knowledge()
    asked = Ask(3, kind, about.id, START)
    scene = Scene(
        person=Person(REPORTER),
        state=State(),
        incoming=(),
        now=START + timedelta(hours=1),
        atlas=atlas,
        reader=reader,
        region="64.72",
        fresh="7-1",
        mine=(about,),
        asks=(asked,),
    )
    tapped = said.startswith("[")
    heard = Utterance(scene.now, "" if tapped else said, f"a3:{said[1:-1]}" if tapped else None)
    return answer_to(scene, heard, asked)


def told(outcome: Outcome | None) -> tuple[str, ...]:
    """What it brought about, in a few words."""
    if outcome is None:
        return ("nothing",)
    found: list[str] = [say.key for say in outcome.says]
    for effect in outcome.effects:
        match effect:
            case ChangeStatus(to=to, by=Actor.REPORTER):
                found.append(f"to {to}")
            case Amend(values=values):
                found += [f"{name} {value}" for name, value in values.items()]
            case AddNote(text=text, seen=False):
                found.append(f"“{text}”")
            case Notify(ask=str(asked)):
                found.append(f"asked {asked}")
    return tuple(found)


@pytest.mark.parametrize(
    ("kind", "said", "status", "expected"),
    [
        ("solved", "[yes]", "resolved", ("to closed", "asked rating")),
        ("solved", "sudah ngalir, makasih", "resolved", ("to closed", "asked rating")),
        ("solved", "[no]", "resolved", ("to reopened", "asked progress", "asked why_not")),
        ("solved", "belum, masih mati total", "resolved", ("feedback.reopened", "to reopened", "asked progress")),
        ("solved", "sudah", "closed", ("asked rating",)),
        ("solved", "😀", "resolved", ("nothing",)),
        ("rating", "[5]", "closed", ("feedback.rated", "rating 5")),
        ("rating", "lumayan", "closed", ("feedback.rated", "rating 3")),
        ("rating", "4, jalannya becek", "closed", ("feedback.rated", "rating 4", "“jalannya becek”")),
        ("rating", "[2]", "closed", ("rating 2", "asked low_rating")),
        ("rating", "1, airnya keruh", "closed", ("rating 1", "“airnya keruh”", "asked low_rating")),
        ("rating", "makasih ya", "closed", ("nothing",)),
        ("rating", "5", "reopened", ("nothing",)),
        ("low_rating", "masih keruh airnya", "closed", ("feedback.reopened", "to reopened", "asked progress")),
        ("low_rating", "petugasnya kasar", "closed", ("“petugasnya kasar”", "asked low_rating")),
        ("low_rating", "[reopen]", "closed", ("to reopened", "asked progress", "asked why_not")),
        ("low_rating", "[leave]", "closed", ("feedback.left_closed",)),
        ("low_rating", "tidak usah", "closed", ("feedback.left_closed",)),
    ],
)
def test_an_answer(kind: str, said: str, status: str, expected: tuple[str, ...]) -> None:
    assert told(answered(kind, said, report(Status(status)))) == expected


def test_who_gave_a_mark_is_not_asked_for_another() -> None:
    assert told(answered("solved", "sudah", report(Status.CLOSED, rating=4))) == ("feedback.thanks",)


def test_the_promise_stays_when_it_is_reopened() -> None:
    outcome = answered("solved", "[no]", report(Status.RESOLVED))
    assert outcome is not None
    assert not [effect for effect in outcome.effects if isinstance(effect, Amend) and "promise_by" in effect.values]
