"""Files are what their bytes are, are kept encrypted and once, and are thrown away when they belong to nothing."""

from __future__ import annotations

import io
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import Engine

from bot.clock import FrozenClock
from bot.media import LARGEST, Media
from bot.media_images import LONG_EDGE, SMALL_EDGE
from bot.media_types import media_type
from bot.store.database import make_engine
from bot.store.keys import Keys
from bot.store.tables import attachments, facts, media
from handlers.messages import Attachment, Incoming
from handlers.scene import Outcome, Scene
from tests.conftest import TEST_KEY
from tests.flow.conftest import World
from tests.flow.world import RESIDENT, START, FileChannel, respond, rows, write

ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825


def picture(kind: str = "JPEG", size: tuple[int, int] = (8, 8), mode: str = "RGB", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "blue" if mode == "RGB" else 0).save(out, kind, **more)
    return out.getvalue()


def telephone_picture() -> bytes:
    """Lying on its side, and telling where it was taken and with what."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = 6, "Kamera Contoh"
    exif.get_ifd(GPS).update({1: "S", 2: (0.0, 30.0, 0.0), 3: "E", 4: (117.0, 9.0, 0.0)})
    return picture(size=(2_400, 1_800), exif=exif, comment=b"rumah kami")


def moving_picture() -> bytes:
    first, second = Image.new("RGB", (8, 8), "blue"), Image.new("RGB", (8, 8), "red")
    out = io.BytesIO()
    first.save(out, "GIF", save_all=True, append_images=[second])
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of that many pixels in a few hundred bytes; its rows end where the memory of the reader would begin."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as files:
        files.writestr("a.txt", "words")
    return out.getvalue()


PDF = b"%PDF-1.7\n%%EOF"
OGG = b"OggS" + bytes(40)
MP4 = b"\x00\x00\x00\x20ftypisom" + bytes(40)
HEIC = b"\x00\x00\x00\x18ftypheic" + bytes(40)
EXE = b"MZ" + bytes(60)
HTML = b"<html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

TYPES = [
    (picture("JPEG"), "image/jpeg"),
    (picture("PNG"), "image/png"),
    (picture("WEBP"), "image/webp"),
    (picture("GIF"), "image/gif"),
    (picture("TIFF"), None),
    (picture("JPEG")[:20], None),
    (PDF, "application/pdf"),
    (OGG, "audio/ogg"),
    (MP4, "video/mp4"),
    (b"\x00\x00\x00\x20ftyp3gp5" + bytes(40), "video/3gpp"),
    (b"\x00\x00\x00\x20ftypM4A " + bytes(40), "audio/mp4"),
    (HEIC, None),
    (b"ID3\x04", "audio/mpeg"),
    (b"\xff\xf1\x50", "audio/aac"),
    (b"#!AMR\n", "audio/amr"),
    (EXE, None),
    (HTML, None),
    (SVG, None),
    (archive(), None),
    (b"", None),
]


@pytest.mark.parametrize(("content", "expected"), TYPES)
def test_the_bytes_tell_what_a_file_is(content: bytes, expected: str | None) -> None:
    assert media_type(content) == expected


# --- what becomes of what comes ---------------------------------------------------------------------------------------


@dataclass
class Desk:
    """Takes in one file at a time, without a conversation around it."""

    media: Media
    channel: FileChannel
    folder: Path
    number: Iterator[int] = field(default_factory=count)

    def take_in(self, kind: str, content: bytes | None, size: int = 0) -> Attachment:
        self.channel.files = {} if content is None else {"f": content}
        sent = Attachment(kind, "f", "image/jpeg", size)  # type: ignore[arg-type]
        message = Incoming("test", str(next(self.number)), RESIDENT, START, attachments=(sent,))
        (one,) = self.media.take_in(message, self.channel).attachments
        return one

    def kept(self, kind: str, content: bytes) -> bytes:
        return self.media.load(self.take_in(kind, content).ref)


@pytest.fixture(scope="module")
def desk(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """What a file is does not depend on the database."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copy(sqlite_template, folder / "desk.db")
    keys = Keys([TEST_KEY])
    engine = make_engine(f"sqlite:///{folder / 'desk.db'}", keys)
    media = Media(engine, FrozenClock(START), str(folder / "media"), keys)
    yield Desk(media, FileChannel(folder / "sent"), folder)
    engine.dispose()


