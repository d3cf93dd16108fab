"""Reports of one story: a household's needs for two offices, each with a clock of its own, told as one to who filed."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.form import choice
from handlers.matter import Matter
from handlers.messages import Choice, Lines, Say
from handlers.replies import status_word
from routing.model import Report


def family(report: Report, reports: Iterable[Report]) -> tuple[Report, ...]:
    """All parts of the story that `report` belongs to, the first told first; it alone when it has no others."""
    if report.linked_to is None or report.restricted:
        return (report,)
    parts = {one.id: one for one in (report, *reports) if one.linked_to == report.linked_to and not one.restricted}
    return tuple(sorted(parts.values(), key=lambda one: one.id))


def one_story(reports: tuple[Report, ...]) -> bool:
    """Whether these are several parts of the same story and nothing else."""
    return len(reports) > 1 and len(family(reports[0], reports)) == len(reports)


def lines(parts: Iterable[Report]) -> Lines:
    """A line for each part, with how it stands."""
    return Lines(tuple(Say("linked.line", {**Matter.of(one).values(), "status": status_word(one)}) for one in parts))


def others(report: Report, reports: Iterable[Report]) -> tuple[Say, ...]:
    """The other parts, as what follows the story of one; nothing where there are none."""
    rest = tuple(one for one in family(report, reports) if one.id != report.id)
    return (Say("linked.others", {"lines": lines(rest)}),) if rest else ()


def told_together(parts: tuple[Report, ...]) -> Say:
    options = tuple(Choice(f"m:cek {one.ticket}", "choice.ticket", {"ticket": one.ticket}) for one in parts[:3])
    return Say("linked.story", {"count": len(parts), "lines": lines(parts)}, options)


def which_to_withdraw(parts: tuple[Report, ...]) -> tuple[Say, tuple[Choice, ...]]:
    """The question which part is taken back; the ids of the choices are the tickets, or `all`."""
    options = (*(choice(f"@{one.ticket}", "choice.ticket", ticket=one.ticket) for one in parts[:8]),)
    everything = choice("@all", "choice.withdraw_all")
    return Say("linked.withdraw_which", {"count": len(parts), "lines": lines(parts)}), (*options, everything)
