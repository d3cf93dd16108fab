"""Officers answer in a word or two, about one ticket or five; an unsolved report is never taken for solved."""

from __future__ import annotations

from datetime import date

import pytest

from routing.officer import OfficerUpdate
from routing.understand import Reader

MONDAY = date(2026, 11, 23)
LISTED = ("SMD-0123", "SMD-0130", "SMD-0131")

INTENTS = [
    ("resolved", "sudah selesai pak"),
    ("resolved", "sdh beres kmrn sore"),
    ("resolved", "SMD-0123 selesai"),
    ("resolved", "parit sudah dikeruk hari ini, terlampir foto"),
    ("resolved", "alhamdulillah lampu sudah menyala kembali"),
    ("resolved", "done"),
    ("resolved", "sudah disalurkan bantuannya ke ybs"),
    ("resolved", "wis rampung mas"),
    ("resolved", "pasien sudah dirujuk dan dirawat di rsud"),
    ("resolved", "sudah kami perbaiki pipanya, air normal lagi"),
    ("resolved", "ktp ybs sudah tercetak dan diambil"),
    ("in_progress", "belum selesai pak"),
    ("in_progress", "baru survei"),
    ("in_progress", "sedang dikerjakan"),
    ("in_progress", "proses pak"),
    ("in_progress", "tim sudah turun ke lokasi"),
    ("in_progress", "masih pengerjaan, 70 persen"),
    ("in_progress", "sudah disurvei, menunggu material"),
    ("in_progress", "petugas otw"),
    ("in_progress", "tinggal finishing"),
    ("in_progress", "lagi nunggu alat berat"),
    ("in_progress", "hampir selesai"),
    ("in_progress", "sudah kami usulkan ke perubahan"),
    ("not_ours", "bukan kewenangan kami"),
    ("not_ours", "itu ranahnya PLN"),
    ("not_ours", "salah alamat pak, ini ke Perkim"),
    ("not_ours", "jalan itu jalan provinsi"),
    ("not_ours", "sudah kami teruskan ke PDAM"),
    ("not_ours", "bukan wilayah kerja kami, silakan ke kecamatan sebelah"),
    ("not_ours", "lebih tepat ke Dinsos"),
    ("not_ours", "aset pengembang, belum diserahkan ke pemkot"),
    ("accepted", "siap"),
    ("accepted", "ok"),
    ("accepted", "baik pak kami tindaklanjuti"),
    ("accepted", "laporan kami terima"),
    ("accepted", "noted"),
    ("accepted", "86"),
    ("accepted", "siap laksanakan"),
    ("accepted", "segera kami cek"),
    ("accepted", "👍"),
    ("accepted", "akan kami koordinasikan dulu dengan bidang"),
    ("need_info", "alamat lengkapnya dimana"),
    ("need_info", "minta no hp pelapor"),
    ("need_info", "fotonya ada?"),
    ("need_info", "mohon kirim titik lokasi"),
    ("need_info", "RT berapa?"),
    ("need_info", "data kurang lengkap, mohon NIK dan KK"),
    ("need_info", "patokannya apa ya"),
    ("postponed", "minggu depan pak"),
    ("postponed", "dijadwalkan tanggal 5"),
    ("postponed", "belum bisa, anggaran habis"),
    ("postponed", "nunggu apbd perubahan"),
    ("postponed", "besok kami turun"),
    ("postponed", "insyaAllah Senin"),
    ("postponed", "alat masih rusak, kami jadwalkan ulang"),
    ("postponed", "masuk usulan tahun depan"),
    ("no_update", "belum ada perkembangan"),
    ("no_update", "belum ada kabar dari lapangan"),
    ("no_update", "masih sama seperti kemarin"),
    ("no_update", "nihil"),
    ("no_update", "belum ada progres"),
    ("question", "ini siapa ya"),
    ("question", "laporan yang mana pak?"),
    ("question", "ini bot atau orang?"),
    ("question", "kok masuk ke saya"),
    ("question", "kapan batas waktunya?"),
    ("refuse_duplicate", "ini sama dengan SMD-0101"),
    ("refuse_duplicate", "sudah pernah dilaporkan, duplikat"),
    ("refuse_duplicate", "dobel dengan tiket 0088"),
    ("refuse_duplicate", "laporan ini sudah ada tiketnya SMD-0077"),
    ("other", "jangan ganggu terus"),
    ("other", "wkwk"),
    ("other", "selamat pagi"),
    ("other", "🙏"),
    ("in_progress", "sudah selesai separuh"),
    ("in_progress", "besok lanjut lagi"),
    ("in_progress", "kemarin sudah dikerjakan tapi bocor lagi"),
    ("in_progress", "sudah diperbaiki sementara, menunggu suku cadang"),
    ("in_progress", "kami sudah kesana rumahnya kosong"),
    ("not_ours", "itu bukan kami, itu dinas perhubungan"),
    ("in_progress", "kami sudah koordinasi dengan PLN"),
    ("postponed", "sudah dijadwalkan, kalau cuaca bagus kamis"),
    ("question", "kalau sudah selesai balas apa?"),
    ("resolved", "Alhamdulillah sudah kita tangani pak, warga juga sudah tanda tangan berita acara"),
    ("resolved", "tadi pagi sudah diangkut semua sampahnya"),
    ("resolved", "sudah terpasang 2 titik lampu kemarin malam"),
    ("resolved", "beres bos"),
    ("resolved", "air sdh normal per jam 10 tadi"),
    ("in_progress", "lagi kita cek bareng pak rt"),
    ("in_progress", "masih nunggu pipa dari gudang"),
    ("in_progress", "separuh jalan sudah dicor, sisanya lanjut besok"),
    ("in_progress", "sementara kami usulkan dulu"),
    ("in_progress", "anak2 sudah di lapangan"),
    ("not_ours", "wah ini mah PLN pak bukan kita"),
    ("not_ours", "coba ke dinas pendidikan, kami hanya menangani paud"),
    ("not_ours", "lokasinya masuk kukar pak bukan samarinda"),
    ("accepted", "baik terima kasih infonya, kami tindak lanjuti"),
    ("accepted", "oke nanti saya suruh anggota cek"),
    ("accepted", "siap 86"),
    ("need_info", "gang nya yang mana ya, ada 3 gang melati di situ"),
    ("need_info", "boleh minta kontak pelapornya"),
    ("need_info", "nomor pelanggannya berapa"),
    ("postponed", "mungkin minggu depan baru bisa kami jadwalkan"),
    ("postponed", "tunggu dana cair dulu"),
    ("postponed", "alatnya dipakai di tempat lain, giliran kamis"),
    ("no_update", "blm ada info lagi dr lapangan"),
    ("no_update", "belum ada tindak lanjut pak, kasi lagi cuti"),
    ("question", "ini nomor siapa"),
    ("question", "maksudnya gimana ini pak?"),
    ("refuse_duplicate", "ini kan sama saja dgn laporan kemarin yg SMD-0140"),
    ("refuse_duplicate", "double laporan"),
    ("other", "selamat siang"),
    ("other", "mohon jangan kirim malam2"),
]

