"""`kentongan migrate`: brings the database to the version of this program."""

import typer
from sqlalchemy.exc import OperationalError

from bot.catalogue import Catalogue
from bot.operator_error import OperatorError
from bot.settings import load_settings
from bot.store.database import check_keys, make_engine
from bot.store.migrate import migrate as bring_up_to_date
from bot.store.migrate import newest


def add(cli: typer.Typer, words: Catalogue) -> None:
    @cli.command("migrate", help=words.text("cli.migrate.help"))
    def migrate() -> None:
        settings = load_settings()
        engine = make_engine(settings.url, settings.open_keys())
        try:
            changed = bring_up_to_date(engine)
            check_keys(engine)
        except OperationalError:
            raise OperatorError("database.unreachable") from None
        finally:
            engine.dispose()
        typer.echo(words.text("cli.migrate.done" if changed else "cli.migrate.nothing", version=newest()))
