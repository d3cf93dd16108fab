"""Anybody does anything at any moment. After every step the invariants of `invariants.py` are asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import ClassVar

from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.machines.town import KADER, OFFICERS, RESIDENTS, Town

MATTERS = (
    "air pdam mati sudah 4 hari di rt 05 loa bakung",
    "jalan berlubang besar di rt 3 loa bakung",
    "sampah menumpuk seminggu di rt 2 loa bakung",
    "banjir masuk rumah setinggi dada di rt 1 loa bakung, tolong",
    "pipa ledeng bocor dan jalan ambles di rt 7 loa bakung",
    "lampu jalan mati",
)
RESIDENT_SAYS = (
    "cek",
    "sudah beres",
    "belum, masih sama",
    "1",
    "5",
    "sampai mana laporan saya",
    "tidak jadi, batalkan laporan saya",
    "mau bicara dengan orang",
    "rt 6 bukan rt 5",
    "terima kasih",
    "ada apa?",
)
KADER_SAYS = (
    "benar",
    "tidak benar, sudah diperbaiki minggu lalu",
    "perlu kunjungan, besok",
    "daftar",
    "1 benar, 2 tidak benar",
    "semua benar",
    "sibuk",
    "sudah dikunjungi, memang rusak",
)
OFFICER_SAYS = (
    "siap",
    "selesai, pipa sudah diganti",
    "1 selesai",
    "1 selesai, 2 minggu depan",
    "jumat",
    "SMD-0001 jumat",
    "SMD-0001 dua minggu lagi",
    "sedang dikerjakan",
    "bukan kami itu DLH",
    "bukan kewenangan kami",
    "alamat lengkapnya di mana?",
    "7 selesai",
    "batalkan",
    "daftar",
    "lagi",
    "cuti sampai rabu",
    "saya sudah masuk lagi",
    "SMD-0002 sama dengan SMD-0001",
)
COORDINATOR_SAYS = (
    "daftar",
    "SMD-0001 alihkan ke PU karena jalan kota",
    "tunda SMD-0001 sampai jumat, menunggu anggaran",
    "tutup SMD-0002, sudah beres di lapangan",
    "1",
    "2 ke DLH",
)
MINUTES = (3, 11, 45, 61)
"""Until just before an answer takes effect, just after, and past the hour in which news is gathered."""


class AnybodyDoesAnything(RuleBasedStateMachine):
    """`open_town` is set by whoever runs it: a fresh town on a fresh database for each example."""

    open_town: ClassVar[Callable[[], Town]]

    @initialize(first=some.sampled_from(MATTERS), second=some.sampled_from(MATTERS))
    def begins(self, first: str, second: str) -> None:
        """Two reports, and a kader has said of one that it is so."""
        self.town = type(self).open_town()
        self._reports(RESIDENTS[0], first)
        self.town.taps(0, 0)
        self._reports(RESIDENTS[1], second)

    @rule(who=some.sampled_from(RESIDENTS), matter=some.sampled_from(MATTERS))
    def reports(self, who: str, matter: str) -> None:
        self._reports(who, matter)

    @rule(back=some.integers(0, 3), place=some.integers(0, 2))
    def somebody_taps(self, back: int, place: int) -> None:
        self.town.taps(back, place)

    @rule(back=some.integers(4, 12))
    def somebody_taps_an_old_button(self, back: int) -> None:
        self.town.taps(back, 0)

    @rule(who=some.sampled_from(RESIDENTS), words=some.sampled_from(RESIDENT_SAYS))
    def resident_says(self, who: str, words: str) -> None:
        self.town.says(who, words)

    @rule(who=some.sampled_from(KADER), words=some.sampled_from(KADER_SAYS))
    def kader_says(self, who: str, words: str) -> None:
        self.town.says(who, words)

    @rule(who=some.sampled_from(OFFICERS), words=some.sampled_from(OFFICER_SAYS))
    def officer_says(self, who: str, words: str) -> None:
        self.town.says(who, words)

    @rule(words=some.sampled_from(COORDINATOR_SAYS))
    def coordinator_says(self, words: str) -> None:
        self.town.says("koordinator", words)

    @rule(minutes=some.sampled_from(MINUTES))
    def minutes_pass(self, minutes: int) -> None:
        self.town.passes(timedelta(minutes=minutes))

    @rule(hours=some.sampled_from((4, 9, 13)))
    def hours_pass(self, hours: int) -> None:
        self.town.passes(timedelta(hours=hours))

    @rule(days=some.sampled_from((1, 2, 4, 9, 20)))
    def days_pass(self, days: int) -> None:
        self.town.passes(timedelta(days=days))

    @rule()
    def restarts(self) -> None:
        self.town.restarts()

    @rule(weather=some.lists(some.sampled_from(("later", "unsure", "broken", "blocked")), min_size=1, max_size=3))
    def letters_fail(self, weather: list[str]) -> None:
        self.town.phones.weather = weather

    @invariant()
    def nothing_is_wrong(self) -> None:
        if hasattr(self, "town"):
            wrong = self.town.watch.everything(self.town.clock.now())
            assert not wrong, "\n".join(wrong)

    def teardown(self) -> None:
        if hasattr(self, "town"):
            self.town.closes()

    def _reports(self, who: str, matter: str) -> None:
        self.town.says(who, matter)
        self.town.taps(0, 0, who)