UNSOLVED = [
    "sudah selesai? belum pak",
    "selesai minggu depan",
    "akan selesai besok",
    "kalau sudah selesai kami kabari",
    "pekerjaan belum bisa diselesaikan",
    "sudah kami sampaikan ke tim, tunggu selesai",
    "sudah disurvei kemarin",
    "sudah kami terima",
    "sudah dianggarkan tahun depan",
    "sudah saya teruskan ke kabid",
    "baru selesai survei",
    "tinggal tunggu selesai",
    "sudah diusulkan ke pusat",
    "sudah dijadwalkan",
    "selesai rapat nanti kami cek",
    "sudah ada tim di sana",
    "sudah selesai separo, sisanya senin",
    "target selesai akhir bulan",
    "warganya sudah dihubungi tapi tidak diangkat",
    "sudah difoto lokasinya",
    "sudah tahu pak",
    "sudah, tapi rusak lagi",
    "sudah masuk antrian",
    "kata petugas sudah, tapi saya belum lihat",
    "lampu sudah dipesan",
    "material sudah datang",
    "sudah mulai pengerjaan",
    "belum beres",
    "hampir rampung",
    "diperkirakan rampung jumat",
    "sudah lapor ke atasan",
    "sudah dirapatkan",
    "sudah ditugaskan ke lapangan",
    "warga sudah diberi penjelasan, perbaikan menyusul",
    "sudah diperbaiki sebagian",
    "air sudah mengalir tapi keruh",
    "selesaikan dulu administrasinya",
    "mohon waktu untuk penyelesaian",
    "tidak bisa diselesaikan oleh kami",
    "bukan kami yang menyelesaikan",
    "wis tak cek durung rampung",
    "kada tuntung lagi",
    "sudah ditutup sementara",
    "insyaallah hari ini tuntas",
    "sore ini selesai",
]


