"""Reports that an officer names without a number: *semua selesai kecuali 2*, *yang air sudah*."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from handlers import worklist
from handlers.scene import Scene
from handlers.worklist import Said
from routing import answers
from routing.model import Report

_CLAUSES = re.compile(r"[,;.\n]+")
_WORD = re.compile(r"[a-z0-9]+")
_RT = re.compile(r"\brt\s*\.?\s*0*(\d{1,3})\b")
_LINE = re.compile(r"(?<!\d)[1-9](?!\d)")
_LEAST = 3
"""Letters of a word that tells one report from another."""


def said_of(scene: Scene, text: str, reports: Sequence[Report]) -> tuple[Said, ...]:
    """What was said of each of `reports` that such words name; nothing where the words name none, or several."""
    return _of_all(scene, text) or _by_matter(scene, text, reports)


def _of_all(scene: Scene, text: str) -> tuple[Said, ...]:
    """Every line of the list on the phone, but those that are taken out; *semua saluran* is one report all the same."""
    rest = answers.starts_with(text, "officer", "all")
    if not rest or len(scene.state.listed) < 2 or answers.starts_with(rest, "officer", "all_then") is None:
        return ()
    said, but = _taken_out(rest)
    update = replace(worklist.parts(scene, said)[0], note=said, ticket=None)
    by_ticket = {report.ticket: report for report in scene.tasks}
    return tuple(
        Said(ticket, update, by_ticket[ticket])
        for line, ticket in enumerate(scene.state.listed, 1)
        if line not in but and ticket in by_ticket and by_ticket[ticket].status in worklist.WITH_OFFICE
    )


def _taken_out(rest: str) -> tuple[str, frozenset[int]]:
    """What is said of all, and the lines of which it is not."""
    for form in answers.rules()["officer"]["except"]:
        said, found, behind = f" {rest} ".partition(f" {form} ")
        if found:
            return said.strip(" ,"), frozenset(int(figure) for figure in _LINE.findall(behind))
    return rest, frozenset()


def _by_matter(scene: Scene, text: str, reports: Sequence[Report]) -> tuple[Said, ...]:
    """*Yang air sudah, yang jalan besok*: each clause names one report by a word of its own, or by its RT."""
    open_ = [report for report in reports if report.status in worklist.WITH_OFFICE]
    if len(open_) < 2:
        return ()
    found: list[Said] = []
    for clause in filter(None, map(str.strip, _CLAUSES.split(text))):
        rest = answers.starts_with(clause, "officer", "about")
        meant = _meant(rest, open_) if rest else None
        if not rest or not meant:
            return ()
        report, words = meant
        said = " ".join(word for word in rest.split() if word.strip(".,") not in words)
        found.append(Said(report.ticket, replace(worklist.parts(scene, said)[0], note=said), report))
    return tuple(found)


def _meant(clause: str, reports: Sequence[Report]) -> tuple[Report, frozenset[str]] | None:
    """The one report that more of these words point at than at any other, with the words that name it."""
    ranked = sorted((_pointing(clause, report) for report in reports), key=lambda one: one[0], reverse=True)
    (most, report, words), second = ranked[0], ranked[1][0]
    return (report, words) if most > second else None


def _pointing(clause: str, report: Report) -> tuple[int, Report, frozenset[str]]:
    """Words of the reporter point more surely than those of the category; an RT is said to be told apart by."""
    told = {word for word in _WORD.findall(clause) if len(word) >= _LEAST and not word.isdigit()}
    own = told & set(_WORD.findall(report.text.lower()))
    kind = told & set((report.category or "").split("_")) - own
    rt = _RT.search(clause)
    same_rt = bool(rt and report.rt and report.rt.isdigit() and int(report.rt) == int(rt[1]))
    place = {"rt", rt[1], rt[1].zfill(2), f"rt{rt[1]}"} if rt and same_rt else set()
    return 2 * len(own) + len(kind) + 3 * same_rt, report, frozenset(own | kind | place)
