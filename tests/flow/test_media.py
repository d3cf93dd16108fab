"""Files are what their bytes are, are kept encrypted, and are thrown away when they belong to nothing."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from bot.media import LARGEST, media_type
from bot.store.tables import attachments
from handlers.messages import Attachment
from handlers.scene import Outcome, Scene
from tests.flow.conftest import World
from tests.flow.world import respond, rows, write


def picture(kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "blue").save(out, kind)
    return out.getvalue()


PDF = b"%PDF-1.7\n%%EOF"
OGG = b"OggS" + bytes(40)
MP4 = b"\x00\x00\x00\x20ftypisom" + bytes(40)
EXE = b"MZ" + bytes(60)
HTML = b"<html><script>alert(1)</script></html>"

TYPES = [
    (picture("JPEG"), "image/jpeg"),
    (picture("PNG"), "image/png"),
    (picture("WEBP"), "image/webp"),
    (picture("GIF"), "image/gif"),
    (picture("JPEG")[:20], None),
    (PDF, "application/pdf"),
    (OGG, "audio/ogg"),
    (MP4, "video/mp4"),
    (b"ID3\x04", "audio/mpeg"),
    (b"#!AMR\n", "audio/amr"),
    (EXE, None),
    (HTML, None),
    (b"", None),
]


@pytest.mark.parametrize(("content", "expected"), TYPES)
def test_the_bytes_tell_what_a_file_is(content: bytes, expected: str | None) -> None:
    assert media_type(content) == expected


def received(world: World, seen: list[Scene], kind: str, content: bytes | None, size: int = 0) -> Attachment:
    app, channel = world
    if content is not None:
        channel.files["f"] = content
    write(app, 1, "no water", attachments=(Attachment(kind, "f", "image/jpeg", size),))  # type: ignore[arg-type]
    app.turns.run_due(quiet_over=True)
    ((one,),) = [message.attachments for message in seen[-1].incoming]
    return one


@pytest.fixture
def seen() -> list[Scene]:
    return []


@pytest.fixture
def world(make: Callable[..., World], seen: list[Scene]) -> World:
    def watch(scene: Scene) -> Outcome:
        seen.append(scene)
        return respond(scene)

    return make(respond=watch)


CASES = [
    pytest.param("photo", picture(), 0, "", id="photo"),
    pytest.param("photo", PDF, 0, "wrong_type", id="a paper sent as a photo"),
    pytest.param("document", PDF, 0, "", id="paper"),
    pytest.param("document", picture("PNG"), 0, "", id="a photo sent as a document"),
    pytest.param("document", EXE, 0, "wrong_type", id="program"),
    pytest.param("document", HTML, 0, "wrong_type", id="web page"),
    pytest.param("voice", OGG, 0, "", id="voice"),
    pytest.param("voice", picture(), 0, "wrong_type", id="a photo sent as voice"),
    pytest.param("video", MP4, 0, "", id="video"),
    pytest.param("photo", None, 20 * 1024 * 1024, "too_big", id="twenty megabytes, not even fetched"),
    pytest.param("photo", picture() + bytes(LARGEST), 0, "too_big", id="bigger than it said"),
    pytest.param("photo", None, 0, "unreadable", id="gone at the provider"),
    pytest.param("photo", b"", 0, "unreadable", id="empty"),
]


@pytest.mark.parametrize(("kind", "content", "size", "problem"), CASES)
def test_what_becomes_of_a_file(
    world: World, seen: list[Scene], kind: str, content: bytes | None, size: int, problem: str
) -> None:
    one = received(world, seen, kind, content, size)
    assert one.problem == problem
    assert one.ref.startswith("media:") is (problem == "")
    assert len(rows(world[0].engine, attachments)) == (0 if problem else 1)


def test_nothing_readable_lies_on_the_disk(world: World, seen: list[Scene]) -> None:
    app, _ = world
    one = received(world, seen, "photo", picture())
    (file,) = _files(app.settings.var_dir)
    assert picture()[:64] not in file.read_bytes()
    assert app.media.load(one.ref) == picture()


def test_a_file_that_belongs_to_nothing_is_thrown_away(make: Callable[..., World]) -> None:
    app, channel = make(respond=lambda scene: Outcome(scene.state))
    channel.files["f"] = picture()
    write(app, 1, "terrible", attachments=(Attachment("photo", "f"),))
    app.turns.run_due(quiet_over=True)
    assert _files(app.settings.var_dir) == []


def test_a_file_that_waits_for_its_report_is_kept_until_it_is_dropped(make: Callable[..., World]) -> None:
    def keep_then_drop(scene: Scene) -> Outcome:
        came = tuple(file for one in scene.incoming for file in one.attachments)
        return Outcome(replace(scene.state, files=came))

    app, channel = make(respond=keep_then_drop)
    channel.files["f"] = picture()
    write(app, 1, attachments=(Attachment("photo", "f"),))
    app.turns.run_due(quiet_over=True)
    assert len(_files(app.settings.var_dir)) == 1
    write(app, 2, "never mind")
    app.turns.run_due(quiet_over=True)
    assert _files(app.settings.var_dir) == []


def test_a_second_try_does_not_need_the_provider(make: Callable[..., World], clock) -> None:  # type: ignore[no-untyped-def]
    """The provider's copy may be gone when a parked message is replayed."""
    from datetime import timedelta

    broken, channel = make(respond=lambda scene: 1 / 0)
    channel.files["f"] = picture()
    write(broken, 1, "no water", attachments=(Attachment("photo", "f"),))
    broken.pump(now_quiet=True)
    clock.move(timedelta(minutes=1))
    repaired, _ = make()
    repaired.pump(now_quiet=True)
    (kept,) = rows(repaired.engine, attachments)
    assert repaired.media.load(kept.file["ref"]) == picture()


@pytest.mark.parametrize("ref", ["media:../../etc/passwd", "media:", "../x"])
def test_a_reference_cannot_leave_the_folder(world: World, ref: str) -> None:
    with pytest.raises(ValueError, match="not a reference"):
        world[0].media.load(ref)


def _files(folder: Path) -> list[Path]:
    return [path for path in (folder / "media").rglob("*") if path.is_file()]
