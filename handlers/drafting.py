"""What one message tells, as drafts: one, or one for each of its separate problems."""

from __future__ import annotations

from dataclasses import replace

from handlers.bundle import bundled
from handlers.draft import Draft, from_case, harvest, stored, with_place
from handlers.report_form import may_hide_violence
from handlers.scene import Scene
from handlers.utterance import Utterance
from routing import answers
from routing.model import RESTRICTED_CATEGORIES, Case, Role, Understanding


def relays(scene: Scene, heard: Utterance) -> bool:
    """A kader writes for somebody else, unless she says that it is her own."""
    return scene.person.has(Role.KADER) and not answers.mentions(heard.text, "consent", "own")


def drafts(scene: Scene, heard: Utterance, read: Understanding | None) -> list[Draft]:
    """In the order they were told; a place that one of them names is that of those that name none."""
    relay = relays(scene, heard)
    if read is None or len(read.cases) < 2:
        return [harvest(Draft(relay=relay), heard, scene)]
    return _bundled(_of_cases(read.cases, read, scene, relay=relay), scene)


def beside_violence(scene: Scene, heard: Utterance) -> tuple[dict[str, object], ...]:
    """The ordinary problems of a message that tells of violence too: they wait in line and are never shown with it."""
    role = Role.KADER if scene.person.has(Role.KADER) else Role.RESIDENT
    read = scene.reader.read(heard.text, role=role, near=scene.region)
    if len(read.cases) < 2:
        return ()
    harmless = tuple(case for case in read.cases if not _restricted(case))
    found = _of_cases(harmless, read, scene, relay=relays(scene, heard)) if len(harmless) < len(read.cases) else []
    return tuple(stored(draft) for draft in _bundled(found, scene))


def _bundled(found: list[Draft], scene: Scene) -> list[Draft]:
    """What may hide violence is confirmed by itself, where it can still be kept from the kader (`domain.md §6.5`)."""
    alone = [draft for draft in found if may_hide_violence(draft, scene)]
    return [*alone, *bundled([draft for draft in found if draft not in alone], scene.fresh)]


def _restricted(case: Case) -> bool:
    return case.restricted or case.category in RESTRICTED_CATEGORIES


def _of_cases(cases: tuple[Case, ...], read: Understanding, scene: Scene, *, relay: bool) -> list[Draft]:
    found = [from_case(case, scene, relay=relay) for case in cases]
    place = next((draft.place for draft in found if draft.place), read.place.code if read.place else None)
    spot = scene.atlas.places.get(place or "")
    unclear = tuple(one.code for one in read.place_candidates)
    found = [d if d.place or d.kecamatan or d.outside else replace(d, candidates=unclear) for d in found]
    return [with_place(d, spot, scene) if spot and not (d.place or d.outside) else d for d in found]
