"""Whoever has a request on the restricted track is heard to the end of it (`domain.md §6.3, §6.4`): poison, pleas for
rescue, how to be contacted, whose phone it is, and what is nobody else's business."""

from __future__ import annotations

import pytest

from bot.store.tables import reports
from handlers.safety_despair import swallowed, took_it
from handlers.safety_pleas import pleads, wants_rescue
from handlers.safety_ways import nobody_came, offers_way, way_of_contact
from handlers.safety_words import exposed, phone, whose
from tests.trust.house import STAFF, House

VICTIM = "suami saya mukul saya terus, saya takut"
HIDING = "suami saya mukul saya, saya sembunyi di kamar mandi"
TRUTH = "belum bisa dibuka petugas"


def talk(house: House, *texts: str) -> str:
    """All that is read in answer to the last of these words."""
    for text in texts:
        answer = house.say("warga", text)
    return "\n".join(line.text for line in answer)


def opened(house: House) -> str:
    return house.tap("ppa", "Buka")[0].text


def told_at_work(house: House) -> set[str]:
    return {line.to for line in house.phones.lines if line.to in STAFF}


# --- she stays on the track -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "text"),
    [
        (("tidak aman",), "saya diusir dari rumah, tidur di masjid loa bakung"),
        (("tidak aman",), "dia hancurkan rumah di rt 5 loa bakung"),
        (("aman", "tidak sekarang"), "saya numpang di rumah kakak rt 7 mugirejo, anak saya sakit"),
        (("tidak aman",), "ulun guring di langgar rt 3 loa bakung, kada wani bulik"),
        (("aman", "tidak sekarang"), "aku turu omahe simbok rt 2 loa bakung, wedi mulih"),
        (("tidak aman",), "lapor, saya lari dari rumah, sekarang di rt 5 loa bakung"),
    ],
)
def test_where_she_is_goes_to_the_office_alone(house: House, before: tuple[str, ...], text: str) -> None:
    answer = talk(house, VICTIM, *before, text)
    house.say("warga", "y")
    assert "catat" in answer
    assert "lapor" not in answer, "nobody shows her a way out to the kader"
    assert len(house.rows(reports)) == 1
    assert told_at_work(house) <= {"ppa", "ppa-dua"}
    assert text in opened(house)


def test_nor_does_it_leave_the_track_after_another_report(house: House) -> None:
    talk(house, VICTIM, "aman", "tidak sekarang", "parit mampet rt 5 loa bakung", "y")
    assert "SMD-" in talk(house, "cek")
    assert "membukanya" not in talk(house, "belum ada petugas yang datang"), "that was about the drain"
    talk(house, "saya diusir suami, tidur di masjid mugirejo", "y")
    assert [row.restricted for row in house.rows(reports)] == [True, False]
    assert "masjid mugirejo" in opened(house)


@pytest.mark.parametrize(
    ("before", "text", "leaves"),
    [
        (("aman", "tidak sekarang"), "air pdam mati sejak kemarin rt 5 loa bakung", True),
        (("aman", "tidak sekarang"), "nenek sakit tidak bisa jalan rt 5 loa bakung", False),
        (("aman", "tidak sekarang"), "lapor nenek sakit tidak bisa jalan rt 5 loa bakung", True),
        (("tidak aman",), "air pdam mati sejak kemarin", False),
        (("tidak aman",), "air pdam mati sejak kemarin rt 5 loa bakung", True),
        (("tidak aman",), "lapor jalan rusak di rt 5 loa bakung", True),
    ],
)
def test_another_matter_is_one_when_it_is_plain(house: House, before: tuple[str, ...], text: str, leaves: bool) -> None:
    answer = talk(house, VICTIM, *before, text)
    assert ("Sudah benar?" in answer) is leaves
    assert leaves or "awali dengan kata: lapor" in answer


