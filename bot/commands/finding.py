"""Somebody of the lists, by number or name, as an operator types it."""

from sqlalchemy import Connection

from bot.catalogue import Catalogue
from bot.operator_error import OperatorError
from bot.phone import NotAPhoneError, read_phone
from bot.store.people import Known, find_members


def the_one(connection: Connection, who: str, person: int | None, words: Catalogue) -> Known:
    """`person` chooses among namesakes. Raises OperatorError for nobody and for several."""
    matching = [one for one in _matching(connection, who) if person in (None, one.person_id)]
    if not matching:
        raise OperatorError("cli.invite.nobody")
    if len({one.person_id for one in matching}) > 1:
        several = ", ".join(
            words.text(
                "cli.invite.one_of_several",
                id=one.person_id,
                role=words.text(f"cli.role.{one.role}"),
                region=one.region,
            )
            for one in matching
        )
        raise OperatorError("cli.invite.several", several=several)
    return matching[0]


def _matching(connection: Connection, who: str) -> tuple[Known, ...]:
    try:
        return find_members(connection, contact=read_phone(who))
    except NotAPhoneError:
        return find_members(connection, name=" ".join(who.split()))
