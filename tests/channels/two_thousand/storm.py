"""Plays many conversations at once against the service in another process, which is killed and started again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from threading import Timer

from routing.quiet import NEWS_TOGETHER
from tests.channels.two_thousand.clock import SharedClock
from tests.channels.two_thousand.people import Person, Resident
from tests.channels.two_thousand.reach import ANYWHERE, DeadError, Service
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble

STEP = 1.0
"""Virtual seconds between two rounds."""
RESTART = 2.0
"""Virtual seconds until whoever watches over the service has started it again."""
MEND_EVERY = 600.0
SOON = 60.0
"""When nothing moved for so long, time passes in steps of this length."""
ENOUGH = 2 * MEND_EVERY
"""When nothing moved for so long, nothing will."""


@dataclass
class Storm:
    """`kills`: how often the service dies. `pace`: new conversations for each virtual second."""

    service: Service
    clock: SharedClock
    telegram: TelegramDouble
    twilio: TwilioDouble
    residents: Sequence[Resident]
    others: Sequence[Person]
    kills: int
    pace: float = 2.0
    random: Random = field(default_factory=lambda: Random(20))
    killed: Counter[str] = field(default_factory=Counter)
    mended: int = 0
    progress: Callable[[int, float], None] = lambda _tickets, _seconds: None
    """Told the number of tickets and the virtual seconds after each round."""
    _begun: int = 0
    _doom: str = ""

    def run(self, most_seconds: float = 12 * 3600) -> None:
        """Until everybody is done and nothing moves any more; virtual time. Raises TimeoutError."""
        self.service.start()
        idle, next_mend, waited = 0.0, MEND_EVERY, False
        deaths = self._deaths()
        while self.clock.seconds < most_seconds:
            begun = self._begin()
            tickets = sum(bool(one.ticket) for one in self.residents)
            self.progress(tickets, self.clock.seconds)
            if deaths and not self._doom and tickets >= deaths[0]:
                del deaths[0]
                self._let_die(self.random.choice(self.service.stops))
            moved = self.telegram.deliver_due() + self.twilio.deliver_due() + self._command("pump")
            if self.clock.seconds >= next_mend:
                next_mend += MEND_EVERY
                moved += self._mend()
            for person in (*self.residents[:begun], *self.others):
                person.look()
            step = STEP if idle < SOON else SOON
            self.clock.move(step)
            idle = 0.0 if moved or begun < len(self.residents) else idle + step
            if idle > ENOUGH and waited:
                return
            if idle > ENOUGH:  # answers that may be taken back, and news that leaves together, have waited then
                self.clock.move(NEWS_TOGETHER.total_seconds())
                idle, waited = 0.0, True
        raise TimeoutError("still busy")

    def _begin(self) -> int:
        """Lets those begin whose time has come; how many have begun."""
        due = min(len(self.residents), int(self.clock.seconds * self.pace))
        for resident in self.residents[self._begun : due]:
            resident.begin()
        self._begun = max(self._begun, due)
        return self._begun

    def _mend(self) -> int:
        found = self._command("mend")
        self.mended += found
        return found

    def _deaths(self) -> list[int]:
        """At how many tickets the service dies, spread over the whole run."""
        return [len(self.residents) * number // (self.kills + 1) for number in range(1, self.kills + 1)]

    def _let_die(self, stop: str) -> None:
        self._doom = stop
        if stop == ANYWHERE:
            Timer(self.random.uniform(0, 0.05), self.service.kill).start()
        else:
            self.service.arm(stop)

    def _command(self, command: str) -> int:
        try:
            return self.service.tell(command)
        except DeadError:
            self.service.bury()
        if not self._doom:
            raise AssertionError("the service died by itself")
        self.killed[self._doom] += 1
        self._doom = ""
        self.clock.move(RESTART)
        self.service.start()
        return 1
