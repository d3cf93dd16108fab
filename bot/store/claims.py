"""What falls due (`fires`, `errands`) is taken for a while, then done or given back.

A claim is known by its number of tries. The statements are built once, for a worker that finds nothing asks again and
again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Connection, Row, Table, Update, and_, bindparam, or_, select, update


def claiming(table: Table, *also: ColumnElement[bool]) -> Update:
    """Takes due rows that nobody else holds, earliest first, for `take`; two who ask at once get different ones."""
    free = (
        select(table.c.id)
        .where(
            table.c.done_at.is_(None),
            table.c.due_at <= bindparam("now"),
            or_(table.c.lease_until.is_(None), table.c.lease_until <= bindparam("now")),
            *also,
        )
        .order_by(table.c.due_at, table.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
    )
    return (
        update(table)
        .where(table.c.id.in_(free.scalar_subquery()))
        .values(lease_until=bindparam("until"), tries=table.c.tries + 1)
        .returning(table)
    )


def take(
    connection: Connection, how: Update, now: datetime, until: datetime, most: int
) -> list[Row[tuple[object, ...]]]:
    """At most so many rows, held until `until`."""
    rows = connection.execute(how, {"now": now, "until": until, "most": most}).all()
    return sorted(rows, key=lambda row: (row.due_at, row.id))


def write_if_ours(connection: Connection, table: Table, row_id: int, claim: int, values: Mapping[str, object]) -> bool:
    """`claim` is the number of tries it was claimed with. False when it is done, or somebody else holds it by now."""
    new = {f"new_{name}": value for name, value in values.items()}
    written = connection.execute(_ours(table, *values), {"row": row_id, "claim": claim, **new})
    return written.rowcount == 1


@cache
def _ours(table: Table, *names: str) -> Update:
    ours = and_(table.c.id == bindparam("row"), table.c.done_at.is_(None), table.c.tries == bindparam("claim"))
    return update(table).where(ours).values({name: bindparam(f"new_{name}") for name in names})