def _read(reader: Reader, text: str, listed: tuple[str, ...] = ()) -> tuple[OfficerUpdate, ...]:
    return reader.read_officer(text, today=MONDAY, region=reader.home_region, listed=listed)


@pytest.mark.parametrize(("intent", "text"), INTENTS)
def test_intent(reader: Reader, intent: str, text: str) -> None:
    assert _read(reader, text)[0].intent == intent


@pytest.mark.parametrize("text", UNSOLVED)
def test_unsolved_is_never_taken_for_solved(reader: Reader, text: str) -> None:
    assert "resolved" not in {update.intent for update in _read(reader, text)}


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("smd123 selesai", [("SMD-0123", "resolved")]),
        ("SMD 0123 bukan kami, itu PLN", [("SMD-0123", "not_ours")]),
        ("yg 0161 sdh, yg 0162 belum", [("SMD-0161", "resolved"), ("SMD-0162", "no_update")]),
        ("#0161 proses", [("SMD-0161", "in_progress")]),
        ("sudah selesai SMD-0123 dan SMD-0124", [("SMD-0123", "resolved"), ("SMD-0124", "resolved")]),
        ("SMD-0123 selesai. SMD-0124 belum ada kabar.", [("SMD-0123", "resolved"), ("SMD-0124", "no_update")]),
        ("PKY-0045 sudah beres", [("PKY-0045", "resolved")]),
        ("1 selesai, 2 minggu depan, 3 bukan kami itu DLH",
         [("SMD-0123", "resolved"), ("SMD-0130", "postponed"), ("SMD-0131", "not_ours")]),
        ("1. selesai\n2. belum\n3. besok",
         [("SMD-0123", "resolved"), ("SMD-0130", "no_update"), ("SMD-0131", "postponed")]),
        ("1 dan 2 selesai, 3 nunggu material",
         [("SMD-0123", "resolved"), ("SMD-0130", "resolved"), ("SMD-0131", "in_progress")]),
        ("no 2 sudah beres pak", [("SMD-0130", "resolved")]),
        ("3 hari lagi", [(None, "postponed")]),
        ("2 minggu lagi selesai", [(None, "postponed")]),
        ("sudah 2 unit terpasang", [(None, "resolved")]),
    ],
)  # fmt: skip
def test_tickets(reader: Reader, text: str, want: list[tuple[str | None, str]]) -> None:
    assert [(update.ticket, update.intent) for update in _read(reader, text, LISTED)] == want


def test_a_line_number_without_a_digest_stays_a_number(reader: Reader) -> None:
    (update,) = _read(reader, "4. itu kewenangan PLN")
    assert (update.ticket, update.number, update.intent) == (None, 4, "not_ours")


