"""`kentongan templates`: the texts that WhatsApp has to approve, and how far each of them is."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from sqlalchemy import Engine

from bot.catalogue import Catalogue, load_catalogue
from bot.channels.approvals import Approvals, NoAnswerError
from bot.clock import SystemClock
from bot.commands.opening import open_database
from bot.operator_error import OperatorError
from bot.render import Renderer
from bot.settings import Settings, load_settings
from bot.store.templates import State
from bot.template_desk import UNKNOWN, TemplateDesk
from bot.templates import Draft, Templates, without_template
from routing.region import load_atlas


def add(cli: typer.Typer, words: Catalogue) -> None:
    @cli.command("templates", help=words.text("cli.templates.help"))
    def templates(
        create: Annotated[bool, typer.Option("--create", help=words.text("cli.templates.create"))] = False,
        status: Annotated[bool, typer.Option("--status", help=words.text("cli.templates.status"))] = False,
    ) -> None:
        settings = load_settings()
        spoken = load_catalogue(settings.lang)
        catalogue = Templates(spoken, Renderer(load_atlas(), spoken))
        if not (create or status):
            for draft in catalogue.drafts:
                typer.echo("\n".join(_shown(draft, words)))
            return
        with _provider(settings) as provider, open_database(settings) as engine:
            desk = TemplateDesk(engine, SystemClock(), catalogue, provider, settings.lang)
            try:
                _ask(desk, words, create=create)
            except NoAnswerError as error:
                raise OperatorError("cli.templates.no_answer", code=error.code) from None
            for line in _states(engine, desk, catalogue, words):
                typer.echo(line)


@contextmanager
def _provider(settings: Settings) -> Iterator[Approvals]:
    if settings.twilio_account_sid is None:
        raise OperatorError("cli.templates.no_account")
    from bot.channels.twilio_templates import TwilioTemplates  # here: Twilio's library takes its time to load
    from bot.channels.whatsapp_setup import twilio_client

    client, http = twilio_client(settings)
    try:
        yield TwilioTemplates(client)
    finally:
        http.close()


def _ask(desk: TemplateDesk, words: Catalogue, *, create: bool) -> None:
    if create:
        for one in desk.submit():
            typer.echo(words.text("cli.templates.submitted", name=one.name, status=_status(one.status, words)))
    desk.refresh()


def _shown(draft: Draft, words: Catalogue) -> Iterator[str]:
    """A template as somebody pastes it into a form."""
    yield words.text("cli.templates.name", name=draft.name)
    yield draft.body
    for number, sample in enumerate(draft.samples, 1):
        yield words.text("cli.templates.sample", place=f"{{{{{number}}}}}", sample=sample)
    if draft.button:
        yield words.text("cli.templates.button", label=draft.button)
    yield ""


def _states(engine: Engine, desk: TemplateDesk, catalogue: Templates, words: Catalogue) -> Iterator[str]:
    states = desk.states()
    for draft in catalogue.drafts:
        state = states.get(draft.name) or State(draft.name, None, UNKNOWN, draft.words)
        reason = words.text("cli.templates.reason", reason=state.reason) if state.reason else ""
        yield words.text("cli.templates.line", name=draft.name, status=_status(state.status, words), reason=reason)
    uncovered = without_template(catalogue.missing(states))
    if uncovered:
        yield words.text("cli.templates.uncovered", count=len(uncovered), keys=", ".join(uncovered))


def _status(status: str, words: Catalogue) -> str:
    key = f"cli.templates.status.{status}"
    return words.text(key) if key in words else status