# --- poison -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("udah minum obat banyak", True),
        ("barusan saya minum obat tidur 20 biji", True),
        ("sudah saya minum semua obatnya", True),
        ("sy td nelan paracetamol 30 butir", True),
        ("sudah minum baygon karena mau mati", True),
        ("aku wis ngombe obat akeh", True),
        ("ulun sudah mainum tatamba samuaan", True),
        ("teman saya dia minum racun", True),
        ("sdh tak minum semua pilnya", True),
        ("barusan nenggak pembersih lantai", True),
        ("yaku jadi mihup tatamba are", True),
        ("hindai mihup racun", False),
        ("saya mau minum racun", False),
        ("rasanya pengen minum obat banyak", False),
        ("saya tidak jadi minum racun", False),
        ("belum minum obat sama sekali hari ini", False),
        ("saya minum obat tensi 3 kali sehari", False),
        ("ibu minum obat tb 6 bulan", False),
        ("minum obat jam 8 malam", False),
        ("disuruh minum obat 500 mg", False),
    ],
)
def test_poison_inside_is_told_from_a_wish_and_from_a_treatment(text: str, inside: bool) -> None:
    assert swallowed(text) is inside


@pytest.mark.parametrize("before", [(), ("aman",), ("aman", "boleh"), ("tidak",)])
def test_poison_told_later_is_heard_at_any_point(house: House, before: tuple[str, ...]) -> None:
    answer = talk(house, "saya pengen bunuh diri", *before, "udah minum obat banyak")
    assert "119" in answer[:60]
    assert "IGD" in answer
    assert house.to("ppa")[-1].text.startswith("Mendesak")


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("saya sudah minum", True),
        ("sdh sy minum semua", True),
        ("wis tak ombe, wis ngombe", True),
        ("belum saya minum", False),
        ("saya sudah makan", False),
        ("sudah minum air putih", False),
    ],
)
def test_who_spoke_of_dying_need_not_name_it(text: str, inside: bool) -> None:
    assert took_it(text) is inside


def test_what_was_taken_after_such_words_is_poison(house: House) -> None:
    assert "IGD" in talk(house, "saya mau minum obat banyak biar mati", "saya sudah minum")


def test_poison_as_the_first_word(house: House) -> None:
    answer = talk(house, "barusan saya minum obat tidur 20 biji")
    assert "119" in answer[:60]
    assert "IGD" in answer
    assert told_at_work(house) == {"ppa"}


# --- nobody is sent ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sought"),
    [
        ("kirim polisi ke sini", True),
        ("kirim ambulan ke sini cepat", True),
        ("tolong panggilkan polisi", True),
        ("tlg bu kirimin polisi skrg", True),
        ("tulung kiaukan pulisi", True),
        ("tulung celukno polisi", True),
        ("minta tolong ambulans", True),
        ("kirim orang ke rumah saya", True),
        ("tolong ke sini cepat", True),
        ("tolong saya, suami saya polisi", False),
        ("saya takut kalau panggil polisi", False),
        ("jangan panggil polisi ya", False),
        ("tolong jangan kirim polisi", False),
        ("saya sudah panggil polisi", False),
        ("apa harus lapor polisi", False),
        ("tolong hubungi saya jam 10", False),
    ],
)
def test_who_hopes_for_rescue_is_told_from_who_fears_it(text: str, sought: bool) -> None:
    assert wants_rescue(text) is sought


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ((), "kirim polisi ke sini"),
        (("aman",), "kirim polisi ke sini"),
        (("tidak aman",), "kirim ambulan ke sini cepat"),
        (("aman", "tidak sekarang"), "tolong panggilkan polisi"),
    ],
)
def test_that_nobody_can_be_sent_is_said_at_once(house: House, before: tuple[str, ...], text: str) -> None:
    answer = talk(house, HIDING, *before, text)
    assert "tidak bisa mengirim siapa pun" in answer
    assert "112, 110, atau 119" in answer
    assert "?" not in answer
    assert house.to("ppa")[-1].text.startswith("Mendesak")


def test_that_nobody_can_be_sent_is_said_with_the_first_answer(house: House) -> None:
    answer = talk(house, "tolong kirim polisi suami saya bawa parang")
    assert answer.startswith("Kami tidak bisa mengirim siapa pun")
    assert answer.count("?") == 1


