"""The shipped regions hold what they promise, and a wrong line in a region's files is named."""

import shutil
from collections import Counter
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from routing.model import FIELD_OF
from routing.region import SHIPPED, Atlas, RegionError, load_atlas
from routing.region_check import Problem, check_region, check_shared


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return load_atlas()


@pytest.mark.parametrize(
    ("code", "name", "zone", "prefix", "kecamatan", "kelurahan", "desa"),
    [
        ("64.72", "Samarinda", "Asia/Makassar", "SMD", 10, 59, 0),
        ("64.02", "Kutai Kartanegara", "Asia/Makassar", "KKR", 20, 44, 193),
        ("62.71", "Palangka Raya", "Asia/Pontianak", "PKY", 5, 30, 0),
    ],
)
def test_shipped_regions_have_every_place(
    atlas: Atlas, code: str, name: str, zone: str, prefix: str, kecamatan: int, kelurahan: int, desa: int
) -> None:
    region = atlas.regions[code]
    assert (region.name, region.zone, region.ticket_prefix) == (name, zone, prefix)
    assert region.tz == ZoneInfo(zone)
    kinds = Counter(place.kind for place in atlas.places.values() if place.region == code)
    assert (kinds["kecamatan"], kinds["kelurahan"], kinds["desa"]) == (kecamatan, kelurahan, desa)


def test_every_category_has_a_lead_and_known_helpers_in_each_region(atlas: Atlas) -> None:
    for region in atlas.regions.values():
        for category in FIELD_OF:
            route = region.route(category)
            assert route is not None, category
            assert {route.lead, *route.support} <= set(region.offices)


def test_every_number_has_a_source_and_a_day(atlas: Atlas) -> None:
    for region in atlas.regions.values():
        assert {"emergency", "police", "women_children", "medical", "fire"} <= set(region.hotlines)
        contacts = [(one.source, one.checked_on) for one in region.hotlines.values()]
        contacts += [(one.source, one.checked_on) for one in region.offices.values()]
        assert all(source and day.year >= 2026 for source, day in contacts)


def test_every_source_that_is_cited_is_listed(atlas: Atlas) -> None:
    listed = (SHIPPED / "SOURCES.md").read_text(encoding="utf-8")
    cited = {one.source for region in atlas.regions.values() for one in region.offices.values()}
    cited |= {one.source for region in atlas.regions.values() for one in region.hotlines.values()}
    cited |= {turn.source for turn in atlas.turns.values()} - {"unconfirmed"}
    assert [source for source in sorted(cited - {"unconfirmed"}) if f"| {source} |" not in listed] == []
    assert "Open Database License 1.0" in listed


def test_what_the_resident_answers_may_change_the_office(atlas: Atlas) -> None:
    region = atlas.regions["64.72"]
    assert region.answers_that_matter("air_bersih") == ("ledeng", "tanpa_jaringan")
    assert [region.route("air_bersih", given).lead for given in ((), ("ledeng",), ("tanpa_jaringan",))] == [  # type: ignore[union-attr]
        "AIR",
        "AIR",
        "PU",
    ]
    assert region.answers_that_matter("drainase") == ()


def test_matters_of_others_have_their_contact(atlas: Atlas) -> None:
    pln = atlas.other("PLN")
    assert pln is not None
    assert (pln.phone, pln.in_government) == ("123", False)
    assert atlas.other("PPA_PROV", "62") != atlas.other("PPA_PROV", "64")
    assert atlas.other("PPA_PROV") is None
    assert atlas.regions["62.71"].offices["PPA_PROV"].region == "62"


def test_served_known_and_unknown_places(atlas: Atlas) -> None:
    assert atlas.served("64.72.06.1001")
    assert atlas.region_of("64.02.06.1011") is atlas.regions["64.02"]
    assert atlas.region_of("64.74.02.1002") is None
    turn = atlas.elsewhere("64.74.02.1002")
    assert turn is not None
    assert turn.number == "1708"
    assert atlas.elsewhere("64.72.06.1001") is None
    assert atlas.elsewhere("31.71") is None
    assert [place.name for place in atlas.children("64.72.09")] == [
        *("Bugis", "Karang Mumus", "Pasar Pagi", "Pelabuhan", "Sungai Pinang Luar")
    ]


