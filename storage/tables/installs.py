"""What chat platforms gave FlowPilot, sealed; and the keys that open the way to it, hashed."""

from sqlalchemy import Column, ForeignKey, Table, Text

from core.people.installs import KeyKind
from storage.tables.base import account, count, enum, metadata, moment, words

__all__ = ["install_keys", "installs"]

installs = Table(
    "installs",
    metadata,
    Column("workspace_id", ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True),
    account(),
    Column("organisation", Text, nullable=False, server_default="", index=True),
    words("sealed"),
    moment("expires_at", nullable=True),
    moment("lease_until", nullable=True),
    count("version"),
    moment("installed_at"),
)

install_keys = Table(
    "install_keys",
    metadata,
    Column("key", Text, primary_key=True),
    enum("kind", KeyKind),
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE")),
    words("link"),
    moment("expires_at", index=True),
)
