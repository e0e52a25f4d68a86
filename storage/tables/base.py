"""The metadata all tables share, and the columns most of them have."""

from enum import StrEnum

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, MetaData, Text, text

from storage.types import EnumText, Utc

__all__ = ["NUMBER", "account", "count", "enum", "flag", "identity", "metadata", "moment", "session", "words"]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: Numbered rows: an alias of the row id in SQLite, an identity in PostgreSQL.
NUMBER = BigInteger().with_variant(Integer, "sqlite")


def identity() -> Column[str]:
    """An id of core.ids."""
    return Column("id", Text, primary_key=True)


def account() -> Column[str]:
    """The tenant; everything goes with it."""
    return Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False)


def session(*, index: bool = True) -> Column[str]:
    """The session a row belongs to and goes with."""
    return Column("session_id", ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False, index=index)


def words(name: str, *, default: str | None = "") -> Column[str]:
    """A text that is never NULL."""
    return Column(name, Text, nullable=False, server_default=default)


def count(name: str) -> Column[int]:
    """A number that starts at 0."""
    return Column(name, Integer, nullable=False, server_default="0")


def flag(name: str) -> Column[bool]:
    """A truth that starts false."""
    return Column(name, Boolean, nullable=False, server_default=text("false"))


def enum(name: str, members: type[StrEnum], *, nullable: bool = False) -> Column[StrEnum]:
    """A member of a StrEnum."""
    return Column(name, EnumText(members), nullable=nullable)


def moment(name: str, *, nullable: bool = False, index: bool = False) -> Column[object]:
    """An aware time."""
    return Column(name, Utc, nullable=nullable, index=index)
