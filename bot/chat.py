"""The simulator in a terminal: one person's phone, line by line. Works the same when the lines come through a pipe."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from babel.dates import format_date
from pydantic import ValidationError

from bot.channels.simulator import Piece, PieceFile, SimulatorChannel
from bot.media import media_type
from bot.operator_error import OperatorError
from bot.store.simulator import Holder, Line
from bot.web.jump import ClockFixedError, Jump, pass_time
from bot.web.provider import KIND, Provider

if TYPE_CHECKING:
    from bot.app import App

WHO = ("warga", "kader", "opd", "koordinator")


def run(app: App, who: str, lines: Iterable[str], write: Callable[[str], object], contact: str | None = None) -> None:
    """Talks as somebody of the kind `who` (one of WHO), as the first of them unless `contact` is given.

    Ends with the lines or with the word for leaving. Raises OperatorError when there is nobody of that kind.
    """
    channel = app.channels.get(SimulatorChannel.name)
    if not isinstance(channel, SimulatorChannel):
        raise OperatorError("chat.no_simulator")
    provider = Provider(app, channel)
    Terminal(app, provider, _holder(app, provider, who, contact), write).talk(lines)


def _holder(app: App, provider: Provider, who: str, contact: str | None) -> Holder:
    those = [one for one in provider.holders() if KIND[one.role] == who]
    if not those and who == "warga" and contact is None:
        return provider.add_resident(app.settings.default_region)
    role = provider.words.text(f"web.role.{who}")
    if not those:
        raise OperatorError("chat.nobody", role=role)
    named = next((one for one in those if contact in (None, one.contact)), None)
    if named is None:
        raise OperatorError("chat.unknown_contact", role=role, contacts=", ".join(one.contact for one in those))
    return named


class Terminal:
    """One phone as text. Buttons are numbers; a number taps a button of the last message that had some."""

    def __init__(self, app: App, provider: Provider, holder: Holder, write: Callable[[str], object]) -> None:
        self._app = app
        self._provider = provider
        self._words = provider.words
        self._me = provider.describe(holder)
        self._contact = holder.contact
        self._write = write
        self._seen = provider.snapshot(0).last
        self._asked: Line | None = None
        self._commands: dict[str, Callable[[str], None]] = {
            self._words.text(f"chat.command.{name}"): command
            for name, command in (
                ("photo", self._photo),
                ("place", self._place),
                ("minutes", lambda text: self._jump("minutes", text)),
                ("hours", lambda text: self._jump("hours", text)),
                ("days", lambda text: self._jump("working_days", text)),
                ("help", lambda _: self._say("chat.help")),
            )
        }
        self._leave = self._words.text("chat.command.leave")

    def talk(self, lines: Iterable[str]) -> None:
        self._say("chat.hello", name=self._me["name"], role=self._me["role"], place=self._me["place"])
        self._say("chat.help")
        self._show_news()
        for line in lines:
            text = line.strip()
            if text == self._leave:
                return
            if text:
                self._take(text)
                self._show_news()

    def _take(self, text: str) -> None:
        command, _, rest = text.partition(" ")
        if command in self._commands:
            self._commands[command](rest.strip())
        elif command.startswith("/"):
            self._say("chat.unknown_command", command=command)
        else:
            self._send(self._tapped(text) or Piece(id=_fresh(), text=text))

    def _tapped(self, text: str) -> Piece | None:
        buttons = self._asked.body["buttons"] if self._asked else []
        if self._asked is None or not text.isdecimal() or not 1 <= int(text) <= len(buttons):
            return None
        button = buttons[int(text) - 1]
        return Piece(id=_fresh(), choice=button["id"], label=button["label"], reply_to=self._asked.external_id)

    def _photo(self, path: str) -> None:
        try:
            content = Path(path).read_bytes()
        except OSError:
            self._say("chat.photo_gone", path=path)
            return
        kept = PieceFile(
            kind="photo",
            ref=self._provider.channel.store(content),
            media_type=media_type(content) or "application/octet-stream",
            size=len(content),
        )
        self._send(Piece(id=_fresh(), attachments=(kept,)))

    def _place(self, text: str) -> None:
        lat, _, lon = text.partition(",")
        try:
            self._send(Piece.model_validate({"id": _fresh(), "point": (lat.strip(), lon.strip())}))
        except ValidationError:
            self._say("chat.place_wrong")

    def _jump(self, way: str, text: str) -> None:
        try:
            pass_time(self._app, Jump.model_validate({way: int(text)}))
        except ValueError:
            self._say("chat.number_wrong", example="3")
        except ClockFixedError:
            self._say("chat.clock_fixed")
        else:
            self._say("chat.now", now=self._time(self._app.clock.now(), day=True))

    def _send(self, piece: Piece) -> None:
        self._provider.deliver(self._contact, [piece])

    def _show_news(self) -> None:
        self._app.pump(now_quiet=True)
        found = self._provider.snapshot(self._seen)
        self._seen = max(self._seen, found.last)
        sent = [line for line in found.lines if line.outbound]
        for line in sent:
            if line.contact == self._contact:
                self._show(line)
        others = sorted({line.contact for line in sent} - {self._contact})
        if others:
            self._say("chat.others", names=", ".join(others))

    def _show(self, line: Line) -> None:
        margin = " " * 7
        text = str(line.body["text"]).replace("\n", f"\n{margin}")
        self._write(f"{self._time(line.at)}  {text}")
        for file in line.body["files"]:
            self._write(margin + self._words.text("chat.file", kind=self._words.text(f"web.kind.{file['kind']}")))
        for number, button in enumerate(line.body["buttons"], start=1):
            self._write(f"{margin}{number}. {button['label']}")
        if line.body["buttons"]:
            self._asked = line

    def _time(self, at: datetime, *, day: bool = False) -> str:
        local = at.astimezone(self._app.atlas.regions[self._me["region"]].tz)
        clock = local.strftime("%H.%M")
        return f"{format_date(local, 'full', locale=self._words.lang)} {clock}" if day else clock

    def _say(self, key: str, **values: object) -> None:
        self._write(self._words.text(key, **values))


def _fresh() -> str:
    return secrets.token_hex(12)
