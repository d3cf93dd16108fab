"""Places as people write them. Each table is a conversation with the traps of `domain.md §4.4` and §4.5."""

from dataclasses import replace
from pathlib import Path

import pytest

from routing.locate import Located, locate, locate_point
from routing.region import Atlas, Point, load_atlas


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return load_atlas()


def shown(where: Located) -> str:
    """What was found, in the words of the tables below."""
    if where.place:
        return where.place.code
    if where.candidates:
        return "ask: " + ", ".join(sorted(place.kecamatan for place in where.candidates))
    if where.kecamatan:
        return f"kecamatan {where.kecamatan.name}"
    if where.regency:
        return f"regency {where.regency.name}"
    return f"outside {where.outside.code}" if where.outside else "-"


NAMES = [
    ("air mati di loa bakung", "64.72.06.1001"),
    ("Kel. Sei Dama", "64.72.04.1002"),
    ("sungai dama rt 5", "64.72.04.1002"),
    ("kel. sei pinang dlm", "64.72.08.1002"),
    ("sungai pinang luar", "64.72.09.1005"),
    ("rumah di gn lingai", "64.72.08.1003"),
    ("RT 4 mugi rejo", "64.72.08.1004"),
    ("parit sempaja slatan mampet", "64.72.05.1002"),
    ("karang asam ilr", "64.72.06.1006"),
    ("di salo cella", "64.02.05.2012"),
    ("sawah di ponoragan", "64.02.02.2006"),
    ("Gas Alam RT 9", "64.02.05.2010"),
    ("kota bangun 2 jalannya putus", "64.02.19.2005"),
    ("sanga2 dalam", "64.02.15.1003"),
    ("Batuq banjir", "64.02.01.2005"),
    ("petuk katimun", "62.71.03.1004"),
    ("kel kelampangan", "62.71.04.1002"),
    ("sei gohong", "62.71.02.1005"),
    ("pahandut seberang", "62.71.01.1005"),
    ("Jalan Tjilik Riwut Km 3,5 bukit tunggal", "62.71.03.1003"),
    ("Smd Ilir", "kecamatan Samarinda Ilir"),
    ("jln rusak km 18 arah tgr sbrg", "kecamatan Tenggarong Seberang"),
    ("kec. Sebangau", "kecamatan Sabangau"),
    ("sangasanga", "kecamatan Sanga Sanga"),
    ("sngi siring banjir", "64.72.05.1004"),
    ("parit di sungai pinagn dalam mampet", "64.72.08.1002"),
    ("titian di phandut seberang rusak", "62.71.01.1005"),
    ("T. Lerong Ilir rt 4", "64.72.03.1001"),
    ("abrasi di kuala samboja", "64.02.13.1010"),
    ("rt 4 phdt sbrg padam", "62.71.01.1005"),
    ("apui hong kameloh", "62.71.04.1004"),
    ("pnarung rt 6 jatun danum", "62.71.01.1002"),
    ("anak jatuh dari lanting disemayang", "64.02.09.2006"),
    ("banjir diloa bakung", "64.72.06.1001"),
    ("pak mugirejo rt lima belas longsor", "64.72.08.1004"),
    ("saya di palangkaraya", "regency Palangka Raya"),
    ("kukar", "regency Kutai Kartanegara"),
]


@pytest.mark.parametrize(("text", "expected"), NAMES)
def test_names_abbreviations_and_typing_mistakes(atlas: Atlas, text: str, expected: str) -> None:
    assert shown(locate(text, atlas)) == expected


