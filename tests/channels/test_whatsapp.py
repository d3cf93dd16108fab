"""WhatsApp from end to end, against a strict Twilio of our own (`tests/doubles/twilio`)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update
from twilio.base.exceptions import TwilioException
from twilio.request_validator import RequestValidator

from bot.channels.base import (
    Button,
    Rendered,
)
from bot.clock import FrozenClock
from bot.store.database import reading
from bot.store.tables import addresses, attachments, inbox, people, reports, sends
from handlers.held import HOLD
from tests.channels.telegram_service import own_database
from tests.channels.whatsapp_service import ADDRESS, Service, add_member, service
from tests.doubles.twilio.double import AUTH_TOKEN
from tests.doubles.twilio.webhooks import SharedKey
from tests.flow.test_media import picture
from tests.flow.world import rows

WARGA, KADER, OPD = "+6281200000002", "+6281200000003", "+6281200000004"
SCOPED = "ID.4566000000000001"
STORY = "air ledeng mati sudah 4 hari di RT 05 Loa Bakung"
STATUS = "/hook/whatsapp/status"


@pytest.fixture
def kentongan(sqlite_template: Path, tmp_path: Path, clock: FrozenClock) -> Iterator[Service]:
    with own_database(sqlite_template, tmp_path) as (url, engine), service(url, engine, clock, tmp_path) as one:
        yield one
        assert one.there.violations == []


@pytest.fixture
def careless(sqlite_template: Path, tmp_path: Path, clock: FrozenClock) -> Iterator[Service]:
    """The same, where the other side is given reason to complain."""
    with own_database(sqlite_template, tmp_path) as (url, engine), service(url, engine, clock, tmp_path) as one:
        yield one


def count(one: Service, table: Any) -> int:
    with reading(one.app.engine) as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def form(number: int, text: str = "halo", **fields: str) -> dict[str, str]:
    sid = f"SM{number:032x}"
    return {"MessageSid": sid, "From": f"whatsapp:{WARGA}", "Body": text, "NumMedia": "0", "Label": "", **fields}


# --- a whole story ----------------------------------------------------------------------------------------------------


def test_from_the_first_word_to_solved(database_url: str, engine: Engine, clock: FrozenClock, tmp_path: Path) -> None:
    clock.move(timedelta(days=1))  # to Monday, when kader and offices are at work
    with service(database_url, engine, clock, tmp_path) as one:
        add_member(one.app, KADER, "Kader Contoh", "kader", place_codes="64.72.06.1001")
        add_member(one.app, OPD, "Petugas Contoh", "officer", office="AIR")
        for contact in (KADER, OPD):
            one.there.user_says(contact, "halo")
        one.advance()
        one.there.user_says(WARGA, STORY)
        one.there.user_sends_photo(WARGA, picture())
        one.advance()
        one.tap(WARGA, "Kirim")
        one.there.user_says(KADER, "1")  # under a photo the choices are lines: *1. Benar*
        one.advance()
        one.there.user_says(OPD, "Terima")  # and their words do as well
        one.advance()
        one.there.user_says(OPD, "selesai, pipa sudah kami ganti")
        one.advance()
        clock.move(HOLD)
        one.advance()
        one.tap(WARGA, "Ya, sudah beres")
        assert [row.status for row in rows(engine, reports)] == ["closed"]
        assert count(one, attachments) == 1
        assert one.there.violations == []
        assert {row.status for row in rows(engine, sends)} == {"delivered"}
        assert count(one, sends) == one.there.fate.billed["service"]


def test_the_copy_of_their_data_arrives(kentongan: Service) -> None:
    """By a link, which opens it although it belongs to no report."""
    kentongan.there.user_says(WARGA, "halo")
    kentongan.advance()
    with kentongan.app.engine.begin() as connection:
        connection.execute(update(people).values(data_asked_at=kentongan.clock.now()))
    kentongan.advance()
    assert [(one.kind, one.arrived) for one in kentongan.there.sent_to(WARGA)[1:]] == [("media", True)]


def test_a_sender_without_a_number_is_served_and_answered(kentongan: Service) -> None:
    kentongan.there.user_says(SCOPED, STORY)
    kentongan.advance()
    kentongan.tap(SCOPED, "Kirim")
    assert "SMD-0001" in kentongan.texts(SCOPED)[-1]


def test_a_question_can_be_answered_by_number_or_words(kentongan: Service) -> None:
    kentongan.there.faults.next("server_error", match=lambda call: call.path == "/v1/Content", times=9)
    kentongan.there.user_says(WARGA, STORY)
    kentongan.advance()
    assert "1. Kirim" in kentongan.texts(WARGA)[-1]
    kentongan.there.user_says(WARGA, "1")
    kentongan.advance()
    assert "SMD-0001" in kentongan.texts(WARGA)[-1]


# --- who it is --------------------------------------------------------------------------------------------------------


def test_an_imported_number_and_the_id_beside_it_are_one_person(kentongan: Service) -> None:
    kader = add_member(kentongan.app, KADER, "Kader Contoh", "kader", place_codes="64.72.06.1001")
    kentongan.there.add_person(KADER, bsuid=SCOPED)
    kentongan.there.user_says(KADER, "halo")
    kentongan.advance()
    known = {(row.person_id, row.contact) for row in rows(kentongan.app.engine, addresses)}
    assert known == {(kader, KADER), (kader, SCOPED)}


def test_whoever_wrote_without_a_number_first_is_found_again_with_it(kentongan: Service) -> None:
    kentongan.there.user_says(SCOPED, STORY)
    kentongan.advance()
    kader = add_member(kentongan.app, KADER, "Kader Contoh", "kader", place_codes="64.72.06.1001")
    kentongan.there.add_person(SCOPED, number=KADER)
    kentongan.there.user_says(SCOPED, "Kirim")
    kentongan.advance()
    assert [row.id for row in rows(kentongan.app.engine, people)] == [kader]
    assert [row.reporter_id for row in rows(kentongan.app.engine, reports)] == [kader]


def test_a_new_number_of_the_same_account_is_answered(kentongan: Service) -> None:
    other = "+6281200000009"
    for number, contact in enumerate((WARGA, other), 1):
        kentongan.there.add_person(contact, last_inbound=kentongan.clock.now())
        kentongan.call(form(number, From=f"whatsapp:{contact}", ExternalUserId=f"whatsapp:{SCOPED}"))
        kentongan.advance()
    assert count(kentongan, people) == 1
    assert [len(kentongan.texts(contact)) for contact in (WARGA, other)] == [1, 1]


# --- the door ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Twilio_Signature": ""},
        {"X_Twilio_Signature": "forged"},
        {"X_Twilio_Signature": RequestValidator("another").compute_signature(f"{ADDRESS}/hook/whatsapp", form(1))},
        {"X_Twilio_Signature": RequestValidator(AUTH_TOKEN).compute_signature(f"{ADDRESS}/hook/whatsapp", form(2))},
        {"X_Twilio_Signature": RequestValidator(AUTH_TOKEN).compute_signature(ADDRESS + STATUS, form(1))},
        {"X_Twilio_Webhooks_Signature_Settings": "key=unknown,algorithm=HMAC_SHA1"},
        {"X_Twilio_Webhooks_Signature_Settings": "algorithm=HMAC_SHA1"},
    ],
    ids=["missing", "forged", "another token", "other fields", "another address", "an unknown key", "no key"],
)
def test_what_twilio_did_not_sign_is_turned_away(kentongan: Service, headers: dict[str, str]) -> None:
    assert kentongan.call(form(1), **headers) == 403
    assert count(kentongan, inbox) == 0


def test_a_blank_field_and_a_query_are_part_of_what_is_signed(kentongan: Service) -> None:
    assert kentongan.call(form(1, "", Latitude=""), "/hook/whatsapp?from=fallback") == 204
    assert count(kentongan, inbox) == 1


@pytest.mark.parametrize(("known", "status"), [("new:rahasia,old:x", 204), ("new:lain", 403), (None, 403)])
def test_a_shared_key_signs_with_its_own_algorithm(
    sqlite_template: Path, tmp_path: Path, clock: FrozenClock, known: str | None, status: int
) -> None:
    shared = {"twilio_shared_keys": known, "shared_key": SharedKey("new", "rahasia")}
    with (
        own_database(sqlite_template, tmp_path) as (url, engine),
        service(url, engine, clock, tmp_path, **shared) as one,
    ):
        assert one.call(form(1)) == status


def test_a_replay_is_good_news_and_changes_nothing(kentongan: Service) -> None:
    kentongan.there.add_person(WARGA, last_inbound=kentongan.clock.now())
    assert [kentongan.call(form(1)) for _ in range(3)] == [204, 204, 204]
    kentongan.advance()
    assert (count(kentongan, inbox), len(kentongan.texts(WARGA))) == (1, 1)


def test_nobody_reads_ten_megabytes(kentongan: Service) -> None:
    huge = b"Body=" + b"x" * 10_000_000
    assert kentongan.web.post("/hook/whatsapp", content=huge).status_code == 403
    signed = {"X-Twilio-Signature": "forged"}
    assert kentongan.web.post("/hook/whatsapp", content=huge, headers=signed).status_code == 413
    assert kentongan.web.post(STATUS, content=iter([huge]), headers=signed).status_code == 413


def test_a_form_that_is_no_message_is_not_kept(kentongan: Service) -> None:
    assert kentongan.call({"Body": "halo"}) == 204
    assert count(kentongan, inbox) == 0


def test_what_cannot_be_stored_is_sent_again(kentongan: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.inbound.insert_new", lambda *_: 1 / 0)
    assert kentongan.call(form(1)) == 503


# --- what is answered -------------------------------------------------------------------------------------------------


def test_whatever_comes_is_answered_once_and_what_lies_about_its_type_is_not_kept(kentongan: Service) -> None:
    there, numbers = kentongan.there, [f"+62812000001{n:02}" for n in range(7)]
    there.user_sends_contact(numbers[0], "+6281200000008")
    there.user_sends_sticker(numbers[1])
    there.user_sends_voice(numbers[2])
    there.user_sends_photo(numbers[3], b"MZ\x90\0", STORY)
    there.user_sends_photo(numbers[4], b"<html></html>")
    there.user_says(numbers[5], "hubungi 0812-0000-0001 atau 0812-0000-0002")
    there.user_sends_media(numbers[6], "hologram", "model/gltf-binary", b"glTF")
    kentongan.advance()
    assert [len(kentongan.texts(contact)) for contact in numbers] == [1] * 7
    assert count(kentongan, attachments) == 0


def test_a_reaction_is_not_answered(kentongan: Service) -> None:
    assert kentongan.call(form(1, "\U0001f44d", MessageType="reaction")) == 204
    kentongan.advance()
    assert (count(kentongan, inbox), kentongan.texts(WARGA)) == (1, [])


def test_choices_that_were_not_shown_come_again_as_lines(kentongan: Service) -> None:
    kentongan.there.fate.fail_next(63013, WARGA)
    kentongan.there.user_says(WARGA, STORY)
    kentongan.advance(30)
    kentongan.advance(30)
    assert [(m.kind, m.error) for m in kentongan.there.sent_to(WARGA, all_tried=True)] == [
        ("quick-reply", 63013),
        ("text", None),
    ]


def test_the_same_words_of_before_are_another_message(kentongan: Service) -> None:
    kentongan.there.user_says(WARGA, "menu")
    kentongan.advance()
    (before,) = kentongan.there.sent_to(WARGA)
    same = Rendered(before.body, tuple(Button(b.id, b.title) for b in before.buttons))
    assert kentongan.channel.look_up(WARGA, same, kentongan.clock.now()) is None
    kentongan.clock.move(timedelta(hours=1))
    assert kentongan.channel.look_up(WARGA, same, kentongan.clock.now()) is None


# --- told later -------------------------------------------------------------------------------------------------------


def told(one: Service, sid: str, status: str, **fields: str) -> int:
    return one.call({"MessageSid": sid, "MessageStatus": status, "From": one.there.sender, **fields}, STATUS)


def test_statuses_come_in_any_order_and_again(kentongan: Service) -> None:
    kentongan.there.webhooks.random.seed(1)
    kentongan.there.user_says(WARGA, "menu")
    kentongan.advance()
    (sent,) = kentongan.there.sent_to(WARGA)
    assert [told(kentongan, sent.sid, one) for one in ("read", "sent", "delivered", "read", "tomorrow")] == [204] * 5
    assert [row.status for row in rows(kentongan.app.engine, sends)] == ["read"]


def test_a_failure_of_a_message_we_have_not_noted_yet_is_told_again(kentongan: Service) -> None:
    unknown = "SM" + "1" * 32
    assert told(kentongan, unknown, "delivered") == 204
    assert told(kentongan, unknown, "failed", ErrorCode="63024") == 503
    assert kentongan.call({"MessageSid": unknown}, STATUS) == 204
    assert kentongan.call({"MessageSid": unknown, "MessageStatus": "sent"}, STATUS, X_Twilio_Signature="") == 403


def test_a_status_that_comes_to_the_other_address_is_understood(kentongan: Service) -> None:
    assert kentongan.call(form(1, MessageStatus="delivered")) == 204
    assert count(kentongan, inbox) == 0


def test_a_closed_window_told_later_lets_the_message_wait(careless: Service) -> None:
    careless.there.user_says(WARGA, "menu")
    careless.there.deliver_due()
    careless.there.add_person(WARGA, last_inbound=None)  # their clock and ours differ
    careless.advance()
    assert [(m.kind, m.error) for m in careless.there.sent_to(WARGA, all_tried=True)][:1] == [("quick-reply", 63016)]
    careless.there.user_says(WARGA, "halo")
    careless.advance(60)
    assert len(careless.there.sent_to(WARGA)) >= 1


# --- what never came --------------------------------------------------------------------------------------------------


def lose(one: Service) -> None:
    """Nobody delivers what waits."""
    one.there.webhooks._due.clear()


def test_a_message_that_was_never_delivered_is_found(kentongan: Service) -> None:
    kentongan.there.user_says(WARGA, STORY)
    kentongan.there.user_sends_photo(WARGA, picture(), "fotonya")
    kentongan.there.user_sends_location(WARGA, -0.5, 117.1)
    lose(kentongan)
    kentongan.clock.move(timedelta(minutes=5))
    gaps = kentongan.channel._gaps
    assert gaps.close_gap(kentongan.app.inbox) == 3
    kentongan.advance()
    assert "Kirim" in kentongan.there.sent_to(WARGA)[-1].labels
    kentongan.tap(WARGA, "Kirim")
    assert count(kentongan, attachments) == 1


def test_a_look_leaves_alone_what_came_and_what_another_process_looks_at(kentongan: Service) -> None:
    gaps, inbox_ = kentongan.channel._gaps, kentongan.app.inbox
    kentongan.there.user_says(WARGA, "menu")
    kentongan.advance()
    assert gaps.close_gap(inbox_) == 0
    kentongan.there.user_says(WARGA, "halo")
    lose(kentongan)
    assert gaps.close_gap(inbox_) == 0, "somebody has looked just now"
    kentongan.clock.move(timedelta(hours=20))
    assert gaps.close_gap(inbox_) == 1
    kentongan.clock.move(timedelta(minutes=10))
    assert gaps.close_gap(inbox_) == 0


def test_a_look_that_fails_is_made_up_for(kentongan: Service) -> None:
    gaps, inbox_ = kentongan.channel._gaps, kentongan.app.inbox
    gaps.close_gap(inbox_)
    kentongan.there.user_says(WARGA, "halo")
    lose(kentongan)
    kentongan.clock.move(timedelta(minutes=10))
    kentongan.there.faults.next("html")
    with pytest.raises(TwilioException):
        gaps.close_gap(inbox_)
    kentongan.clock.move(timedelta(minutes=10))
    assert gaps.close_gap(inbox_) == 1


def test_it_looks_at_the_start_and_ends_in_good_order(kentongan: Service) -> None:
    kentongan.there.user_says(WARGA, "halo")
    lose(kentongan)
    kentongan.channel.open(kentongan.app.inbox)
    kentongan.channel.close()
    kentongan.channel.close()
    assert count(kentongan, inbox) == 1
