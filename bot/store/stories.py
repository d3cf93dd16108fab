"""The part of a report's history that its reporter may read: for most reports of a turn nobody looks at it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import overload

from sqlalchemy import Connection, Engine, bindparam, select

from bot.store.database import reading
from bot.store.tables import events
from routing.model import Actor, Role, StoryLine

_ROLE_OF = {
    Actor.REPORTER: Role.RESIDENT,
    Actor.KADER: Role.KADER,
    Actor.OFFICER: Role.OFFICER,
    Actor.COORDINATOR: Role.COORDINATOR,
    Actor.SYSTEM: Role.SYSTEM,
}
_SEEN = (
    select(events.c.report_id, events.c.at, events.c.kind, events.c.data, events.c.actor)
    .where(events.c.report_id.in_(bindparam("ids", expanding=True)), events.c.seen.is_(True))
    .order_by(events.c.id)
)


def read_stories(connection: Connection, ids: Collection[int]) -> Mapping[int, tuple[StoryLine, ...]]:
    """By the report's id, the oldest line first; empty for one without any."""
    lines: dict[int, list[StoryLine]] = defaultdict(list)
    if ids:
        for row in connection.execute(_SEEN, {"ids": list(ids)}):
            line = StoryLine(row.at, row.kind, row.data.get("note"), _ROLE_OF[Actor(row.actor)])
            lines[row.report_id].append(line)
    return defaultdict(tuple, {report_id: tuple(story) for report_id, story in lines.items()})


class Story(Sequence[StoryLine]):
    """One report's, read when it is opened. Equal to the tuple of its lines."""

    def __init__(self, engine: Engine, report_id: int) -> None:
        self._engine = engine
        self._report_id = report_id

    @cached_property
    def _lines(self) -> tuple[StoryLine, ...]:
        with reading(self._engine) as connection:
            return read_stories(connection, [self._report_id])[self._report_id]

    @overload
    def __getitem__(self, place: int) -> StoryLine: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[StoryLine]: ...

    def __getitem__(self, place: int | slice) -> StoryLine | Sequence[StoryLine]:
        return self._lines[place]

    def __len__(self) -> int:
        return len(self._lines)

    def __iter__(self) -> Iterator[StoryLine]:
        return iter(self._lines)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._lines == tuple(other)

    def __hash__(self) -> int:
        return hash(self._lines)
