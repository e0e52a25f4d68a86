"""Sessions and what is known in them. Indexes are those that a query of a repository uses."""

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from core.facts.model import SourceType
from core.fixes.model import Decision, FixStatus
from core.sessions.model import SessionStatus, StepKind, StepOption
from core.turns.model import Author, TurnState
from storage.tables.base import NUMBER, account, count, enum, flag, identity, metadata, moment, session, words
from storage.types import JsonObject, JsonTuple

__all__ = ["facts", "fixes", "messages", "participants", "session_threads", "sessions", "steps", "timeline"]

sessions = Table(
    "sessions",
    metadata,
    identity(),
    account(),
    Column("number", Integer, nullable=False),
    words("title"),
    words("summary"),
    words("domain"),
    words("intake"),
    enum("status", SessionStatus),
    Column("owner_id", ForeignKey("users.id"), nullable=False),
    Column("previous_owner_id", ForeignKey("users.id")),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False),
    count("state_version"),
    count("events"),
    count("last_message"),
    Column("ticket_id", Text),
    words("ticket_number"),
    words("ticket_url"),
    Column("confidence", Float, nullable=False, server_default="0"),
    Column("flow_id", Text),
    Column("carried_from", Text),
    Column("rating", Integer),
    words("rating_comment"),
    moment("created_at"),
    moment("active_at"),
    moment("paused_at", nullable=True),
    moment("closed_at", nullable=True),
    UniqueConstraint("account_id", "number"),
    Index("ix_sessions_conversation", "conversation_id", "number"),
    Index(
        "ix_sessions_open",
        "account_id",
        "id",
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
    Index("ix_sessions_listed", "account_id", "status", "id"),
    Index("ix_sessions_account", "account_id", "id"),
)

session_threads = Table(
    "session_threads",
    metadata,
    Column("session_id", ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, nullable=False),
    flag("held"),
    Index("ix_session_threads_conversation", "conversation_id"),
    Index(
        "uq_session_threads_held",
        "conversation_id",
        unique=True,
        sqlite_where=text("held"),
        postgresql_where=text("held"),
    ),
)

participants = Table(
    "participants",
    metadata,
    Column("session_id", ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    count("number"),
    moment("joined_at"),
    Index("ix_participants_user", "user_id", "session_id"),
)

messages = Table(
    "messages",
    metadata,
    identity(),
    account(),
    session(index=False),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False),
    Column("number", Integer, nullable=False),
    enum("author", Author),
    Column("user_id", ForeignKey("users.id")),
    words("ref"),
    words("text"),
    enum("turn", TurnState),
    moment("created_at"),
    moment("edited_at", nullable=True),
    moment("deleted_at", nullable=True),
    UniqueConstraint("session_id", "number"),
    Index("ix_messages_ref", "conversation_id", "ref"),
    Index(
        "ix_messages_pending",
        "session_id",
        "number",
        sqlite_where=text("turn = 'pending'"),
        postgresql_where=text("turn = 'pending'"),
    ),
)

steps = Table(
    "steps",
    metadata,
    identity(),
    account(),
    session(),
    Column("number", Integer, nullable=False),
    enum("kind", StepKind),
    words("text"),
    words("detail"),
    Column("options", JsonTuple(StepOption), nullable=False),
    Column("flow_id", Text),
    Column("node", Text),
    words("skip"),
    Column("answer", Text),
    Column("answered_by", ForeignKey("users.id")),
    moment("answered_at", nullable=True),
    flag("skipped"),
    moment("dropped_at", nullable=True),
    moment("created_at"),
)

facts = Table(
    "facts",
    metadata,
    identity(),
    account(),
    session(index=False),
    words("text"),
    # Repeats of a text have the same digits.
    words("statement", default=None),
    enum("source_type", SourceType),
    Column("step_id", Text),
    Column("conversation_id", Text),
    words("ref"),
    Column("created_by", ForeignKey("users.id")),
    moment("created_at"),
    moment("updated_at", nullable=True),
    moment("deleted_at", nullable=True),
    Index("ix_facts_statement", "session_id", "statement"),
    # Those that are a message, word for word.
    Index(
        "ix_facts_said", "conversation_id", "ref", sqlite_where=text("ref <> ''"), postgresql_where=text("ref <> ''")
    ),
)

fixes = Table(
    "fixes",
    metadata,
    identity(),
    account(),
    session(),
    words("title"),
    words("description"),
    words("detail"),
    words("cause"),
    Column("confidence", Float, nullable=False),
    enum("status", FixStatus),
    enum("decision", Decision, nullable=True),
    words("notes"),
    moment("applied_at", nullable=True),
    Column("applied_by", ForeignKey("users.id")),
    moment("verified_at", nullable=True),
    moment("superseded_at", nullable=True),
    flag("waiting"),
    Column("outcome_by", ForeignKey("users.id")),
    moment("outcome_at", nullable=True),
    count("follow_ups"),
    Column("flow_id", Text),
    Column("node", Text),
    moment("created_at"),
    # At most one active fix a session, whatever the code believes (SPEC 1).
    Index(
        "uq_fixes_active",
        "session_id",
        unique=True,
        sqlite_where=text("superseded_at IS NULL AND NOT waiting"),
        postgresql_where=text("superseded_at IS NULL AND NOT waiting"),
    ),
)

timeline = Table(
    "timeline",
    metadata,
    Column("id", NUMBER, primary_key=True),
    account(),
    session(index=False),
    Column("state_version", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    words("kind"),
    Column("actor_id", Text),
    words("platform"),
    Column("data", JsonObject, nullable=False),
    moment("at"),
    # A lost update is an error (ARCHITECTURE 7).
    UniqueConstraint("session_id", "state_version", "position"),
)