def test_shipped_data_is_without_problems() -> None:
    assert check_shared(SHIPPED) == []
    for home in SHIPPED.glob("*/region.toml"):
        assert check_region(home.parent) == []


# --- wrong lines ------------------------------------------------------------------------------------------------------


@pytest.fixture
def regions(tmp_path: Path) -> Path:
    for source in (SHIPPED / "64.72-samarinda", SHIPPED / "known"):
        shutil.copytree(source, tmp_path / source.name)
    shutil.copy(SHIPPED / "others.csv", tmp_path)
    return tmp_path


@pytest.fixture
def home(regions: Path) -> Path:
    return regions / "64.72-samarinda"


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


ADDED_LINES = [
    ("places.csv", "64.72.99.1001,Entah,kelurahan,", "check.no_kecamatan"),
    ("places.csv", "64.72.01.2001,Entah,kelurahan,", "check.bad_code"),
    ("places.csv", "64.02.01.2001,Perian,desa,", "check.code_elsewhere"),
    ("places.csv", "64.72.01.1001,Rawa Makmur,kelurahan,", "check.duplicate_code"),
    ("places.csv", "64.72.01.1099,Entah,dusun,", "check.bad_kind"),
    ("places.csv", "64.72.01.1099,Entah,kelurahan,kadang", "check.bad_common"),
    ("places.csv", "64.72.01.1099,,kelurahan,", "check.missing_value"),
    ("places.csv", "64.72.01.1099,Entah", "check.wrong_cells"),
    ("places.csv", '64.72.01.1099,"Entah,kelurahan,', "check.broken_line"),
    ("aliases.csv", "64.72.06.1001,lb,", "check.duplicate_alias"),
    ("aliases.csv", "64.72.06.1001,Loa Buah,", "check.alias_is_name"),
    ("aliases.csv", "64.72.06.1999,Loa,", "check.unknown_place"),
    ("offices.csv", "WALIKOTA,Kantor,Kantor,semua,,,yes,,S1,2026-11-22", "check.unknown_role"),
    ("offices.csv", "PU,Dinas,Dinas,jalan,,,yes,,S1,2026-11-22", "check.duplicate_role"),
    ("offices.csv", "NAKER,Dinas,Disnaker,kerja,,,ya,,S1,2026-11-22", "check.bad_yes_no"),
    ("offices.csv", "NAKER,Dinas,Disnaker,kerja,nanti,,yes,,S1,2026-11-22", "check.bad_number"),
    ("offices.csv", "NAKER,Dinas,Disnaker,kerja,,,yes,,,2026-11-22", "check.missing_value"),
    ("offices.csv", "NAKER,Dinas,Disnaker,kerja,,,yes,,S1,22/11/2026", "check.bad_date"),
    ("routes.csv", "parkir,PU,,,,", "check.unknown_category"),
    ("routes.csv", "drainase,NAKER,,parit,,", "check.no_office"),
    ("routes.csv", "drainase,PU,KELURAHAN,parit,,", "check.no_office"),
    ("routes.csv", "drainase,PU,,,,", "check.duplicate_route"),
    ("routes.csv", "drainase,PU,,parit,infrastruktur,", "check.unknown_field"),
    ("routes.csv", "drainase,PU,,parit,,lama", "check.bad_days"),
    ("hotlines.csv", "police,110,polisi,S83,2026-11-22", "check.duplicate_key"),
    ("hotlines.csv", "tow,kosong,derek,S83,2026-11-22", "check.bad_number"),
    ("hotlines.csv", "tow,110,derek,S83,besok", "check.bad_date"),
    ("days_off.csv", "2026-02-30,Pilkada,off", "check.bad_date"),
    ("days_off.csv", "24/12/2026,Pilkada,off", "check.bad_date"),
    ("days_off.csv", "20261209,Pilkada,off", "check.bad_date"),
    ("days_off.csv", "2026-12-12,Pilkada,off", "check.day_off_anyway"),
    ("days_off.csv", "2026-12-09,,off", "check.missing_value"),
    ("days_off.csv", "2026-12-09,Pilkada,libur", "check.bad_day_kind"),
]


