"""The questions of a report, in the order they are asked: each is skipped when its answer is known."""

from __future__ import annotations

from dataclasses import replace

from handlers import alike, spoken
from handlers.draft import Draft, condition_said, correct, harvest, with_location, with_place, with_point
from handlers.filing import destination
from handlers.form import Form, Question, choice
from handlers.matter import category_word
from handlers.messages import Choice, Lines, OfficeName, Say, Values, Where, Word
from handlers.replies import pick
from handlers.scene import Scene
from handlers.utterance import Utterance
from routing import answers
from routing.assign import Hold
from routing.locate import locate
from routing.model import FIELD_OF, Role

REPORT = "report"
CONFIRM = ("send", "change", "drop", "private")
"""What the summary offers, in its order; the last only where the words may hide violence."""
_SUPPLY = ("ledeng", "tanpa_jaringan")
NOTICE = "1"
"""Version of the privacy notice; raised when its words change, so that it is shown once more (`domain.md §7`)."""


def _read_what(draft: Draft, scene: Scene, heard: Utterance) -> Draft | None:
    told = harvest(draft, heard, scene)
    return told if told.category or told.likely else None


def _what_key(draft: Draft, scene: Scene) -> str:
    if draft.retold:
        return "report.ask_retell"
    if draft.point and not draft.text:
        return "report.ask_what_pin"
    if not scene.state.files or draft.text:
        return "report.ask_what"
    only_voice = all(file.kind == "voice" for file in scene.state.files)
    return "report.ask_what_voice" if only_voice else "report.ask_what_photo"


def _ask_category(draft: Draft, scene: Scene) -> Say:
    options = tuple(Choice(category, f"category.{category}") for category in draft.likely)
    return Say("report.ask_category", {}, (*options, choice("none", "choice.none_of_these")))


def _read_category(draft: Draft, scene: Scene, heard: Utterance) -> Draft | None:
    taken = pick(heard, (*draft.likely, "none"))
    if taken == "none" or (not taken and answers.yes_or_no(heard.text) is False):
        return replace(draft, likely=(), retold=True, category_given_up=draft.retold)
    if not taken and heard.text:
        read = scene.reader.read(heard.text, near=scene.region)
        if read.category in draft.likely and read.evidence:
            taken = read.category or ""
        else:
            told = harvest(replace(draft, likely=()), heard, scene)
            return told if told.category else None
    if taken not in draft.likely:
        return None
    return replace(draft, category=taken, field=FIELD_OF[taken], chosen=True)


def ask_where(draft: Draft, scene: Scene) -> Say:
    if draft.candidates:
        places = [scene.atlas.places[code] for code in draft.candidates]
        name = places[0].name
        same = all(place.name == name for place in places)
        options = tuple(
            Choice(place.code, "choice.place", {"name": place.kecamatan if same else place.name})
            for place in places[:10]
        )
        return (
            Say("report.ask_which_place", {"name": name}, options) if same else Say("report.ask_which_of", {}, options)
        )
    if draft.kecamatan:
        kecamatan = scene.atlas.places[draft.kecamatan]
        inside = scene.atlas.children(draft.kecamatan)
        options = tuple(Choice(place.code, "choice.place", {"name": place.name}) for place in inside[:10])
        return Say("report.ask_kelurahan", {"kecamatan": kecamatan.name}, options if len(inside) <= 10 else ())
    if draft.point:
        return Say("report.ask_where_pin")
    if draft.category is None:
        return Say("report.ask_where_first")
    key = "report.ask_where_emergency" if draft.emergency else "report.ask_where"
    return Say(key, {"what": category_word(draft.category)})


