"""*Batalkan*, *batalkan 2*, *eh besok*: an officer takes back or puts right what no resident has heard of yet."""

from __future__ import annotations

import re
from dataclasses import replace

from handlers import held, worklist
from handlers.held import Held
from handlers.holding import called_off
from handlers.messages import Say
from handlers.replies import told
from handlers.scene import Outcome, Scene
from handlers.ticket_words import named
from handlers.utterance import Utterance
from routing import answers
from routing.model import Report, Status

ANSWERS = frozenset({"resolved", "in_progress", "postponed", "not_ours", "need_info", "accepted"})
"""What puts another answer right; a bare word of regret does not."""

_UNDATED = frozenset({"accepted", "in_progress"})
_LINE = re.compile(r"(?<!\d)[1-9](?!\d)")
_TICKET = re.compile(r"\b[a-z]{2,4}[\s-]?\d+")
_WORD = re.compile(r"[a-z]+")


def tapped(scene: Scene, key: str) -> Outcome:
    """The button under what was repeated back: all that was answered in that message."""
    gone = [one for one in held.mine(scene) if one.key == key]
    return called_off(scene, gone) if gone else told(scene, Say("held.too_late"))


def said(scene: Scene, heard: Utterance) -> Outcome | None:
    """All of it, or the lines that are named; None when nothing is taken back, or it was put right instead."""
    if not (_takes_back(scene, heard.text) and _speaks_of_answers(scene)):
        return None
    mine, rest = held.mine(scene), _besides(heard.text)
    if not mine:
        return told(scene, Say("held.too_late")) if _only_just(scene) else None
    if _bare(rest):
        gone = _named(scene, rest, mine)
        return called_off(scene, gone) if gone else told(scene, Say("held.no_such"))
    slip = _mentions(heard.text, "slip", "unsolved") and not any(sign.isdigit() for sign in rest)
    dated = any(part.eta for part in worklist.parts(scene, rest))
    return called_off(scene, held.latest(scene)) if slip and not dated else None


def agreed(scene: Scene, heard: Utterance) -> Outcome | None:
    """*Ok*, *betul* to what was repeated back: it stays as it is. None for words about anything else."""
    just_repeated = (scene.state.last or "").startswith("held.") and scene.state.dialogue is None
    asked_since = any(ask.asked_at > (scene.state.heard_at or scene.now) for ask in scene.asks)
    if not just_repeated or asked_since or heard.reply_to or not answers.matches(heard.text, "answers", "yes"):
        return None
    return told(scene, Say("held.agreed"))


def too_late(scene: Scene, heard: Utterance) -> Outcome | None:
    """*Batalkan 2*, and nothing that this person answered waits any more; None when it is about something else."""
    rest = answers.starts_with(heard.text, "officer", "take_back")
    if held.mine(scene) or not rest or not any(sign.isdigit() for sign in rest) or not _bare(rest):
        return None
    return None if named(rest, scene.mine, scene) else told(scene, Say("held.too_late"))


def put_right(scene: Scene, heard: Utterance) -> Utterance | Outcome:
    """The same thing said without *eh*, *maaf maksud saya*; a bare *eh besok* is about what was answered last, and so
    is a bare day behind an answer without one."""
    if not held.mine(scene):
        return heard
    dated = _with_its_day(scene, heard)
    if dated:
        return dated
    rest = _corrected(heard.text)
    if rest is None and _mentions(heard.text, "slip", "unsolved"):
        rest = _besides(heard.text)
    if rest is None and not heard.edited:
        return heard
    meant = replace(heard, text=rest or heard.text)
    last = held.latest(scene)
    if worklist.said_of(scene, meant.text, scene.tasks) or not _answers(scene, meant.text):
        return meant
    if len(last) == 1:
        return replace(meant, text=f"{last[0].ticket} {meant.text}")
    reports = [task for one in last for task in scene.tasks if task.id == one.report]
    return worklist.which(scene, "office.which", reports, meant.text)