# --- nothing unasked --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (("saya dipukul suami tadi malam", "aman", "tidak sekarang"), False),
        (("saya dipukul suami tadi malam",), False),
        (("tolong saya dipukul suami, suami saya sering baca hp saya",), False),
        (("tolong suami saya bawa parang", "aman", "tidak sekarang"), False),
        (("tolong suami saya bawa parang", "aman"), True),
        (("saya dipukul suami tadi malam", "aman", "boleh", "wa jam 3 sore"), True),
        (("tolong suami saya bawa parang", "aman", "tidak sekarang", "hubungi saya", "wa jam 3 sore"), True),
    ],
)
def test_6_4_6_a_lock_screen_lights_up_only_for_who_asked(house: House, said: tuple[str, ...], told: bool) -> None:
    talk(house, *said)
    before = len(house.to("warga"))
    house.later(hours=2)
    house.later(hours=3)
    assert any(TRUTH in line.text for line in house.to("warga")[before:]) is told
    if not told:
        assert len(house.to("warga")) == before
        assert TRUTH in talk(house, "saya masih di sini")


@pytest.mark.parametrize(
    ("text", "pleading"), [("tolong suami saya bawa parang", True), ("saya dipukul suami tadi malam", False)]
)
def test_a_tale_of_danger_is_no_plea(text: str, pleading: bool) -> None:
    assert pleads(text) is pleading


# --- the way that was agreed ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "way", "nobody"),
    [
        ("saya bisa dihubungi jam 10 pagi pas suami kerja", True, False),
        ("hubungi saya jam 9, suami pergi jam 8", True, False),
        ("boleh ditelepon besok siang", True, False),
        ("kawa dihubungi jam 10", True, False),
        ("kok belum ada yang hubungi saya", False, True),
        ("nggak ada yang telpon", False, True),
        ("kada ada nang manelpon, balum dihubungi", False, True),
        ("durung ono sing nelpon", False, True),
        ("saya tidak pernah ditelepon", False, True),
        ("jangan hubungi saya jam 10", False, False),
        ("suami saya telepon saya jam 5", False, False),
        ("suami saya sering telepon saya jam 5", False, False),
        ("kok ga dihubungi", False, True),
        ("kapan saya dihubungi?", False, False),
    ],
)
def test_a_way_is_told_from_a_complaint(text: str, way: bool, nobody: bool) -> None:
    assert offers_way(text) is way
    assert nobody_came(text) is nobody
    assert not (nobody and way_of_contact(text))


@pytest.mark.parametrize("before", [(), ("tidak aman",), ("aman",)])
def test_6_4_3_a_way_is_taken_whenever_it_is_offered(house: House, before: tuple[str, ...]) -> None:
    offered = "saya bisa dihubungi jam 10 pagi pas suami kerja"
    assert "hanya dengan cara yang Anda tulis" in talk(house, VICTIM, *before, offered)
    assert f"“{offered}”" in opened(house)


@pytest.mark.parametrize(
    "text",
    ["kok belum ada yang hubungi saya", "nggak ada yang telpon", "gimana", "sudah ada yang baca?", "blm dihubungi"],
)
def test_6_4_3_what_was_agreed_is_neither_lost_nor_denied(house: House, text: str) -> None:
    answer = talk(house, VICTIM, "aman", "ya boleh", "wa jam 3 sore", text)
    assert "belum ada petugas yang membukanya" in answer
    assert "tetap berlaku" in answer
    assert "tidak ada yang menghubungi" not in answer
    assert "“wa jam 3 sore”" in opened(house)


@pytest.mark.parametrize(
    "text", ["suami saya sering telepon saya jam 5", "iya jam 5 suami pulang", "nggak ada yang wa"]
)
def test_6_4_3_what_he_does_is_no_way_to_reach_her(house: House, text: str) -> None:
    talk(house, VICTIM, "aman", text)
    assert "Belum boleh dihubungi" in opened(house)


@pytest.mark.parametrize("another", ["hubungi saya jam 5 saja", "telepon jam 9 saja"])
def test_6_4_3_another_way_replaces_it(house: House, another: str) -> None:
    talk(house, VICTIM, "aman", "ya boleh", "wa jam 3 sore", another)
    assert f"“{another}”" in opened(house)


