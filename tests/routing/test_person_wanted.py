"""Who asks for a person instead of the machine, and who only tells of people that talk."""

from __future__ import annotations

import pytest

from routing.person_wanted import wants_person


@pytest.mark.parametrize(
    "text",
    [
        "mau bicara dengan orang dong, capek sama robot",
        "saya mau ngomong sama manusia bukan mesin",
        "mau bicara dengan petugas",
        "bisa bicara langsung dengan petugas kah",
        "Bisa bicara dengan orang?",
        "hubungkan dengan koordinator",
        "tolong sambungkan ke admin",
        "tolong hubungkan saya ke operator",
        "mau telpon petugas",
        "ada orangnya ga sih ini",
        "gak mau sama bot",
        "minta nomor petugasnya",
        "handak bapander lawan urang",
        "pengen ngobrol langsung sama adminnya",
    ],
)
def test_a_person_is_wanted(text: str) -> None:
    assert wants_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "suami saya tidak mau bicara dengan orang tua",
        "nenek sudah tidak bisa bicara dengan orang",
        "anaknya susah ngomong sama orang lain",
        "saya sudah telpon petugas tapi tidak diangkat",
        "tolong hubungi petugas damkar ada kebakaran",
        "hubungi petugas kebersihan sampah numpuk",
        "petugas pdam tidak datang datang",
        "tidak ada orangnya tadi",
        "ada orang hilang",
        "mau bicara dengan orang kelurahan soal jalan rusak di depan rumah saya rt 5",
    ],
)
def test_nobody_is_asked_for(text: str) -> None:
    assert not wants_person(text)
