"""Whether somebody stands behind every region: a coordinator, the PPA office, officers whom messages reach."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from bot.checkup.finding import Finding, warns
from bot.store.staffing import Staff
from handlers.safety_desk import OFFICE as PPA
from routing.model import Role
from routing.region import Region


def look_at_people(staff: Sequence[Staff], regions: Collection[Region]) -> Iterator[Finding]:
    """A region without anybody is named once; it may be one that this installation does not serve yet."""
    for region in regions:
        here = [one for one in staff if one.region == region.code]
        if not here:
            yield warns("checkup.nobody", region=region.name)
            continue
        if not _reached(here, Role.COORDINATOR):
            yield warns("checkup.no_coordinator", region=region.name)
        if not _reached([one for one in here if one.office == PPA], Role.OFFICER):
            yield warns("checkup.no_ppa", region=region.name)
        silent = sum(one.people - one.reachable for one in here if one.role != Role.KADER)
        if silent:
            yield warns("checkup.unreachable", region=region.name, count=silent)


def _reached(staff: Sequence[Staff], role: Role) -> int:
    return sum(one.reachable for one in staff if one.role == role)
