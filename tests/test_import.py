"""Lists as offices keep them: what is taken over, and what is said about the rows that are not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import Engine, func, select

from bot.catalogue import Catalogue, load_catalogue
from bot.people_import import Imported, PeopleList, read_people, save_people
from bot.people_table import ListError
from bot.store.database import reading
from bot.store.keys import Keys
from bot.store.people import Member, Posyandu
from bot.store.tables import addresses, memberships, people, posyandu
from routing.model import Role
from routing.region import Atlas, load_atlas

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)

GOOD = """\
jenis,nama,nomor_wa,wilayah,kelurahan,posyandu,bidang,kantor,aktif,kontak
posyandu,Posyandu Mawar,,Samarinda,Loa Bakung,,,,,
kader,Kader Contoh Satu,0812-0000-0001,,Loa Bakung,Mawar,pekerjaan umum,,,
kader,Kader Contoh Dua,0812-0000-0002,Kukar,Maluhu; Kel. Timbau,,,,,
petugas,Petugas Contoh Air,0812-0000-0003,Kota Samarinda,,,,PDAM,,kedua
koordinator,Koordinator Contoh,0812-0000-0004,64.72,,,,,,
kader,Kader Contoh Tiga,,Palangka Raya,Menteng,,,,,
"""


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return load_atlas()


@pytest.fixture(scope="module")
def words() -> Catalogue:
    return load_catalogue("id")


class Lists:
    """Writes lists and reads them back the way the command does."""

    def __init__(self, folder: Path, atlas: Atlas, words: Catalogue) -> None:
        self._folder = folder
        self._atlas = atlas
        self._words = words

    def csv(self, text: str | bytes, kind: str | None = None) -> PeopleList:
        raw = text.encode() if isinstance(text, str) else text
        return self._read("daftar.csv", raw, kind)

    def _read(self, name: str, raw: bytes, kind: str | None = None) -> PeopleList:
        (self._folder / name).write_bytes(raw)
        return read_people(self._folder / name, self._atlas, self._words, kind)

    def xlsx(self, *rows: tuple[str | float | None, ...], more_sheets: tuple[str, ...] = ()) -> PeopleList:
        book = Workbook()
        assert book.active is not None
        for row in rows:
            book.active.append(row)
        for title in more_sheets:
            book.create_sheet(title).append(["nama"])
        path = self._folder / "daftar.xlsx"
        book.save(path)
        return read_people(path, self._atlas, self._words)

    def refusals(self, read: PeopleList) -> list[str]:
        return [f"{one.row}: {self._words.text(one.key, **one.values)}" for one in read.refused]

    def file_error(self, name: str, raw: bytes, kind: str | None = None) -> str:
        with pytest.raises(ListError) as stopped:
            self._read(name, raw, kind)
        return self._words.text(stopped.value.key, **stopped.value.values)


@pytest.fixture
def lists(tmp_path: Path, atlas: Atlas, words: Catalogue) -> Lists:
    return Lists(tmp_path, atlas, words)


# --- what is read -----------------------------------------------------------------------------------------------------


def test_a_list_of_all_kinds(lists: Lists) -> None:
    read = lists.csv(GOOD)
    assert read.refused == ()
    assert [entry for _, entry in read.entries] == [
        Posyandu("Mawar", "64.72.06.1001"),
        Member(
            Role.KADER,
            "Kader Contoh Satu",
            "64.72",
            "+6281200000001",
            place_codes=("64.72.06.1001",),
            posyandu="Mawar",
            field="pekerjaan_umum",
        ),
        Member(
            Role.KADER,
            "Kader Contoh Dua",
            "64.02",
            "+6281200000002",
            place_codes=("64.02.06.1011", "64.02.06.1004"),
        ),
        Member(Role.OFFICER, "Petugas Contoh Air", "64.72", "+6281200000003", office="AIR", contact_rank=2),
        Member(Role.COORDINATOR, "Koordinator Contoh", "64.72", "+6281200000004"),
        Member(Role.KADER, "Kader Contoh Tiga", "62.71", None, place_codes=("62.71.03.1002",)),
    ]
    assert [row for row, _ in read.entries] == [2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    "raw",
    [
        GOOD.encode(),
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.replace("; ", " / ").replace(",", ";").encode(),
        GOOD.replace(",", "\t").encode(),
        GOOD.replace("\n", "\r\n").encode(),
        ("Daftar Kader Contoh,,,,,,,,\n\n" + GOOD).encode(),
        GOOD.replace("nomor_wa", "No. WA").replace("kelurahan", " Kelurahan/Desa ").replace("kantor", "OPD").encode(),
    ],
    ids=["plain", "byte order mark", "semicolons", "tabs", "windows lines", "title above", "other headings"],
)
def test_the_same_list_as_different_programs_save_it(lists: Lists, raw: bytes) -> None:
    assert [entry for _, entry in lists.csv(raw).entries] == [entry for _, entry in lists.csv(GOOD).entries]


def test_a_list_of_one_kind_needs_no_column_for_it(lists: Lists) -> None:
    read = lists.csv("nama,kelurahan\nMawar,Loa Bakung\nPosyandu Melati,Sidodadi\n", kind="Posyandu")
    assert [entry for _, entry in read.entries] == [
        Posyandu("Mawar", "64.72.06.1001"),
        Posyandu("Melati", "64.72.03.1005"),
    ]


def test_a_spreadsheet_with_numbers_for_telephone_numbers(lists: Lists) -> None:
    read = lists.xlsx(
        ("Jenis", "Nama", "Nomor WA", "Wilayah"),
        ("koordinator", "Koordinator Contoh Satu", 81200000001, "Samarinda"),
        (None, None, None, None),
        ("koordinator", "Koordinator Contoh Dua", 6281200000002.0, 64.72),
        more_sheets=("Lembar 2",),
    )
    assert [(row, entry.contact) for row, entry in read.entries if isinstance(entry, Member)] == [
        (2, "+6281200000001"),
        (4, "+6281200000002"),
    ]
    assert (read.refused, read.unread) == ((), ("Lembar 2",))


# --- what is refused --------------------------------------------------------------------------------------------------

HEADER = "jenis,nama,nomor_wa,wilayah,kecamatan,kelurahan,posyandu,bidang,kantor,aktif\n"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("dukun,Contoh,,,,,,,,", "kolom jenis berisi dukun. Yang dikenal: posyandu, kader, petugas, koordinator."),
        (",Contoh,,,,,,,,", "kolom jenis belum diisi."),
        ("kader,,0812-0000-0001,,,Loa Bakung,,,,", "kolom nama belum diisi."),
        ("kader,123,,,,Loa Bakung,,,,", "nama terlalu panjang atau tidak berisi huruf."),
        (f"kader,{'a' * 121},,,,Loa Bakung,,,,", "nama terlalu panjang atau tidak berisi huruf."),
        ("kader,Contoh,0812,,,Loa Bakung,,,,", "nomor WhatsApp tidak dapat dibaca. Contoh: 0812-0000-0001."),
        ("kader,Contoh,8.12E+11,,,Loa Bakung,,,,", "nomor WhatsApp terpotong oleh Excel."),
        ("kader,Contoh,,,,,,,,", "kolom kelurahan belum diisi."),
        ("kader,Contoh,,,,;,,,,", "kolom kelurahan belum diisi."),
        ("kader,Contoh,,,,Negeri Antah,,,,", "kelurahan atau desa Negeri Antah tidak ditemukan di wilayah"),
        ("kader,Contoh,,,,Loa Bakum,,,,", "kelurahan atau desa Loa Bakum tidak ditemukan. Maksudnya Loa Bakung?"),
        ("kader,Contoh,,Kukar,,Loa Bakung,,,,", "kelurahan atau desa Loa Bakung tidak ditemukan"),
        (
            "kader,Contoh,,,,Sidomulyo,,,,",
            "Sidomulyo ada di beberapa kecamatan: Anggana (Kutai Kartanegara), Tabang (Kutai Kartanegara), Sam",
        ),
        ("kader,Contoh,,,,Loa Bakung;Maluhu,,,,", "kelurahannya ada di dua kabupaten atau kota."),
        (f"kader,Contoh,,,,{';'.join(['Loa Bakung'] * 21)},,,,", "paling banyak 20 kelurahan untuk satu kader."),
        ("kader,Contoh,,,,Loa Bakung,,sihir,,", "kolom bidang berisi sihir. Yang dikenal: pendidikan, kesehatan, "),
        ("kader,Contoh,,,,Loa Bakung,,,,mungkin", "kolom aktif berisi mungkin. Yang dikenal: ya, tidak."),
        ("petugas,Contoh,,,,,,,PDAM,", "kolom wilayah belum diisi."),
        ("petugas,Contoh,,Jakarta,,,,,PDAM,", "wilayah Jakarta tidak dilayani. Yang dilayani: "),
        ("petugas,Contoh,,Samarinda,,,,,,", "kolom kantor belum diisi."),
        ("petugas,Contoh,,Samarinda,,,,,Dinas Sihir,", "kantor Dinas Sihir tidak dikenal di Samarinda. Yang dikenal: "),
        ("petugas,Contoh,,Samarinda,,,,,PLN,", "kantor PLN tidak dikenal di Samarinda."),
        ("posyandu,Mawar,,,,Loa Bakung;Sidodadi,,,,", "satu posyandu hanya di satu kelurahan atau desa."),
        ("kader,Contoh,=A1,,,Loa Bakung,,,,", "kolom nomor_wa berisi rumus atau galat."),
        ("kader,#N/A,,,,Loa Bakung,,,,", "kolom nama berisi rumus atau galat."),
    ],
)
def test_a_bad_row_is_left_out_and_the_others_are_taken(lists: Lists, row: str, said: str) -> None:
    read = lists.csv(f"{HEADER}{row}\nkader,Kader Contoh,0812-0000-0009,,,Loa Bakung,,,,\n")
    [refusal] = lists.refusals(read)
    assert refusal.startswith(f"2: {said}")
    assert [row for row, _ in read.entries] == [3]


def test_the_kecamatan_tells_two_places_of_one_name_apart(lists: Lists) -> None:
    read = lists.csv(HEADER + "kader,Contoh,,,Kec. Anggana,Sidomulyo,,,,\nkader,Contoh,,,,64.72.06.1001,,,,\n")
    assert [entry.place_codes for _, entry in read.entries if isinstance(entry, Member)] == [
        ("64.02.04.2007",),
        ("64.72.06.1001",),
    ]


def test_a_second_row_for_the_same_hat_is_refused(lists: Lists) -> None:
    rows = [
        "kader,Kader Contoh,0812-0000-0001,,,Loa Bakung,,,,",
        "petugas,Kader Contoh,0812-0000-0001,Samarinda,,,,,PU,",
        "kader,Kader Contoh,+62 812 0000 0001,,,Sidodadi,,,,",
        "posyandu,Mawar,,,,Loa Bakung,,,,",
        "posyandu,Posyandu MAWAR,,,,Loa Bakung,,,,",
    ]
    read = lists.csv(HEADER + "\n".join(rows))
    assert [refusal.split(".")[0] for refusal in lists.refusals(read)] == [
        "4: sama dengan baris 2",
        "6: sama dengan baris 5",
    ]


def test_formulas_and_errors_of_a_spreadsheet(lists: Lists) -> None:
    read = lists.xlsx(
        ("jenis", "nama", "nomor_wa", "wilayah", "catatan"),
        ("koordinator", '=CONCATENATE("Koordinator"," Contoh")', "0812-0000-0001", "Samarinda", ""),
        ("koordinator", "Koordinator Contoh", "#REF!", "Samarinda", ""),
        ("koordinator", "Koordinator Contoh", "0812-0000-0001", "Samarinda", "=1+1"),
    )
    assert lists.refusals(read) == [
        "2: kolom nama berisi rumus atau galat. Ganti dengan isinya (salin, lalu tempel sebagai nilai).",
        "3: kolom nomor_wa berisi rumus atau galat. Ganti dengan isinya (salin, lalu tempel sebagai nilai).",
    ]
    assert [row for row, _ in read.entries] == [4]


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("a.csv", b"", "Berkas a.csv kosong."),
        ("a.xlsx", b"", "Berkas a.xlsx kosong."),
        ("a.csv", b" \n\n", "Berkas a.csv kosong."),
        ("a.csv", b",,\n,,\n", "Berkas a.csv kosong."),
        ("a.csv", HEADER.encode(), "Di a.csv hanya ada judul kolom, belum ada isinya."),
        ("a.csv", b"satu,dua\n1,2\n", "Baris judul kolom tidak ditemukan di a.csv. Paling sedikit perlu: jenis, nama."),
        ("a.csv", b"nama,kelurahan\nContoh,Sidodadi\n", "Baris judul kolom tidak ditemukan di a.csv."),
        ("a.csv", b"jenis,nama,wa,no hp\nkader,Contoh,,\n", "Di a.csv ada dua kolom untuk nomor_wa."),
        (
            "a.csv",
            HEADER.encode() + "kader,Andr\u00e9,,,,,,,,\n".encode("cp1252"),
            "Berkas a.csv tidak disimpan sebagai UTF-8 (terlihat di baris 2).",
        ),
        ("a.csv", GOOD.encode("utf-16"), "Berkas a.csv bukan daftar CSV atau XLSX."),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Berkas a.xls masih format Excel lama (.xls)"),
        ("a.xlsx", b"PK\x03\x04 bukan apa-apa", "Berkas a.xlsx rusak atau bukan XLSX."),
        ("a.csv", b'jenis,nama\nkader,"' + b"x" * 200_000, "Berkas a.csv bukan daftar CSV atau XLSX."),
    ],
)
def test_a_file_that_is_no_list(lists: Lists, name: str, raw: bytes, said: str) -> None:
    assert lists.file_error(name, raw).startswith(said)


def test_a_kind_that_does_not_exist(lists: Lists) -> None:
    said = "Jenis dukun tidak dikenal. Pilih salah satu: posyandu, kader, petugas, koordinator."
    assert lists.file_error("a.csv", GOOD.encode(), kind="dukun") == said


def test_a_file_that_is_not_there(tmp_path: Path, atlas: Atlas, words: Catalogue) -> None:
    with pytest.raises(ListError) as stopped:
        read_people(tmp_path / "a.csv", atlas, words)
    assert stopped.value.key == "import.file.missing"


# --- what is stored ---------------------------------------------------------------------------------------------------


def rows_of(engine: Engine) -> dict[str, int]:
    with reading(engine) as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in (people, addresses, memberships, posyandu)
        }


def test_importing_twice_changes_nothing(engine: Engine, lists: Lists) -> None:
    read = lists.csv(GOOD)
    assert save_people(engine, read, NOW) == Imported(new=6)
    before = rows_of(engine)
    assert before == {"people": 5, "addresses": 4, "memberships": 5, "posyandu": 1}
    assert save_people(engine, read, NOW) == Imported(same=6)
    assert rows_of(engine) == before


def test_a_changed_row_is_brought_up_to_date_and_nothing_is_deleted(engine: Engine, lists: Lists) -> None:
    save_people(engine, lists.csv(GOOD), NOW)
    before = rows_of(engine)
    changed = (
        "jenis,nama,nomor_wa,wilayah,kelurahan,kantor,aktif\n"
        "kader,Kader Contoh Satu Baru,0812-0000-0001,,Loa Bakung/Sidodadi,,\n"
        "petugas,Petugas Contoh Air,0812-0000-0003,Samarinda,,AIR,tidak\n"
    )
    assert save_people(engine, lists.csv(changed), NOW) == Imported(changed=2)
    assert rows_of(engine) == before
    with reading(engine) as connection:
        query = select(people.c.name, memberships.c.place_codes, memberships.c.active).join_from(people, memberships)
        kader = connection.execute(query.where(memberships.c.role == "kader").order_by(people.c.id).limit(1)).one()
        officer = connection.execute(query.where(memberships.c.role == "officer")).one()
    assert kader == ("Kader Contoh Satu Baru", "64.72.06.1001,64.72.03.1005", True)
    assert officer.active is False


def test_somebody_who_wrote_before_stays_the_same_person(engine: Engine, lists: Lists) -> None:
    with engine.begin() as connection:
        person = connection.execute(people.insert().values(facts={"notice": "1"}, created_at=NOW)).inserted_primary_key
        assert person is not None
        number = {"contact_hash": "+6281200000001", "contact": "+6281200000001"}
        connection.execute(addresses.insert().values(person_id=person[0], channel="whatsapp", **number))
    save_people(engine, lists.csv(GOOD), NOW)
    with reading(engine) as connection:
        first = connection.execute(select(people).where(people.c.id == person[0])).one()
        hats = connection.scalars(select(memberships.c.role).where(memberships.c.person_id == person[0])).all()
    assert (first.name, first.facts, hats) == ("Kader Contoh Satu", {"notice": "1"}, ["kader"])


def test_one_person_with_two_hats(engine: Engine, lists: Lists) -> None:
    rows = "kader,Contoh,0812-0000-0001,,,Loa Bakung,,,,\npetugas,Contoh,0812-0000-0001,Samarinda,,,,,PU,\n"
    assert save_people(engine, lists.csv(HEADER + rows), NOW) == Imported(new=2)
    assert rows_of(engine) == {"people": 1, "addresses": 1, "memberships": 2, "posyandu": 0}


def test_a_dry_run_stores_nothing(engine: Engine, lists: Lists) -> None:
    assert save_people(engine, lists.csv(GOOD), NOW, dry_run=True) == Imported(new=6)
    assert set(rows_of(engine).values()) == {0}


def test_what_a_list_does_not_speak_of_stays(engine: Engine, lists: Lists) -> None:
    save_people(engine, lists.csv(GOOD.replace("Mawar,pekerjaan umum,,", "Mawar,pekerjaan umum,,tidak")), NOW)
    again = "jenis,nama,nomor_wa,kelurahan\nkader,Kader Contoh Satu,0812-0000-0001,Loa Bakung\n"
    assert save_people(engine, lists.csv(again), NOW) == Imported(same=1)
    emptied = (
        "jenis,nama,nomor_wa,kelurahan,bidang,posyandu,aktif\nkader,Kader Contoh Satu,0812-0000-0001,Loa Bakung,,,\n"
    )
    assert save_people(engine, lists.csv(emptied), NOW) == Imported(changed=1)
    with reading(engine) as connection:
        hat = connection.execute(select(memberships).where(memberships.c.place_codes == "64.72.06.1001")).one()
    assert (hat.field, hat.posyandu_id, hat.active) == (None, None, True)


def test_a_number_that_comes_later_belongs_to_the_same_person(engine: Engine, lists: Lists) -> None:
    save_people(engine, lists.csv(GOOD), NOW)
    before = rows_of(engine)
    later = lists.csv("jenis,nama,nomor_wa,kelurahan\nkader,Kader Contoh Tiga,0812-0000-0005,Menteng\n")
    assert save_people(engine, later, NOW) == Imported(changed=1)
    assert save_people(engine, later, NOW) == Imported(same=1)
    assert rows_of(engine) == {**before, "addresses": before["addresses"] + 1}


def test_nobody_s_number_is_in_the_row_key(engine: Engine, lists: Lists, keys: Keys) -> None:
    save_people(engine, lists.csv(GOOD), NOW)
    with reading(engine) as connection:
        stored = connection.scalars(select(memberships.c.external_key)).all()
    members = [entry for _, entry in lists.csv(GOOD).entries if isinstance(entry, Member)]
    assert set(stored) == {keys.hash(member.identity) for member in members}
