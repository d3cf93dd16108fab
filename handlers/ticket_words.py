"""Which report is meant, of those a person may see: by its number in any spelling, or by the message replied to."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import datetime

from handlers import held
from handlers.scene import Ask, Scene
from handlers.utterance import Utterance
from routing import answers
from routing.model import Report


def named(text: str, reports: Sequence[Report], scene: Scene) -> tuple[Report, ...]:
    """The reports whose number stands in the text; of nobody else's, for those are not among `reports`."""
    prefixes = [region.ticket_prefix for region in scene.atlas.regions.values()]
    wanted = answers.tickets(text, prefixes)
    return tuple(dict.fromkeys(report for report in reports for one in wanted if _is(report, one)))


def names_a_ticket(text: str, scene: Scene) -> bool:
    return bool(answers.tickets(text, [region.ticket_prefix for region in scene.atlas.regions.values()]))


def open_asks(scene: Scene, heard: Utterance, kinds: Container[str]) -> tuple[Ask, ...]:
    """The open questions of these kinds that a bare answer may belong to, newest first.

    The message it replies to decides alone; else those that came when the person last wrote or
    since; else all that are open. What was answered a moment ago, and may still be taken back, waits for nothing more.
    More than one left means that the bot has to ask which.
    """
    newest = {ask.report: ask for ask in sorted(scene.asks, key=_age) if ask.kind in kinds}
    asks = sorted(newest.values(), key=_age, reverse=True)
    replied = [ask for ask in scene.asks if heard.reply_to in ask.message_ids and ask.kind in kinds]
    answered = {one.report for one in held.mine(scene)}
    asks = [ask for ask in asks if ask.report not in answered] or asks
    since = [ask for ask in asks if scene.state.heard_at and ask.asked_at >= scene.state.heard_at]
    return tuple(replied or since or asks)


def _age(ask: Ask) -> tuple[datetime, int]:
    """Of two questions asked in one breath the later one is the newer."""
    return ask.asked_at, ask.id


def _is(report: Report, wanted: tuple[str | None, int]) -> bool:
    prefix, number = wanted
    letters, _, digits = report.ticket.partition("-")
    return digits.isdigit() and int(digits) == number and (prefix is None or prefix == letters)