CASES = [
    pytest.param("photo", picture(), 0, "", id="photo"),
    pytest.param("photo", picture("PNG", mode="RGBA"), 0, "", id="a picture one can see through"),
    pytest.param("photo", picture("PNG", mode="P"), 0, "", id="a picture with a palette"),
    pytest.param("photo", picture("JPEG", mode="CMYK"), 0, "", id="a picture for the printer"),
    pytest.param("photo", moving_picture(), 0, "", id="a picture that moves"),
    pytest.param("photo", picture() + archive(), 0, "", id="an archive behind a picture"),
    pytest.param("photo", picture(size=(400, 400))[:-99], 0, "unreadable", id="half a picture"),
    pytest.param("photo", bomb(10_000, 10_000), 0, "too_big", id="a hundred megapixels in few bytes"),
    pytest.param("photo", bomb(60_000, 60_000), 0, "too_big", id="more pixels than any memory holds"),
    pytest.param("photo", bomb(6_000, 6_000), 0, "too_big", id="more pixels than we unpack"),
    pytest.param("photo", HEIC, 0, "wrong_type", id="a picture nobody here can read"),
    pytest.param("photo", PDF, 0, "wrong_type", id="a paper sent as a photo"),
    pytest.param("photo", HTML, 0, "wrong_type", id="a web page called a photo"),
    pytest.param("photo", SVG, 0, "wrong_type", id="a drawing with a script"),
    pytest.param("document", PDF, 0, "", id="paper"),
    pytest.param("document", picture("PNG"), 0, "", id="a photo sent as a document"),
    pytest.param("document", archive(), 0, "wrong_type", id="archive"),
    pytest.param("document", EXE, 0, "wrong_type", id="program"),
    pytest.param("document", HTML, 0, "wrong_type", id="web page"),
    pytest.param("voice", OGG, 0, "", id="voice"),
    pytest.param("voice", picture(), 0, "wrong_type", id="a photo sent as voice"),
    pytest.param("video", MP4, 0, "", id="video"),
    pytest.param("video", HTML, 0, "wrong_type", id="a web page called a film"),
    pytest.param("photo", None, 20 * 1024 * 1024, "too_big", id="twenty megabytes, not even fetched"),
    pytest.param("photo", picture() + bytes(LARGEST), 0, "too_big", id="seventeen megabytes, called small"),
    pytest.param("photo", None, 0, "unreadable", id="gone, hanging or endless at the provider"),
    pytest.param("photo", b"", 0, "unreadable", id="empty"),
]


@pytest.mark.parametrize(("kind", "content", "size", "problem"), CASES)
def test_what_becomes_of_a_file(desk: Desk, kind: str, content: bytes | None, size: int, problem: str) -> None:
    before = len(_files(desk.folder))
    one = desk.take_in(kind, content, size)
    assert one.problem == problem
    assert one.ref.startswith("media:") is (problem == "")
    if problem:
        assert len(_files(desk.folder)) == before


def test_an_animated_sticker_is_not_even_fetched(desk: Desk) -> None:
    assert desk.take_in("sticker", None) == Attachment("sticker", "f", "image/jpeg")


# --- pictures ---------------------------------------------------------------------------------------------------------


