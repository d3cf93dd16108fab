"""*Tunda SMD-0012 sampai Senin karena …, 2 tutup karena dobel*: a coordinator's decisions in words, several at once.

What is missing (a reason, a day, an office) is asked once; the sentence waits in `State.pending`, with a gap in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from handlers import worklist
from handlers.coordinator_deeds import Step, close, move, put_off, refused
from handlers.effects import Effect
from handlers.messages import Lines, OfficeName, Say, Values
from handlers.replies import told
from handlers.scene import Outcome, Scene
from handlers.standing_in import coordinates
from handlers.utterance import Utterance
from handlers.worklist import Said
from routing import answers, deciding
from routing.assign import office_named
from routing.deadlines import WorkingTime
from routing.deciding import GAP, Decision, Deed
from routing.model import Report
from routing.promises import promised_date
from routing.region import Region

WHY = "decide.why"
WHEN = "decide.when"
WHERE = "decide.where"
NEUTRAL = "decide.why_neutral"
"""Our questions; the last one where the reason would tell a phone that others read of violence."""
_SHORT = 3
"""Words of a *terima kasih* that is no reason."""
DROPPED = "decide.dropped"


@dataclass(frozen=True)
class _Group:
    """Reports of which the same was said."""

    decision: Decision
    reason: str
    said: tuple[Said, ...]

    @property
    def reports(self) -> tuple[Report, ...]:
        return tuple(one.report for one in self.said if one.report)


def pool(scene: Scene) -> tuple[Report, ...]:
    """What this coordinator may decide about, of all that is known in this turn."""
    regions = coordinates(scene)
    known = {one.id: one for one in (*scene.tasks, *scene.named)}
    return tuple(one for one in known.values() if one.region in regions and not one.restricted)


def completed(scene: Scene, heard: Utterance) -> str | None:
    """The sentence that waited for a reason, a day or an office, with the answer in its gap; None for other words."""
    if scene.state.last not in (WHY, NEUTRAL, WHEN, WHERE) or GAP not in (scene.state.pending or ""):
        return None
    answer = _answer(scene, heard.text)
    return (scene.state.pending or "").replace(GAP, answer) if answer else None


def dropped(scene: Scene, text: str) -> Outcome | None:
    """*Ga jadi* to one of our questions: nothing is decided."""
    asked = scene.state.last in (WHY, NEUTRAL, WHEN, WHERE) and GAP in (scene.state.pending or "")
    return told(scene, Say(DROPPED)) if asked and answers.command(text) == ("cancel", "") else None


def asked_again(scene: Scene, text: str) -> Outcome | None:
    """A day that is none, gone, or years away (*tahun 2031*), an office that is none: asked once more, and nothing is
    changed."""
    pending = scene.state.pending or ""
    about = [one for one in pool(scene) if one.ticket in pending]
    if GAP not in pending or not about or len(text.split()) > _SHORT or answers.command(text):
        return None
    if scene.state.last == WHERE and not _polite(text):
        return _asks(scene, _which_office(scene.atlas.regions[about[0].region], about[0]), pending)
    if scene.state.last != WHEN:
        return None
    return _asks(scene, Say(WHEN, {"ticket": ", ".join(one.ticket for one in about)}), pending)


def decided(scene: Scene, text: str) -> Outcome | None:
    """What comes of all clauses that hold a deed; None where none does."""
    groups = [group for clause in deciding.clauses(text) for group in _groups(scene, clause)]
    if not any(group.decision.deed for group in groups) or any(_an_officers(scene, group) for group in groups):
        return None
    says: list[Say] = []
    effects: tuple[Effect, ...] = ()
    gaps: list[str] = []
    asked: Say | None = None
    for group in groups:
        says += [unknown(scene, one) for one in group.said if one.report is None]
        gap = _gap(scene, group)
        if gap:
            asked, sentence = asked or gap[0], gap[1]
            gaps.append(sentence)
            continue
        for report in group.reports:
            say, done = _done(scene, group, report)
            says.append(say)
            effects += done
    said = told(scene, None, effects)
    if not asked:
        return replace(said, says=tuple(says))
    state = replace(said.state, pending="; ".join(gaps), last=asked.key)
    return replace(said, says=(*says, asked), state=state)


def ask_why(scene: Scene, report: Report) -> Outcome:
    """A tap on *Tutup* has no reason yet."""
    return _asks(scene, Say(WHY, {"ticket": report.ticket}), deciding.sentence("close", [report.ticket], "", GAP))


def ask_where(scene: Scene, report: Report) -> Outcome:
    """More offices than there are buttons: all of them, by number."""
    sentence = deciding.sentence(None, [report.ticket], deciding.office_gap(), "")
    return _asks(scene, _which_office(scene.atlas.regions[report.region], report), sentence)


def offices(region: Region) -> tuple[str, ...]:
    """The roles of the region's own offices, in the order of its table."""
    return tuple(role for role, office in region.offices.items() if office.in_government)


def in_another_hat(scene: Scene, report: Report) -> bool:
    """It is theirs to answer as officer, kader or reporter as well: words without a deed are meant so."""
    asked = any(ask.report == report.id and ask.kind != "hold" for ask in scene.asks)
    led = (report.region, report.office) in scene.person.offices()
    return asked or led or scene.person.id in (report.kader_id, report.reporter_id)


# --- reading ----------------------------------------------------------------------------------------------------------


