"""Voice notes with the real conversations: who gets to hear one, who never does, and what is left of it afterwards."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.app import App
from bot.channels.base import Ok, Rendered, RetryLater, Sent
from bot.clock import FrozenClock
from bot.store.database import reading
from bot.store.tables import asks, attachments, events, followers, media, reports
from handlers.dialogue import respond
from handlers.messages import Attachment
from handlers.reminding import on_fire
from handlers.scene import Outcome, Scene
from tests.flow.conftest import World
from tests.flow.test_media import OGG, PDF, picture
from tests.flow.world import COORDINATOR, KADER, OFFICER, PLACE, RESIDENT, FileChannel, add_person, rows, write

PPA, SECOND_KADER = "+628120000005", "+628120000006"
ASKED = "air pdam mati di loa bakung rt 5"


@dataclass
class Ears(FileChannel):
    """Remembers every file that was sent, and to whom."""

    heard: list[tuple[str, str, str, bytes]] = field(default_factory=list)

    def send(self, contact: str, message: Rendered) -> Sent:
        sent = super().send(contact, message)
        if isinstance(sent, Ok):
            self.heard += [(contact, file.kind, file.media_type, file.content) for file in message.files]
        return sent

    def by(self, contact: str) -> list[str]:
        return [kind for whom, kind, _, _ in self.heard if whom == contact]


@pytest.fixture
def database_url(tmp_path: Path, sqlite_template: Path) -> str:
    """Conversations; what they stand on is tested on both databases elsewhere."""
    shutil.copy(sqlite_template, tmp_path / "one.db")
    return f"sqlite:///{tmp_path / 'one.db'}"


FAINT = "lampu di rumah itu mati terus"


class Hinting:
    """A reader to whom one sentence hints at violence; which ones really do is not the matter of these tests."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)

    def read(self, text: str, **more: Any) -> Any:
        return replace(self._reader.read(text, **more), hinted=text == FAINT)


class Talk:
    """One App, its channel, and numbers for the messages."""

    def __init__(self, app: App, channel: Ears) -> None:
        self.app, self.channel = app, channel
        self._number = iter(range(1_000))

    def say(self, text: str = "", *files: Attachment, by: str = RESIDENT, tap: str = "") -> None:
        more: dict[str, Any] = {"choice_id": self._button(by, tap)} if tap else {}
        write(self.app, f"m{next(self._number)}", text, contact=by, attachments=files, **more)
        self.app.pump(now_quiet=True)

    def _button(self, contact: str, ending: str) -> str:
        buttons = [one for line in self.channel.lines(contact) for one in line["buttons"]]
        return next(str(one) for one in reversed(buttons) if one.endswith(f":{ending}"))

    def voice_for_a_kader(self) -> None:
        self.say("", Attachment("voice", "voice"))
        self.say(tap="kader")
        self.say("loa bakung rt 5")
        self.say("ya")


def hinting(scene: Scene) -> Outcome:
    return respond(replace(scene, reader=Hinting(scene.reader)))  # type: ignore[arg-type]


@pytest.fixture
def talk(make: Callable[..., World], tmp_path: Any) -> Talk:
    app, _ = make(respond=hinting, on_fire=on_fire, render=None)
    channel = Ears(tmp_path / "sent.jsonl", files={"voice": OGG, "photo": picture(), "paper": PDF, "film": FILM})
    app.channels["test"] = channel
    for contact, role, more in (
        (KADER, "kader", {"place_codes": PLACE}),
        (OFFICER, "officer", {"office": "AIR"}),
        (PPA, "officer", {"office": "PPA"}),
        (COORDINATOR, "coordinator", {}),
    ):
        add_person(app.engine, contact, role, **more)
    return Talk(app, channel)


FILM = b"\x00\x00\x00\x20ftypisom" + bytes(40)
KINDS = [
    ("voice", "voice", "audio/ogg"),
    ("video", "film", "video/mp4"),
    ("document", "paper", "application/pdf"),
    ("photo", "photo", "image/jpeg"),
]


