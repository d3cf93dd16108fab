"""What is said fits the channel: buttons, lists, numbered lines, captions, and as few messages as can be."""

from __future__ import annotations

import pytest

from bot.catalogue import load_catalogue
from bot.channels.base import Limits, Rendered
from bot.render import Renderer
from handlers.messages import Choice, Say, Values
from routing.region import load_atlas

RENDERER = Renderer(load_atlas(), load_catalogue("id"))
CHAT = Limits(buttons=10, button_chars=40, text_chars=4096, files=10)
ALBUMS = Limits(buttons=10, button_chars=40, text_chars=4096, files=10, caption_chars=100)
ONE_FILE = Limits(
    buttons=3, button_chars=20, text_chars=1600, files=1, list_items=10, list_chars=24, caption_chars=1024, billed=True
)


def choices(count: int, name: str = "PDAM") -> tuple[Choice, ...]:
    return tuple(Choice(f"c{number}", "choice.ticket", {"ticket": f"{name} {number}"}) for number in range(count))


def question(chars: int, *options: Choice, files: int = 0) -> Say:
    """A line of about so many letters."""
    values: Values = {"ticket": "S", "note": "kata " * (chars // 5)}
    return Say("office.answer", values, options, tuple(range(files)))


CHOICES = [
    pytest.param(ONE_FILE, choices(3), "buttons", id="three"),
    pytest.param(ONE_FILE, choices(4), "buttons", id="four are a list"),
    pytest.param(ONE_FILE, choices(10), "buttons", id="ten are a list"),
    pytest.param(ONE_FILE, choices(11), "lines", id="eleven are lines"),
    pytest.param(ONE_FILE, choices(2, "x" * 20), "buttons", id="too long for a button, not for a list"),
    pytest.param(ONE_FILE, choices(2, "x" * 24), "lines", id="too long for both"),
    pytest.param(CHAT, choices(2, "x" * 60), "buttons", id="cut where there is no list"),
    pytest.param(CHAT, choices(11), "lines", id="more than fit"),
]


@pytest.mark.parametrize(("limits", "options", "expected"), CHOICES)
def test_choices_are_tapped_where_they_fit(limits: Limits, options: tuple[Choice, ...], expected: str) -> None:
    (message,) = RENDERER.render([question(20, *options)], limits)
    hint = load_catalogue("id").text("choices.hint")
    assert (len(message.buttons) == len(options)) is (expected == "buttons")
    assert message.text.endswith(hint) is (expected == "lines"), "the hint stands only under numbered lines"


def test_a_list_shows_whole_labels() -> None:
    (message,) = RENDERER.render([question(20, *choices(2, "x" * 20))], ONE_FILE)
    assert [len(button.label) for button in message.buttons] == [22, 22]


SPREAD = [
    # text, files: letters and files of each message, b where the buttons are
    pytest.param(CHAT, 50, 1, ["50+1b"], id="a file with its words"),
    pytest.param(CHAT, 5000, 12, ["4000+10", "900+2b"], id="two of each"),
    pytest.param(ALBUMS, 50, 3, ["50+3b"], id="an album with its words"),
    pytest.param(ALBUMS, 200, 3, ["0+3", "200+0b"], id="words too long for a caption come last"),
    pytest.param(ONE_FILE, 500, 3, ["0+1", "0+1", "500+1b"], id="one file each, the question last"),
    pytest.param(ONE_FILE, 1200, 2, ["0+1", "0+1", "1200+0b"], id="words too long for a caption"),
    pytest.param(ONE_FILE, 1590, 0, ["1500+0", "0+0b"], id="room for the buttons as lines"),
    pytest.param(ONE_FILE, 3000, 0, ["1500+0", "1400+0b"], id="two texts"),
]


@pytest.mark.parametrize(("limits", "chars", "files", "expected"), SPREAD)
def test_texts_and_files_go_in_as_few_messages_as_can_be(
    limits: Limits, chars: int, files: int, expected: list[str]
) -> None:
    messages = RENDERER.render([question(chars, *choices(2), files=files)], limits)
    assert all(len(message.text) <= limits.text_chars for message in messages)
    assert [_shown(message, 100 if chars > 100 else 50) for message in messages] == expected


def _shown(message: Rendered, step: int) -> str:
    """Rounded down: the line itself adds some letters to those that were asked for."""
    letters = len(message.text) // step * step
    return f"{letters}+{len(message.files)}{'b' if message.buttons else ''}"
