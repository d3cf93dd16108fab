"""Which office, which kader, and which office an officer means."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from routing.assign import Assignment, Hold, KaderCandidate, assign, office_named, pick_kader
from routing.region import Atlas, load_atlas


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return load_atlas()


ASSIGNED = [
    ("air_bersih", "64.72.06.1001", {}, "AIR", ("PU",), "pekerjaan_umum"),
    ("air_bersih", "64.72.06.1001", {"air": "tanpa_jaringan"}, "PU", ("AIR", "PM"), "pekerjaan_umum"),
    ("air_bersih", "64.02.06.1011", {"air": "ledeng"}, "AIR", ("PU",), "pekerjaan_umum"),
    ("kdrt", "62.71.01.1001", {}, "PPA", ("POLRI", "KES", "SOS"), "trantibumlinmas"),
    ("drainase", "64.72", {}, "PU", ("PERKIM", "LH"), "pekerjaan_umum"),
    ("listrik_lampu", "64.72.06.1001", {"lampu": "lampu_jalan"}, "DISHUB", ("PLN",), "lainnya"),
    ("lain", "64.02.06.1011", {}, "PM", (), "lainnya"),
]


@pytest.mark.parametrize(("category", "place", "answers", "office", "support", "field"), ASSIGNED)
def test_the_office_follows_from_category_place_and_answer(
    atlas: Atlas, category: str, place: str, answers: dict[str, str], office: str, support: tuple[str, ...], field: str
) -> None:
    assert assign(category, place, atlas, answers=answers) == Assignment(office, support, field)


HELD = [
    ("air_bersih", None, None, frozenset[str](), "no_place"),
    (None, "64.72.06.1001", None, frozenset[str](), "no_category"),
    ("parkir", "64.72.06.1001", None, frozenset[str](), "no_category"),
    ("air_bersih", "64.74.02.1002", None, frozenset[str](), "outside"),
    ("air_bersih", "64.74.02.1002", "64.72", frozenset[str](), "outside"),
    ("ketertiban", "64.72.06.1001", None, frozenset({"SATPOL"}), "bounced"),
    ("air_bersih", "64.72.06.1001", None, frozenset({"AIR", "PU"}), "bounced"),
]


@pytest.mark.parametrize(("category", "place", "region", "exclude", "reason"), HELD)
def test_without_an_office_there_is_a_reason(
    atlas: Atlas, category: str | None, place: str | None, region: str | None, exclude: frozenset[str], reason: str
) -> None:
    found = assign(category, place, atlas, region=region, exclude=exclude)
    assert isinstance(found, Hold)
    assert found.reason == reason


@pytest.mark.parametrize(("category", "number"), [("listrik_lampu", "123"), ("keamanan", "110")])
def test_a_matter_of_others_has_its_contact(atlas: Atlas, category: str, number: str) -> None:
    found = assign(category, "64.72.06.1001", atlas)
    assert isinstance(found, Hold)
    assert found.reason == "elsewhere_office"
    assert found.contact is not None
    assert found.contact.phone == number


def test_a_region_without_the_place_will_do(atlas: Atlas) -> None:
    assert assign("drainase", None, atlas, region="62.71") == assign("drainase", "62.71.01", atlas)


def test_not_ours_goes_to_the_first_helper(atlas: Atlas) -> None:
    assert assign("drainase", "64.72.06.1001", atlas, exclude=frozenset({"PU"})) == Assignment(
        "PERKIM", ("LH",), "pekerjaan_umum"
    )


def test_a_region_may_count_a_category_under_another_field(atlas: Atlas) -> None:
    region = atlas.regions["64.72"]
    (route,) = region.routes["kdrt"]
    changed = replace(region, routes={**region.routes, "kdrt": (replace(route, field="sosial"),)})
    found = assign("kdrt", "64.72.06.1001", replace(atlas, regions={"64.72": changed}))
    assert isinstance(found, Assignment)
    assert found.field == "sosial"


# --- kader ------------------------------------------------------------------------------------------------------------

LOA_BAKUNG = "64.72.06.1001"
_NAMES = {1: "Kader Satu", 2: "Kader Dua", 3: "Kader Tiga", 4: "Kader Empat"}


def kader(
    number: int, field: str | None = None, *, asked: int | None = None, name: str = "", **more: object
) -> KaderCandidate:
    """A made-up kader of Loa Bakung; `asked` is the day of November on which they were last asked."""
    at = datetime(2026, 11, asked, tzinfo=UTC) if asked else None
    one = KaderCandidate(number, field, (LOA_BAKUNG,), None, 0, at, name or _NAMES[number])
    return replace(one, **more)  # type: ignore[arg-type]


TURNS = [
    ("own field first", [kader(1, "kesehatan"), kader(2, "sosial", asked=20)], 2),
    ("a kader of all fields before another field's", [kader(1, "kesehatan"), kader(2, None, asked=20)], 2),
    ("longest not asked first", [kader(1, "sosial", asked=12), kader(2, "sosial", asked=10)], 2),
    ("never asked before all", [kader(1, "sosial", asked=1), kader(2, "sosial")], 2),
    ("fewer open tasks", [kader(1, "sosial", open_tasks=3), kader(2, "sosial", open_tasks=1)], 2),
    ("only who covers the place", [kader(1, "sosial", place_codes=("64.72.06.1002",)), kader(2)], 2),
    ("a whole kecamatan covers it", [kader(1, "sosial", place_codes=("64.72.06",)), kader(2)], 1),
    ("the posyandu's place covers it", [kader(1, "sosial", place_codes=(), posyandu_place=LOA_BAKUNG), kader(2)], 1),
    ("the kelurahan after every kader", [kader(1, "sosial", rank=2), kader(2, "kesehatan", asked=20)], 2),
    ("the kelurahan where no kader is left", [kader(1, rank=2), kader(4, "sosial")], 1),
    ("never the reporter", [kader(4, "sosial"), kader(2)], 2),
    ("never the person it is about", [kader(1, "sosial", name="Siti Contoh"), kader(2)], 2),
    ("nobody left", [kader(4), kader(1, name="Ibu Siti")], None),
]


@pytest.mark.parametrize(("why", "candidates", "expected"), TURNS)
def test_whose_turn_it_is(why: str, candidates: list[KaderCandidate], expected: int | None) -> None:
    chosen = pick_kader(
        candidates, field="sosial", place_code=LOA_BAKUNG, exclude_people=frozenset({4}), subject_name="Bu Sitti"
    )
    assert (chosen.person_id if chosen else None) == expected, why


def test_a_form_of_address_is_no_name() -> None:
    chosen = pick_kader([kader(1, name="Ibu Ani")], field=None, place_code=LOA_BAKUNG, subject_name="Ibu Tini")
    assert chosen is not None


# --- offices by name --------------------------------------------------------------------------------------------------

NAMED = [
    ("itu DLH pak", "LH"),
    ("bukan kami, itu PLN", "PLN"),
    ("bukan PU pak, DLH", "LH"),
    ("itu urusan PDAM", "AIR"),
    ("teruskan ke perumdam tirta kencana", "AIR"),
    ("ke dinas pendidikan dulu", "DIK"),
    ("dinas perumahn yang tangani", "PERKIM"),
    ("kewenangan disdikbud kaltim", "DIK_PROV"),
    ("itu ke PUPR kaltim", "PU_PROV"),
    ("ke satpol pp saja", "SATPOL"),
    ("dinsos-pm", "SOS"),
    ("madrasah itu kemenag", "KEMENAG"),
    ("dinas perumahan", "PERKIM"),
    ("diknas saja", "DIK"),
    ("dinass pendidikan", "DIK"),
    ("ke dinas perhutanan", None),
    ("itu dinas perdagangan pak", None),
    ("sudah kami kerjakan", None),
    ("", None),
]


@pytest.mark.parametrize(("words", "role"), NAMED)
def test_the_office_an_officer_means(atlas: Atlas, words: str, role: str | None) -> None:
    assert office_named(words, atlas.regions["64.72"], atlas) == role


def test_offices_have_other_names_in_other_regions(atlas: Atlas) -> None:
    assert office_named("itu tirta mahakam", atlas.regions["64.02"], atlas) == "AIR"
    assert office_named("itu tirta mahakam", atlas.regions["62.71"], atlas) is None
