"""What the reader is compared with: a list of keywords, and TF-IDF with logistic regression on the same messages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

KEYWORDS = {
    "pendidikan": "sekolah guru murid siswa paud seragam sd smp kelas belajar",
    "kesehatan": "sakit puskesmas posyandu hamil balita bidan obat dokter bpjs tbc imunisasi",
    "pekerjaan_umum": "air pdam jalan jembatan parit got drainase selokan wc jamban lubang",
    "perumahan_rakyat": "rumah atap dinding rusun roboh bedah kumuh",
    "trantibumlinmas": "dipukul suami maling kebakaran banjir ular mabuk narkoba hilang parang ancam",
    "sosial": "bansos bantuan pkh lansia yatim disabilitas terlantar sembako pengemis",
    "lainnya": "ktp kk akta sampah lampu listrik tanah sertifikat harga gas",
}
KINDS = {
    "greeting": "assalamualaikum halo selamat pagi siang permisi",
    "thanks": "terima kasih makasih suwun",
    "status_query": "laporan status kabar",
    "question": "apakah kapan berapa dimana syarat tanya",
    "cancel": "batal cancel hapus",
    "spam": "promo slot link pinjaman hadiah",
    "affirm": "ya iya betul benar oke inggih",
    "deny": "bukan tidak kada ndik salah",
    "chitchat": "wkwk haha hehe",
}


def field_by_keyword(text: str) -> str:
    return _most(text, KEYWORDS, "lainnya")


def kind_by_keyword(text: str) -> str:
    """A field's word makes it a report; else the kind with most words."""
    return "report" if _most(text, KEYWORDS, "") else _most(text, KINDS, "chitchat")


def _most(text: str, lists: dict[str, str], otherwise: str) -> str:
    words = re.findall(r"\w+", text.lower())
    counts = {name: sum(word in keys.split() for word in words) for name, keys in lists.items()}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else otherwise


def tfidf(texts: Sequence[str], labels: Sequence[str]) -> Pipeline:
    """Words and pairs of words, as Signalen does it."""
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True), LogisticRegression(C=20, max_iter=200)
    )
    return model.fit(list(texts), list(labels))
