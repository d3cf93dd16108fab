"""A report before it is one: what has been told so far, and how every free text is read for all answers it holds."""

from __future__ import annotations

from dataclasses import replace

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from handlers.scene import Scene
from handlers.utterance import Utterance
from routing import answers
from routing.locate import Located, locate, locate_point
from routing.model import EMERGENCIES, RESTRICTED_CATEGORIES, Case, Kind, Place, Role, Understanding


@dataclass(frozen=True)
class Draft:
    """Every field has a default, so a draft begun before a deploy is read by the code after it."""

    text: str = ""
    category: str | None = None
    field: str | None = None
    score: float = 0.0
    likely: tuple[str, ...] = ()
    """Categories to choose among while none is trusted."""
    chosen: bool = False
    category_given_up: bool = False
    retold: bool = False
    """None of the offered categories fitted, so it was asked for in other words, once."""
    urgent: bool = False
    emergency: bool = False
    """Surely a life at risk now: sent at once, and put right afterwards."""
    place: str | None = None
    candidates: tuple[str, ...] = ()
    """Codes of the places that the words could mean."""
    kecamatan: str | None = None
    """Code of a kecamatan, while the kelurahan in it is asked for."""
    outside: str | None = None
    """Code of a place that is known and not served."""
    place_given_up: bool = False
    rt: str | None = None
    rw: str | None = None
    point: tuple[float, float] | None = None
    condition: str | None = None
    """What a region's route asks besides: `ledeng`, `tanpa_jaringan`, `lampu_jalan`."""
    relay: bool = False
    """A kader reports for somebody else."""
    on_behalf_of: str | None = None
    consent: str | None = None
    hide_name: bool = False
    changing: bool = False
    voice: str = ""
    """What was said about a voice note without words: a `kader` may hear it, or it comes in `words`."""
    bundle: str = ""
    """The same for all that one message told and one confirmation sends (`handlers/several.py`)."""
    apart: bool = False
    """Its writer says that no report shown beside it tells of the same."""
    joins: int | None = None
    """The older report that its writer follows instead."""


MATTER_NAMED = 0.3
"""Trust from which the right half of a correction names another matter: *jalannya* does, *RT 7* does not."""

DRAFT: TypeAdapter[Draft] = TypeAdapter(Draft)


def draft_of(stored: dict[str, object]) -> Draft:
    """The draft in a conversation's state; unknown fields of another version are ignored."""
    return DRAFT.validate_python(stored)


def stored(draft: Draft) -> dict[str, object]:
    dumped: dict[str, object] = DRAFT.dump_python(draft, mode="json", exclude_defaults=True)
    return dumped


def harvest(draft: Draft, heard: Utterance, scene: Scene) -> Draft:
    """Everything the utterance tells that is not known yet; what is known is not overwritten (`correct` does that)."""
    if heard.point:
        draft = with_point(draft, heard.point, scene)
    if not heard.text:
        return draft
    read = scene.reader.read(heard.text, role=_role(draft), near=near(draft, scene))
    draft = replace(draft, text="\n".join(filter(None, [draft.text, heard.text])))
    draft = _with_matter(draft, read, scene)
    if draft.place is None:
        draft = with_location(draft, locate(heard.text, scene.atlas, near=near(draft, scene)), scene)
    return replace(
        draft,
        rt=draft.rt or read.rt,
        rw=draft.rw or read.rw,
        urgent=draft.urgent or read.urgent,
        emergency=draft.emergency or (read.emergency and draft.category == read.category),
        on_behalf_of=draft.on_behalf_of or (read.on_behalf_of if draft.relay else None),
        condition=draft.condition or condition_said(heard.text),
    )


def from_case(case: Case, scene: Scene, *, relay: bool) -> Draft:
    """One of several problems of a message, as a draft of its own."""
    draft = Draft(
        text=case.text,
        urgent=case.urgent,
        emergency=case.emergency,
        rt=case.rt,
        rw=case.rw,
        relay=relay,
        on_behalf_of=case.on_behalf_of if relay else None,
        condition=condition_said(case.text),
    )
    read = Understanding(Kind.REPORT, case.field, case.category, case.score, place=case.place, evidence=(case.text,))
    draft = _with_matter(draft, read, scene)
    return with_place(draft, case.place, scene) if case.place else draft


def renamed(draft: Draft, words: str, scene: Scene) -> Draft | None:
    """The same draft with the matter that `words` name instead; None when they name no other, or none for this form."""
    read = scene.reader.read(words, role=_role(draft), near=near(draft, scene))
    if not _tells_a_matter(read) or read.category in RESTRICTED_CATEGORIES or read.category == draft.category:
        return None
    if read.score < MATTER_NAMED:
        return None
    text = words if draft.changing else f"{draft.text}\n{words}"
    named = replace(draft, text=text, category=read.category, field=read.field, score=read.score)
    return replace(named, likely=(), condition=condition_said(words), changing=False)


