"""The tables of what is done beside the calls that ring: callbacks, work for agents, notices."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, String, Table, text

from ivr.store.metadata import metadata

# A callback is a call of ours (`call_sid`) that has its place in line and its story before it has a leg.
# `origin_sid` is the call in which it was booked; `due_at` is when it may be dialled (again). Of its
# `attempts`, `given_back` were stopped by a call from this number. `busy_looks` counts how often in a row its
# customer was on the phone with us. `keyed`: it was booked in a call from another number, or a withheld one.
LIVE_CALLBACK = "state IN ('booked', 'dialling', 'answered')"
callback = Table(
    "callback",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("call_sid", String(64), nullable=False, unique=True),
    Column("origin_sid", String(64), nullable=False),
    Column("customer_id", String(64)),
    Column("number", String(64), nullable=False),
    Column("shown", String(64), nullable=False),
    Column("queue", String(64), nullable=False),
    Column("language", String(20), nullable=False, server_default=""),
    Column("state", String(20), nullable=False),
    Column("since", Float, nullable=False),
    Column("due_at", Float, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("leg_sid", String(64)),
    Column("leg_asked_at", Float),
    Column("booked_at", Float, nullable=False),
    Column("chosen_at", Float),
    Column("token", String(64), nullable=False, unique=True),
    Column("ended_at", Float),
    Column("end_reason", String(60)),
    Column("keyed", Boolean, nullable=False, server_default=text("false")),
    Column("given_back", Integer, nullable=False, server_default="0"),
    Column("busy_looks", Integer, nullable=False, server_default="0"),
    Index("ix_callback_state_due", "state", "due_at"),
    Index("ix_callback_number", "number", "booked_at"),
    Index("ix_callback_origin", "origin_sid"),
    Index("ix_callback_customer", "customer_id", "state"),
    Index(
        "uq_callback_live",
        "number",
        "queue",
        unique=True,
        sqlite_where=text(LIVE_CALLBACK),
        postgresql_where=text(LIVE_CALLBACK),
    ),
)

# Look-ups of an account that found nothing, for a day. `who` is a digest of the source and the account.
look_up_try = Table(
    "look_up_try",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("who", String(64), nullable=False),
    Index("ix_look_up_try_who", "who", "at"),
    Index("ix_look_up_try_at", "at"),
)

# Numbers to be called back that were keyed and not called from, for a day: anybody can key any number.
# `caller` is "" for who withheld theirs; `trust` is known, waited or stranger.
keyed_number = Table(
    "keyed_number",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("call_sid", String(64), nullable=False),
    Column("caller", String(64), nullable=False),
    Column("number", String(64), nullable=False),
    Column("queue", String(64), nullable=False),
    Column("trust", String(10), nullable=False),
    Index("ix_keyed_number_at", "at"),
    Index("ix_keyed_number_number", "number", "at"),
    Index("ix_keyed_number_caller", "caller", "at"),
    Index("ix_keyed_number_call", "call_sid"),
    Index("ix_keyed_number_queue", "queue", "trust", "at"),
    sqlite_autoincrement=True,
)

# Something an agent is to do that is not a ringing call: a voicemail to answer, a call to return.
work_item = Table(
    "work_item",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(20), nullable=False),
    Column("queue", String(64), nullable=False),
    Column("call_sid", String(64), nullable=False),
    Column("recording_sid", String(64), unique=True),
    Column("customer_id", String(64)),
    Column("number", String(64), nullable=False, server_default=""),
    Column("state", String(20), nullable=False),
    Column("agent_id", String(64)),
    Column("made_at", Float, nullable=False),
    Column("since", Float, nullable=False),
    Column("due_at", Float),
    Column("done_at", Float),
    Column("result", String(200), nullable=False, server_default=""),
    Column("callback_id", String(40)),
    Index("ix_work_item_callback", "callback_id"),
    Index("ix_work_item_queue_state", "queue", "state", "made_at"),
    Index("ix_work_item_call", "call_sid"),
    Index("ix_work_item_customer", "customer_id", "state"),
    Index("ix_work_item_number", "number", "state"),
    sqlite_autoincrement=True,
)

# What operations staff have said at once to every caller, or to those of one queue (`queue`).
notice = Table(
    "notice",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("queue", String(64)),
    Column("words", JSON, nullable=False),
    Column("author", String(100), nullable=False, server_default=""),
    Column("made_at", Float, nullable=False),
    Column("from_at", Float, nullable=False),
    Column("until_at", Float),
    Column("ended_at", Float),
    Index("ix_notice_ended", "ended_at"),
    sqlite_autoincrement=True,
)
