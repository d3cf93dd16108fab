"""Every table, in one place (those of sending, trust and follow-up stand in `tables_sending.py`, `tables_trust.py` and
`tables_followup.py`).

Columns that hold a person's name, number or words are encrypted (`Secret`), and looked up by keyed hash (`Hashed`);
times are aware UTC (`UtcTime`). Works alike on SQLite and PostgreSQL.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    false,
    text,
)

from bot.store.columns import Hashed, Secret, SecretJson, UtcTime
from bot.store.metadata import metadata as metadata
from bot.store.tables_followup import corrections as corrections
from bot.store.tables_followup import errands as errands
from bot.store.tables_followup import misses as misses
from bot.store.tables_followup import talks as talks
from bot.store.tables_sending import media as media
from bot.store.tables_sending import rates as rates
from bot.store.tables_sending import sends as sends
from bot.store.tables_sending import templates as templates
from bot.store.tables_trust import deletions as deletions
from bot.store.tables_trust import kept_from as kept_from

# --- people -----------------------------------------------------------------------------------------------------------

posyandu = Table(
    "posyandu",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("region", String(8), nullable=False),
    Column("place_code", String(16), nullable=False),
    Column("name", String(120), nullable=False),
    UniqueConstraint("place_code", "name"),  # many are called Mawar: the name alone says nothing (`domain.md §11`)
)

people = Table(
    "people",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Secret),
    Column("facts", SecretJson, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("stopped_at", UtcTime),  # BERHENTI: answered when they write, and told nothing by ourselves
    Column("erase_at", UtcTime, index=True),  # HAPUS DATA: to be carried out
    Column("data_asked_at", UtcTime, index=True),  # DATA SAYA: to be handed out
    Column("made_up", Boolean, nullable=False, default=False),  # demo people: gone as soon as a real channel is set up
)

addresses = Table(
    "addresses",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False, index=True),
    Column("channel", String(16), nullable=False),
    Column("contact_hash", Hashed, nullable=False),
    Column("contact", Secret, nullable=False),
    Column("last_inbound_at", UtcTime),
    Column("blocked_at", UtcTime),
    Column("opted_in_at", UtcTime),  # agreed to be written to first; by which words or list stands beside it
    Column("opted_in_by", String(40)),
    UniqueConstraint("channel", "contact_hash"),
)

memberships = Table(
    "memberships",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False, index=True),
    Column("role", String(16), nullable=False),
    Column("region", String(8), nullable=False, index=True),
    Column("office", String(16)),  # an officer's office role, such as AIR
    Column("posyandu_id", ForeignKey("posyandu.id")),
    Column("place_codes", String(400), nullable=False, default=""),  # comma-separated
    Column("field", String(24)),
    Column("active", Boolean, nullable=False, default=True),
    Column("last_asked_at", UtcTime),
    Column("contact_rank", Integer, nullable=False, default=1, server_default="1"),  # 2: told when the first is silent
    Column("away_until", Date),  # on leave up to and with this local day; who stands in has the work meanwhile
    Column("stand_in_id", Integer),  # a person of the same office
    Column("external_key", String(80), unique=True),  # of the imported list: a second import changes nothing
)

invitations = Table(
    "invitations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("code_hash", Hashed, nullable=False, unique=True),
    Column("expires_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
)

# --- conversation -----------------------------------------------------------------------------------------------------

UNSEND = "unsend_at IS NOT NULL AND unsent_at IS NULL"  # none at most times, and asked for every few seconds
inbox = Table(
    "inbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("external_id", String(160), nullable=False),
    Column("contact_hash", Hashed, nullable=False),
    Column("contact", Secret, nullable=False),
    Column("raw", Secret, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("urgent", Boolean, nullable=False, default=False),  # danger never waits for the quiet seconds
    Column("tries", Integer, nullable=False, default=0),
    Column("next_at", UtcTime, nullable=False),
    Column("handled_at", UtcTime),
    Column("parked_at", UtcTime),
    Column("error", String(200)),  # class and place of the failure, never the words
    Column("unsend_at", UtcTime),  # its writer asked to have it taken off the phone
    Column("unsent_at", UtcTime),
    UniqueConstraint("channel", "external_id"),
    Index("ix_inbox_waiting", "handled_at", "parked_at", "next_at"),
    Index("ix_inbox_sender", "channel", "contact_hash", "handled_at"),
    Index("ix_inbox_unsend", "id", sqlite_where=text(UNSEND), postgresql_where=text(UNSEND)),
)

conversations = Table(
    "conversations",
    metadata,
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("state", SecretJson, nullable=False),
    Column("version", Integer, nullable=False, default=0),
    Column("lease_until", UtcTime),
    Column("lease_owner", String(40)),
)

asks = Table(
    "asks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False, index=True),
    Column("report_id", ForeignKey("reports.id"), index=True),
    Column("kind", String(24), nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("closed_at", UtcTime),
)

FREE = "sent_at IS NULL AND failed_at IS NULL AND parked_at IS NULL AND not_before IS NULL"  # few at any time
outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False, index=True),
    Column("report_id", ForeignKey("reports.id")),
    Column("ask_id", ForeignKey("asks.id"), index=True),
    Column("says", SecretJson, nullable=False),  # catalogue keys and values, not text: words are made when it is sent
    Column("reply_channel", String(16)),  # an answer goes back where the question came from
    Column("dedupe", String(120), unique=True),
    Column("created_at", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("not_before", UtcTime),  # night, or news a moment ago: it waits, and holds up nothing that comes later
    Column("lease_until", UtcTime),
    Column("tries", Integer, nullable=False, default=0),
    Column("sent_at", UtcTime),
    Column("external_id", String(160), index=True),
    Column("failed_at", UtcTime),
    Column("failure", String(80)),
    Column("forgotten_at", UtcTime),  # its words are gone; what it cost is not
    Column("parked_at", UtcTime),  # waits for the person to write; a neutral template told them that there is news
    Column("notice", Boolean, nullable=False, default=False, server_default=false()),  # is that template
    Column("unsend_at", UtcTime),  # its reader asked to have it taken off the phone
    Column("unsent_at", UtcTime),
    Index("ix_outbox_due", "sent_at", "failed_at", "due_at"),
    Index("ix_outbox_waiting", "sent_at", "failed_at", "not_before"),
    Index("ix_outbox_free", "person_id", sqlite_where=text(FREE), postgresql_where=text(FREE)),
    Index("ix_outbox_unsend", "id", sqlite_where=text(UNSEND), postgresql_where=text(UNSEND)),
)

# --- reports ----------------------------------------------------------------------------------------------------------

ticket_counters = Table(
    "ticket_counters",
    metadata,
    Column("region", String(8), primary_key=True),
    Column("last", Integer, nullable=False),
)

reports = Table(
    "reports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ref", String(64), nullable=False, unique=True),  # the draft it came from: filing twice files once
    Column("ticket", String(24), nullable=False, unique=True),
    Column("code_hash", Hashed, unique=True),  # restricted: the eight characters its reporter asks with
    Column("region", String(8), nullable=False, index=True),
    Column("reporter_id", ForeignKey("people.id"), nullable=False, index=True),
    Column("kader_id", ForeignKey("people.id"), index=True),
    Column("office", String(16), index=True),
    Column("support", String(120), nullable=False, default=""),
    Column("status", String(20), nullable=False, index=True),
    Column("restricted", Boolean, nullable=False, default=False),
    Column("urgent", Boolean, nullable=False, default=False),
    Column("verified", Boolean, nullable=False, default=False),
    Column("hide_name", Boolean, nullable=False, default=False),
    Column("text", Secret, nullable=False),
    Column("on_behalf_of", Secret),
    Column("consent", String(24)),
    Column("question", Secret),
    Column("safe_contact", SecretJson),
    Column("discreet", Boolean, nullable=False, default=False, server_default=false()),  # others read that phone
    Column("owed_news", Boolean, nullable=False, default=False, server_default=false()),  # unopened, not yet told
    Column("field", String(24)),
    Column("category", String(32)),
    Column("alternatives", String(200), nullable=False, default=""),
    Column("score", Float, nullable=False, default=0.0),
    Column("chosen_by_person", Boolean, nullable=False, default=False),
    Column("place_code", String(16), index=True),
    Column("rt", String(4)),
    Column("rw", String(4)),
    Column("point", Secret),
    Column("hold_reason", String(24)),
    Column("bounces", Integer, nullable=False, default=0),
    Column("received_at", UtcTime, nullable=False),
    Column("promise_by", Date),
    Column("verify_by", UtcTime),
    Column("acknowledge_by", UtcTime),
    Column("respond_by", UtcTime),  # the office states its plan
    Column("resolve_by", UtcTime),
    Column("first_response_at", UtcTime),  # the first words of an office that the reporter could read
    Column("waiting_since", UtcTime),  # the reporter was asked: the office's clock stands still
    Column("answer_due_at", UtcTime),  # an officer answered; told to the residents then, unless it is taken back
    Column("promised_on", Date),  # the office's own word, a local day
    Column("put_off_until", Date),  # by the coordinator
    Column("visit_on", Date),  # a kader goes there on that local day
    Column("rating", Integer),  # 1 to 5; silence is no rating
    Column("linked_to", Integer, index=True),  # the first report of the message that this one came from as well
    Column("version", Integer, nullable=False, default=0),
    Column("anonymised_at", UtcTime),
)

followers = Table(
    "followers",
    metadata,
    Column("report_id", ForeignKey("reports.id"), primary_key=True),
    Column("person_id", ForeignKey("people.id"), primary_key=True, index=True),
    Column("joined_at", UtcTime, nullable=False),
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("report_id", ForeignKey("reports.id"), index=True),  # None: a paper for this person alone
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("file", SecretJson, nullable=False),  # handlers.messages.Attachment
    Column("media_ref", String(80), index=True),  # of `media`: the same bytes are kept once
    Column("transcript", Secret),  # of a voice note, by a machine or by who listened
    Column("added_at", UtcTime, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("report_id", ForeignKey("reports.id"), nullable=False, index=True),
    Column("at", UtcTime, nullable=False),
    Column("person_id", ForeignKey("people.id")),
    Column("actor", String(12), nullable=False),
    Column("kind", String(24), nullable=False),  # a status, note, amended, office, joined, kader_asked, reminded …
    Column("seen", Boolean, nullable=False, default=False),  # the reporter may read it
    Column("data", SecretJson, nullable=False),
    Index("ix_events_person", "person_id", "at"),  # a kader's month
)

fires = Table(
    "fires",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("report_id", ForeignKey("reports.id"), nullable=False, index=True),
    Column("kind", String(24), nullable=False),
    Column("step", Integer, nullable=False),
    Column("round", Integer, nullable=False, default=0),  # a new office or a new kader gets a clock of its own
    Column("due_at", UtcTime, nullable=False),
    Column("lease_until", UtcTime),
    Column("tries", Integer, nullable=False, default=0),
    Column("done_at", UtcTime),
    Column("outcome", String(40)),
    UniqueConstraint("report_id", "kind", "step", "round"),
    Index("ix_fires_due", "done_at", "due_at"),
)

# --- simulator and small things ---------------------------------------------------------------------------------------

simulator_lines = Table(
    "simulator_lines",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("contact_hash", Hashed, nullable=False, index=True),
    Column("outbound", Boolean, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("body", SecretJson, nullable=False),
    Column("external_id", String(160), nullable=False, unique=True),
)

facts = Table(
    "facts",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("value", String(400), nullable=False),  # such as the simulator's moved clock, in seconds
)
