"""What the WhatsApp channel sends, fetches and finds again, against a strict Twilio of our own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import (
    Blocked,
    Button,
    CannotTell,
    FetchFailed,
    NeedsTemplate,
    Ok,
    Refused,
    Rendered,
    RetryLater,
    StoredFile,
    Template,
    Unsure,
)
from bot.clock import FrozenClock
from bot.store.tables import facts
from tests.channels.telegram_service import own_database
from tests.channels.whatsapp_service import ADDRESS, Line, line_to
from tests.flow.test_media import picture

WARGA = "+6281200000002"
CHOICES = (Button("7:true", "Benar"), Button("7:false", "Tidak benar"))
QUESTION = Rendered("Apakah ini benar?\n\n*SMD-0001* \u2018Jum'at\u2019", CHOICES, key="o1.0")
HELLO = Rendered("Selamat pagi", key="o2.0")


@pytest.fixture
def line(careless: Line) -> Iterator[Line]:
    yield careless
    assert careless.there.violations == []


@pytest.fixture
def careless(sqlite_template: Path, tmp_path: Path, clock: FrozenClock) -> Iterator[Line]:
    """The other side is given reason to complain."""
    with own_database(sqlite_template, tmp_path) as (url, engine), line_to(url, engine, clock, tmp_path) as one:
        yield one


def in_session(line: Line) -> None:
    line.there.add_person(WARGA, last_inbound=line.clock.now())


# --- files ------------------------------------------------------------------------------------------------------------


def photo(line: Line, content: bytes = b"", kind: str = "image/jpeg") -> str:
    """The address of a photo that came in."""
    message = line.there.user_sends_photo(WARGA, content or picture(), kind=kind)
    return f"{line.there.url}/2010-04-01/Accounts/{line.there.account}/Messages/{message.sid}/Media/{message.media[0]}"


def test_a_file_is_fetched_and_deleted_there(line: Line) -> None:
    ref = photo(line)
    assert line.channel.fetch(ref) == picture()
    assert line.channel.forget(ref)
    with pytest.raises(FetchFailed):
        line.channel.fetch(ref)


@pytest.mark.parametrize("kind", ["timeout", "reset", "cut", "server_error", "html", "too_many"])
def test_a_file_that_does_not_come_is_a_failure(line: Line, kind: Any) -> None:
    ref = photo(line)
    line.there.faults.next(kind, taken=kind == "cut", match=lambda call: call.path.startswith("/store/"))
    with pytest.raises(FetchFailed):
        line.channel.fetch(ref)


def test_a_file_that_never_ends_is_cut_off(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.whatsapp.LARGEST", 100_000)
    ref = photo(line)
    line.there.faults.next("endless")
    assert len(line.channel.fetch(ref)) == 100_001


@pytest.mark.parametrize(
    "ref", ["https://lain.contoh.id/x", "file:///etc/passwd", "http://[", "", "https://x.twilio.com.id/"]
)
def test_a_file_of_somebody_else_is_not_fetched(line: Line, ref: str) -> None:
    with pytest.raises(FetchFailed, match="foreign"):
        line.channel.fetch(ref)
    assert not line.channel.forget(ref)


INSIDE = ["http://10.0.0.1", "https://10.0.0.1", "https://[::1]", "https://localhost", "http://lain.contoh.id"]


@pytest.mark.parametrize("address", INSIDE)
def test_a_redirect_does_not_lead_into_our_own_network(
    line: Line, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = photo(line)
    monkeypatch.setattr(line.there, "own_url", address)
    with pytest.raises(FetchFailed, match="UnsupportedProtocol"):
        line.channel.fetch(ref)


def test_words_are_taken_off_their_books(line: Line) -> None:
    message = line.there.user_says(WARGA, "rahasia saya")
    assert line.channel.redact(message.sid)
    assert message.body == ""
    assert line.channel.redact("SM" + "0" * 32)  # it is gone already


# --- choices ----------------------------------------------------------------------------------------------------------


def choices(number: int, label: str = "Pilihan") -> tuple[Button, ...]:
    return tuple(Button(f"f1:{n}", f"{label} {n}") for n in range(number))


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (QUESTION, "quick-reply"),
        (Rendered("Yang mana?", choices(3)), "quick-reply"),
        (Rendered("Yang mana?", choices(4)), "list-picker"),
        (Rendered("Yang mana?", choices(10)), "list-picker"),
        (Rendered("Yang mana?", choices(2, "Dua puluh dua hurufnya")), "list-picker"),
        (Rendered("Yang mana?", choices(2, "Lebih dari dua puluh empat")), "text"),
        (Rendered("Yang mana?", choices(11)), "text"),
        (Rendered("Yang mana? " * 100, choices(2)), "text"),
        (Rendered("Baris\n" * 101, choices(2)), "text"),
        (Rendered("Dua kali", (Button("a", "Sama"), Button("b", "Sama"))), "text"),
        (Rendered("Ya\n\n\n  {{1}}\tdan      {{x}}", choices(2)), "quick-reply"),
        (HELLO, "text"),
    ],
)  # fmt: skip
def test_choices_are_tapped_where_they_fit(line: Line, message: Rendered, kind: str) -> None:
    in_session(line)
    assert isinstance(line.channel.send(WARGA, message), Ok)
    (got,) = line.there.sent_to(WARGA)
    assert got.kind == kind
    if kind == "text":
        assert all(f"{n}. {button.label}" in got.body for n, button in enumerate(message.buttons, 1))
    else:
        assert [(button.id, button.title) for button in got.buttons] == [(b.id, b.label) for b in message.buttons]
        assert got.body.split() == message.text.replace("'", "\u2019").replace("{{", "{ {").split()


def test_one_content_serves_all_that_look_alike(line: Line) -> None:
    in_session(line)
    for number in range(3):
        line.channel.send(WARGA, Rendered(f"Laporan {number}?\nBenar?", (Button(f"{number}:a", "Ya"),)))
    line.channel.send(WARGA, Rendered("Satu baris?", (Button("9:a", "Ya"),)))
    assert line.there.calls["POST /v1/Content"] == 2
    assert [m.buttons[0].id for m in line.there.sent_to(WARGA)] == ["0:a", "1:a", "2:a", "9:a"]
    assert not any("Laporan" in str(content.body) for content in line.there.contents.kept.values())


@pytest.mark.parametrize("forgotten", [False, True], ids=["by our database", "by Twilio's list"])
def test_another_process_finds_the_content(line: Line, forgotten: bool) -> None:
    in_session(line)
    line.channel.send(WARGA, QUESTION)
    if forgotten:
        with line.engine.begin() as connection:
            connection.execute(facts.delete())
    line.channel._contents._sids.clear()
    line.channel._contents._there = None
    line.channel.send(WARGA, QUESTION)
    assert line.there.calls["POST /v1/Content"] == 1
    assert len(line.there.sent_to(WARGA)) == 2


def test_a_content_that_was_deleted_is_made_anew_after_a_while(careless: Line) -> None:
    in_session(careless)
    careless.channel.send(WARGA, QUESTION)
    careless.there.contents.kept.clear()
    careless.channel.send(WARGA, QUESTION)
    careless.clock.move(timedelta(minutes=11))
    careless.channel.send(WARGA, QUESTION)
    assert [m.kind for m in careless.there.sent_to(WARGA)] == ["quick-reply", "text", "quick-reply"]


# --- what becomes of a message ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "taken", "expected"),
    [
        ("timeout", True, Unsure("ReadTimeout")),
        ("reset", True, Unsure("ReadError")),
        ("cut", True, Unsure("RemoteProtocolError")),
        ("server_error", False, Unsure("20500")),
        ("html", False, Unsure("502")),
        ("empty", True, Unsure("no_id")),
        ("too_many", False, RetryLater(10.0, everybody=True)),
    ],
)
def test_a_provider_that_does_not_answer_well(line: Line, kind: Any, taken: bool, expected: object) -> None:
    in_session(line)
    line.there.faults.next(kind, taken=taken)
    assert line.channel.send(WARGA, HELLO) == expected


def test_a_message_that_never_left_may_be_sent_again(line: Line) -> None:
    line.there.close()
    assert line.channel.send(WARGA, HELLO) == RetryLater(everybody=True)


def test_who_does_not_want_or_cannot_get_messages(careless: Line) -> None:
    careless.there.add_person(WARGA, opted_out=True)
    assert careless.channel.send(WARGA, HELLO) == Blocked("21610")
    assert careless.channel.send("+0", HELLO) == Blocked("21211")
    careless.there.auth_token = "another"
    assert careless.channel.send(WARGA, HELLO) == RetryLater(600.0, everybody=True)
    assert careless.channel.send(WARGA, Rendered("")) == Refused("nothing_to_say")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("63016", NeedsTemplate()),
        ("63041", NeedsTemplate()),
        ("63018", RetryLater(60.0)),
        ("63019", RetryLater(60.0)),
        ("21614", Blocked("21614")),
        ("63003", Blocked("63003")),
        ("63024", Blocked("63024")),
        ("63032", Refused("63032")),
        ("63049", Refused("63049")),
        ("21610", Blocked("21610")),
        ("99999", Refused("99999")),
        ("", None),
        ("x", None),
    ],
)
def test_a_code_told_later_means_what_it_means_at_once(line: Line, code: str, expected: object) -> None:
    assert line.channel.meaning(code) == expected


def test_a_template_is_sent_with_its_values(careless: Line) -> None:
    sid = approved(careless, "Ada kabar untuk laporan {{1}}, balas OK untuk membaca.")
    template = Template("kabar", sid, ("SMD-0001\nbaru",))
    sent = careless.channel.send(WARGA, Rendered("x", template=template))
    assert isinstance(sent, Ok)
    assert sent.price_kind == "utility"
    assert careless.texts(WARGA) == ["Ada kabar untuk laporan SMD-0001 baru, balas OK untuk membaca."]
    assert careless.channel.look_up(WARGA, Rendered("x", template=template), careless.clock.now()) == sent


def test_a_template_rejected_in_the_middle_of_the_day(careless: Line) -> None:
    sid = approved(careless, "Ada kabar untuk laporan {{1}}, balas OK untuk membaca.")
    careless.there.contents.review(sid, "rejected", "changed")
    careless.channel.send(WARGA, Rendered("x", template=Template("kabar", sid, ("SMD-0001",))))
    (tried,) = careless.there.sent_to(WARGA, all_tried=True)
    assert careless.channel.meaning(str(tried.error)) == NeedsTemplate()
    careless.there.contents.kept.clear()
    assert careless.channel.send(WARGA, Rendered("x", template=Template("kabar", sid))) == NeedsTemplate()


def approved(line: Line, body: str) -> str:
    content = line.there.contents.create(
        line.there.world.sid("HX"),
        {"language": "id", "variables": {"1": "SMD"}, "types": {"twilio/text": {"body": body}}},
    )
    line.there.contents.submit(content.sid, "kabar", "UTILITY")
    line.there.contents.review(content.sid, "approved")
    return content.sid


def test_a_file_goes_with_its_words(line: Line) -> None:
    in_session(line)
    for media_type, text in (("image/jpeg", "Lihat"), ("audio/ogg", "")):
        line.channel.send(WARGA, Rendered(text, files=(StoredFile(1, "photo", media_type, b"x"),)))
    there = line.there.sent_to(WARGA)
    assert [(m.kind, m.body) for m in there] == [("media", "Lihat"), ("media", "")]
    assert all(url.startswith(f"{ADDRESS}/m/") for m in there for url in m.media_urls)


# --- a message of unknown fate ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("message", [HELLO, QUESTION], ids=["words", "choices"])
@pytest.mark.parametrize("taken", [True, False])
def test_after_a_timeout_twilio_is_asked(line: Line, message: Rendered, taken: bool) -> None:
    in_session(line)
    since = line.clock.now()
    line.there.faults.next("timeout", taken=taken, match=lambda call: call.path.endswith("/Messages.json"))
    assert isinstance(line.channel.send(WARGA, message), Unsure)
    found = line.channel.look_up(WARGA, message, since)
    sids = [m.sid for m in line.there.sent_to(WARGA)]
    assert found == (Ok(sids[0], "service") if taken else None)


def test_nobody_can_tell_while_twilio_is_away(line: Line) -> None:
    line.there.faults.next("server_error")
    with pytest.raises(CannotTell):
        line.channel.look_up(WARGA, HELLO, line.clock.now())
