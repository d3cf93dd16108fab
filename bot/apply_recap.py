"""*Rekap*: the figures are counted in the commit that answers, so they hold what was said a moment ago."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot import recounting
from handlers.effects import TellRecap
from handlers.messages import Say
from handlers.recap import month_told


def told(connection: Connection, person_id: int, effect: TellRecap, now: datetime) -> Say:
    """What this person reads of that month."""
    counted = recounting.of_person(connection, person_id, effect.first, effect.whose, effect.region, effect.zone)
    today = now.astimezone(ZoneInfo(effect.zone)).date()
    return month_told(counted.recap, effect.whose, today, unasked=effect.unasked)
