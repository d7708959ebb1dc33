"""Every table but those of published flows. Times are epoch seconds (UTC); JSON columns hold plain values."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

# Their tables are made with these.
from ivr.store import (  # noqa: F401
    article_tables,
    card_tables,
    expenses,
    flow_tables,
    refusal_tables,
    report_tables,
    supervising_tables,
    transfer_tables,
    wait_tables,
    work_item_tables,
)
from ivr.store.metadata import metadata

# A conversation by text is kept like a call, so that it has a card; it counts as none.
TEXT = "text"
call = Table(
    "call",
    metadata,
    Column("sid", String(64), primary_key=True),
    Column("caller", String(64), nullable=False),
    Column("dialled", String(64), nullable=False),
    Column("customer_id", String(64)),
    Column("flow", String(100), nullable=False),
    Column("revision", String(64), nullable=False),
    Column("status", String(20), nullable=False),
    Column("session", Text, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("queued_id", String(40)),
    Column("outcome", String(30)),
    Column("agent_id", String(64)),
    Column("disposition", String(100)),
    Column("started_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
    Column("ended_at", Float),
    Column("leg_sid", String(64)),
    Column("direction", String(10), nullable=False, server_default="in"),
    Index("ix_call_caller_started", "caller", "started_at"),
    Index("ix_call_started", "started_at"),
)

turn = Table(
    "turn",
    metadata,
    Column("call_sid", String(64), primary_key=True),
    Column("turn", Integer, primary_key=True),
    Column("cause", String(100), nullable=False),
    Column("answer", Text, nullable=False),
    Column("at", Float, nullable=False),
)

LIVE_QUEUED = "state IN ('waiting', 'offered', 'talking')"
queued_call = Table(
    "queued_call",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("call_sid", String(64), nullable=False),
    Column("queue", String(64), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("entered_at", Float, nullable=False),
    Column("state", String(20), nullable=False),
    Column("since", Float, nullable=False),
    Column("due_at", Float),
    Column("offer_id", String(64)),
    Column("promise", JSON),
    Column("answered_at", Float),
    Column("ended_at", Float),
    Column("end_reason", String(40)),
    Column("kind", String(10), nullable=False, server_default="live"),
    Column("rank_at", Float, nullable=False, server_default="0"),
    Column("not_before", Float),
    Column("skills", JSON),
    Column("prefer_agent", String(64)),
    Column("prefer_until", Float),
    Index("ix_queued_call_line", "queue", "state", "rank_at"),
    Index("ix_queued_call_call", "call_sid"),
    Index(
        "uq_queued_call_live",
        "call_sid",
        unique=True,
        sqlite_where=text(LIVE_QUEUED),
        postgresql_where=text(LIVE_QUEUED),
    ),
)

LIVE_OFFER = "state IN ('pending', 'accepted', 'connected')"
LIVE_CALL_OFFER = f"kind = 'call' AND {LIVE_OFFER}"
offer = Table(
    "offer",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("queued_id", String(40), nullable=False),
    Column("call_sid", String(64), nullable=False),
    Column("queue", String(64), nullable=False),
    Column("agent_id", String(64), nullable=False),
    Column("state", String(20), nullable=False),
    Column("created_at", Float, nullable=False),
    Column("due_at", Float, nullable=False),
    Column("leg_sid", String(64)),
    Column("leg_state", String(20), nullable=False, server_default="none"),
    Column("leg_asked_at", Float),
    Column("accepted_at", Float),
    Column("connected_at", Float),
    Column("ended_at", Float),
    Column("end_reason", String(60)),
    Column("candidates", JSON),
    Column("kind", String(10), nullable=False, server_default="call"),
    Column("room", String(64)),
    Column("held_at", Float),
    Column("recording_paused_at", Float),
    Index("ix_offer_call", "call_sid"),
    Index("ix_offer_agent_created", "agent_id", "created_at"),
    Index(
        "uq_offer_live_agent",
        "agent_id",
        unique=True,
        sqlite_where=text(LIVE_OFFER),
        postgresql_where=text(LIVE_OFFER),
    ),
    Index(
        "uq_offer_live_call",
        "call_sid",
        unique=True,
        sqlite_where=text(LIVE_CALL_OFFER),
        postgresql_where=text(LIVE_CALL_OFFER),
    ),
)

agent = Table(
    "agent",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("phone", String(200), nullable=False),
    Column("role", String(20), nullable=False, server_default="agent"),
    Column("password_hash", String(200)),
    Column("state", String(20), nullable=False),
    Column("reason", String(100), nullable=False, server_default=""),
    Column("wish", String(20), nullable=False, server_default=""),
    Column("since", Float, nullable=False),
    Column("due_at", Float),
    Column("disabled", Boolean, nullable=False, server_default=text("false")),
    Column("must_change_password", Boolean, nullable=False, server_default=text("false")),
    Column("totp_secret", String(64)),  # that there is one; readable where an older version wrote it
    Column("totp_wanted", String(64)),  # of older versions; empty
    Column("totp_step", Integer),
    Column("desk_seen_at", Float),
    Column("totp_sealed", String(200)),
    Column("totp_begun", String(200)),
    Index("ix_agent_state", "state"),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column(
        "agent_id",
        String(64),
        ForeignKey("agent.id", ondelete="CASCADE", name="fk_recovery_code_agent_id_agent"),
        primary_key=True,
    ),
    Column("code_hash", String(64), primary_key=True),
)

agent_queue = Table(
    "agent_queue",
    metadata,
    Column("agent_id", String(64), ForeignKey("agent.id", ondelete="CASCADE"), primary_key=True),
    Column("queue", String(64), primary_key=True),
    Column("level", Integer, nullable=False, server_default="1"),
    Index("ix_agent_queue_queue", "queue"),
)

agent_skill = Table(
    "agent_skill",
    metadata,
    Column(
        "agent_id",
        String(64),
        ForeignKey("agent.id", ondelete="CASCADE", name="fk_agent_skill_agent_id_agent"),
        primary_key=True,
    ),
    Column("skill", String(64), primary_key=True),
    Column("level", Integer, nullable=False),
)

agent_session = Table(
    "agent_session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("agent_id", String(64), nullable=False),
    Column("made_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("revoked_at", Float),
    Column("address", String(64), nullable=False, server_default=""),
    Column("browser", String(200), nullable=False, server_default=""),
    Column("device", String(64), nullable=False, server_default=""),
    Column("wants_code", Boolean, nullable=False, server_default=text("false")),
    Index("ix_agent_session_agent", "agent_id"),
)

sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("who", String(200), nullable=False),
    Column("at", Float, nullable=False),
    Index("ix_sign_in_attempt_who", "who", "at"),
    Index("ix_sign_in_attempt_at", "at"),
)

customer = Table(
    "customer",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("company", String(200), nullable=False, server_default=""),
    Column("language", String(20), nullable=False, server_default=""),
    Column("email", String(200), nullable=False, server_default=""),
    Column("fields", JSON, nullable=False),
    Column("updated_at", Float, nullable=False),
)

# A number may be that of a household or an office, and a customer may have several.
customer_number = Table(
    "customer_number",
    metadata,
    Column("number", String(64), primary_key=True),
    Column("customer_id", String(64), ForeignKey("customer.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_customer_number_customer", "customer_id"),
)

contact = Table(
    "contact",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("customer_id", String(64)),
    Column("number", String(64), nullable=False, server_default=""),
    Column("channel", String(20), nullable=False),
    Column("direction", String(10), nullable=False, server_default="in"),
    Column("summary", String(1000), nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
    Column("agent_name", String(100), nullable=False, server_default=""),
    Column("queue", String(64), nullable=False, server_default=""),
    Column("outcome", String(40), nullable=False, server_default=""),
    Column("disposition", String(100), nullable=False, server_default=""),
    Column("seconds", Integer, nullable=False, server_default="0"),
    Column("call_sid", String(64), unique=True),
    Column("recording_sid", String(64)),
    Column("text_sid", String(64)),
    Column("asked_leave", Boolean, nullable=False, server_default=text("false")),
    Column("used_name", Boolean, nullable=False, server_default=text("false")),
    Column("erased", Boolean, nullable=False, server_default=text("false")),
    Index("ix_contact_customer_at", "customer_id", "at"),
    Index("ix_contact_number_at", "number", "at"),
    Index("ix_contact_at", "at", "id"),
    Index("ix_contact_queue_at", "queue", "at", "id"),
    Index("ix_contact_outcome_at", "outcome", "at", "id"),
)

note = Table(
    "note",
    metadata,
    Column("call_sid", String(64), primary_key=True),
    Column("agent_id", String(64), primary_key=True),
    Column("text", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated_at", Float, nullable=False),
    Column("asked_leave", Boolean, nullable=False, server_default=text("false")),
    Column("used_name", Boolean, nullable=False, server_default=text("false")),
)

recording = Table(
    "recording",
    metadata,
    Column("sid", String(64), primary_key=True),
    Column("call_sid", String(64), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("queue", String(64), nullable=False, server_default=""),
    Column("seconds", Integer, nullable=False),
    Column("status", String(20), nullable=False),
    Column("made_at", Float, nullable=False),
    Column("transcript", Text),
    Index("ix_recording_call", "call_sid"),
)

OF_READERS = "kind IN ('file_read', 'many_files_read')"
# Lines that name a customer and are not found by the customer's calls.
OF_CUSTOMERS = (
    "kind IN ('customer_chosen', 'text_received', 'opted_out', 'opted_in', 'contacts_searched',"
    " 'contacts_exported')"
)
journal = Table(
    "journal",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("call_sid", String(64)),
    Column("agent_id", String(64)),
    Column("queue", String(64)),
    Column("body", JSON, nullable=False),
    Index("ix_journal_call", "call_sid", "id"),
    Index(
        "ix_journal_reader",
        "agent_id",
        "kind",
        "at",
        sqlite_where=text(OF_READERS),
        postgresql_where=text(OF_READERS),
    ),
    Index(
        "ix_journal_customer",
        "kind",
        sqlite_where=text(OF_CUSTOMERS),
        postgresql_where=text(OF_CUSTOMERS),
    ),
    sqlite_autoincrement=True,
)

# How far forgetting has come, for each class of what is kept. `key` tells apart what happened in the same
# instant: the call, the contact, the line.
retention_mark = Table(
    "retention_mark",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("at", Float, nullable=False),
    Column("key", String(64), nullable=False),
)

job = Table(
    "job",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(40), nullable=False),
    Column("key", String(200), nullable=False, unique=True),
    Column("due", Float),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("body", JSON, nullable=False),
    Column("made_at", Float, nullable=False),
    Column("error", Text),
    Index("ix_job_due", "due"),
    sqlite_autoincrement=True,
)