def read_where(draft: Draft, scene: Scene, heard: Utterance) -> Draft | None:
    tapped = (heard.choice or "").partition(":")[2]
    options = ask_where(draft, scene).choices
    if not tapped and options:
        labels = [str(option.values.get("name", "")) for option in options]
        number = answers.chosen(heard.text, labels)
        tapped = options[number].id if number is not None else ""
    if tapped in scene.atlas.places:
        return with_place(draft, scene.atlas.places[tapped], scene)
    if heard.point:
        pinned = with_point(draft, heard.point, scene)
        if pinned.place or not heard.text:
            return pinned if pinned != draft else None
        draft = pinned
    if not heard.text or answers.matches(heard.text, "answers", "skip"):
        return None
    found = locate(heard.text, scene.atlas, near=draft.kecamatan or scene.region, asked=True)
    number = answers.chosen(heard.text, [str(option.values.get("name", "")) for option in options]) if options else None
    if number is not None:
        spot = scene.atlas.places[options[number].id]
        return with_place(replace(draft, rt=draft.rt or found.rt, rw=draft.rw or found.rw), spot, scene)
    told = with_location(draft, found, scene)
    if told == draft:
        return None
    # Landmarks in the answer are what an officer finds the house by, so the words are kept with the report.
    if len(heard.text.split()) > 4:
        told = replace(told, text=f"{told.text}\n{heard.text}")
    return told


def ask_consent(draft: Draft, scene: Scene) -> Say:
    key = "report.ask_consent_named" if draft.on_behalf_of else "report.ask_consent"
    values: Values = {"name": draft.on_behalf_of} if draft.on_behalf_of else {}
    options = (
        choice("spoken", "choice.consent_spoken"),
        choice("public", "choice.consent_public"),
        choice("not_asked", "choice.consent_not_asked"),
    )
    return Say(key, values, options)


def read_consent(draft: Draft, scene: Scene, heard: Utterance) -> Draft | None:
    taken = pick(heard, ("spoken", "public", "not_asked"))
    if not taken and heard.text and answers.mentions(heard.text, "consent", "own"):
        return replace(draft, relay=False, on_behalf_of=None)
    if heard.text:
        taken = taken or _consent_said(heard.text)
        name = scene.reader.read(heard.text, role=Role.KADER, near=scene.region).on_behalf_of
        draft = replace(draft, on_behalf_of=name or draft.on_behalf_of)
    if not taken:
        return None
    return replace(draft, consent=taken, on_behalf_of=None if taken == "public" else draft.on_behalf_of)


def _consent_said(text: str) -> str:
    for kind in ("public", "not_asked", "spoken"):
        if answers.mentions(text, "consent", kind):
            return kind
    verdict = answers.yes_or_no(text)
    return "" if verdict is None else ("spoken" if verdict else "not_asked")


def _ask_supply(draft: Draft, scene: Scene) -> Say:
    return Say(
        "report.ask_supply",
        {},
        (choice("ledeng", "choice.supply_piped"), choice("tanpa_jaringan", "choice.supply_none")),
    )


def _read_supply(draft: Draft, scene: Scene, heard: Utterance) -> Draft | None:
    said = condition_said(heard.text)
    taken = pick(heard, _SUPPLY) or (said if said in _SUPPLY else None)
    verdict = answers.yes_or_no(heard.text) if heard.text else None
    if not taken and verdict is not None:
        taken = "ledeng" if verdict else "tanpa_jaringan"
    return replace(draft, condition=taken) if taken else None


def _supply_open(draft: Draft, scene: Scene) -> bool:
    """Only asked where it changes the office; a street lamp is known by its words and never asked for."""
    if not draft.category or draft.condition or not draft.place:
        return False
    return set(_SUPPLY) <= set(scene.atlas.regions[draft.place[:5]].answers_that_matter(draft.category))


def _ask_change(draft: Draft, scene: Scene) -> Say:
    options = (
        choice("what", "choice.change_what"),
        choice("where", "choice.change_where"),
        choice("keep", "choice.keep"),
    )
    return Say("report.ask_change", {}, options)