@pytest.mark.parametrize(("kind", "ref", "media_type"), KINDS)
def test_every_kind_of_file_travels_as_what_it_is(talk: Talk, kind: str, ref: str, media_type: str) -> None:
    talk.say(ASKED, Attachment(kind, ref))  # type: ignore[arg-type]
    talk.say("ya")
    assert [(whom, what, found) for whom, what, found, _ in talk.channel.heard] == [(KADER, kind, media_type)]


def test_a_kader_hears_it_and_what_they_write_is_the_report(talk: Talk) -> None:
    talk.voice_for_a_kader()
    assert talk.channel.by(KADER) == ["voice"]
    talk.say("air pdam mati sudah empat hari", by=KADER)
    (report,) = rows(talk.app.engine, reports)
    assert (report.text, report.category, report.office) == ("air pdam mati sudah empat hari", "air_bersih", "AIR")
    assert report.hold_reason is None
    (note,) = rows(talk.app.engine, attachments)
    assert note.transcript == report.text
    talk.say(tap="true", by=KADER)
    assert talk.channel.by(OFFICER) == ["voice"]
    assert sum("🎤" in text for text in talk.channel.texts(OFFICER)) == 0, "the words are the report's own"


def test_nobody_hears_it_before_its_sender_says_who_may(talk: Talk) -> None:
    talk.say("", Attachment("voice", "voice"))
    assert "112" in talk.channel.texts(RESIDENT)[0]
    talk.say("hmm")
    assert talk.channel.heard == []


def test_what_a_sender_claims_to_have_said_is_no_transcript(talk: Talk) -> None:
    talk.say(ASKED, Attachment("voice", "voice", transcript="bau juga"))
    talk.say("ya")
    assert all("bau juga" not in text for text in talk.channel.texts(KADER))


def test_words_that_a_machine_found_later_go_along_with_the_recording(talk: Talk) -> None:
    talk.say(ASKED, Attachment("voice", "voice"))
    talk.say("ya")
    with talk.app.engine.begin() as connection:
        connection.execute(update(attachments).values(transcript="baunya sampai ke rumah"))
    talk.say(tap="true", by=KADER)
    assert any("🎤 “baunya sampai ke rumah”" in text for text in talk.channel.texts(OFFICER))


@pytest.mark.parametrize(("line", "tap"), [("ibu itu bilang dipukul suaminya", ""), ("", "private")])
def test_what_is_not_for_a_kader_leaves_the_neighbourhood(talk: Talk, line: str, tap: str) -> None:
    add_person(talk.app.engine, SECOND_KADER, "kader", place_codes=PLACE)
    talk.voice_for_a_kader()
    first = KADER if talk.channel.by(KADER) else SECOND_KADER
    talk.say(line, by=first, tap=tap)
    (report,) = rows(talk.app.engine, reports)
    assert (report.restricted, report.office, report.kader_id, report.hide_name) == (True, "PPA", None, True)
    assert report.ticket.startswith("RHS-")
    assert [row for row in rows(talk.app.engine, asks) if row.closed_at is None and row.kind != "ppa"] == []
    talk.app.clock.move(timedelta(days=3))  # type: ignore[attr-defined]
    talk.app.pump(now_quiet=True)
    assert talk.channel.by(KADER) + talk.channel.by(SECOND_KADER) == ["voice"], "heard once, before anybody knew"
    assert (talk.channel.by(OFFICER), talk.channel.by(COORDINATOR)) == ([], [])
    talk.say(tap="open", by=PPA)
    assert talk.channel.by(PPA) == ["voice"]
    assert [row.kind for row in rows(talk.app.engine, events)].count("viewed") == 1


def test_a_reminder_that_is_still_on_its_way_to_a_kader_does_not_arrive(talk: Talk, clock: FrozenClock) -> None:
    talk.voice_for_a_kader()
    talk.channel.results = [RetryLater(3_600)] * 3
    clock.move(timedelta(hours=5))
    talk.app.pump(now_quiet=True)
    talk.channel.results = []
    talk.say(tap="private", by=KADER)
    clock.move(timedelta(hours=5))
    talk.app.pump(now_quiet=True)
    assert talk.channel.by(KADER) == ["voice"]


