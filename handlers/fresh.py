"""Words that answer nothing and command nothing: a new report, more of an old one, or talk."""

from __future__ import annotations

from handlers import additions, at_work, joined, listened, plain_talk, report, spoken, status, withdrawal
from handlers.commands import overview
from handlers.effects import Attach
from handlers.matter import Matter
from handlers.messages import Say
from handlers.open_questions import report_known
from handlers.replies import told
from handlers.safety_track import without_words
from handlers.scene import Outcome, Scene
from handlers.ticket_words import names_a_ticket
from handlers.utterance import Utterance
from routing.model import Kind


def freshly(scene: Scene, heard: Utterance) -> Outcome:
    if heard.files and not heard.text and not heard.point:
        return files_alone(scene, heard)
    if heard.point and not heard.text:
        return additions.pinned(scene, heard) or report.begin(scene, heard)
    read = scene.reader.read(heard.text, role=at_work.reads_as(scene), near=scene.region)
    meant = additions.named_with_more(scene, heard) if heard.keepable or read.kind is Kind.REPORT else None
    if meant and not read.restricted:
        return additions.add(scene, heard, meant)
    if read.kind is not Kind.REPORT and names_a_ticket(heard.text, scene):
        return status.tell(scene, heard.text)
    unsolved = joined.not_solved(scene, heard, read)
    if unsolved:
        return unsolved
    asked = additions.goes_on_answering(scene, heard, read)
    if asked:
        return additions.add(scene, heard, asked)
    recent = additions.just_filed(scene, read.category if read.evidence else None)
    about_it = withdrawal.solved_itself(scene, heard) or (additions.corrected(scene, heard, recent) if recent else None)
    if about_it:
        return about_it
    new_matter = read.kind is Kind.REPORT and read.score >= scene.reader.ask_below
    if scene.mine and not new_matter and plain_talk.asks(heard.text, "when"):
        return status.tell(scene, "")
    in_words = listened.by_reporter(scene, heard, recent, read) if recent else None
    if in_words:
        return in_words
    if recent and (heard.edited or additions.belongs_to(scene, heard, read, recent)):
        return additions.add(scene, heard, recent)
    match read.kind:
        case Kind.REPORT:
            return report.begin(scene, heard, read)
        case Kind.STATUS_QUERY:
            return overview(scene, "", heard.text)
        case Kind.CANCEL:
            return withdrawal.which(scene, heard.text)
        case Kind.AFFIRM | Kind.DENY:
            return plain_talk.nothing_open(scene)
    simple = {
        Kind.GREETING: plain_talk.greeting,
        Kind.THANKS: plain_talk.thanks,
        Kind.CHITCHAT: plain_talk.chitchat,
        Kind.SPAM: plain_talk.spam,
        Kind.QUESTION: plain_talk.question,
    }
    return simple.get(read.kind, plain_talk.missed)(scene)


def files_alone(scene: Scene, heard: Utterance) -> Outcome:
    """A photo after a report was filed belongs to that report; before there is one, it begins one."""
    problem = next((file.problem for file in heard.files if file.problem), "")
    if problem:
        return plain_talk.unreadable(scene, f"file.{problem}")
    if not heard.keepable:
        return plain_talk.unreadable(scene, "wordless")
    about = report_known(scene, scene.state.about)
    if about and (about.region, about.office) in scene.person.offices():
        kept = (Attach(about.id, heard.keepable),)
        return told(scene, Say("office.photo_kept", Matter.of(about).values()), kept, about)
    if spoken.unheard(heard.keepable):
        return _spoken_alone(scene, heard)
    recent = about or next((r for r in scene.mine if r.open and not r.restricted), None)
    return additions.add(scene, heard, recent) if recent and recent.open else report.begin(scene, heard)


def _spoken_alone(scene: Scene, heard: Utterance) -> Outcome:
    """Nobody knows what is in it. Who was asked something at work, or has a request on the restricted track, is
    answered in that; everybody else says who may listen."""
    if scene.state.request:
        return without_words(scene, heard)
    if scene.person.memberships and scene.asks:
        return told(scene, Say("voice.worker_writes"))
    return report.begin(scene, heard)
