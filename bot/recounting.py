"""A month of a kader or of a posyandu, counted from the database: for the chat, for papers, for the command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.store import recap as happenings
from bot.store.recap import Post
from routing.recap import Recap, recap_of, span
from routing.recap_words import Whose


@dataclass(frozen=True)
class Counted:
    """Whose month it is. `kader` is empty when it is the whole posyandu's; `post` is None for a kader without one."""

    recap: Recap
    region: str
    post: Post | None
    kader: str = ""


def of_person(connection: Connection, person_id: int, first: date, whose: Whose, region: str, zone: str) -> Counted:
    """The month of one kader, or of the posyandu of this kader."""
    post = happenings.post_of(connection, person_id)
    if whose == "posyandu" and post is not None:
        return of_post(connection, post, first, zone)
    recap = _counted(connection, (person_id,), region, first, zone)
    return Counted(recap, region, post, happenings.name_of(connection, person_id))


def of_post(connection: Connection, post: Post, first: date, zone: str) -> Counted:
    return Counted(_counted(connection, post.kader, post.region, first, zone), post.region, post)


def _counted(connection: Connection, kader: tuple[int, ...], region: str, first: date, zone: str) -> Recap:
    where = ZoneInfo(zone)
    return recap_of(first, happenings.happened(connection, kader, region, *span(first, where), where))
