"""Who there is, where they talk, and what came in from them."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from core.people.model import Role, Standing
from storage.tables.base import account, count, enum, flag, identity, metadata, moment, words
from storage.types import EnumText, JsonObject

__all__ = ["accounts", "channels", "conversations", "identities", "inbox", "users", "workspaces"]

accounts = Table(
    "accounts",
    metadata,
    identity(),
    words("name"),
    enum("default_role", Role),
    Column("settings", JsonObject, nullable=False),
    count("last_session"),
    moment("created_at"),
)

workspaces = Table(
    "workspaces",
    metadata,
    identity(),
    account(),
    words("platform", default=None),
    words("external_id", default=None),
    words("name"),
    UniqueConstraint("platform", "external_id"),
)

users = Table(
    "users",
    metadata,
    identity(),
    account(),
    words("name"),
    Column("email", Text),
    enum("role", Role, nullable=True),
    flag("removed"),
    words("zone", default="UTC"),
    moment("created_at"),
    Index("ix_users_account_email", "account_id", text("lower(email)")),
)

identities = Table(
    "identities",
    metadata,
    identity(),
    account(),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), index=True),
    Column("workspace_id", ForeignKey("workspaces.id", ondelete="CASCADE"), nullable=False),
    words("external_id", default=None),
    words("name"),
    Column("email", Text),
    Column("standing", EnumText(Standing), nullable=False, server_default=Standing.MEMBER),
    words("zone"),
    moment("asked_at", nullable=True),
    UniqueConstraint("workspace_id", "external_id"),
)

channels = Table(
    "channels",
    metadata,
    account(),
    Column("workspace_id", ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("here", Boolean),
    Column("guests", Boolean),
    moment("asked_at", nullable=True),
)

conversations = Table(
    "conversations",
    metadata,
    identity(),
    account(),
    Column("workspace_id", ForeignKey("workspaces.id", ondelete="CASCADE"), nullable=False),
    words("channel", default=None),
    words("thread"),
    flag("guests"),
    flag("unsure"),
    words("permalink"),
    moment("created_at"),
    UniqueConstraint("workspace_id", "channel", "thread"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("key", Text, primary_key=True),
    Column("other_key", Text, unique=True),
    account(),
    words("kind"),
    words("state"),
    words("words"),
    words("answer"),
    moment("at", index=True),
)
