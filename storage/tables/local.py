"""The playground's chat: workspaces, channels, people, messages, and forms that are open. It stands for a vendor's own
database, so its rows name a workspace as the platform does; through it they belong to an account and go with it."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from storage.tables.base import account, flag, metadata, moment, words

__all__ = ["local_channels", "local_messages", "local_people", "local_surfaces", "local_workspaces"]

local_workspaces = Table(
    "local_workspaces",
    metadata,
    Column("id", Text, primary_key=True),
    account(),
    words("name"),
    Column("seq", BigInteger, nullable=False, server_default="0"),
    moment("created_at"),
)


def _workspace() -> Column[str]:
    return Column("workspace", ForeignKey("local_workspaces.id", ondelete="CASCADE"), nullable=False)


def _seq() -> Column[int]:
    return Column("seq", BigInteger, nullable=False)


local_channels = Table(
    "local_channels",
    metadata,
    _workspace(),
    words("id", default=None),
    words("name"),
    words("topic"),
    flag("guests"),
    words("direct"),
    Column("position", Integer, nullable=False),
    PrimaryKeyConstraint("workspace", "id"),
)

local_people = Table(
    "local_people",
    metadata,
    _workspace(),
    words("id", default=None),
    words("name"),
    words("title"),
    Column("email", Text),
    Column("member", Boolean, nullable=False),
    Column("position", Integer, nullable=False),
    PrimaryKeyConstraint("workspace", "id"),
)

local_messages = Table(
    "local_messages",
    metadata,
    _workspace(),
    Column("number", BigInteger, nullable=False),
    words("channel", default=None),
    words("thread"),
    words("author", default=None),
    words("text"),
    words("view"),
    words("private_to"),
    words("delivery", default=None),
    flag("edited"),
    flag("deleted"),
    moment("created_at"),
    _seq(),
    PrimaryKeyConstraint("workspace", "number"),
    UniqueConstraint("workspace", "delivery"),
    Index("ix_local_messages_news", "workspace", "seq"),
)

local_surfaces = Table(
    "local_surfaces",
    metadata,
    _workspace(),
    words("id", default=None),
    words("person", default=None),
    words("channel", default=None),
    words("thread"),
    words("view"),
    flag("open"),
    _seq(),
    PrimaryKeyConstraint("workspace", "id"),
    Index("ix_local_surfaces_news", "workspace", "person", "seq"),
)