@pytest.mark.parametrize(("file", "line", "key"), ADDED_LINES)
def test_a_wrong_line_is_named_with_its_number(home: Path, file: str, line: str, key: str) -> None:
    path = home / file
    with path.open("a", encoding="utf-8") as table:
        table.write(line + "\n")
    found = check_region(home)
    assert [(one.file, one.line, one.key) for one in found] == [(file, lines_of(path), key)]


WRONG_SETTINGS = [
    ('zone = "Asia/Makassar"', 'zone = "WITA"', "check.bad_zone"),
    ('code = "64.72"', 'code = "6472"', "check.bad_code"),
    ('kind = "kota"', 'kind = "desa"', "check.bad_kind"),
    ('ticket_prefix = "SMD"', 'ticket_prefix = "smd1"', "check.bad_prefix"),
    ("forward_promise = 5", "forward_promise = 0", "check.bad_deadline"),
    ("forward_promise = 5", 'forward_promise = "lima"', "check.bad_deadline"),
    ('monday = ["07:30", "16:00"]', 'monday = ["16:00", "07:30"]', "check.bad_hours"),
    ('monday = ["07:30", "16:00"]', 'senin = ["07:30", "16:00"]', "check.bad_hours"),
    ('name = "Samarinda"', 'name = "Samarinda', "check.broken_line"),
    ("[deadlines]", "[deadlines.category.parkir]\nplan = 2\n[deadlines]", "check.unknown_category"),
    ("[deadlines]", "[deadlines.category.rtlh]\nplan = 0\n[deadlines]", "check.bad_deadline"),
    ("[deadlines]", "[deadlines.category.rtlh]\nresolve = 9\n[deadlines]", "check.bad_deadline"),
    ("[deadlines]", "[[ramadan]]\nfrom = 2027-02-08\n[deadlines]", "check.bad_ramadan"),
    ("[deadlines]", "[[ramadan]]\nfrom = 2027-02-08\nto = 2027-12-09\n[deadlines]", "check.bad_ramadan"),
    ("[deadlines]", "[[ramadan]]\nfrom = 2027-02-08\nto = 2027-03-09\n[deadlines]", "check.missing_setting"),
]


@pytest.mark.parametrize(("right", "wrong", "key"), WRONG_SETTINGS)
def test_a_wrong_setting_is_named_with_its_line(home: Path, right: str, wrong: str, key: str) -> None:
    path = home / "region.toml"
    text = path.read_text(encoding="utf-8")
    line = text[: text.index(right)].count("\n") + 1
    path.write_text(text.replace(right, wrong), encoding="utf-8")
    found = [one for one in check_region(home) if one.file == "region.toml"]
    assert [(one.line, one.key) for one in found] == [(line, key)]


def test_a_category_and_ramadan_may_have_times_of_their_own(home: Path) -> None:
    with (home / "region.toml").open("a", encoding="utf-8") as settings:
        settings.write("[deadlines.category.rtlh]\nplan = 9\n")
        settings.write(
            '[[ramadan]]\nfrom = 2027-02-08\nto = 2027-03-09\noffice_hours = {monday = ["08:00", "15:00"]}\n'
        )
    assert check_region(home) == []
    region = load_atlas(home.parent).regions["64.72"]
    assert {name: region.clocks_of(name).plan for name in ("rtlh", "drainase")} == {"rtlh": 9, "drainase": 5}
    assert region.clocks_of("rtlh").verify == region.clocks.verify
    assert [month.last for month in region.ramadan] == [date(2027, 3, 9)]


def test_a_day_that_stands_there_twice_is_named_and_so_is_one_for_all_regions(home: Path) -> None:
    lines = "date,name,kind\n2026-12-09,Pilkada,off\n2026-12-09,Pilkada,off\n"
    (home / "days_off.csv").write_text(lines, encoding="utf-8")
    (home.parent / "known").mkdir(exist_ok=True)
    (home.parent / "known" / "days_off.csv").write_text("date,name,kind\n2026-13-01,Cuti,off\n", encoding="utf-8")
    assert [(one.line, one.key) for one in check_region(home)] == [(3, "check.duplicate_date")]
    assert [(one.line, one.key) for one in check_shared(home.parent)] == [(2, "check.bad_date")]