def _with_its_day(scene: Scene, heard: Utterance) -> Utterance | None:
    """*Lagi dikerjakan tim*, and a moment later *minggu depan*: the day belongs to that, whatever else is open."""
    (*_, last) = held.latest(scene)
    update = worklist.parts(scene, heard.text)[0]
    bare = update.eta and not update.note.replace(update.eta_words or "", "").strip(" .,")
    if not bare or update.ticket or update.number or heard.reply_to or len(held.latest(scene)) > 1:
        return None
    if last.update.eta or last.update.intent not in _UNDATED or scene.state.about != last.report:
        return None
    return replace(heard, text=f"{last.ticket} {last.update.note} {heard.text}")


def _answers(scene: Scene, text: str) -> bool:
    return any(part.intent in ANSWERS for part in worklist.parts(scene, text))


def _takes_back(scene: Scene, text: str) -> bool:
    """*Batalkan …*, *salah …*; *belum selesai*, or *belum* and not a word more, where something was called solved."""
    command = answers.command(text)
    if command is not None:
        return command[0] == "cancel"
    behind = re.sub(r"\d+", " ", _TICKET.sub(" ", answers.plain(text)))  # *SMD-0001 batalkan*, *2 batal*
    opens = answers.starts_with(text, "officer", "take_back") is not None
    if opens or _mentions(text, "slip") or answers.matches(behind, "officer", "take_back"):
        return True
    unsolved = _mentions(text, "unsolved") or answers.matches(text, "officer", "not_yet")
    return unsolved and any(one.update.intent == "resolved" for one in held.mine(scene))


def _mentions(text: str, *names: str) -> bool:
    return any(answers.mentions(text, "officer", name) for name in names)


def _besides(text: str) -> str:
    """What is said besides taking something back: numbers, tickets, or what is so instead."""
    if answers.command(text) or answers.matches(text, "officer", "not_yet"):
        return ""
    rest = answers.plain(text)
    for name in ("slip", "unsolved", "take_back"):
        forms = sorted(answers.rules()["officer"][name], key=len, reverse=True)
        rest = re.sub(rf"\b(?:{'|'.join(map(re.escape, forms))})\b", " ", rest)
    return " ".join(rest.split())


def _corrected(text: str) -> str | None:
    """What stands behind *eh* or *maksud saya*, however many such words there are; None when there are none."""
    rest, found = text, None
    while (shorter := answers.starts_with(rest, "officer", "corrects")) is not None and shorter:
        rest = found = shorter
    return found


def _bare(rest: str) -> bool:
    """Nothing but numbers and words that only join them."""
    fillers = answers.rules()["officer"]["joins_lines"]
    return all(word in fillers for word in _WORD.findall(_TICKET.sub(" ", rest.lower())))


def _named(scene: Scene, rest: str, mine: tuple[Held, ...]) -> list[Held]:
    """Those whose line or ticket is named; of none, what was answered last."""
    reports: list[Report] = [task for task in scene.tasks if any(one.report == task.id for one in mine)]
    tickets = {one.ticket for one in named(rest, reports, scene)}
    if not tickets:
        lines = [int(figure) for figure in _LINE.findall(rest)]
        if not lines:
            every = answers.mentions(rest, "officer", "all")
            return list(mine if every else held.latest(scene))
        tickets = {scene.state.listed[line - 1] for line in lines if line <= len(scene.state.listed)}
    return [one for one in mine if one.ticket in tickets]


def _speaks_of_answers(scene: Scene) -> bool:
    """In the middle of a report of one's own *batal* is about that, unless an answer was repeated back just now."""
    return scene.state.dialogue is None or (scene.state.last or "").startswith("held.")


def _only_just(scene: Scene) -> bool:
    """The last thing said was an answer repeated back, and what it took is no slip that can still be put right."""
    solved = any(task.status is Status.RESOLVED and task.id == scene.state.about for task in scene.tasks)
    return (scene.state.last or "").startswith("held.") and not solved
