"""A fact: one confirmed statement of a session (SPEC 3)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

__all__ = ["MAX_FACT", "Fact", "SourceType", "same_statement", "statement_of"]

#: Characters of one fact.
MAX_FACT = 1000


class SourceType(StrEnum):
    """Where a fact comes from. Only the engineer's own notes are edited in place."""

    QUESTION = "question"
    CHECK = "diagnostic_check"
    NOTE = "engineer_note"
    TICKET = "ticket"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One confirmed statement. Deletion is soft."""

    id: str
    account_id: str
    session_id: str
    text: str
    source_type: SourceType
    #: The step it was learned from, if any.
    step_id: str | None = None
    #: The message that it is, word for word: its thread, and the platform's id of it. None and "" for any other, and once it
    #: was edited by itself.
    conversation_id: str | None = None
    ref: str = ""
    created_by: str | None
    created_at: datetime
    updated_at: datetime | None = None
    deleted_at: datetime | None = None

    @property
    def statement(self) -> str:
        """The same for exact repeats."""
        return statement_of(self.text)


def statement_of(text: str) -> str:
    """32 digits by which repeats of a text are found: equal wherever `same_statement` holds."""
    return hashlib.sha256(_plain(text).encode(errors="surrogatepass")).hexdigest()[:32]


def same_statement(one: str, other: str) -> bool:
    """Whether two texts are exact repeats, but for case, spaces and a closing full stop."""
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".")
