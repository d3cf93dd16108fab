"""An operator's list of officers: who stands where, and what becomes of the work of who is not active any more."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select

from bot.catalogue import load_catalogue
from bot.people_import import read_people, save_people
from bot.store.database import reading
from bot.store.people import Member
from bot.store.tables import asks, errands, memberships, people, reports
from handlers.errands import ErrandKind
from routing.region import load_atlas

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HEAD = "jenis,nama,nomor_wa,wilayah,kantor"
ONE = "petugas,Contoh Satu,0812-0000-0001,Samarinda,PDAM"
TWO = "petugas,Contoh Dua,0812-0000-0002,Samarinda,PDAM"
COORDINATOR = "koordinator,Koordinator Contoh,0812-0000-0004,Samarinda,"


def rank_of(folder: Path, column: str, cell: str, office: str = "PDAM") -> int:
    row = f"petugas,Contoh Satu,0812-0000-0001,Samarinda,{office},{cell}"
    (folder / "daftar.csv").write_text(f"{HEAD},{column}\n{row}\n", encoding="utf-8")
    ((_, entry),) = read_people(folder / "daftar.csv", load_atlas(), load_catalogue("id")).entries
    assert isinstance(entry, Member)
    return entry.contact_rank


@pytest.mark.parametrize(
    ("column", "cell", "rank"),
    [
        ("kontak", "kedua", 2),
        ("urutan", "1", 1),
        ("urutan", "3", 3),
        ("urutan", "kabid", 2),
        ("urutan", "kepala dinas", 3),
        ("jabatan", "", 1),
        ("jabatan", "Analis Kebijakan Ahli Muda", 1),
        ("jabatan", "Petugas lapangan", 1),
        ("jabatan", "Kepala Bidang Sumber Daya Air", 2),
        ("jabatan", "Plt. Kasi Drainase", 2),
        ("jabatan", "Kepala Dinas PUPR", 3),
        ("jabatan", "Sekretaris Dinas", 3),
        ("Jabatan", "Direktur Utama", 3),
    ],
)
def test_a_title_tells_the_rank(tmp_path: Path, column: str, cell: str, rank: int) -> None:
    assert rank_of(tmp_path, column, cell) == rank


def test_the_ppa_office_has_a_second_contact_and_nobody_above(tmp_path: Path) -> None:
    assert rank_of(tmp_path, "jabatan", "Kepala UPTD PPA", office="PPA") == 2


def test_the_secretary_of_a_posyandu_is_a_kader_like_the_others(tmp_path: Path) -> None:
    row = "kader,Kader Contoh,0812-0000-0003,Samarinda,Loa Bakung,Sekretaris"
    (tmp_path / "daftar.csv").write_text(f"jenis,nama,nomor_wa,wilayah,kelurahan,jabatan\n{row}\n", encoding="utf-8")
    ((_, entry),) = read_people(tmp_path / "daftar.csv", load_atlas(), load_catalogue("id")).entries
    assert isinstance(entry, Member)
    assert entry.contact_rank == 1


def save(engine: Engine, folder: Path, *rows: str) -> None:
    (folder / "daftar.csv").write_text("\n".join((f"{HEAD},aktif", *rows, "")), encoding="utf-8")
    read = read_people(folder / "daftar.csv", load_atlas(), load_catalogue("id"))
    assert read.refused == ()
    save_people(engine, read, NOW)


def question(engine: Engine) -> None:
    """Somebody is asked about a report of the office."""
    with engine.begin() as connection:
        reporter = connection.execute(
            insert(people).values(facts={}, created_at=NOW).returning(people.c.id)
        ).scalar_one()
        row = {"ref": "draft-1", "ticket": "SMD-0001", "region": "64.72", "reporter_id": reporter, "office": "AIR"}
        filed = insert(reports).values(**row, status="forwarded", text="no water", received_at=NOW)
        report = connection.execute(filed.returning(reports.c.id)).scalar_one()
        officer = connection.execute(
            select(memberships.c.person_id).where(memberships.c.office == "AIR").order_by(memberships.c.id).limit(1)
        ).scalar_one()
        asked = {"person_id": officer, "report_id": report, "kind": "accept", "asked_at": NOW}
        connection.execute(insert(asks).values(asked))


def asked_whom(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        open_ = select(people.c.name).join(asks, asks.c.person_id == people.c.id).where(asks.c.closed_at.is_(None))
        return list(connection.scalars(open_))


def alarms(engine: Engine) -> list[dict[str, object]]:
    with reading(engine) as connection:
        return list(connection.scalars(select(errands.c.data).where(errands.c.kind == ErrandKind.UNMANNED)))


def test_who_is_not_active_any_more_leaves_the_work_to_who_is(engine: Engine, tmp_path: Path) -> None:
    save(engine, tmp_path, f"{ONE},ya", f"{TWO},ya", f"{COORDINATOR},ya")
    question(engine)
    save(engine, tmp_path, f"{ONE},tidak", f"{TWO},ya", f"{COORDINATOR},ya")
    assert asked_whom(engine) == ["Contoh Dua"]
    assert alarms(engine) == []


def test_an_office_that_a_list_leaves_empty_alarms_its_coordinator(engine: Engine, tmp_path: Path) -> None:
    save(engine, tmp_path, f"{ONE},ya", f"{COORDINATOR},ya")
    question(engine)
    save(engine, tmp_path, f"{ONE},tidak", f"{COORDINATOR},ya")
    assert asked_whom(engine) == []
    assert alarms(engine) == [{"office": "AIR", "count": 1}]
