"""What is told of a visit outlives a deploy in the middle of it."""

from __future__ import annotations

from handlers import visit
from handlers.scene import Membership, Person, State
from routing.model import Role, Status
from tests.handlers.office import ME, heard, report, scene


def test_what_another_version_kept_of_a_visit_is_read_as_far_as_it_is_known() -> None:
    kader = Person(ME, "Kader Contoh", (Membership(Role.KADER, "64.72"),))
    begun = {"SMD-0001": {"begun": "2-1", "grave": "soon", "of_a_later_version": "x"}}
    told = report(1, status=Status.REPORTED, kader_id=ME, story=())
    outcome = visit.answer(scene(told, person=kader, state=State(visits=begun)), heard("tidak ada"), told)
    assert outcome is not None
    assert outcome.state.visits["SMD-0001"]["grave"] == "soon"
    assert outcome.state.visits["SMD-0001"]["needs"] == "nothing"
