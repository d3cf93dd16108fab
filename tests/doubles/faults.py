"""What can go wrong between us and a provider, on order or for a seeded share of the calls."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from tests.doubles.loopback import Answer, Call, Ending

Kind = Literal["timeout", "reset", "too_many", "server_error", "html", "empty", "cut", "endless"]


@dataclass(frozen=True)
class Fault:
    """`taken`: the provider did what it was asked, and only its answer was lost."""

    kind: Kind
    taken: bool = False


Match = Callable[[Call], bool]

USUAL = (
    Fault("timeout"),
    Fault("timeout", taken=True),
    Fault("too_many"),
    Fault("server_error"),
    Fault("server_error", taken=True),
    Fault("reset"),
    Fault("reset", taken=True),
    Fault("html"),
)
HTML = b"<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>"


def everything(_call: Call) -> bool:
    return True


class Faults:
    """None at first. `happened` counts those that did."""

    def __init__(self, seed: int = 0) -> None:
        self.happened: Counter[Fault] = Counter()
        self._ordered: deque[tuple[Fault, Match]] = deque()
        self._random = Random(seed)
        self._share = 0.0
        self._among: Sequence[Fault] = ()
        self._match: Match = everything

    def next(self, kind: Kind, *, taken: bool = False, times: int = 1, match: Match = everything) -> None:
        """The next `times` calls that match go wrong in this way."""
        self._ordered.extend([(Fault(kind, taken), match)] * times)

    def share(self, share: float, among: Sequence[Fault] = USUAL, match: Match = everything) -> None:
        """From now on this share (0 to 1) of the calls that match goes wrong, each time in one of these ways."""
        self._share, self._among, self._match = share, among, match

    def pick(self, call: Call) -> Fault | None:
        fault = self._next_ordered(call)
        if fault is None and self._share and self._match(call) and self._random.random() < self._share:
            fault = self._random.choice(self._among)
        if fault is not None:
            self.happened[fault] += 1
        return fault

    def _next_ordered(self, call: Call) -> Fault | None:
        for place, (fault, match) in enumerate(self._ordered):
            if match(call):
                del self._ordered[place]
                return fault
        return None


def broken(fault: Fault, whole: Answer, server_error: Answer, too_many: Answer) -> Answer:
    """What the caller gets instead of the `whole` answer."""
    match fault.kind:
        case "too_many":
            return too_many
        case "server_error":
            return server_error
        case "html":
            return Answer(502, HTML, {"Content-Type": "text/html"})
        case "empty":
            return Answer(200, b"")
        case _:
            endings: dict[str, Ending] = {"timeout": "hang", "reset": "reset", "cut": "cut", "endless": "endless"}
            return Answer(whole.status, whole.body, whole.headers, endings[fault.kind])
