"""The nouns of a report and the one table that says how it may change (`domain.md §5`, `design.md`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

FIELDS = (
    "pendidikan",
    "kesehatan",
    "pekerjaan_umum",
    "perumahan_rakyat",
    "trantibumlinmas",
    "sosial",
    "lainnya",
)

CATEGORIES: dict[str, tuple[str, ...]] = {
    "pendidikan": (
        "paud",
        "putus_sekolah",
        "biaya_bantuan_sekolah",
        "sarana_sekolah",
        "tenaga_pendidik",
        "penerimaan_siswa",
        "kekerasan_sekolah",
    ),
    "kesehatan": (
        "ibu_hamil",
        "balita_gizi",
        "imunisasi",
        "lansia_sakit",
        "penyakit_menular",
        "penyakit_kronis",
        "gangguan_jiwa",
        "layanan_kesehatan",
    ),
    "pekerjaan_umum": ("air_bersih", "sanitasi", "drainase", "jalan_jembatan"),
    "perumahan_rakyat": ("rtlh", "rumah_bencana", "permukiman_kumuh", "rumah_susun"),
    "trantibumlinmas": (
        "kdrt",
        "kekerasan_anak",
        "kekerasan_seksual",
        "keamanan",
        "narkoba_miras",
        "ketertiban",
        "kebakaran",
        "bencana",
        "orang_hilang",
        "hewan_berbahaya",
    ),
    "sosial": (
        "lansia_terlantar",
        "anak_terlantar",
        "disabilitas",
        "gelandangan",
        "bantuan_sosial",
        "korban_bencana",
    ),
    "lainnya": ("kependudukan", "sampah_lingkungan", "listrik_lampu", "pertanahan", "lain"),
}
"""The taxonomy of `understanding.md`: field to its categories, in the order they are offered."""

FIELD_OF: dict[str, str] = {category: name for name, members in CATEGORIES.items() for category in members}

RESTRICTED_CATEGORIES = frozenset({"kdrt", "kekerasan_anak", "kekerasan_seksual"})
"""Always on the restricted track (`domain.md §6`); self-harm joins it through `Understanding.restricted`."""


EMERGENCIES = frozenset({"kebakaran", "bencana", "orang_hilang", "ibu_hamil", "hewan_berbahaya", "keamanan"})
"""Where minutes matter when the words tell of danger now: filed without a confirmation, seen by no kader first."""


class Role(StrEnum):
    RESIDENT = "resident"
    KADER = "kader"
    OFFICER = "officer"
    COORDINATOR = "coordinator"
    SYSTEM = "system"


class Kind(StrEnum):
    """What a message is, before what it is about."""

    REPORT = "report"
    GREETING = "greeting"
    THANKS = "thanks"
    STATUS_QUERY = "status_query"
    QUESTION = "question"
    CANCEL = "cancel"
    CHITCHAT = "chitchat"
    SPAM = "spam"
    AFFIRM = "affirm"
    DENY = "deny"


class Status(StrEnum):
    REPORTED = "reported"
    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    REFUSED = "refused"
    FORWARDED = "forwarded"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    CLOSED = "closed"
    WAITING_REPORTER = "waiting_reporter"
    NOT_OURS = "not_ours"
    HOLDING = "holding"
    DUPLICATE = "duplicate"
    CANCELLED = "cancelled"
    REOPENED = "reopened"
    ACKNOWLEDGED = "acknowledged"
    HANDED_OVER = "handed_over"


FINISHED = frozenset({Status.REFUSED, Status.CLOSED, Status.DUPLICATE, Status.CANCELLED, Status.HANDED_OVER})
"""Nothing more is awaited from anybody; a draft is not a status, it lives in the conversation."""


@dataclass(frozen=True)
class Place:
    """A kelurahan or desa, or a kecamatan when nothing finer was said. `code` is Kemendagri's, dotted."""

    code: str
    name: str
    kecamatan: str
    regency: str
    kind: str
    """`kelurahan`, `desa`, `kecamatan` or `regency`."""

    @property
    def region(self) -> str:
        """Kemendagri code of the kabupaten or kota, such as `64.72`."""
        return self.code[:5]