def near(draft: Draft, scene: Scene) -> str:
    """The hint that breaks ties between places: the kecamatan just named, else the person's region."""
    return draft.kecamatan or scene.region


def with_point(draft: Draft, point: tuple[float, float], scene: Scene) -> Draft:
    draft = replace(draft, point=point)
    place = locate_point(point[0], point[1], scene.atlas)
    return with_place(draft, place, scene) if place and not draft.place else draft


def with_location(draft: Draft, found: Located, scene: Scene) -> Draft:
    """What `locate` found: one place, several to choose among, a kecamatan to be refined, or a place not served."""
    draft = replace(draft, rt=draft.rt or found.rt, rw=draft.rw or found.rw)
    if found.place:
        return with_place(draft, found.place, scene)
    if found.candidates:
        return replace(draft, candidates=tuple(place.code for place in found.candidates))
    if found.kecamatan:
        return replace(draft, kecamatan=found.kecamatan.code, candidates=())
    if found.outside:
        return replace(draft, outside=found.outside.code)
    return draft


def with_place(draft: Draft, place: Place, scene: Scene) -> Draft:
    if not scene.atlas.served(place.code):
        return replace(draft, outside=place.code, candidates=())
    if place.kind in ("kecamatan", "regency"):
        return replace(draft, kecamatan=place.code if place.kind == "kecamatan" else None, candidates=())
    return replace(draft, place=place.code, candidates=(), outside=None)


def condition_said(text: str) -> str | None:
    """An answer in the words that changes the office: water with or without a pipe, a lamp of the street."""
    known = answers.rules()["conditions"]
    return next((answer for answer in known if answers.mentions(text, "conditions", answer)), None)


def correct(draft: Draft, heard: Utterance, scene: Scene) -> Draft | None:
    """*Bukan RT 5, RT 7*, *bukan rumah, jalannya*, or plainly *RT 7*: what is named replaces what was known.

    None when the words name nothing that a draft holds.
    """
    parts = answers.correction(heard.text)
    right = parts[1] if parts else heard.text
    read = scene.reader.read(right, role=_role(draft), near=near(draft, scene))
    found = locate(right, scene.atlas, near=near(draft, scene), asked=bool(parts) and not read.category)
    changed = draft
    if read.rt or found.rt:
        changed = replace(changed, rt=read.rt or found.rt, rw=read.rw or found.rw or draft.rw)
    elif read.rw or found.rw:
        changed = replace(changed, rw=read.rw or found.rw)
    if found.place or found.candidates or found.kecamatan or found.outside:
        changed = with_location(replace(changed, place=None, kecamatan=None, outside=None), found, scene)
    if parts and read.category and read.category != draft.category and read.score >= MATTER_NAMED:
        text = f"{draft.text}\n{heard.text}"
        changed = replace(changed, text=text, category=read.category, field=read.field, score=read.score, likely=())
    if parts and (condition := condition_said(right)):
        changed = replace(changed, condition=condition)
    if changed == draft and heard.point:
        changed = with_point(replace(draft, place=None), heard.point, scene)
    return None if changed == draft else replace(changed, changing=False)


def names_another_problem(draft: Draft, read: Understanding, scene: Scene) -> bool:
    """Whether a text in the middle of a report tells of something else: another category, read with trust."""
    return (
        draft.category is not None
        and _tells_a_matter(read)
        and read.category != draft.category
        and read.score >= scene.reader.ask_below
    )


def _with_matter(draft: Draft, read: Understanding, scene: Scene) -> Draft:
    if draft.category or not _tells_a_matter(read):
        return draft
    # Violence is never a choice in an ordinary form: it has a way of its own (`handlers/safety.py`).
    if read.category in RESTRICTED_CATEGORIES:
        return draft
    emergency = read.urgent and read.category in EMERGENCIES
    if read.score >= scene.reader.ask_below or emergency:
        return replace(draft, category=read.category, field=read.field, score=read.score, likely=())
    ranked = dict.fromkeys(filter(None, (read.category, *read.runners_up)))
    likely = tuple(category for category in ranked if category not in RESTRICTED_CATEGORIES)[:3]
    return replace(draft, likely=likely, score=read.score)


def _tells_a_matter(read: Understanding) -> bool:
    """Without a single word that speaks for it a category is a mere guess, and a guess is not offered for choice."""
    return read.kind is Kind.REPORT and read.category is not None and bool(read.evidence)


def _role(draft: Draft) -> Role:
    return Role.KADER if draft.relay else Role.RESIDENT
