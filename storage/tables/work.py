"""What is to be done, said and shown: work rows, posts, documents, private surfaces, escalations, flows."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from core.documents.bundle import DocumentKind
from core.escalation.model import EscalationStatus, Urgency
from core.work.model import WorkState
from storage.tables.base import NUMBER, account, count, enum, flag, identity, metadata, moment, session, words
from storage.types import JsonObject

__all__ = ["drafts", "escalations", "flows", "notes", "posts", "surfaces", "ticket_contexts", "work"]

work = Table(
    "work",
    metadata,
    Column("id", NUMBER, primary_key=True),
    account(),
    words("kind", default=None),
    words("lane", default=None),
    Column("session_id", ForeignKey("sessions.id", ondelete="CASCADE")),
    words("subject"),
    Column("payload", JsonObject, nullable=False),
    Column("dedupe_key", Text),
    enum("state", WorkState),
    moment("due_at"),
    # Whether it has joined its lane by being leased once; a timer joins only when it is due.
    flag("tried"),
    # Whether one of its tries may have done it.
    flag("unsure"),
    # Whether an engineer has said stop; whoever runs it looks.
    flag("stopped"),
    count("attempts"),
    moment("lease_until", nullable=True),
    Column("leased_by", Text),
    words("error"),
    moment("created_at"),
    moment("finished_at", nullable=True),
    Index(
        "uq_work_dedupe",
        "dedupe_key",
        "account_id",
        unique=True,
        sqlite_where=text("state = 'open' AND dedupe_key IS NOT NULL"),
        postgresql_where=text("state = 'open' AND dedupe_key IS NOT NULL"),
    ),
    # For what asks for a time alone: what asks for a lane has an index of its own (r0011).
    Index(
        "ix_work_due",
        "due_at",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open' AND due_at IS NOT NULL"),
    ),
    # One row of a lane at a time, whatever the code believes.
    Index(
        "uq_work_leased",
        "lane",
        "account_id",
        unique=True,
        sqlite_where=text("state = 'open' AND leased_by IS NOT NULL"),
        postgresql_where=text("state = 'open' AND leased_by IS NOT NULL"),
    ),
    Index(
        "ix_work_lane",
        "lane",
        "account_id",
        "id",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    Index("ix_work_session", "session_id"),
    Index("ix_work_subject", "subject"),
    Index("ix_work_dead", "id", sqlite_where=text("state = 'dead'"), postgresql_where=text("state = 'dead'")),
    Index(
        "ix_work_done",
        "finished_at",
        sqlite_where=text("state = 'done'"),
        postgresql_where=text("state = 'done'"),
    ),
    sqlite_autoincrement=True,
)

posts = Table(
    "posts",
    metadata,
    identity(),
    account(),
    session(index=False),
    Column("conversation_id", ForeignKey("conversations.id"), nullable=False),
    words("card"),
    words("subject"),
    words("ref"),
    moment("at"),
    Index("ix_posts_shown", "session_id", "subject"),
)

drafts = Table(
    "drafts",
    metadata,
    Column("key", Text, primary_key=True),
    account(),
    session(),
    enum("kind", DocumentKind),
    Column("state_version", Integer, nullable=False),
    words("markdown"),
    words("source"),
    flag("fallback"),
    moment("created_at"),
)

notes = Table(
    "notes",
    metadata,
    identity(),
    account(),
    session(),
    enum("kind", DocumentKind),
    words("markdown"),
    flag("edited"),
    flag("internal"),
    Column("ticket_id", Text),
    words("status"),
    count("minutes"),
    words("marker"),
    words("link"),
    Column("posted_by", ForeignKey("users.id"), nullable=False),
    moment("posted_at"),
    Column("results", JsonObject, nullable=False),
)

surfaces = Table(
    "surfaces",
    metadata,
    identity(),
    account(),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    session(),
    words("kind"),
    words("platform"),
    words("workspace"),
    words("channel"),
    words("thread"),
    words("person"),
    words("handle"),
    Column("data", JsonObject, nullable=False),
    words("waits_for"),
    moment("expires_at", index=True),
    Index(
        "ix_surfaces_waiting",
        "waits_for",
        sqlite_where=text("waits_for <> ''"),
        postgresql_where=text("waits_for <> ''"),
    ),
)

escalations = Table(
    "escalations",
    metadata,
    identity(),
    account(),
    session(),
    enum("status", EscalationStatus),
    words("reason"),
    Column("person_id", ForeignKey("users.id")),
    words("queue"),
    enum("urgency", Urgency),
    words("package"),
    Column("created_by", ForeignKey("users.id"), nullable=False),
    moment("created_at"),
    Column("claimed_by", ForeignKey("users.id")),
    moment("claimed_at", nullable=True),
    count("reminders"),
    Index(
        "ix_escalations_open",
        "account_id",
        "id",
        sqlite_where=text("status = 'open'"),
        postgresql_where=text("status = 'open'"),
    ),
)

ticket_contexts = Table(
    "ticket_contexts",
    metadata,
    Column("session_id", ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True),
    account(),
    Column("ticket", Text, nullable=False),
    moment("at"),
)

flows = Table(
    "flows",
    metadata,
    identity(),
    account(),
    words("slug", default=None),
    words("title"),
    words("words"),
    words("source"),
    count("matched"),
    count("used"),
    count("worked"),
    count("failed"),
    moment("matched_at", nullable=True),
    moment("created_at"),
    moment("updated_at"),
    UniqueConstraint("account_id", "slug"),
)
