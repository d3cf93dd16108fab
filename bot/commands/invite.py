"""`kentongan invite`: a one-time code for somebody of the lists."""

from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from babel.dates import format_datetime
from sqlalchemy import Connection

from bot.catalogue import Catalogue
from bot.clock import SystemClock
from bot.commands.opening import open_database
from bot.invitation_code import new_code
from bot.operator_error import OperatorError
from bot.phone import NotAPhoneError, read_phone
from bot.store.invitations import store_invitation
from bot.store.people import Known, find_members
from routing.region import load_atlas


def add(cli: typer.Typer, words: Catalogue) -> None:
    @cli.command("invite", help=words.text("cli.invite.help"))
    def invite(
        who: Annotated[str, typer.Argument(metavar="WHO", help=words.text("cli.invite.who"))],
        person: Annotated[int | None, typer.Option("--person", help=words.text("cli.invite.person"))] = None,
    ) -> None:
        code = new_code()
        with open_database() as engine, engine.begin() as connection:
            one = _the_one(_matching(connection, who), person, words)
            until = store_invitation(connection, one.person_id, code, SystemClock().now())
        zone = ZoneInfo(load_atlas().regions[one.region].zone)
        day = format_datetime(until, "EEEE, d MMMM y HH.mm zzz", tzinfo=zone, locale=words.lang)
        typer.echo(words.text("cli.invite.done", code=code, until=day))


def _matching(connection: Connection, who: str) -> tuple[Known, ...]:
    try:
        return find_members(connection, contact=read_phone(who))
    except NotAPhoneError:
        return find_members(connection, name=" ".join(who.split()))


def _the_one(found: tuple[Known, ...], person: int | None, words: Catalogue) -> Known:
    matching = [one for one in found if person in (None, one.person_id)]
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