ORDINARY_WORDS = [
    ("air putih keruh dan bau", "-"),
    ("di air putih airnya keruh", "64.72.03.1004"),
    ("kel air putih airnya keruh", "64.72.03.1004"),
    ("got mampet, air putih", "64.72.03.1004"),
    ("pak banyu ledeng kada jalan, gg melati rt 12 Air Hitam", "64.72.03.1006"),
    ("airnya hitam bau bgt, lok bahu rt 05", "64.72.06.1004"),
    ("terima kasih atas sambutan bapak", "-"),
    ("air pdam di perum bumi sambutan blok I nda ngalir", "64.72.07.1002"),
    ("kel. Sambutan RT 3", "64.72.07.1002"),
    ("orang jawa di sini baik", "-"),
    ("ibu saya pergi ke jawa", "-"),
    ("jl jawa rusak parah", "-"),
    ("kel jawa rt 3", "ask: Samarinda Ulu, Sanga Sanga"),
    ("kel jawa samarinda ulu", "64.72.03.1002"),
    ("kapal sandar di pelabuhan", "-"),
    ("di mesjid ada tamu", "-"),
    ("odgj ngamuk bawa parang di pasar pagi", "64.72.09.1003"),
    ("simpang tiga macet", "-"),
    ("simpang tiga loa janan ilir macet", "64.72.10.1001"),
    ("LB banjir", "-"),
    ("kel LB banjir", "64.72.06.1001"),
    ("ikut KB di bidan", "-"),
    ("butuh 60 liter per jiwa", "-"),
    ("saya tanggung jawab", "-"),
    ("Bu Perdana kader posyandu", "-"),
    ("minta bantuan sembako", "-"),
    ("SMD-0123 selesai", "-"),
    ("sungai karang mumus meluap", "-"),
    ("kulkas rusak di rumah", "-"),
    ("anak saya batuk berdarah", "-"),
    ("ada biawak lewat di parit", "-"),
    ("sumur rt 12 jadi diperiksa?", "-"),
    ("warga minta satpol turun", "-"),
    ("suami saya kerja di tambang", "-"),
    ("kai gugur ka sungai", "-"),
    ("aspal amblas, 3 kali orang jatuh", "-"),
    ("sama air badan biru semua", "-"),
    ("bekas sabetan rotan baru", "-"),
    ("lebam lama n baru", "-"),
    ("kabel melintang nyangkut helm", "-"),
    ("laki ulun mamukul gandang", "-"),
    ("bu Marang sakit stroke", "-"),
    ("di kampung lama kami dulu tidak begini", "-"),
]


@pytest.mark.parametrize(("text", "expected"), ORDINARY_WORDS)
def test_an_ordinary_word_is_a_place_only_where_the_sentence_says_so(atlas: Atlas, text: str, expected: str) -> None:
    assert shown(locate(text, atlas)) == expected


SENTENCES_THAT_SAY_SO = [
    ("maling di ruko belakang pasar pagi", "64.72.09.1003"),
    ("pager belakang rumah roboh", "-"),
    ("Hutan di seberang sekolah Pager terbakar", "62.71.05.1005"),
    ("Api di pasar Liang membesar", "64.02.08.2007"),
    ("jalan km 28 batuah amblas", "64.02.03.2006"),
    ("anak tidur di kolong meja sambutan sini", "64.72.07.1002"),
    ("Api di bangunan tua di Jalan Danau, Melayu; angin kencang", "64.02.06.1005"),
    ("keluarga Bugis di sebelah baik", "-"),
    ("Terima Kasih Sambutan Hangatnya Pak", "-"),
    ("satu drum dari Sungai Meriam kalau ombak tidak ada. Sepatin", "64.02.04.2001"),
    ("jalan ke Liang Ulu berlubang", "64.02.08.2019"),
]


@pytest.mark.parametrize(("text", "expected"), SENTENCES_THAT_SAY_SO)
def test_a_capital_letter_a_road_or_a_neighbour_tells_a_place(atlas: Atlas, text: str, expected: str) -> None:
    assert shown(locate(text, atlas)) == expected


SAME_NAMES = [
    ("sidomulyo", "ask: Anggana, Samarinda Ilir, Tabang"),
    ("sidomulyo anggana", "64.02.04.2007"),
    ("Sidomulyo kec. Samarinda Ilir", "64.72.04.1003"),
    ("Sumber Sari", "ask: Kota Bangun Darat, Loa Kulu, Sebulu"),
    ("sumber sari loa kulu", "64.02.02.2014"),
    ("Teluk Dalam tenggarong seberang", "64.02.16.2013"),
    ("bukit raya samboja", "64.02.13.2016"),
    ("teluk lerong", "ask: Samarinda Ulu, Sungai Kunjang"),
    ("teluk lerong ulu", "64.72.06.1005"),
    ("sempaja banjir", "ask: " + ", ".join(["Samarinda Utara"] * 4)),
    ("sungai kunjang", "kecamatan Sungai Kunjang"),
    ("kelurahan sungai kunjang", "kecamatan Sungai Kunjang"),
    ("loa janan", "kecamatan Loa Janan"),
    ("loa janan ilir", "kecamatan Loa Janan Ilir"),
    ("loa janan ulu", "64.02.03.2003"),
    ("kec anggana", "kecamatan Anggana"),
    ("desa anggana", "64.02.04.2005"),
    ("sungai pinang", "kecamatan Sungai Pinang"),
    ("Sidodadi Maliku", "outside 62.11.06.2012"),
    ("kampung baru tenggarong", "64.02.06.1008"),
    ("longsor teluk dalam muara jawa rt 4", "64.02.14.1004"),
    ("muara jawa rt 4", "64.02.14.1008"),
]