def test_a_category_without_a_route_is_named(home: Path) -> None:
    path = home / "routes.csv"
    kept = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("drainase,")]
    path.write_text("\n".join(kept), encoding="utf-8")
    assert check_region(home) == [Problem("routes.csv", 0, "check.no_route", {"value": "drainase"})]


def test_a_missing_file_a_missing_column_and_another_encoding(home: Path) -> None:
    (home / "hotlines.csv").unlink()
    (home / "days_off.csv").write_text("date,name\n", encoding="utf-8")
    (home / "aliases.csv").write_bytes("code,alias,common\n64.72.06.1001,Loa Bak\xfcng,\n".encode("latin-1"))
    assert {(one.file, one.line, one.key) for one in check_region(home)} == {
        ("hotlines.csv", 0, "check.missing_file"),
        ("days_off.csv", 1, "check.missing_column"),
        ("aliases.csv", 2, "check.not_utf8"),
    }


def test_what_a_spreadsheet_saves_in_indonesia_is_read(home: Path) -> None:
    """Byte order mark, semicolons, Windows line ends, a blank line, a clerk's own column."""
    table = "code;alias;common;catatan\r\n64.72.06.1001;LB;strict;kata orang\r\n;;;\r\n"
    (home / "aliases.csv").write_bytes(table.encode("utf-8-sig"))
    assert check_region(home) == []
    names = load_atlas(home.parent).names
    assert [name.common for name in names if name.name == "LB"] == ["strict"]


def test_points_of_a_region_are_checked_and_read(home: Path) -> None:
    path = home / "points.csv"
    path.write_text("code,lat,lon,radius_km\n64.72.06.1001,-0.5,117.1,1.5\n", encoding="utf-8")
    assert [point.code for point in load_atlas(home.parent).points] == ["64.72.06.1001"]
    path.write_text("code,lat,lon,radius_km\n64.72.06.1001,117.1,-0.5,1.5\n", encoding="utf-8")
    assert [(one.line, one.key, one.values["column"]) for one in check_region(home)] == [
        (2, "check.bad_point", "lat"),
        (2, "check.bad_point", "lon"),
    ]


def test_wrong_data_stops_the_loading_with_every_line(regions: Path) -> None:
    with (regions / "others.csv").open("a", encoding="utf-8") as table:
        table.write("PLN2,,PLN,PLN,listrik,123,,,S1,2026-11-22\n")
    (regions / "64.72-samarinda" / "hotlines.csv").unlink()
    with pytest.raises(RegionError) as raised:
        load_atlas(regions)
    assert {problem.key for _, problem in raised.value.problems} == {"check.unknown_role", "check.missing_file"}
    assert "others.csv" in str(raised.value)


def test_two_regions_may_not_share_a_ticket_prefix(regions: Path) -> None:
    shutil.copytree(SHIPPED / "62.71-palangka-raya", regions / "62.71-palangka-raya")
    path = regions / "62.71-palangka-raya" / "region.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"PKY"', '"SMD"'), encoding="utf-8")
    with pytest.raises(RegionError, match=r"check\.duplicate_prefix"):
        load_atlas(regions)


def test_a_fourth_region_is_a_folder_and_no_code(regions: Path) -> None:
    """Bontang, known so far, is served once its folder is there."""
    source, bontang = SHIPPED / "64.72-samarinda", regions / "64.74-bontang"
    shutil.copytree(source, bontang)
    settings = (source / "region.toml").read_text(encoding="utf-8")
    for old, new in (
        ("64.72", "64.74"),
        ('"Samarinda"', '"Bontang"'),
        ('"SMD"', '"BTG"'),
        ('"samarinda"', '"bontang"'),
    ):
        settings = settings.replace(old, new)
    (bontang / "region.toml").write_text(settings, encoding="utf-8")
    known = (regions / "known" / "64.csv").read_text(encoding="utf-8").splitlines()
    own = [line for line in known if line.startswith("64.74.")]
    (bontang / "places.csv").write_text("\n".join([known[0], *own]), encoding="utf-8")
    (bontang / "aliases.csv").write_text("code,alias,common\n", encoding="utf-8")
    assert check_region(bontang) == []
    atlas = load_atlas(regions)
    assert atlas.regions["64.74"].ticket_prefix == "BTG"
    assert atlas.served("64.74.02.1002")
