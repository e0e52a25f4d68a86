"""Pictures that came with messages."""

from sqlalchemy import Column, LargeBinary, Table

from core.turns.model import AttachmentState
from storage.tables.base import account, enum, identity, metadata, moment, session, words

__all__ = ["attachments"]

attachments = Table(
    "attachments",
    metadata,
    identity(),
    account(),
    session(),
    words("message_id", default=None),
    words("name"),
    words("address"),
    enum("state", AttachmentState),
    words("media_type"),
    words("why"),
    Column("content", LargeBinary),
    moment("created_at"),
)