def test_a_picture_is_drawn_anew(desk: Desk) -> None:
    """Upright, not too large, and without a word about where and with what it was taken."""
    content = telephone_picture()
    assert b"Kamera Contoh" in content
    kept = desk.kept("photo", content)
    assert not any(secret in kept for secret in (b"Kamera Contoh", b"rumah kami", b"Exif"))
    with Image.open(io.BytesIO(kept)) as image:
        assert (image.format, image.size) == ("JPEG", (LONG_EDGE * 3 // 4, LONG_EDGE))
        assert dict(image.getexif()) == {}


def test_nothing_hidden_behind_a_picture_is_kept(desk: Desk) -> None:
    assert b"PK\x03\x04" not in desk.kept("photo", picture() + archive())


def test_of_a_picture_that_moves_the_first_frame_is_kept(desk: Desk) -> None:
    with Image.open(io.BytesIO(desk.kept("photo", moving_picture()))) as image:
        red, _, blue = image.getpixel((4, 4))  # type: ignore[misc]
        assert (getattr(image, "n_frames", 1), red < 50 < blue) == (1, True)


def test_a_small_picture_lies_beside_the_large_one(desk: Desk) -> None:
    one = desk.take_in("photo", picture(size=(1_000, 500)))
    with Image.open(io.BytesIO(desk.media.load(one.ref, small=True))) as image:
        assert image.size == (SMALL_EDGE, SMALL_EDGE // 2)


def test_a_paper_is_kept_as_it_is(desk: Desk) -> None:
    assert desk.kept("document", PDF) == PDF


@pytest.mark.parametrize("ref", ["media:../../etc/passwd", "media:", "../x"])
def test_a_reference_cannot_leave_the_folder(desk: Desk, ref: str) -> None:
    with pytest.raises(ValueError, match="not a reference"):
        desk.media.load(ref)


# --- kept encrypted, once, and no longer than needed ------------------------------------------------------------------


def received(world: World) -> Attachment:
    """A voice note that belongs to a report."""
    app, channel = world
    channel.files["f"] = OGG
    write(app, 1, "no water", attachments=(Attachment("voice", "f"),))
    app.turns.run_due(quiet_over=True)
    (row,) = rows(app.engine, attachments)
    return Attachment(**row.file)


def test_nothing_readable_lies_on_the_disk(world: World) -> None:
    app, _ = world
    one = received(world)
    (file,) = _files(app.settings.var_dir)
    assert OGG not in file.read_bytes()
    assert app.media.load(one.ref) == OGG
    (row,) = rows(app.engine, media)
    assert (row.ref, row.kind, row.media_type, row.size, row.gone_at) == (one.ref, "voice", "audio/ogg", 44, None)


def test_a_file_that_belongs_to_nothing_is_thrown_away(make: Callable[..., World]) -> None:
    app, channel = make(respond=lambda scene: Outcome(scene.state))
    channel.files["f"] = picture()
    write(app, 1, "terrible", attachments=(Attachment("photo", "f"),))
    app.turns.run_due(quiet_over=True)
    assert _files(app.settings.var_dir) == []
    (row,) = rows(app.engine, media)
    assert row.gone_at == app.clock.now()


def _keep_then_drop(scene: Scene) -> Outcome:
    came = tuple(file for one in scene.incoming for file in one.attachments)
    return Outcome(replace(scene.state, files=came))


def test_a_file_that_waits_for_its_report_is_kept_until_it_is_dropped(make: Callable[..., World]) -> None:
    app, channel = make(respond=_keep_then_drop)
    channel.files["f"] = OGG
    write(app, 1, attachments=(Attachment("voice", "f"),))
    app.turns.run_due(quiet_over=True)
    assert len(_files(app.settings.var_dir)) == 1
    write(app, 2, "never mind")
    app.turns.run_due(quiet_over=True)
    assert _files(app.settings.var_dir) == []
    assert _marks(app.engine) == []


def test_the_same_bytes_are_kept_once_and_for_as_long_as_anybody_needs_them(make: Callable[..., World]) -> None:
    app, channel = make(respond=_keep_then_drop)
    channel.files |= {"mine": OGG, "theirs": OGG}
    write(app, 1, attachments=(Attachment("voice", "mine"),))
    write(app, 2, attachments=(Attachment("voice", "theirs"),), contact="+628120000009")
    app.turns.run_due(quiet_over=True)
    assert (len(_files(app.settings.var_dir)), len(rows(app.engine, media))) == (1, 1)
    write(app, 3, "never mind")
    app.turns.run_due(quiet_over=True)
    assert len(_files(app.settings.var_dir)) == 1
    write(app, 4, "never mind", contact="+628120000009")
    app.turns.run_due(quiet_over=True)
    assert _files(app.settings.var_dir) == []


def test_bytes_that_were_thrown_away_are_kept_anew_when_they_come_again(make: Callable[..., World]) -> None:
    app, channel = make(respond=_keep_then_drop)
    channel.files["f"] = OGG
    for number, more in ((1, (Attachment("voice", "f"),)), (2, ()), (3, (Attachment("voice", "f"),))):
        write(app, number, attachments=more)
        app.turns.run_due(quiet_over=True)
    (row,) = rows(app.engine, media)
    assert (len(_files(app.settings.var_dir)), row.gone_at) == (1, None)


@pytest.mark.parametrize(("content", "problem"), [(OGG, ""), (EXE, "wrong_type")])
def test_a_second_try_does_not_need_the_provider(
    make: Callable[..., World], clock: FrozenClock, content: bytes, problem: str
) -> None:
    """The provider's copy may be gone when a parked message is replayed."""
    seen: list[Scene] = []

    def repaired(scene: Scene) -> Outcome:
        seen.append(scene)
        return respond(scene)

    broken, channel = make(respond=lambda scene: 1 / 0)
    channel.files["f"] = content
    write(broken, 1, "no water", attachments=(Attachment("voice", "f"),))
    broken.pump(now_quiet=True)
    channel.files.clear()
    clock.move(timedelta(minutes=1))
    app, _ = make(respond=repaired)
    app.pump(now_quiet=True)
    ((one,),) = [message.attachments for message in seen[-1].incoming]
    assert one.problem == problem
    assert _marks(app.engine) == []
    if not problem:
        assert app.media.load(one.ref) == OGG


def test_what_nothing_needs_any_more_is_found_and_thrown_away(world: World, clock: FrozenClock) -> None:
    """As after a crash, or once the report was deleted."""
    app, _ = world
    received(world)
    clock.move(timedelta(days=2))
    assert app.media_tidy.throw_away_unneeded() == 0
    with app.engine.begin() as connection:
        connection.execute(attachments.delete())
    assert app.media_tidy.throw_away_unneeded() == 1
    assert _files(app.settings.var_dir) == []
    assert app.media_tidy.throw_away_unneeded() == 0


def test_files_may_lie_at_any_address(engine: Engine, keys: Keys, clock: FrozenClock, tmp_path: Path) -> None:
    far = Media(engine, clock, "memory://kentongan-test", keys)
    channel = FileChannel(tmp_path / "sent", files={"f": picture()})
    (one,) = far.take_in(_message(Attachment("photo", "f")), channel).attachments
    assert far.load(one.ref)[:2] == far.load(one.ref, small=True)[:2] == b"\xff\xd8"
    far.discard([one.ref])  # still needed by the message that brought it
    assert far.load(one.ref)
    with engine.begin() as connection:
        connection.execute(facts.delete())
    far.discard([one.ref])
    with pytest.raises(FileNotFoundError):
        far.load(one.ref)


# --- at the provider --------------------------------------------------------------------------------------------------


@dataclass
class Forgetful(FileChannel):
    """Deletes what it is asked to, as often as `obeys` says."""

    obeys: bool = True
    asked: list[str] = field(default_factory=list)

    def forget(self, ref: str) -> bool:
        self.asked.append(ref)
        return self.obeys


def forgetful(make: Callable[..., World], tmp_path: Path, *, obeys: bool = True) -> tuple[Any, Forgetful]:
    app, _ = make(respond=_keep_then_drop)
    channel = Forgetful(tmp_path / "sent", files={"a": OGG, "b": EXE}, obeys=obeys)
    app.channels["test"] = channel
    return app, channel


def test_files_are_deleted_at_the_provider_once_their_turn_is_over(make: Callable[..., World], tmp_path: Path) -> None:
    app, channel = forgetful(make, tmp_path)
    write(app, 1, attachments=(Attachment("voice", "a"), Attachment("document", "b"), Attachment("photo", "none")))
    assert (app.media_tidy.forget_at_providers(), channel.asked) == (0, [])
    app.turns.run_due(quiet_over=True)
    assert app.media_tidy.forget_at_providers() == 2
    assert sorted(channel.asked) == ["a", "b"]
    assert {row.deleted_there_at for row in rows(app.engine, media)} == {app.clock.now()}
    assert app.media_tidy.forget_at_providers() == 0


def test_a_provider_that_cannot_delete_is_not_asked_for_ever(make: Callable[..., World], tmp_path: Path) -> None:
    app, channel = forgetful(make, tmp_path, obeys=False)
    write(app, 1, attachments=(Attachment("voice", "a"),))
    app.turns.run_due(quiet_over=True)
    assert [app.media_tidy.forget_at_providers() for _ in range(5)] == [1, 1, 1, 0, 0]
    assert channel.asked == ["a", "a", "a"]
    (row,) = rows(app.engine, media)
    assert row.deleted_there_at is None


def test_every_copy_at_the_provider_goes(make: Callable[..., World], tmp_path: Path) -> None:
    app, channel = forgetful(make, tmp_path)
    channel.files["again"] = OGG
    for number, ref in ((1, "a"), (2, "again")):
        write(app, number, attachments=(Attachment("voice", ref),))
        app.turns.run_due(quiet_over=True)
    app.media_tidy.forget_at_providers()
    assert channel.asked == ["a", "again"]


def test_a_file_of_a_turn_that_failed_stays_at_the_provider(make: Callable[..., World], tmp_path: Path) -> None:
    app, _ = make(respond=lambda scene: 1 / 0)
    app.channels["test"] = Forgetful(tmp_path / "sent", files={"a": OGG})
    write(app, 1, attachments=(Attachment("voice", "a"),))
    app.turns.run_due(quiet_over=True)
    assert app.media_tidy.forget_at_providers() == 0


# --- small things -----------------------------------------------------------------------------------------------------


def _message(*files: Attachment) -> Incoming:
    return Incoming("test", "1", RESIDENT, START, attachments=files)


def _files(folder: Path) -> list[Path]:
    return [path for path in (folder / "media").rglob("*") if path.is_file()]


def _marks(engine: Engine) -> list[str]:
    return [row.key for row in rows(engine, facts) if row.key.startswith(("came:", "waits:"))]
