"""Codes cannot be guessed: who tried five that open nothing within an hour is told of every one that it is unknown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bot.clock import FrozenClock
from bot.invitation_code import new_code
from bot.store.invitations import VALID, store_invitation
from handlers.dialogue import respond
from tests.flow.conftest import World, clock, make  # noqa: F401 - fixtures
from tests.flow.world import KADER, RESIDENT, add_person, write

GUESSES = ["7Q4MP-2KXDR", "8Q4MP-2KXDR", "9Q4MP-2KXDR", "7Q4MP-3KXDR", "7Q4MP-4KXDR"]


def invite(world: World, clock: FrozenClock) -> str:  # noqa: F811
    """Somebody of the lists, without an address that we know, and the code for them."""
    app, _ = world
    person_id, code = add_person(app.engine, KADER, "kader"), new_code()
    with app.engine.begin() as connection:
        store_invitation(connection, person_id, code, clock.now())
    return code


def says(world: World, number: int, text: str) -> str:
    app, channel = world
    write(app, number, text)
    app.pump(now_quiet=True)
    return channel.texts(RESIDENT)[-1]


def test_a_guesser_is_told_nothing_even_of_the_right_code(make: Callable[..., World], clock: FrozenClock) -> None:  # noqa: F811
    world = make(respond=respond, render=None)
    code = invite(world, clock)
    for number, guess in enumerate(GUESSES):
        assert "tidak kami temukan" in says(world, number, f"/start {guess}")
    assert "tidak kami temukan" in says(world, 10, f"/start {code}")
    clock.move(timedelta(hours=2))
    assert "Selamat datang" in says(world, 11, f"/start {code}")


def test_an_invitation_works_once_and_not_for_ever(make: Callable[..., World], clock: FrozenClock) -> None:  # noqa: F811
    world = make(respond=respond, render=None)
    code = invite(world, clock)
    clock.move(VALID)
    assert "sudah lewat waktunya" in says(world, 1, f"/start {code}")
    clock.move(-VALID)
    assert "Selamat datang" in says(world, 2, f"/start {code}")
    assert "sudah dipakai" in says(world, 3, f"/start {code}")