@dataclass(frozen=True)
class Case:
    """One of several separate problems in one message."""

    text: str
    field: str | None
    category: str | None
    score: float
    urgent: bool
    restricted: bool
    place: Place | None
    rt: str | None
    rw: str | None
    on_behalf_of: str | None


@dataclass(frozen=True)
class Understanding:
    """What one message was read as. `score` (0..1): the trust in `category`; `evidence`: the words that decided."""

    kind: Kind
    field: str | None = None
    category: str | None = None
    score: float = 0.0
    runners_up: tuple[str, ...] = ()
    """Categories next in line, best first, without `category`."""
    also: tuple[str, ...] = ()
    """Other fields present."""
    urgent: bool = False
    restricted: bool = False
    place: Place | None = None
    place_candidates: tuple[Place, ...] = ()
    """Two or more places that the words could mean; `place` is then None."""
    rt: str | None = None
    rw: str | None = None
    on_behalf_of: str | None = None
    cases: tuple[Case, ...] = ()
    evidence: tuple[str, ...] = ()


class Actor(StrEnum):
    """Who may make a change. A person may be several of them, one at a time."""

    REPORTER = "reporter"
    KADER = "kader"
    OFFICER = "officer"
    COORDINATOR = "coordinator"
    SYSTEM = "system"


@dataclass(frozen=True)
class Change:
    """One allowed change of status: by whom, and the catalogue key of what the reporter hears (None: nothing)."""

    by: frozenset[Actor]
    reporter_hears: str | None


_R, _K, _O, _C, _S = Actor.REPORTER, Actor.KADER, Actor.OFFICER, Actor.COORDINATOR, Actor.SYSTEM
_BEFORE_OFFICE = (Status.REPORTED, Status.VERIFIED, Status.UNVERIFIED, Status.HOLDING, Status.REOPENED)
_AT_OFFICE = (Status.FORWARDED, Status.ACCEPTED, Status.IN_PROGRESS, Status.WAITING_REPORTER)


def _table() -> dict[tuple[Status, Status], Change]:
    table: dict[tuple[Status, Status], Change] = {}

    def allow(before: tuple[Status, ...], after: Status, by: tuple[Actor, ...], hears: str | None) -> None:
        for status in before:
            table[status, after] = Change(frozenset(by), hears)

    allow((Status.REPORTED,), Status.VERIFIED, (_K, _C), None)
    allow((Status.REPORTED,), Status.UNVERIFIED, (_S, _C), None)
    allow((Status.REPORTED,), Status.REFUSED, (_K, _C), "hear.refused")
    allow(
        (Status.VERIFIED, Status.UNVERIFIED, Status.HOLDING, Status.REOPENED, Status.NOT_OURS),
        Status.FORWARDED,
        (_S, _K, _C, _O),
        "hear.forwarded",
    )
    allow((Status.FORWARDED, Status.REOPENED), Status.ACCEPTED, (_O, _C), "hear.accepted")
    allow(
        (Status.FORWARDED, Status.ACCEPTED, Status.WAITING_REPORTER, Status.REOPENED),
        Status.IN_PROGRESS,
        (_O, _C),
        "hear.in_progress",
    )
    allow((*_AT_OFFICE, Status.REOPENED), Status.RESOLVED, (_O, _C), "hear.resolved")
    allow(
        (Status.FORWARDED, Status.ACCEPTED, Status.IN_PROGRESS, Status.REOPENED),
        Status.WAITING_REPORTER,
        (_O, _C),
        "hear.question",
    )
    allow((Status.WAITING_REPORTER,), Status.ACCEPTED, (_R, _S, _C), None)
    allow((*_AT_OFFICE, Status.REOPENED), Status.NOT_OURS, (_O, _C), None)
    allow(
        (Status.NOT_OURS, Status.REPORTED, Status.VERIFIED, Status.UNVERIFIED, Status.REOPENED, *_AT_OFFICE),
        Status.HOLDING,
        (_S, _O, _C),
        None,
    )
    allow((Status.HOLDING,), Status.REPORTED, (_C, _S, _R), None)
    # One kader alone cannot make a report disappear: the reporter may object, and the coordinator decides.
    allow((Status.REFUSED,), Status.HOLDING, (_R,), None)
    # An officer may take a *selesai* back that was a slip of the finger.
    allow((Status.RESOLVED,), Status.IN_PROGRESS, (_O, _C), "hear.taken_back")
    allow((Status.RESOLVED,), Status.CLOSED, (_R, _S, _C), None)
    # The reporter may tell that it solved itself, wherever it lies (*sudah ngalir lagi*, *anaknya sudah ketemu*).
    allow((*_BEFORE_OFFICE, *_AT_OFFICE), Status.CLOSED, (_R,), None)
    allow((Status.RESOLVED, Status.CLOSED), Status.REOPENED, (_R, _C), "hear.reopened")
    allow((*_BEFORE_OFFICE, *_AT_OFFICE, Status.NOT_OURS), Status.DUPLICATE, (_K, _O, _C), "hear.duplicate")
    allow((*_BEFORE_OFFICE, *_AT_OFFICE, Status.NOT_OURS), Status.CANCELLED, (_R, _C), None)
    # The restricted track is short and silent: nobody is pushed a word about it (`domain.md §6.5`).
    allow((Status.REPORTED,), Status.ACKNOWLEDGED, (_O,), None)
    allow((Status.ACKNOWLEDGED,), Status.CANCELLED, (_R,), None)
    allow((Status.REPORTED, Status.ACKNOWLEDGED), Status.HANDED_OVER, (_O,), None)
    return table


