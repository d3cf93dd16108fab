"""What a storm leaves behind, counted in the database and at the providers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, func, select

from bot.store.database import reading
from bot.store.tables import addresses, inbox, outbox, reports, sends, ticket_counters
from tests.channels.two_thousand.people import Resident
from tests.doubles.telegram import TelegramDouble
from tests.doubles.twilio import TwilioDouble

WRITING = ("sendMessage", "sendPhoto", "sendMediaGroup")


@dataclass(frozen=True)
class Findings:
    """`lost`: letters that never arrived; `twice`: further copies; `unknown`: calls whose fate was unknown."""

    residents: int
    without_ticket: list[str]
    reports: int
    reporters: int
    tickets_counted: int
    unhandled: int
    letters: int
    lost: list[str]
    not_there: int
    twice: int
    unknown: int
    disordered: int
    violations: list[str]
    most_in_a_second: dict[str, int]

    @property
    def wrong(self) -> list[str]:
        """What must not be, in words; empty when all went well."""
        checks = {
            f"{len(self.without_ticket)} residents without a ticket": bool(self.without_ticket),
            f"{self.reports} reports of {self.residents} residents": self.reports != self.residents,
            f"{self.reporters} reporters": self.reporters != self.residents,
            f"the last ticket is {self.tickets_counted}": self.tickets_counted != self.residents,
            f"{self.unhandled} messages unhandled": self.unhandled > 0,
            f"{len(self.lost)} letters lost: {Counter(self.lost)}": bool(self.lost),
            f"{self.not_there} letters recorded that never arrived": self.not_there > 0,
            f"{self.twice} lines twice, only {self.unknown} unknown": self.twice > self.unknown,
            f"{self.disordered} letters out of order": self.disordered > 0,
            f"violations: {Counter(self.violations).most_common(5)}": bool(self.violations),
        }
        return [words for words, wrong in checks.items() if wrong]


def look(
    engine: Engine, residents: Sequence[Resident], telegram: TelegramDouble, twilio: TwilioDouble, kills: int
) -> Findings:
    """`kills`: each may leave one call that was made and not recorded."""
    arrived = _arrived(telegram, twilio)
    with reading(engine) as connection:
        recorded = list(
            connection.execute(
                select(sends.c.outbox_id, sends.c.part, sends.c.channel, sends.c.external_id, addresses.c.contact)
                .join(addresses, addresses.c.id == sends.c.address_id)
                .where(sends.c.sent_at.is_not(None))
            )
        )
        letters = list(connection.execute(select(outbox.c.id, outbox.c.sent_at, outbox.c.failure, outbox.c.person_id)))
        counted = connection.scalar(select(func.sum(ticket_counters.c.last))) or 0
        unhandled = connection.scalar(select(func.count()).where(inbox.c.handled_at.is_(None))) or 0
        filed = list(connection.execute(select(reports.c.id, reports.c.reporter_id)))
    known = {(row.channel, _provider_id(row.channel, row.contact, row.external_id)) for row in recorded}
    places = {(row.channel, _provider_id(row.channel, row.contact, row.external_id)): row for row in recorded}
    return Findings(
        residents=len(residents),
        without_ticket=[one.report for one in residents if not one.ticket],
        reports=len(filed),
        reporters=len({row.reporter_id for row in filed}),
        tickets_counted=int(counted),
        unhandled=int(unhandled),
        letters=len(letters),
        lost=[letter.failure or "not sent" for letter in letters if letter.sent_at is None],
        not_there=len(known - {one for talk in arrived.values() for one in talk}),
        twice=sum(len(talk) for talk in arrived.values()) - len(known),
        unknown=len(telegram.taken_unanswered) + len(twilio.taken_unanswered) + kills,
        disordered=sum(
            _disordered([places[one].outbox_id for one in talk if one in places]) for talk in arrived.values()
        ),
        violations=[*telegram.violations, *twilio.violations],
        most_in_a_second={"telegram": telegram.rates.most_in_a_second, "whatsapp": twilio.fate.most_in_a_second},
    )


Arrival = tuple[str, str]
"""Channel, and the provider's id of a message, which on Telegram counts in its chat alone."""


def _arrived(telegram: TelegramDouble, twilio: TwilioDouble) -> dict[str, list[Arrival]]:
    """What reached each phone, oldest first. An album counts as its first message."""
    talks: defaultdict[str, list[Arrival]] = defaultdict(list)
    for chat in telegram.world.chats.values():
        albums: set[str] = set()
        for one in telegram.sent_to(chat.id):
            if not one.album or one.album not in albums:
                talks[f"telegram {chat.id}"].append(("telegram", f"{chat.id} {one.id}"))
            albums.add(one.album)
    for message in twilio.world.messages.values():
        if not message.inbound and message.arrived:
            talks[message.to].append(("whatsapp", message.sid))
    return talks


def _provider_id(channel: str, contact: str, external_id: str) -> str:
    return f"{contact} {external_id}" if channel == "telegram" else external_id


def _disordered(letters: Iterable[int]) -> int:
    """How many came after a letter that was written later."""
    latest, late = 0, 0
    for letter in letters:
        late += letter < latest
        latest = max(latest, letter)
    return late