def _groups(scene: Scene, clause: deciding.Clause) -> list[_Group]:
    """Reports named side by side share what is said of them."""
    by_words: dict[str, list[Said]] = {}
    for said in worklist.said_of(scene, deciding.line_first(clause.head), pool(scene)):
        by_words.setdefault(said.update.note, []).append(said)
    groups = [_Group(deciding.decision(words), clause.reason, tuple(said)) for words, said in by_words.items()]
    return [_with_words_as_reason(group) for group in groups]


def _with_words_as_reason(group: _Group) -> _Group:
    """*Tutup sudah ditangani kelurahan*: what stands behind the deed is the reason."""
    decision = group.decision
    if decision.deed != "close" or group.reason or len(decision.words.split()) < 2:
        return group
    return replace(group, decision=replace(decision, words=""), reason=decision.words)


def _an_officers(scene: Scene, group: _Group) -> bool:
    """*1 tunda minggu depan* of somebody whose own office has it is an answer, not a decision."""
    return group.decision.deed == "put_off" and any(in_another_hat(scene, one) for one in group.reports)


def _answer(scene: Scene, text: str) -> str | None:
    if answers.command(text) or worklist.said_of(scene, text, pool(scene)) or deciding.decision(text).deed:
        return None
    if scene.reader.read(text, near=scene.region).restricted or _polite(text):
        return None
    region = scene.atlas.regions[min(coordinates(scene), default=scene.region)]
    match scene.state.last:
        case "decide.where":
            roles = offices(region)
            line = answers.chosen(text, [region.offices[role].short for role in roles])
            role = roles[line] if line is not None else office_named(text, region, scene.atlas)
            return region.offices[role].short if role and role in region.offices else None
        case "decide.when":
            return text if _day(scene, region, text) else None
    return " ".join(text.split())


def _polite(text: str) -> bool:
    """*Makasih pak*, *siang*, *entah*: no reason for anything. Told by lists, for two words are too few to guess at."""
    words = answers.plain(text).split()
    greets = set(words) <= set(answers.rules()["greeting_words"]["drop"])
    thanks = len(words) <= _SHORT and answers.mentions(text, "answers", "thanks")
    return greets or thanks or answers.matches(text, "answers", "skip")


def _day(scene: Scene, region: Region, words: str) -> date | None:
    """A day to come, within about a year."""
    work = WorkingTime(region)
    today = work.local_day(scene.now)
    day, _ = promised_date(words, today, work.is_working_day)
    return day if day and day > today else None


# --- what is missing --------------------------------------------------------------------------------------------------


def _gap(scene: Scene, group: _Group) -> tuple[Say, str] | None:
    """The question for what is missing, and the sentence with a gap in its place."""
    deed, words, reason = group.decision.deed, group.decision.words, group.reason
    open_ = [one for one in group.reports if refused(one) is None]
    if not open_ or deed is None:
        return None
    tickets = [one.ticket for one in open_]
    values: Values = {"ticket": ", ".join(tickets)}
    region = scene.atlas.regions[open_[0].region]
    if deed == "put_off" and _day(scene, region, words) is None:
        return Say(WHEN, values), deciding.sentence(deed, tickets, deciding.until_gap(), reason)
    if deed == "move" and _office(scene, open_[0], words) is None:
        return _which_office(region, open_[0]), deciding.sentence(deed, tickets, deciding.office_gap(), reason)
    if not reason and not (deed == "move" and all(one.office is None for one in open_)):
        return Say(WHY, values), deciding.sentence(deed, tickets, words, GAP)
    if reason and scene.reader.read(reason, near=region.code).restricted:
        return Say(NEUTRAL, values), deciding.sentence(deed, tickets, words, GAP)
    return None


def _which_office(region: Region, report: Report) -> Say:
    lines = Lines(
        tuple(Say("decide.office", {"office": OfficeName(region.code, role, full=False)}) for role in offices(region)),
        numbered=True,
    )
    return Say(WHERE, {"ticket": report.ticket, "lines": lines})


def _asks(scene: Scene, say: Say, sentence: str) -> Outcome:
    said = told(scene, say)
    return replace(said, state=replace(said.state, pending=sentence))


# --- doing ------------------------------------------------------------------------------------------------------------


def _done(scene: Scene, group: _Group, report: Report) -> Step:
    over = refused(report)
    if over:
        return over, ()
    deed: Deed | None = group.decision.deed
    if deed == "close":
        return close(report, group.reason)
    region = scene.atlas.regions[report.region]
    if deed == "put_off" and (day := _day(scene, region, group.decision.words)):
        return put_off(scene, report, day, group.reason)
    role = _office(scene, report, group.decision.words)
    if role is not None:
        return move(scene, report, role, group.reason)
    return Say("decide.unclear", {"ticket": report.ticket}), ()


def _office(scene: Scene, report: Report, words: str) -> str | None:
    region = scene.atlas.regions[report.region]
    role = office_named(words, region, scene.atlas)
    return role if role in offices(region) else None


def unknown(scene: Scene, said: Said) -> Say:
    """A number beyond the list, of another region, or of no report at all."""
    if said.by_line:
        return worklist.not_listed(scene, said)
    prefixes = {scene.atlas.regions[code].ticket_prefix for code in coordinates(scene)}
    foreign = said.name.partition("-")[0] not in prefixes
    return Say("decide.other_region" if foreign else "decide.no_such_ticket", {"ticket": said.name})