@pytest.mark.parametrize(("text", "expected"), SAME_NAMES)
def test_one_name_for_several_places_is_asked_unless_the_kecamatan_was_said(
    atlas: Atlas, text: str, expected: str
) -> None:
    assert shown(locate(text, atlas)) == expected


ELSEWHERE = [
    ("jalan rusak di berebas tengah", "outside 64.74.02.1002"),
    ("gunung bahagia balikpapan", "outside 64.71"),
    ("RT 8 Bengalon", "outside 64.08.09"),
    ("posyandu kami di bengalon", "outside 64.08.09"),
    ("ini dari Posyandu Seroja Sambaliung, gas langka", "outside 64.03.03"),
    ("adik merantau ke Berau", "regency Berau"),
    ("orang tuanya di kuala kapuas", "regency Kapuas"),
    ("jalan ke jakarta", "-"),
]


@pytest.mark.parametrize(("text", "expected"), ELSEWHERE)
def test_the_rest_of_two_provinces_is_known_but_not_served(atlas: Atlas, text: str, expected: str) -> None:
    assert shown(locate(text, atlas))[: len(expected)] == expected


ANSWERS = [
    ("air putih", "64.72.03.1004"),
    ("sambutan", "64.72.07.1002"),
    ("kel air hitam", "64.72.03.1006"),
    ("jawa", "ask: Samarinda Ulu, Sanga Sanga"),
    ("lempak", "64.72.05.1003"),
    ("timbao", "64.02.06.1004"),
    ("loabakung", "64.72.06.1001"),
    ("bontang", "outside 64.74"),
    ("di dekat pasar", "-"),
    ("tdk tau", "-"),
    ("pinggir parit", "-"),
    ("dekat danau", "-"),
    ("desa damai", "outside 64.71.06.1005"),
]


@pytest.mark.parametrize(("text", "expected"), ANSWERS)
def test_an_answer_to_which_kelurahan_needs_no_sentence(atlas: Atlas, text: str, expected: str) -> None:
    assert shown(locate(text, atlas, asked=True)) == expected


@pytest.mark.parametrize(
    ("near", "first", "count"),
    [(None, "64.02", 3), ("64.72", "64.72", 3), ("64.02.04", "64.02", 1), ("64.72.04.1001", "64.72", 1)],
)
def test_near_is_a_soft_hint(atlas: Atlas, near: str | None, first: str, count: int) -> None:
    where = locate("sidomulyo", atlas, near=near)
    found = where.candidates or (where.place,)
    assert len(found) == count
    assert found[0] is not None
    assert found[0].region == first


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("rt 5 loa bakung", True),
        ("loa bakng", False),
        ("di air putih", False),
        ("jl loa bakung", False),
        ("anggana", False),
    ],
)
def test_sure_only_when_written_as_the_name_is(atlas: Atlas, text: str, sure: bool) -> None:
    where = locate(text, atlas)
    assert where.place is not None
    assert where.sure is sure


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bukan loa bakung, loa buah", "64.72.06.1002"),
        ("bukan di sempaja utara pak, di lempake", "64.72.05.1003"),
        ("bukan di kelurahan lempake", "-"),
        ("bukan main parahnya, di lempake", "64.72.05.1003"),
    ],
)
def test_a_place_that_was_denied_does_not_count(atlas: Atlas, text: str, expected: str) -> None:
    assert shown(locate(text, atlas)) == expected


