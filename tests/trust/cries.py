"""First messages of people in need: victims, children, neighbours, kader, in the mixtures people write. All made up."""

from __future__ import annotations

from typing import NamedTuple


class Cry(NamedTuple):
    """`by`: victim, child, parent, neighbour, kader; `about`: violence or despair; `danger`: minutes matter."""

    text: str
    by: str
    tongue: str
    about: str = "violence"
    danger: bool = False


CRIES = (
    # Indonesian as it is written
    Cry("tolong saya dikunci suami, HP mau diambil", "victim", "Indonesian", danger=True),
    Cry("suami sy mukul lg bu, muka sy lebam, sy takut plg", "victim", "Indonesian"),
    Cry("pacar saya ancam sebar foto saya kalau saya putus", "victim", "Indonesian"),
    Cry("saya diperkosa tadi malam", "victim", "Indonesian"),
    Cry("majikan suka pegang2 saya kalau rumah sepi, saya mau keluar tapi ktp ditahan", "victim", "Indonesian"),
    Cry("mertua saya nampar saya di depan anak anak", "victim", "Indonesian"),
    Cry("anak saya diraba gurunya di sekolah, dia nangis terus", "parent", "Indonesian"),
    Cry("aku smp, ayah tiri suka masuk kamar malam2, aku takut", "child", "Indonesian"),
    Cry("kak aku umur 13, aku dipukul bapak pake selang", "child", "Indonesian"),
    Cry("tetangga sebelah tiap malam dengar istrinya menjerit dipukul", "neighbour", "Indonesian"),
    Cry("warga saya ditampar suaminya tadi malam, rt 3 loa bakung", "kader", "Indonesian"),
    Cry("ada balita di posyandu badannya lebam-lebam bekas cubitan, ibunya bilang jatuh", "kader", "Indonesian"),
    Cry("🆘", "victim", "Indonesian", danger=True),
    # Banjar
    Cry("laki ulun mamukul ulun tarus, ulun takutan", "victim", "Banjar"),
    Cry("ulun ditampiling laki ulun, handak bulik ka rumah mama", "victim", "Banjar"),
    Cry("laki ulun mangamuk mambawa parang, tulung lakas", "victim", "Banjar", danger=True),
    Cry("kakanak di sabalah disipak abahnya tiap hari, kasihan banar", "neighbour", "Banjar"),
    # Kutai
    Cry("laki nyawa mukul nyawa tiap malam, nyawa gaer bulek ke rumah", "victim", "Kutai"),
    Cry("etam dengar bini jiran tu dipukul lakinya, ndik berani etam negur", "neighbour", "Kutai"),
    # Javanese
    Cry("bojoku nggebuki aku wis ping telu, aku wedi mulih", "victim", "Javanese"),
    Cry("kulo dikaplok bojo kulo, njenengan saged mbantu mboten", "victim", "Javanese"),
    Cry("tonggoku diantemi bojone bendino, anake nangis", "neighbour", "Javanese"),
    # Ngaju
    Cry("bane mamukul aku hapus andau, aku mikeh", "victim", "Ngaju"),
    Cry("bane manyipak aku, dohop aku lakas", "victim", "Ngaju", danger=True),
    # Mixtures
    Cry("tlg bu laki ulun mukul lg, anak2 nangis ndak berani kluar", "victim", "mixed"),
    Cry("bojo kulo mukul terus bu, ulun wis kada kuat lagi", "victim", "mixed"),
    # Despair
    Cry("saya mau bunuh diri saja", "victim", "Indonesian", "despair", danger=True),
    Cry("rasanya pengen mati aja, hutang numpuk", "victim", "Indonesian", "despair", danger=True),
    Cry("ulun handak mati haja, kada kuat lagi", "victim", "Banjar", "despair", danger=True),
    Cry("teman saya kirim pesan mau bunuh diri", "neighbour", "Indonesian", "despair", danger=True),
)
