"""What is to happen to whoever wrote, not to a report: what is remembered of them, taken back, handed out, erased."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Unsend:
    """What was said to the sender lately, and what they wrote, is taken off their phone as far as the channel can."""


@dataclass(frozen=True)
class Redeem:
    """An invitation code the turn found valid: the sender becomes that person."""

    invitation: int


@dataclass(frozen=True)
class Remember:
    """Small facts about the sender: `name`, `notice` (version of the privacy notice shown), `region`, `greeting`."""

    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class HandOut:
    """The sender gets all that is held of them, as a text and as a paper, once it is put together."""


@dataclass(frozen=True)
class Erase:
    """The sender goes from the records: name, addresses, words. Their open reports go on without them."""


@dataclass(frozen=True)
class Stop:
    """The sender hears nothing more that they did not ask for."""


@dataclass(frozen=True)
class GoOn:
    """The sender wants to hear of their reports again."""
