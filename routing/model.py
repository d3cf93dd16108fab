"""The nouns of a report; how it may change is in `routing/changes.py` (`domain.md §5`, `design.md`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
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


AT_ONCE = frozenset({"kebakaran", "bencana", "orang_hilang", "ibu_hamil", "layanan_kesehatan", "lansia_sakit"})
"""Fire, flood, somebody missing, a birth, somebody unconscious: such an emergency is filed without a confirmation."""
EMERGENCIES = AT_ONCE | {"hewan_berbahaya", "keamanan"}
"""Where minutes matter when the words tell of danger now: seen by no kader first."""


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
    emergency: bool = False


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
    emergency: bool = False
    """Narrower than `urgent`: surely a life at risk now, in a matter of `AT_ONCE`."""
    restricted: bool = False
    hinted: bool = False
    """Not taken for violence, but near it: numbers to call do no harm (`domain.md §6`)."""
    place: Place | None = None
    place_candidates: tuple[Place, ...] = ()
    """Two or more places that the words could mean; `place` is then None."""
    rt: str | None = None
    rw: str | None = None
    on_behalf_of: str | None = None
    cases: tuple[Case, ...] = ()
    evidence: tuple[str, ...] = ()

    @property
    def pressing(self) -> bool:
        """Danger now, as it is counted outside: who is beaten at home is in danger until somebody steps in."""
        return self.urgent or (self.restricted and self.category in RESTRICTED_CATEGORIES)

    @property
    def one_name(self) -> str | None:
        """What all places that may be meant are called (there are two *Sumber Sari*); None when they differ."""
        names = {place.name for place in self.place_candidates}
        return names.pop() if len(names) == 1 else None


class Actor(StrEnum):
    """Who may make a change. A person may be several of them, one at a time."""

    REPORTER = "reporter"
    KADER = "kader"
    OFFICER = "officer"
    COORDINATOR = "coordinator"
    SYSTEM = "system"


class FireKind(StrEnum):
    """Why somebody is to be remembered of a report, or the report moved on."""

    VERIFY_REMIND = "verify_remind"
    VERIFY_NEXT = "verify_next"
    FORWARD_PROMISE = "forward_promise"
    RESPOND_REMIND = "respond_remind"
    RESOLVE_REMIND = "resolve_remind"
    ANSWER_WAIT = "answer_wait"
    CLOSE_QUIET = "close_quiet"


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
    discreet: bool = False
    """Others read the phone of its reporter: nothing is sent there unasked."""
    owed_news: bool = False
    """Its reporter is still to hear, with the next thing they write, that nobody has opened it."""
    story: Sequence[StoryLine] = attribute(default=(), compare=False)
    """Not compared: it may be read only when somebody looks at it."""
    acknowledge_by: datetime | None = None
    """By then the office has at least said that it has the report."""
    first_response_at: datetime | None = None
    """The first words of an office that the reporter could read; reminders and our own lines are none."""
    waiting_since: datetime | None = None
    """The reporter was asked: the office's clock stands still."""
    answer_due_at: datetime | None = None
    """An officer answered; it takes effect then, unless it is taken back before. No reminder meanwhile."""
    promised_on: date | None = None
    """The day an officer named: the next reminder, and what the reporter was told. Local."""
    put_off_until: date | None = None
    """The coordinator put it off to that local day, with a reason."""
    visit_on: date | None = None
    """A kader goes there on that local day."""
    rating: int | None = None
    """1 to 5; silence is none."""
    linked_to: int | None = None
    """The first report of the same message, when it told of needs for several offices."""

    @property
    def open(self) -> bool:
        return self.status not in FINISHED
