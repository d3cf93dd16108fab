"""What people do when something arrives on their phone: at once, hours later, never. One seed decides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from benchmarks.year_town import Townspeople
from bot.channels.base import Rendered
from routing.deadlines import WorkingTime
from routing.region import Atlas

DIGEST_LINE = re.compile(r"^(\d+)\. ", re.MULTILINE)
ANSWERS = ("selesai", "minggu depan", "sedang dikerjakan", "jumat", "senin", "bukan kami itu {other}")
WEIGHTS = (50, 14, 16, 8, 8, 4)
OTHERS = ("DLH", "PUPR", "Dinsos", "Dinkes")
SILENT_OFFICERS = 0.06
SILENT_KADER = 0.12
AWAY_EACH_WEEK = 0.02


@dataclass(frozen=True)
class Doing:
    """Somebody writes, or taps what has that id."""

    at: datetime
    who: str
    text: str = ""
    choice: str | None = None


class Habits:
    """Everybody's ways. Times are aware UTC; officers do what they do in office hours."""

    def __init__(self, town: Townspeople, atlas: Atlas, chance: Random) -> None:
        self._town = town
        self._chance = chance
        self._work = {code: WorkingTime(region) for code, region in atlas.regions.items()}
        everybody = sorted((*town.officers, *town.kader))
        silent = {"officer": SILENT_OFFICERS, "kader": SILENT_KADER}
        self._silent = {who for who in everybody if chance.random() < silent[who.partition("-")[0]]}
        self._diligence = {who: chance.uniform(0.4, 0.9) for who in town.officers}

    def on(self, who: str, message: Rendered, now: datetime) -> Iterator[Doing]:
        """What comes of this message, if anything."""
        if who in self._silent:
            return
        if who in self._town.officers:
            yield from self._officer(who, message, now)
            return
        choice = self._chosen(who, message)
        if choice is not None:
            yield Doing(self._later(who, now), who, choice=choice)
        elif who.startswith("resident") and message.text.endswith("?") and self._chance.random() < 0.5:
            yield Doing(self._later(who, now), who, self._chance.choice(("masih sama", "5", "4", "2")))
        elif who.startswith("kader") and message.text.endswith("?") and not message.buttons:
            yield Doing(self._later(who, now), who, self._chance.choice(("tidak ada masalah di sana", "besok")))

    def leaves(self, monday: datetime) -> Iterator[Doing]:
        """Who goes on leave that week; some of them come back before its end."""
        for who in self._town.officers:
            if self._chance.random() < AWAY_EACH_WEEK:
                yield Doing(monday, who, "cuti sampai jumat")
                if self._chance.random() < 0.3:
                    yield Doing(monday + timedelta(days=2), who, "saya sudah masuk lagi")

    def _officer(self, who: str, message: Rendered, now: datetime) -> Iterator[Doing]:
        lines = DIGEST_LINE.findall(message.text)
        if lines and not message.buttons:
            said = [f"{line} {self._answer()}" for line in lines if self._chance.random() < self._diligence[who]]
            if said:
                yield Doing(self._later(who, now), who, ", ".join(said))
            return
        choice = self._chosen(who, message)
        if choice is not None:
            yield Doing(self._later(who, now), who, choice=choice)
        elif message.text.endswith("?") and not message.buttons and self._chance.random() < 0.8:
            yield Doing(self._later(who, now), who, self._chance.choice(OTHERS))

    def _answer(self) -> str:
        (answer,) = self._chance.choices(ANSWERS, WEIGHTS)
        return answer.format(other=self._chance.choice(OTHERS))

    def _chosen(self, who: str, message: Rendered) -> str | None:
        """The button they tap, by what the question offers; the first one where we know no better."""
        offered = {button.id.partition(":")[2] or button.id: button.id for button in message.buttons}
        if not offered:
            return None
        ways: tuple[tuple[str, float], ...] = ((next(iter(offered)), 0.5),)
        if "true" in offered:
            ways = (("true", 0.78), ("false", 0.04), ("visit", 0.08))
        elif "accept" in offered:
            ways = (("accept", 0.35), ("not_ours", 0.02), ("info", 0.01))
        elif "done" in offered:
            ways = (("done", 0.1),)
        elif "yes" in offered:
            ways = (("yes", 0.5), ("no", 0.06))
        elif who.startswith("coordinator"):
            ways = ((next(iter(offered)), 0.9),)
        drawn = self._chance.random()
        for name, share in ways:
            drawn -= share
            if drawn < 0:
                return offered.get(name)
        return None

    def _later(self, who: str, now: datetime) -> datetime:
        """A few minutes to a day; who is at work, while the office is open."""
        at = now + timedelta(minutes=self._chance.choice((5, 20, 60, 180, 420, 900)))
        region = self._town.officers.get(who, (self._town.coordinators.get(who, ""),))[0]
        if region and not self._work[region].in_office_hours(at):
            return self._work[region].next_opening(at) + timedelta(minutes=45)
        return at