def test_words_that_may_hide_violence_wait_for_the_kaders_word(talk: Talk) -> None:
    """The kader heard the voice; until they say that it is an ordinary matter nobody else reads the line."""
    talk.voice_for_a_kader()
    talk.say(FAINT, by=KADER)
    assert talk.channel.texts(OFFICER) == talk.channel.texts(PPA) == []
    assert rows(talk.app.engine, reports)[0].text == ""
    talk.say(tap="private", by=KADER)
    assert rows(talk.app.engine, reports)[0].restricted


def test_the_kader_may_say_that_it_is_an_ordinary_matter(talk: Talk) -> None:
    talk.voice_for_a_kader()
    talk.say(FAINT, by=KADER)
    talk.say(tap="ordinary", by=KADER)
    (report,) = rows(talk.app.engine, reports)
    assert (report.text, report.restricted) == (FAINT, False)


def test_a_kader_who_answers_aloud_is_asked_to_write(talk: Talk) -> None:
    talk.voice_for_a_kader()
    talk.say("", Attachment("voice", "voice"), by=KADER)
    assert len(rows(talk.app.engine, reports)) == 1
    assert talk.channel.texts(KADER)[-1].startswith("Maaf, kami belum bisa mendengar")


def test_pictures_do_not_follow_to_the_ppa_office(talk: Talk) -> None:
    talk.say("", Attachment("voice", "voice"), Attachment("photo", "photo"))
    talk.say(tap="kader")
    talk.say("loa bakung rt 5")
    talk.say("ya")
    assert sorted(talk.channel.by(KADER)) == ["photo", "voice"]
    talk.say(tap="private", by=KADER)
    assert [row.kind for row in rows(talk.app.engine, attachments)] == ["voice"]
    talk.app.clock.move(timedelta(hours=2))  # type: ignore[attr-defined]
    talk.app.media_tidy.throw_away_unneeded()
    kept = {row.kind: row.gone_at for row in rows(talk.app.engine, media)}
    assert kept["voice"] is None
    assert kept["photo"] is not None
    assert rows(talk.app.engine, followers) == []


def test_a_private_recording_is_heard_by_the_ppa_office_alone_and_then_gone(talk: Talk, clock: FrozenClock) -> None:
    talk.say("", Attachment("voice", "voice"))
    talk.say(tap="private")
    talk.say(tap="open", by=PPA)
    assert [whom for whom, *_ in talk.channel.heard] == [PPA]
    talk.say("ibu dipukul suami tadi malam", by=PPA)
    with reading(talk.app.engine) as connection:
        assert connection.scalar(select(reports.c.text)) == "ibu dipukul suami tadi malam"
    talk.say("selesai", by=PPA)
    assert rows(talk.app.engine, attachments) == []
    clock.move(timedelta(hours=2))
    assert talk.app.media_tidy.throw_away_unneeded() == 1


def test_a_voice_note_on_the_restricted_track_is_kept_for_the_ppa_office(talk: Talk) -> None:
    talk.say("suami saya memukul saya tiap malam")
    talk.say("", Attachment("voice", "voice"))
    talk.say("", Attachment("photo", "photo"))
    talk.say(tap="open", by=PPA)
    assert [(whom, kind) for whom, kind, *_ in talk.channel.heard] == [(PPA, "voice")]


def test_the_kader_is_reminded_and_hears_it_again_on_asking(talk: Talk) -> None:
    talk.voice_for_a_kader()
    talk.app.clock.move(timedelta(hours=5))  # type: ignore[attr-defined]
    talk.app.pump(now_quiet=True)
    talk.say("daftar", by=KADER)
    assert talk.channel.by(KADER) == ["voice"] * 3
    assert len([row for row in rows(talk.app.engine, asks) if row.kind == "listen"]) == 1


def test_of_two_recordings_the_line_goes_to_the_one_it_replies_to(talk: Talk) -> None:
    talk.voice_for_a_kader()
    talk.voice_for_a_kader()
    first = next(line for line in talk.channel.lines(KADER) if line["files"])
    write(talk.app, "reply", "lampu jalan mati semua", contact=KADER, reply_to=f"provider-{first['key']}")
    talk.app.pump(now_quiet=True)
    assert [row.text for row in rows(talk.app.engine, reports)] == ["lampu jalan mati semua", ""]
