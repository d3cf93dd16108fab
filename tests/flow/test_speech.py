"""Speech into words on this machine: off by default, honest when something is missing, never in the way of a turn."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, update

from bot.app import App
from bot.clock import FrozenClock
from bot.settings import Settings
from bot.speech import Speech, SpeechMissingError, open_speech
from bot.speech_later import LaterSpeech
from bot.store.keys import Keys
from bot.store.tables import attachments, reports
from handlers.messages import Attachment
from handlers.scene import Outcome, Scene
from handlers.utterance import utterances
from tests.flow.conftest import World
from tests.flow.world import FileChannel, respond, rows, settings_for, write

OGG = b"OggS" + bytes(40)
WORDS = "air pdam mati | sudah empat hari"


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The stand-in is found where the library would be."""
    monkeypatch.syspath_prepend(Path(__file__).parent / "speech_double")
    import faster_whisper  # type: ignore[import-not-found]

    yield faster_whisper
    faster_whisper.go_on.set()
    sys.modules.pop("faster_whisper")


def model(folder: Path, heard: str = f"12 -0.2 {WORDS}", *, slow: bool = False) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in (("model.bin", heard), ("config.json", "{}"), ("tokenizer.json", "{}")):
        (folder / name).write_text(text, encoding="utf-8")
    if slow:
        (folder / "wait").touch()
    return folder


@pytest.fixture
def speech(library: Any, tmp_path: Path) -> Iterator[Callable[..., Speech]]:
    opened: list[Speech] = []

    def made(heard: str = f"12 -0.2 {WORDS}", *, slow: bool = False) -> Speech:
        one = open_speech(model(tmp_path / "model", heard, slow=slow))
        assert one is not None
        opened.append(one)
        return one

    yield made
    library.go_on.set()
    for one in opened:
        one.close()


def test_it_is_off_unless_a_model_is_set_up(world: World) -> None:
    assert Settings().speech_model is None
    assert open_speech(None) is None
    assert world[0].speech is None


def test_a_missing_library_is_said_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(SpeechMissingError) as raised:
        open_speech(model(tmp_path / "model"))
    assert raised.value.key == "speech.no_library"


@pytest.mark.parametrize("missing", ["config.json", "model.bin", "tokenizer.json"])
def test_a_missing_file_is_said_at_the_start(library: Any, tmp_path: Path, missing: str) -> None:
    (model(tmp_path / "model") / missing).unlink()
    with pytest.raises(SpeechMissingError) as raised:
        open_speech(tmp_path / "model")
    assert (raised.value.key, raised.value.values["file"]) == ("speech.no_model", missing)


CASES = [
    pytest.param(f"12 -0.2 {WORDS}", OGG, "air pdam mati sudah empat hari", id="heard"),
    pytest.param(f"600 -0.2 {WORDS}", OGG, "", id="ten minutes long"),
    pytest.param(f"12 -1.7 {WORDS}", OGG, "", id="no more than a guess"),
    pytest.param(f"12 -0.2 {WORDS}", b"MZ" + bytes(40), "", id="nothing that can be decoded"),
]


@pytest.mark.parametrize(("heard", "content", "expected"), CASES)
def test_what_is_heard(speech: Callable[..., Speech], heard: str, content: bytes, expected: str) -> None:
    assert speech(heard).hear(content) == expected


def test_the_model_is_loaded_once_and_not_before_it_is_needed(library: Any, speech: Callable[..., Speech]) -> None:
    before, one = library.WhisperModel.loaded, speech()
    assert library.WhisperModel.loaded == before
    assert one.hear(OGG) == one.hear(OGG) != ""
    assert library.WhisperModel.loaded == before + 1


def test_a_turn_waits_for_nobody(library: Any, speech: Callable[..., Speech]) -> None:
    slow = speech(slow=True)
    assert slow.hear(OGG, patience=0.01) == ""  # too long
    assert slow.hear(OGG, patience=600) == ""  # another one is at work: not waited for at all
    library.go_on.set()
    assert slow.hear(OGG, patience=None) != ""


# --- in a turn --------------------------------------------------------------------------------------------------------


@pytest.fixture
def seen() -> list[Scene]:
    return []


@pytest.fixture
def hearing(
    library: Any, database_url: str, engine: Engine, keys: Keys, clock: FrozenClock, tmp_path: Path
) -> Iterator[Callable[..., World]]:
    """An App whose settings name a model, with the real conversations unless `more` brings others."""
    apps: list[App] = []

    def made(words: str, **more: Any) -> World:
        settings = settings_for(database_url, tmp_path, speech_model=model(tmp_path / "model", f"12 -0.2 {words}"))
        channel = FileChannel(tmp_path / "sent.jsonl", files={"f": OGG})
        app = App(settings, engine, keys, clock=clock, channels={channel.name: channel}, **more)
        apps.append(app)
        return app, channel

    yield made
    for app in apps:
        app.stop()


def test_the_words_are_the_text_of_the_message_and_stay_with_the_note(
    hearing: Callable[..., World], seen: list[Scene]
) -> None:
    def watch(scene: Scene) -> Outcome:
        seen.append(scene)
        return respond(scene)

    app, _ = hearing(WORDS, respond=watch)
    write(app, 1, attachments=(Attachment("voice", "f"),))
    app.turns.run_due(quiet_over=True)
    (heard,) = utterances(seen[-1].incoming)
    assert heard.text == heard.spoken == "air pdam mati sudah empat hari"
    (note,) = rows(app.engine, attachments)
    assert (note.transcript, note.file["transcript"]) == (heard.text, "")


def test_the_reporter_reads_what_was_heard_and_goes_on(hearing: Callable[..., World]) -> None:
    app, channel = hearing(WORDS)
    write(app, 1, attachments=(Attachment("voice", "f"),))
    app.pump(now_quiet=True)
    (text,) = channel.texts()
    assert "“air pdam mati sudah empat hari”" in text
    assert "{" not in text


def test_what_may_be_violence_is_not_said_back(hearing: Callable[..., World]) -> None:
    app, channel = hearing("suami saya | memukul saya lagi")
    write(app, 1, attachments=(Attachment("voice", "f"),))
    app.pump(now_quiet=True)
    (text,) = channel.texts()
    assert "memukul" not in text
    assert "112" in text
    (note,) = rows(app.engine, attachments)
    assert note.kind == "voice"


@pytest.mark.parametrize(
    ("words", "restricted", "expected"),
    [
        (WORDS, False, "air pdam mati sudah empat hari"),
        (WORDS, True, None),
        ("suami saya | memukul saya lagi", False, None),
    ],
    ids=["kept", "a restricted report", "words that may tell of violence"],
)
def test_a_note_that_no_turn_waited_for_is_put_into_words_later(
    world: World, clock: FrozenClock, speech: Callable[..., Speech], words: str, restricted: bool, expected: str | None
) -> None:
    app, channel = world
    channel.files["f"] = OGG
    write(app, 1, attachments=(Attachment("voice", "f"),))
    app.turns.run_due(quiet_over=True)
    with app.engine.begin() as connection:
        connection.execute(update(reports).values(restricted=restricted))
    later = LaterSpeech(app.engine, clock, app.media, speech(f"12 -0.2 {words}"), app.reader)
    assert later.transcribe_waiting() == (0 if restricted else 1)
    assert later.transcribe_waiting() == 0
    (note,) = rows(app.engine, attachments)
    assert note.transcript == expected
