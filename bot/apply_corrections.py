"""A category that a person set right is kept as an example for `kentongan retrain`, without names and numbers.

Nothing of the restricted track is ever kept, nor of a category that belongs there.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select

from bot.apply_reports import ReportRow
from bot.store.tables import corrections, people
from bot.store.upsert import insert_into
from handlers.effects import Amend, FileReport
from routing.masking import HIDDEN, masked
from routing.model import RESTRICTED_CATEGORIES, Actor
from routing.rules import load_rules


def chosen(connection: Connection, row: ReportRow, effect: FileReport, now: datetime) -> None:
    """The reporter chose among the likely categories when filing."""
    if effect.chosen_by_person and effect.category is not None:
        _keep(connection, row, Actor.REPORTER, row.text, None, effect.category, now)


def corrected(connection: Connection, row: ReportRow, effect: Amend, now: datetime) -> None:
    """Somebody changes the category of a filed report; `row` is the report before. The system corrects nobody."""
    after = effect.values.get("category")
    if isinstance(after, str) and after != row.category and effect.by is not Actor.SYSTEM:
        _keep(connection, row, effect.by, str(effect.values.get("text", row.text)), row.category, after, now)


def drop(connection: Connection, report_id: int) -> None:
    """A report that is restricted from now on, or whose words go, leaves no example behind."""
    connection.execute(delete(corrections).where(corrections.c.report_id == report_id))


def _keep(
    connection: Connection, row: ReportRow, actor: Actor, text: str, before: str | None, after: str, now: datetime
) -> None:
    if row.restricted or not text or RESTRICTED_CATEGORIES & {before, after}:
        return
    example = _without_people(connection, row, text)
    values = {"report_id": row.id, "at": now, "actor": actor, "text": example, "before": before, "after": after}
    connection.execute(
        insert_into(connection, corrections)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["report_id", "actor", "after"])
    )


def _without_people(connection: Connection, row: ReportRow, text: str) -> str:
    """Names that are known to belong to the report go even where they are everyday words."""
    rules = load_rules()
    example = masked(rules.normaliser.read(text, guess=False), rules.names, rules.normaliser.knows)
    name = connection.scalar(select(people.c.name).where(people.c.id == row.reporter_id))
    for part in {*(row.on_behalf_of or "").split(), *(name or "").split()}:
        example = " ".join(
            HIDDEN if word.strip(".,;:!?()").lower() == part.lower() else word for word in example.split(" ")
        )
    return example
