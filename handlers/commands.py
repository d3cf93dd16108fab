"""The few words that always mean the same, whatever was asked: *menu*, *batal*, *cek*, *data saya*."""

from __future__ import annotations

from dataclasses import replace

from handlers import coordinator, plain_talk, report, rights, status, talking, withdrawal
from handlers.messages import Say
from handlers.replies import told
from handlers.report_form import REPORT
from handlers.scene import Outcome, Scene
from handlers.utterance import Utterance
from routing import answers
from routing.model import Role


def commanded(scene: Scene, heard: Utterance) -> Outcome | None:
    found = answers.command(heard.text)
    if found is None:
        return None
    name, rest = found
    in_report = scene.state.dialogue == REPORT
    match name:
        case "cancel":
            return report.cancel(scene) if in_report else withdrawal.which(scene, heard.text)
        case "change":
            return report.change(scene) if in_report else told(scene, Say("change.nothing"))
        case "status":
            return overview(scene, rest)
        case "list":
            return overview(scene, "")
        case "report":
            return report.again(scene) if in_report else report.begin(scene, replace(heard, text=""))
    simple = {
        "menu": plain_talk.menu,
        "help": plain_talk.help_,
        "data": plain_talk.data,
        "mine": rights.show,
        "erase": rights.erase,
        "stop": rights.stop,
        "go_on": rights.go_on,
        "secret": plain_talk.secret,
        "person": talking.wanted,
    }
    return simple[name](scene)


def overview(scene: Scene, rest: str, words: str = "") -> Outcome:
    """How far what is named in `rest` is, else what is open; `words` tell a resident's reports apart."""
    if scene.person.has(Role.COORDINATOR) and not rest:
        return coordinator.overview(scene)
    return status.tell(scene, rest or words)