CHANGES: dict[tuple[Status, Status], Change] = _table()
"""(before, after) to the rule of that change. What is not here is not allowed."""


def change_allowed(before: Status, after: Status, by: Actor) -> bool:
    """Whether `by` may take a report from `before` to `after`."""
    rule = CHANGES.get((before, after))
    return rule is not None and by in rule.by


class FireKind(StrEnum):
    """Why somebody is to be remembered of a report, or the report moved on."""

    VERIFY_REMIND = "verify_remind"
    VERIFY_NEXT = "verify_next"
    FORWARD_PROMISE = "forward_promise"
    RESPOND_REMIND = "respond_remind"
    RESOLVE_REMIND = "resolve_remind"
    ANSWER_WAIT = "answer_wait"
    CLOSE_QUIET = "close_quiet"
    VISIT = "visit"


@dataclass(frozen=True)
class StoryLine:
    """One line of a report's history as its reporter may see it."""

    at: datetime
    kind: str
    """A status, or `note`, `joined`, `amended`."""
    note: str | None = None
    by: Role | None = None


@dataclass(frozen=True)
class Report:
    """A report as a handler sees it. Times are aware UTC; `promise_by` is a local calendar day."""

    id: int
    ticket: str
    region: str
    status: Status
    text: str
    field: str | None
    category: str | None
    place_code: str | None
    rt: str | None
    rw: str | None
    office: str | None
    """Role of the lead office in the region's table, such as `AIR`; None while held."""
    received_at: datetime
    promise_by: date | None
    verify_by: datetime | None
    respond_by: datetime | None
    resolve_by: datetime | None
    urgent: bool = False
    restricted: bool = False
    verified: bool = False
    hide_name: bool = False
    on_behalf_of: str | None = None
    reporter_name: str | None = None
    reporter_id: int = 0
    kader_id: int | None = None
    bounces: int = 0
    hold_reason: str | None = None
    question: str | None = None
    """What the office asked the reporter, while that is awaited."""
    safe_contact: str | None = None
    """Restricted only: how and when the person may be contacted; None forbids it."""
    story: tuple[StoryLine, ...] = ()

    @property
    def open(self) -> bool:
        return self.status not in FINISHED
