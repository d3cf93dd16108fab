"""What comes to somebody who stands in, or takes over for good: one list, made from what they themselves may see; and
what a coordinator hears where there is nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from handlers import worklist
from handlers.effects import Audience, Plan
from handlers.errands import Errand, ErrandKind
from handlers.messages import Day, OfficeName, Say, Values
from handlers.replies import told
from handlers.scene import Outcome, Scene
from handlers.standing_in import coordinates


def taking_over(
    scene: Scene, to: Audience, region: str, office: str, until: date | None, name: str | None = None
) -> Plan:
    """`to` get the list of what waits at that office; `until` is the last day of a leave, None: for good.

    `name`: whose work it was, where that is not the sender.
    """
    data: dict[str, object] = {"office": office, "name": name or scene.person.name or ""}
    if until is not None:
        data["until"] = until.isoformat()
    errand = Errand(ErrandKind.TAKEOVER, f"{scene.fresh}:{region}:{office}", region, data)
    return Plan(to, errand, scene.now)


def on_takeover(errand: Errand, scene: Scene) -> Outcome:
    """Numbered, so that it can be answered at once; nothing when they do not work there any more."""
    office = str(errand.data["office"])
    if (errand.region, office) not in scene.person.offices():
        return Outcome(scene.state)
    values: Values = {
        "name": str(errand.data["name"]),
        "office": OfficeName(errand.region, office, full=False),
    }
    key = "leave.successor"
    if until := errand.data.get("until"):
        key, values["day"] = "leave.stand_in", Day(date.fromisoformat(str(until)))
    waiting = [task for task in worklist.at_office(scene) if (task.region, task.office) == (errand.region, office)]
    if not waiting:
        return told(scene, Say(f"{key}.nothing", values))
    said = worklist.listed(scene, key, waiting, values, line="list.status")
    return replace(said, state=replace(said.state, listed_at=scene.now))


def on_unmanned(errand: Errand, scene: Scene) -> Outcome:
    """One line with the office and how much waits for it; nothing to who is no coordinator there any more."""
    if errand.region not in coordinates(scene):
        return Outcome(scene.state)
    office = OfficeName(errand.region, str(errand.data["office"]), full=False)
    values: Values = {"office": office, "count": int(str(errand.data["count"]))}
    return told(scene, Say("coordinator.office_empty", values))
