"""Danger is heard in any language, and everyday words that sound like it are not taken for it (`domain.md §6`)."""

from __future__ import annotations

import pytest

from routing.understand import Reader

RESTRICTED = [
    "suami saya ngamuk bawa parang anak2 sembunyi di kamar tolong",
    "suami saya suka mukul kalau capek pulang kerja",
    "tetangga sering dengar dia dipukuli suaminya tapi gak berani lapor",
    "bapak tiri saya suka pegang2 saya",
    "tolong anak saya mau diperkosa orang di pondok",
    "anak 13 tahun dipaksa kawin minggu depan sama orang tuanya",
    "umai, ulun kada tahan lagi, laki ulun manampiling tarus",
    "bojoku nabok aku maneh",
    "sawe dipukul bana e, mikeh ie",
    "lakkainna napalu baine ku",
    "saya mau mati saja rasanya, sudah siapkan racun",
    "pengen gantung diri capek semua",
    "saya ditelantarkan suami, tidak dinafkahi 1 tahun",
    "adik saya dijanjikan kerja restoran di malaysia ternyata disuruh layani laki laki",
    "foto saya yang tidak pakai baju disebar mantan",
    "anak tetangga badannya biru2 katanya dipukul mamanya",
    "majikan saya nyekap saya, gaji gak dibayar, disetrika tangan saya",
    "guru silat pegang pegang murid perempuan",
    "paman saya suka masuk kamar saya malam2",
    "dikunci dari luar sama suami",
    "saya takut sama suami saya",
    "🆘",
    "menantu saya kasar, kemarin mendorong saya sampai jatuh",
    "dia ancam mau bunuh saya kalau saya cerai",
    "pacar saya maksa begituan terus ngancam",
    "kakak saya dicekik suaminya tadi malam",
]

HARMLESS = [
    "harga sembako dipukul rata semua naik",
    "rumah kami tertimpa pohon tadi pagi",
    "kekerasan air pdam tinggi sekali bikin kerak",
    "admin kebakaran jenggot ya",
    "anak saya belum imunisasi campak",
    "jalan di depan sd rusak banyak anak jatuh",
    "suami saya sakit stroke",
    "ibu saya janda belum dapat pkh",
    "istri saya hamil 7 bulan mau tanya jadwal posyandu",
    "suami saya kena phk, anak 4 butuh makan",
    "anak saya ditolak masuk smp",
    "bapak saya tertabrak motor minggu lalu",
    "pukul 10 malam lampu mati",
    "tidak ada guru di sekolah anak saya",
    "maling ditangkap warga dipukuli",
    "anak saya takut ular di parit",
    "orang gila lempar rumah",
    "laki laki tua tinggal sendiri",
    "kunci posyandu hilang gak bisa buka",
    "suami istri tinggal di gubuk",
    "akses masuk kamar mandi umum rusak",
    "anak-anak main di jalan takut ketabrak truk",
    "karang taruna minta bola",
    "kebakaran rumah di gang 5 api besar",
    "banjir sudah sedada nenek masih di dalam",
    "istri saya mau melahirkan ketuban pecah perahu gak ada",
    "ada ular kobra masuk kamar bayi",
    "orang tenggelam di mahakam tolong",
    "kabel listrik putus jatuh ke jalan tergenang",
    "bocah hilang dari pagi",
    "sesak napas berat bapak saya ambulans gak datang",
    "tetangga kesetrum pompa air",
    "longsor nutup rumah ada orang di dalam",
    "anak kejang panas tinggi",
    "ada orang bawa golok ngejar warga",
    "gas bocor bau sekali takut meledak",
    "digigit ular tolong",
    "kai larut di sungai",
    "banyu sudah sampai dada",
    "rumah kebakaran bulan lalu belum dapat bantuan",
    "banjir tiap tahun parit kecil",
    "kemarin ada pohon tumbang sudah dibersihkan dinas",
    "apinya sudah padam, kami butuh selimut",
    "lampu jalan mati sebulan",
    "dulu pernah ada ular masuk sekolah",
    "obat nenek habis",
    "harga beras naik terus",
    "guru jarang masuk",
    "ktp belum jadi",
    "sampah numpuk bau",
    "rumah reot mau roboh milik janda",
]

URGENT = [
    "suami saya ngamuk bawa parang anak2 sembunyi di kamar tolong",
    "tolong anak saya mau diperkosa orang di pondok",
    "saya mau mati saja rasanya, sudah siapkan racun",
    "pengen gantung diri capek semua",
    "🆘",
    "kebakaran rumah di gang 5 api besar",
    "banjir sudah sedada nenek masih di dalam",
    "istri saya mau melahirkan ketuban pecah perahu gak ada",
    "ada ular kobra masuk kamar bayi",
    "orang tenggelam di mahakam tolong",
    "kabel listrik putus jatuh ke jalan tergenang",
    "bocah hilang dari pagi",
    "sesak napas berat bapak saya ambulans gak datang",
    "tetangga kesetrum pompa air",
    "longsor nutup rumah ada orang di dalam",
    "anak kejang panas tinggi",
    "ada orang bawa golok ngejar warga",
    "gas bocor bau sekali takut meledak",
    "digigit ular tolong",
    "kai larut di sungai",
    "banyu sudah sampai dada",
]

NOT_NOW = [
    "rumah kebakaran bulan lalu belum dapat bantuan",
    "banjir tiap tahun parit kecil",
    "kemarin ada pohon tumbang sudah dibersihkan dinas",
    "apinya sudah padam, kami butuh selimut",
    "lampu jalan mati sebulan",
    "dulu pernah ada ular masuk sekolah",
    "obat nenek habis",
    "harga beras naik terus",
    "guru jarang masuk",
    "ktp belum jadi",
    "sampah numpuk bau",
    "rumah reot mau roboh milik janda",
]


@pytest.mark.parametrize("text", RESTRICTED)
def test_violence_is_heard(reader: Reader, text: str) -> None:
    got = reader.read(text)
    assert (got.kind.value, got.restricted) == ("report", True)


@pytest.mark.parametrize("text", HARMLESS)
def test_everyday_words_are_not_violence(reader: Reader, text: str) -> None:
    assert not reader.read(text).restricted


@pytest.mark.parametrize("text", URGENT)
def test_danger_now(reader: Reader, text: str) -> None:
    assert reader.read(text).urgent


@pytest.mark.parametrize("text", NOT_NOW)
def test_what_is_over_or_can_wait(reader: Reader, text: str) -> None:
    assert not reader.read(text).urgent


def test_a_cancelled_report_of_violence_stays_restricted(reader: Reader) -> None:
    got = reader.read("jangan dikirim dulu laporan saya, suami saya lihat hp ini, dia suka pukul saya")
    assert got.restricted
