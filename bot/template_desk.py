"""Brings the templates to the provider and learns how far each of them is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import Engine

from bot.channels.approvals import Approval, Approvals, Submission
from bot.clock import Clock
from bot.store import templates as kept
from bot.store.database import reading
from bot.store.templates import APPROVED, State
from bot.templates import READ, Draft, Templates, neutral_missing, without_template

UNKNOWN = "unknown"
"""The provider has no template of this text."""
_SUBMIT_AGAIN = frozenset({"unsubmitted", UNKNOWN})

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Submitted:
    """One template that was submitted just now, and what the provider said to it."""

    name: str
    status: str


class TemplateDesk:
    """`provider` may be None where no channel needs approved texts: then there is nothing to do."""

    def __init__(
        self, engine: Engine, clock: Clock, templates: Templates, provider: Approvals | None, language: str
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._templates = templates
        self._provider = provider
        self._language = language

    def refresh(self) -> int:
        """Reads the states; tells how many changed. Raises NoAnswerError."""
        if self._provider is None:
            return 0
        known = self._provider.known()
        return self._keep([(draft, known.get(name_of(draft))) for draft in self._templates.drafts])

    def submit(self) -> list[Submitted]:
        """Submits every template the provider does not have in today's words; one that was rejected needs other words
        first. Raises NoAnswerError, and then what was submitted before that stays submitted."""
        if self._provider is None:
            return []
        known = self._provider.known()
        new = [draft for draft in self._templates.drafts if self._status(known, draft) in _SUBMIT_AGAIN]
        done = []
        for draft in new:
            there = known.get(name_of(draft))
            approval = self._provider.submit(self._submission(draft), there.sid if there else None)
            self._keep([(draft, approval)])
            done.append(Submitted(draft.name, approval.status))
        return done

    def warn(self) -> None:
        """In the log, at the start: each line that may meet a closed window and finds no approved text of its own."""
        if self._provider is None:
            return
        missing = self._templates.missing(self.states())
        for key in without_template(missing):
            log.warning("template.none_for", key=key)
        for name in neutral_missing(missing):
            log.error("template.no_announcement", template=name)

    def states(self) -> Mapping[str, State]:
        """As the provider told last."""
        with reading(self._engine) as connection:
            return kept.states(connection)

    @staticmethod
    def _status(known: Mapping[str, Approval], draft: Draft) -> str:
        there = known.get(name_of(draft))
        return there.status if there else UNKNOWN

    def _keep(self, told: Sequence[tuple[Draft, Approval | None]]) -> int:
        """How much of that is news."""
        news = 0
        with self._engine.begin() as connection:
            before = kept.states(connection)
            for draft, approval in told:
                if approval is None and draft.name not in before:
                    continue
                state = _state(draft, approval or Approval("", UNKNOWN))
                kept.keep(connection, state, self._clock.now())
                news += state != before.get(draft.name)
                if draft.name in before and before[draft.name].status == APPROVED != state.status:
                    log.warning("template.lost", template=draft.name, status=state.status)
        return news

    def _submission(self, draft: Draft) -> Submission:
        return Submission(name_of(draft), self._language, draft.body, draft.samples, draft.button, READ)


def _state(draft: Draft, approval: Approval) -> State:
    return State(draft.name, approval.sid or None, approval.status, draft.words, approval.reason or None)


def name_of(draft: Draft) -> str:
    """Its name at the provider. An approved text cannot be changed, so another text has another name."""
    return f"kentongan_{draft.name}_{draft.words[:8]}"