def test_evidence_is_what_was_read(atlas: Atlas) -> None:
    assert locate("Banjir di Sei Kapih, Sambutan", atlas).evidence == ("Sei Kapih", "Sambutan")


RT_RW = [
    ("rt05 loa buah", "05", None),
    ("RT.05/RW.02", "05", "02"),
    ("rt 5 rw 2", "05", "02"),
    ("RT 05/02", "05", "02"),
    ("rt o5", "05", None),
    ("Rt 012", "12", None),
    ("RW XII", None, "12"),
    ("RT.09/RW.IV", "09", "04"),
    ("er te tujuh belas", "17", None),
    ("erte lima rw dua", "05", "02"),
    ("rt dua puluh tiga", "23", None),
    ("rt sepuluh", "10", None),
    ("RT seratus lima", "105", None),
    ("bukan RT 5, RT 7", "07", None),
    ("RT 5 bukan RT 7", "05", None),
    ("pak rt 5 kali kami lapor", None, None),
    ("pak RT 5 sudah tahu", "05", None),
    ("ada 30 KK di RT 6", "06", None),
    ("ketua rt tidak peduli", None, None),
    ("arti dari kata itu", None, None),
    ("rete dua puluh tiga", "23", None),
    ("errte enam belas", "16", None),
    ("rt no. 34", "34", None),
    ("RT:007 / RW:02", "07", "02"),
    ("rt2 rw1", "02", "01"),
    ("dalam satu rt 12 orang kena dbd", None, None),
    ("1) tiga kasus satu RT 2) ibu hamil", None, None),
    ("RT/RW 003/001", "03", "01"),
    ("rt sepuluh tiga anak campak", "10", None),
    ("rt limabelas", "15", None),
    ("rt dua puluh due", "22", None),
    ("(Pak Amat, RT 2) buntu", "02", None),
    ("gang 1) dan (RT 2)", "02", None),
    ("di rt saya 3 anak sakit jam 7", None, None),
]


@pytest.mark.parametrize(("text", "rt", "rw"), RT_RW)
def test_rt_and_rw(atlas: Atlas, text: str, rt: str | None, rw: str | None) -> None:
    where = locate(text, atlas)
    assert (where.rt, where.rw) == (rt, rw)


@pytest.mark.parametrize("text", ["", "   ", "😀", "...", "1234567890", "\n\n", "RT", "kel", "a" * 5000])
def test_nothing_to_read_is_nothing_found(atlas: Atlas, text: str) -> None:
    assert shown(locate(text, atlas)) == "-"


def test_every_served_place_is_found_by_its_own_name(atlas: Atlas) -> None:
    lost = []
    for place in atlas.places.values():
        if atlas.served(place.code) and place.kind in ("kelurahan", "desa"):
            where = locate(f"kelurahan {place.name}, kecamatan {place.kecamatan}", atlas)
            if where.place != place:
                lost.append((place.name, shown(where)))
    assert lost == []


def test_a_pin_is_placed_only_where_the_data_can(atlas: Atlas) -> None:
    assert locate_point(-0.5, 117.1, atlas) is None
    surveyed = replace(
        atlas, points=(Point("64.72.06.1001", -0.50, 117.10, 1.5), Point("64.72.06.1002", -0.52, 117.10, 1.5))
    )
    inside, far = locate_point(-0.505, 117.10, surveyed), locate_point(-0.60, 117.10, surveyed)
    assert inside == atlas.places["64.72.06.1001"]
    assert far is None


def test_places_that_this_deployment_does_not_serve_are_outside() -> None:
    only_samarinda = load_atlas(serve=["64.72"])
    assert shown(locate("maluhu", only_samarinda)) == "outside 64.02.06.1011"
    assert shown(locate("sidomulyo", only_samarinda)) == "64.72.04.1003"
    assert only_samarinda.elsewhere("64.02.06.1011") is not None


def test_the_words_are_data() -> None:
    """No list of Indonesian words hides in the code that reads places."""
    for name in ("locate.py", "locate_index.py", "locate_mentions.py", "locate_context.py"):
        source = (Path(__file__).parents[2] / "routing" / name).read_text(encoding="utf-8")
        assert '"kel"' not in source
        assert '"di"' not in source
