"""The number of who asked for help, put into a line in the moment it is sent and only while contact is allowed
(`domain.md §6.4`): no letter, log or queue holds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, select

from bot.channels.base import Channel
from bot.store import outbound
from bot.store.tables import reports
from handlers.messages import ContactOf, Lines, Say


def names_a_number(says: Sequence[Say]) -> bool:
    """Whether some number has to be looked up for these lines."""
    return any(isinstance(value, ContactOf) for say in says for value in say.values.values())


def with_numbers(connection: Connection, channels: Mapping[str, Channel], says: Sequence[Say]) -> tuple[Say, ...]:
    """The same lines with each number as it is now: of the phone written from last, which is the one she answers on."""

    def filled(say: Say) -> Say:
        shown = dict(say.values)
        for name, value in say.values.items():
            if isinstance(value, ContactOf):
                shown[name] = Lines((_number(connection, channels, value.report),))
        return replace(say, values=shown)

    return tuple(filled(say) for say in says)


def _number(connection: Connection, channels: Mapping[str, Channel], report_id: int) -> Say:
    query = select(reports.c.reporter_id, reports.c.safe_contact).where(reports.c.id == report_id)
    row = connection.execute(query).one()
    # She may have changed her mind between the tap and this moment.
    address = outbound.address_for(connection, row.reporter_id, None, channels) if row.safe_contact else None
    number = channels[address.channel].number(address.contact) if address else None
    return Say("ppa.number", {"number": number}) if number else Say("ppa.number_hidden")
