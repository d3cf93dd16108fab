"""Whether WhatsApp approved the texts that go out when somebody has not written for a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.checkup.finding import Finding, warns
from bot.store.templates import REFUSED_NOW, State
from bot.templates import Templates

SANDBOX = "whatsapp:+14155238886"
"""Twilio's number for everybody to try things out; it has templates of its own."""
WAITING = ("received", "pending")
REFUSED = ("rejected", "paused", "disabled", REFUSED_NOW)
NAMED = 3
"""More names than these make a line that nobody reads; `kentongan templates` has all of them."""


def look_at_templates(templates: Templates, states: Mapping[str, State]) -> Iterator[Finding]:
    """`states` as the provider told last. One whose words were changed since counts as not submitted."""
    missing = templates.missing(states)
    same = {name for name in missing if name in states and states[name].words == templates.draft(name).words}
    refused = [name for name in missing if name in same and states[name].status in REFUSED]
    waiting = [name for name in missing if name in same and states[name].status in WAITING]
    unknown = [name for name in missing if name not in refused and name not in waiting]
    for key, names in (("missing", unknown), ("waiting", waiting), ("refused", refused)):
        if names:
            yield warns(f"checkup.templates.{key}", count=len(names), names=_some(names))


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