# --- whose phone ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("suami saya sering baca hp saya", True),
        ("suami saya suka periksa hp saya", True),
        ("suami sering lihat wa saya", True),
        ("laki ulun rancak mambuka hp ulun", True),
        ("bojoku sering mbukak hapeku hp ku", True),
        ("mertua suka pegang hp saya", True),
        ("hp ini punya suami saya", True),
        ("hp ini milik ibu", True),
        ("ini hp anak saya", True),
        ("dia suka cek hp saya", True),
        ("hp ku disita suami", True),
        ("banaku rajin mangite hp", True),
        ("suami saya mukul saya, saya baca di wa grup", False),
        ("tetangga saya dipukul suaminya", False),
        ("saya pakai hp saya sendiri", False),
    ],
)
def test_6_4_2_a_phone_that_others_read(text: str, read: bool) -> None:
    assert exposed(text) is read


@pytest.mark.parametrize(
    ("text", "meant"), [("ada orang?", None), ("ada orang", "unsafe"), ("dia ada", "unsafe"), ("aman", "safe")]
)
def test_6_4_2_a_question_is_no_answer(text: str, meant: str | None) -> None:
    assert phone(text) == meant


def test_6_4_6_is_anybody_there(house: House) -> None:
    answer = talk(house, VICTIM, "ada orang?")
    assert "belum ada petugas yang membukanya" in answer
    assert not house.rows(reports)[0].discreet


def test_a_plan_that_begins_like_a_greeting_reaches_the_office(house: House) -> None:
    talk(house, VICTIM, "aman", "ya boleh", "wa jam 3 sore", "besok pagi suami pergi")
    assert "besok pagi suami pergi" in opened(house)


# --- whose words ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("saya 15 thn, hamil, takut", "child"),
        ("sy kls 2 smp dipukul bapak", "child"),
        ("saya masih sma, pacar maksa", "child"),
        ("saya siswi smk dilecehkan", "child"),
        ("aku kls 5 dijewer terus", "child"),
        ("aku sek sekolah smp digebuki", "child"),
        ("ulun sakulah smp ditampiling", "child"),
        ("saya anak sma dipaksa", "child"),
        ("pak guru cium aku di kelas", "child"),
        ("ulun umur 14th dipukul abah", "child"),
        ("aku isih kls 6 digebuki bapak, umurku 12", "child"),
        ("murid saya kelas 8 hamil", "others"),
        ("siswi saya 14 tahun dilecehkan", "others"),
        ("saya 10 tahun menikah, dipukul terus", "me"),
        ("saya guru, suami saya mukul saya", "me"),
    ],
)
def test_6_4_8_who_is_a_child(text: str, about: str) -> None:
    assert whose(text, "kekerasan_anak" if about == "child" else "kdrt", works_for_others=False) == about


# --- names, data, withdrawing -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("jangan sebut nama saya", "Nama tidak diperlihatkan"),
        ("rahasia", "Nama tidak diperlihatkan"),
        ("jangan sampai dia tahu saya yang lapor", "Nama tidak diperlihatkan"),
        ("data", "hanya dilihat petugas yang mengurusnya"),
    ],
)
def test_a_question_about_names_and_data_is_answered_and_hides_nothing(house: House, text: str, answer: str) -> None:
    said = talk(house, "tetangga saya dipukul suaminya tiap malam", text)
    assert answer in said
    assert "kader" not in said
    assert not house.rows(reports)[0].discreet
    assert "Boleh petugas menghubungi" in talk(house, "aman"), "what was asked stayed asked"


def test_after_the_cover_a_safe_phone_hears_how_to_go_on(house: House) -> None:
    assert "tulis: hubungi saya" in talk(house, VICTIM, "menu", "sekarang aman")


@pytest.mark.parametrize("text", ["saya cabut laporan saya", "hapus laporan saya", "ga jadi lapor", "kada jadi lapor"])
def test_7_a_withdrawal_is_pressing_and_drops_nothing(house: House, text: str) -> None:
    answer = talk(house, VICTIM, "aman", "ya boleh", "wa jam 3 sore", text)
    assert "kami sampaikan ke petugas" in answer
    assert house.to("ppa")[-1].text.startswith("Mendesak")
    assert [row.status for row in house.rows(reports)] == ["reported"]
    shown = opened(house)
    assert "Belum boleh dihubungi" in shown
    assert text in shown


def test_7_erasing_says_that_an_office_keeps_what_it_got(house: House) -> None:
    assert "tetap ada di sana" in talk(house, VICTIM, "hapus data")
