"""Telegram from end to end, against a strict Telegram of our own (`tests/doubles/telegram`)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, Table, func, select

from bot.channels.telegram_setup import PATH
from bot.clock import FrozenClock
from bot.store.database import reading
from bot.store.invitations import store_invitation
from bot.store.tables import addresses, attachments, inbox, memberships, outbox, reports
from handlers.held import HOLD
from tests.channels.telegram_service import ADDRESS, Service, add_member, own_database, service
from tests.doubles.telegram import Message
from tests.doubles.telegram.updates import Update

WARGA, KADER, OPD = 1001, 1002, 1003
GROUP = -1_002_000_000_001
STORY = "air ledeng mati sudah 4 hari di RT 05 Loa Bakung"
JPEG = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300" + "08" * 64 + "ffc0000b080001000101011100ffc4001f0000010501"
    "01010101010000000000000000" + "0102030405060708090a0bffda0008010100003f00d2cf20ffd9"
)


@pytest.fixture
def here(sqlite_template: Path, tmp_path: Path, clock: FrozenClock) -> Iterator[Service]:
    clock.move(timedelta(days=1))  # to Monday, when kader and offices are at work
    with own_database(sqlite_template, tmp_path) as (url, engine), service(url, engine, clock, tmp_path) as one:
        hooked(one)
        yield one
        assert one.there.violations == []


def hooked(one: Service) -> None:
    webhook = one.there.updates.webhook
    webhook.url, webhook.secret = ADDRESS + PATH, one.secret


def count(one: Service, table: Table) -> int:
    with reading(one.app.engine) as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def value(one: Service, column: Any) -> Any:
    """Of the only row, or the newest."""
    with reading(one.app.engine) as connection:
        return connection.scalar(select(column).order_by(column.table.c.id.desc()))


def newest(one: Service, chat: int, label: str) -> Message:
    return next(message for message in reversed(one.there.sent_to(chat)) if label in message.labels)


def tap(one: Service, chat: int, label: str) -> Message:
    """On the newest message that has this button."""
    message = newest(one, chat, label)
    one.there.user_taps(chat, message.id, label)
    one.advance()
    return message


def say(one: Service, chat: int, text: str) -> str:
    """Gives back the last thing that stands there afterwards from the bot."""
    one.there.user_says(chat, text)
    one.advance()
    return one.texts(chat)[-1]


# --- a whole story ----------------------------------------------------------------------------------------------------


def test_from_the_first_word_to_solved_by_webhook(
    database_url: str, engine: Engine, clock: FrozenClock, tmp_path: Path
) -> None:
    clock.move(timedelta(days=1))
    with service(database_url, engine, clock, tmp_path) as one:
        hooked(one)
        add_member(one.app, KADER, "Kader Contoh", "kader", place_codes="64.72.06.1001")
        add_member(one.app, OPD, "Petugas Contoh", "officer", office="AIR")
        one.there.add_chat(KADER)
        one.there.add_chat(OPD)
        told = one.there.user_says(WARGA, STORY)
        one.advance()
        one.there.user_edits(told, STORY.replace("RT 05", "RT 09"))
        one.advance()
        tap(one, WARGA, "Kirim")
        tap(one, KADER, "Benar")
        one.there.user_blocks(KADER)
        tap(one, OPD, "Terima")
        say(one, OPD, "selesai, pipa sudah kami ganti")
        clock.move(HOLD)
        one.advance()
        tap(one, WARGA, "Ya, sudah beres")
        assert (value(one, reports.c.status), value(one, reports.c.rt)) == ("closed", "09")
        assert blocked(one, KADER)
        assert one.there.violations == []


def test_an_invitation_behind_start_makes_a_kader_of_a_chat(here: Service) -> None:
    add_member(here.app, KADER, "Kader Contoh", "kader", place_codes="64.72.06.1001")
    with here.app.engine.begin() as connection:
        person = connection.execute(select(memberships.c.person_id)).scalar_one()
        store_invitation(connection, person, "7Q4MP-2KXDR", here.clock.now())
    say(here, WARGA, "/start 7Q4MP-2KXDR")
    with reading(here.app.engine) as connection:
        owner = connection.scalar(select(addresses.c.person_id).where(addresses.c.contact_hash == str(WARGA)))
    assert owner == person


@pytest.mark.parametrize(("command", "like"), [("/xyz", "bantuan"), ("/menu", "menu"), ("/cek", "cek")])
def test_a_command_is_answered_like_the_word(here: Service, command: str, like: str) -> None:
    assert say(here, WARGA, command) == say(here, KADER, like)


# --- buttons ----------------------------------------------------------------------------------------------------------


def test_a_tapped_button_stops_spinning_and_goes_away(here: Service) -> None:
    say(here, WARGA, STORY)
    asked = tap(here, WARGA, "Kirim")
    assert asked.labels == []
    assert len(here.there.methods.answered) == 1


def test_an_old_button_that_is_tapped_again_changes_nothing(here: Service) -> None:
    say(here, WARGA, STORY)
    asked = tap(here, WARGA, "Kirim")
    here.there.user_taps(WARGA, asked.id, "Kirim", even_if_gone=True)
    here.there.user_taps(WARGA, asked.id, "Batal", even_if_gone=True)
    here.advance()
    assert count(here, reports) == 1
    assert value(here, reports.c.status) == "holding"  # nobody is on the lists here, so the coordinator would have it


def test_a_button_of_a_message_that_was_deleted_still_answers(here: Service) -> None:
    say(here, WARGA, STORY)
    asked = newest(here, WARGA, "Kirim")
    here.there.user_deletes(WARGA, asked.id)
    here.there.user_taps(WARGA, asked.id, "Kirim")
    here.advance()
    assert count(here, reports) == 1


def test_a_press_that_came_too_late_for_telegram_counts_all_the_same(here: Service) -> None:
    say(here, WARGA, STORY)
    asked = newest(here, WARGA, "Kirim")
    here.there.user_taps(WARGA, asked.id, "Kirim")
    here.there.deliver_due()
    here.clock.move(timedelta(minutes=5))  # we were down
    here.advance()
    assert count(here, reports) == 1
    assert asked.labels == []
    assert here.there.methods.answered == []


@pytest.mark.parametrize("press_first", [True, False])
def test_a_press_and_a_text_may_arrive_in_any_order(here: Service, press_first: bool) -> None:
    say(here, WARGA, STORY)
    asked = newest(here, WARGA, "Kirim")
    press = here.there.user_taps(WARGA, asked.id, "Kirim")
    here.there.user_says(WARGA, "eh bukan RT 05, RT 09")
    text = here.there.updates.pending()[-1]
    assert press
    for update in (press, text) if press_first else (text, press):
        deliver(here, update)
    for update in (press, text):
        deliver(here, update)  # everything twice
    here.there.updates.drop_all()
    here.advance()
    if not press_first:  # the summary changed before the press came, so it is shown once more
        assert count(here, reports) == 0
        tap(here, WARGA, "Kirim")
    assert count(here, reports) == 1
    assert value(here, reports.c.rt) == "09"


def deliver(one: Service, update: Update) -> None:
    assert one.call(one.raw(update), **one.signed) == 200


# --- what people send -------------------------------------------------------------------------------------------------


def test_an_album_is_one_report_even_when_a_piece_comes_late(here: Service) -> None:
    here.there.user_sends_album(WARGA, [JPEG, JPEG + b"1", JPEG + b"2"], caption=STORY)
    pending = here.there.updates.pending()
    for update in pending[:2]:
        deliver(here, update)
    here.there.updates.drop_all()
    here.advance(seconds=8)
    said = here.texts(WARGA)
    deliver(here, pending[2])
    here.advance()
    assert here.texts(WARGA) == said
    tap(here, WARGA, "Kirim")
    assert (count(here, reports), count(here, attachments)) == (1, 3)


def test_a_piece_that_comes_after_the_ticket_goes_with_the_report(here: Service) -> None:
    here.there.user_sends_album(WARGA, [JPEG, JPEG + b"1"], caption=STORY)
    first, late = here.there.updates.pending()
    deliver(here, first)
    here.there.updates.drop_all()
    here.advance()
    tap(here, WARGA, "Kirim")
    said = here.texts(WARGA)
    deliver(here, late)
    here.advance()
    assert here.texts(WARGA) == said
    assert (count(here, reports), count(here, attachments)) == (1, 2)


def test_a_correction_of_what_nobody_read_yet_replaces_it(here: Service) -> None:
    message = here.there.user_says(WARGA, STORY)
    here.there.user_edits(message, STORY.replace("RT 05", "RT 09"))
    here.advance()
    assert "RT 09" in here.texts(WARGA)[0]
    assert "RT 05" not in here.texts(WARGA)[0]


def test_a_correction_of_what_was_read_corrects_it(here: Service) -> None:
    message = here.there.user_says(WARGA, STORY)
    here.advance()
    here.there.user_edits(message, STORY.replace("RT 05", "RT 09"))
    here.advance()
    tap(here, WARGA, "Kirim")
    assert (count(here, reports), value(here, reports.c.rt)) == (1, "09")


def test_a_correction_after_the_ticket_is_added_and_makes_no_second_report(here: Service) -> None:
    message = here.there.user_says(WARGA, STORY)
    here.advance()
    tap(here, WARGA, "Kirim")
    here.there.user_edits(message, STORY + ", ada bayi")
    here.advance()
    assert count(here, reports) == 1
    assert "ada bayi" in value(here, reports.c.text)


def test_a_correction_without_a_change_is_not_answered(here: Service) -> None:
    message = here.there.user_says(WARGA, STORY)
    here.advance()
    said = here.texts(WARGA)
    here.there.user_edits(message, STORY.capitalize() + " ")
    here.advance()
    assert here.texts(WARGA) == said


def test_words_taken_away_from_under_a_photo_are_not_answered(here: Service) -> None:
    message = here.there.user_sends_photo(WARGA, JPEG, caption=STORY)
    here.advance()
    said = here.texts(WARGA)
    del message.payload["caption"]
    here.there.updates.add("edited_message", message.as_json(here.there.world.bot), WARGA)
    here.advance()
    assert here.texts(WARGA) == said


def test_a_group_is_told_once_a_day_and_not_heard(here: Service) -> None:
    for minute in range(3):
        here.there.user_says(GROUP, f"{STORY} {minute}", by=WARGA)
        here.advance()
    assert len(here.texts(GROUP)) == 1
    here.clock.move(timedelta(days=1))
    here.there.user_says(GROUP, STORY, by=WARGA)
    here.advance()
    assert len(here.texts(GROUP)) == 2
    assert count(here, reports) == 0


def test_a_sticker_and_a_contact_card_are_answered_kindly(here: Service) -> None:
    here.there.user_sends_sticker(WARGA, animated=True)
    here.advance()
    here.there.user_sends_contact(WARGA, "6281200000001")
    here.advance()
    assert len(here.texts(WARGA)) == 2
    assert count(here, reports) == 0


# --- people whom nothing reaches --------------------------------------------------------------------------------------


def blocked(one: Service, chat: int = WARGA) -> bool:
    with reading(one.app.engine) as connection:
        at = select(addresses.c.blocked_at).where(addresses.c.contact_hash == str(chat))
        return connection.scalar(at) is not None


def test_who_blocks_us_is_left_alone_until_they_come_back(here: Service) -> None:
    say(here, WARGA, "halo")
    here.there.user_blocks(WARGA)
    here.advance()
    assert blocked(here)
    calls = here.there.calls["sendMessage"]
    here.there.user_blocks(WARGA, blocked=False)
    here.advance()
    assert not blocked(here)
    assert here.there.calls["sendMessage"] == calls


def test_who_blocked_us_unnoticed_is_found_out_by_the_first_message_and_not_tried_again(here: Service) -> None:
    here.there.user_says(WARGA, "halo")
    here.there.world.chats[WARGA].blocked = True
    here.advance()
    assert blocked(here)
    here.clock.move(timedelta(hours=1))
    here.advance()
    assert here.there.calls["sendMessage"] == 1
    assert value(here, outbox.c.failed_at) is not None


@pytest.mark.parametrize(("fault", "minutes"), [("too_many", 1), ("server_error", 1), ("html", 1), ("reset", 1)])
def test_what_goes_wrong_at_telegram_is_tried_again(here: Service, fault: Any, minutes: int) -> None:
    here.there.faults.next(fault)
    here.there.user_says(WARGA, "halo")
    here.advance()
    assert here.texts(WARGA) == []
    here.clock.move(timedelta(minutes=minutes))
    here.advance()
    assert len(here.texts(WARGA)) == 1


# --- the door ---------------------------------------------------------------------------------------------------------

TEXT = (
    b'{"update_id": 5, "message": {"message_id": 9, "date": 1, "chat": {"id": 1001, "type": "private"}, "text": "a"}}'
)


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-Telegram-Bot-Api-Secret-Token": "guessed"}, {"X-Telegram-Bot-Api-Secret-Token": ""}],
    ids=["missing", "guessed", "empty"],
)
def test_without_the_secret_nothing_comes_in(here: Service, headers: dict[str, str]) -> None:
    assert here.call(TEXT, **headers) == 403
    assert here.call(b"x" * 10_000_000, **headers) == 403
    assert count(here, inbox) == 0


def test_a_repeated_delivery_is_stored_once(here: Service) -> None:
    assert [here.call(TEXT, **here.signed) for _ in range(3)] == [200, 200, 200]
    assert count(here, inbox) == 1


def test_a_body_of_ten_megabytes_is_refused(here: Service) -> None:
    assert here.call(b"x" * 10_000_000, **here.signed) == 413
    assert count(here, inbox) == 0


@pytest.mark.parametrize("raw", [TEXT[:50], b"", b"null", b'{"update_id": 7, "poll": {"id": "1"}}'])
def test_what_telegram_itself_garbles_is_stored_and_answered_to_nobody(here: Service, raw: bytes) -> None:
    assert here.call(raw, **here.signed) == 200
    here.advance()
    assert count(here, inbox) == 1
    assert count(here, outbox) == 0
    assert value(here, inbox.c.handled_at) is not None


def test_telegram_is_asked_to_come_again_when_too_much_waits(here: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.telegram_hook.MOST_WAITING", 0)
    answer = here.web.post(PATH, content=TEXT, headers=here.signed)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert count(here, inbox) == 0


def test_telegram_is_asked_to_come_again_while_nothing_can_be_stored(
    here: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left on the disk")

    with monkeypatch.context() as patch:
        patch.setattr("bot.store.inbound.insert_new", full)
        answer = here.web.post(PATH, content=TEXT, headers=here.signed)
        here.there.user_says(WARGA, "halo")
        here.there.deliver_due()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert here.there.updates.pending()
    here.clock.move(timedelta(seconds=6))
    here.advance()
    assert len(here.texts(WARGA)) == 1