@pytest.mark.parametrize(
    ("text", "words", "role"),
    [
        ("bukan kami, itu DLH", "DLH", "LH"),
        ("sudah kami teruskan ke PDAM", "PDAM", "AIR"),
        ("ke Dinas Sosial saja pak", "Dinas Sosial", "SOS"),
        ("itu ranah PLN", "PLN", "PLN"),
        ("bukan kewenangan kami", None, None),
        ("sudah koordinasi dengan PLN", None, None),
    ],
)
def test_the_office_it_belongs_to(reader: Reader, text: str, words: str | None, role: str | None) -> None:
    (update,) = _read(reader, text)
    assert (update.forward_to, update.forward_role) == (words, role)


@pytest.mark.parametrize(
    ("text", "ticket", "original"),
    [
        ("ini sama dengan SMD-0101", None, "SMD-0101"),
        ("SMD-0110 sama dengan SMD-0099", "SMD-0110", "SMD-0099"),
        ("0110 dobel dengan 0099", "SMD-0110", "SMD-0099"),
    ],
)
def test_duplicates(reader: Reader, text: str, ticket: str | None, original: str) -> None:
    (update,) = _read(reader, text)
    assert (update.intent, update.ticket, update.duplicate_of) == ("refuse_duplicate", ticket, original)


@pytest.mark.parametrize(
    ("text", "intent", "eta"),
    [
        ("nunggu material minggu depan", "postponed", date(2026, 11, 30)),
        ("besok kami turun", "postponed", date(2026, 11, 24)),
        ("sedang dikerjakan, kira-kira 5 hari kerja", "in_progress", date(2026, 11, 30)),
        ("selesai kemarin", "resolved", None),
        ("kami cek nanti sore", "accepted", MONDAY),
        ("secepatnya pak", "other", None),
    ],
)
def test_promises_in_answers(reader: Reader, text: str, intent: str, eta: date | None) -> None:
    (update,) = _read(reader, text)
    assert (update.intent, update.eta) == (intent, eta)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1 & 3 kelar, 2 blm", [(1, "resolved"), (3, "resolved"), (2, "no_update")]),
        ("1 dan 2 sudah 3 belum", [(1, "resolved"), (2, "resolved"), (3, "no_update")]),
        ("1 tuntas 2 besok 3 bukan kami", [(1, "resolved"), (2, "postponed"), (3, "not_ours")]),
        ("(4) sudah difungsikan (5) masih dicor", [(4, "resolved"), (5, "in_progress")]),
        ("yang kedua sedang dikerjakan", [(2, "in_progress")]),
        ("1 sudah 2 lubang ditambal", [(1, "resolved")]),
        ("satu tim sudah turun, dua orang", [(None, "in_progress")]),
    ],
)
def test_every_line_gets_its_own_update(reader: Reader, text: str, told: list[tuple[int | None, str]]) -> None:
    updates = reader.read_officer(text, today=date(2026, 11, 23), region=reader.home_region)
    assert [(update.number, update.intent) for update in updates] == told


@pytest.mark.parametrize(
    ("text", "listed", "tickets"),
    [
        ("135 masih digali, 136 tunggu cuaca", (), ["SMD-0135", "SMD-0136"]),
        ("410 sudah", ("SMD-0001", "SMD-0410"), ["SMD-0410"]),
        ("112 sudah ditelepon", (), [None]),
        ("607 sdh. 608 blm.", (), ["SMD-0607", "SMD-0608"]),
        ("KKR 0110 tuntas", (), ["KKR-0110"]),
    ],
)
def test_tickets_by_bare_numbers(reader: Reader, text: str, listed: tuple[str, ...], tickets: list[str | None]) -> None:
    updates = reader.read_officer(text, today=date(2026, 11, 23), region=reader.home_region, listed=listed)
    assert [update.ticket for update in updates] == tickets