def _read_change(draft: Draft, scene: Scene, heard: Utterance) -> Draft | None:
    taken = pick(heard, ("what", "where", "keep"))
    if taken == "what":
        kept = Draft(
            relay=draft.relay, on_behalf_of=draft.on_behalf_of, consent=draft.consent, hide_name=draft.hide_name
        )
        return replace(kept, place=draft.place, rt=draft.rt, rw=draft.rw, point=draft.point)
    if taken == "where":
        return replace(
            draft, place=None, candidates=(), kecamatan=None, rt=None, rw=None, place_given_up=False, changing=False
        )
    if taken == "keep":
        return replace(draft, changing=False)
    corrected = correct(draft, heard, scene) if heard.text else None
    if corrected:
        return corrected
    retold = harvest(replace(draft, text="", category=None, field=None, likely=()), heard, scene)
    return replace(retold, changing=False) if retold.category else None


def _ask_confirm(draft: Draft, scene: Scene) -> Say:
    lines = [Say("summary.what", {"what": category_word(draft.category), "gist": answers.gist(draft.text)})]
    if spoken.for_a_kader(draft):
        lines = [Say("summary.voice")]
    if draft.place:
        key = "summary.where" if draft.rt else "summary.where_no_rt"
        lines.append(Say(key, {"where": Where(draft.place, draft.rt, draft.rw)}))
    else:
        lines.append(Say("summary.where_unknown"))
    if draft.relay:
        who: Word | str = draft.on_behalf_of or Word(f"consent.{draft.consent}")
        lines.append(Say("summary.for", {"who": who}))
    if scene.state.files:
        lines.append(Say("summary.files", {"count": len(scene.state.files)}))
    lines.append(_ask_office(draft, scene))
    if scene.person.facts.get("notice") != NOTICE:
        lines.append(Say("summary.notice"))
    private: tuple[Choice, ...] = ()
    if may_hide_violence(draft, scene):
        lines.append(Say("summary.private"))
        private = (choice("private", "choice.private"),)
    options = (choice("send", "choice.send"), choice("change", "choice.change"), choice("drop", "choice.drop"))
    return Say("report.confirm", {"lines": Lines(tuple(lines))}, (*options, *private))


def may_hide_violence(draft: Draft, scene: Scene) -> bool:
    """Such a draft is never offered to the kader alone (`domain.md §6.5`)."""
    role = Role.KADER if draft.relay else Role.RESIDENT
    return bool(draft.text) and scene.reader.read(draft.text, role=role, near=scene.region).hinted


def _ask_office(draft: Draft, scene: Scene) -> Say:
    """Before anything is sent, the resident knows which office gets it."""
    found = destination(draft, scene)
    if spoken.for_a_kader(draft) and draft.place:
        return Say("summary.voice_kader")
    if isinstance(found, Hold):
        return Say("summary.held")
    region = (draft.place or scene.region)[:5]
    return Say("summary.office", {"office": OfficeName(region, found.office)})


FORM: Form[Draft] = Form(
    REPORT,
    (
        Question("change", lambda d, s: d.changing, _ask_change, _read_change, lambda d, s: replace(d, changing=False)),
        Question("voice", spoken.to_be_asked, spoken.ask, spoken.read, lambda d, s: replace(d, voice=spoken.WORDS)),
        Question(
            "what",
            lambda d, s: not (d.category or d.likely or d.category_given_up),
            lambda d, s: Say(_what_key(d, s)),
            _read_what,
            lambda d, s: replace(d, category_given_up=True),
        ),
        Question(
            "category",
            lambda d, s: not (d.category or d.category_given_up),
            _ask_category,
            _read_category,
            lambda d, s: replace(d, category_given_up=True),
        ),
        Question(
            "where",
            lambda d, s: not (d.place or d.place_given_up or d.emergency),
            ask_where,
            read_where,
            lambda d, s: replace(d, place_given_up=True),
        ),
        Question("supply", _supply_open, _ask_supply, _read_supply, lambda d, s: replace(d, condition="ledeng")),
        Question(
            "consent",
            lambda d, s: d.relay and d.consent is None and not d.emergency,
            ask_consent,
            read_consent,
            lambda d, s: replace(d, consent="not_asked"),
        ),
        Question("alike", alike.to_be_asked, alike.ask, alike.read, lambda d, s: replace(d, apart=True)),
        Question("confirm", lambda d, s: not d.emergency, _ask_confirm, lambda d, s, h: None),
    ),
)
