"""Whether a model may draft an account's documents, and under which version their keys stand."""

from enum import Enum

from core.documents.model import DETERMINISTIC_VERSION
from core.ports import UnitOfWork
from core.rules import AccountSettings
from core.usage.quota import reached

__all__ = ["Withheld", "drafted_by", "withheld"]


class Withheld(Enum):
    """Why no model is asked for a document."""

    #: The account wants none that a model made.
    FORBIDDEN = "forbidden"
    #: A quota is used up: what is drafted from the record stands in until it resets.
    QUOTA = "quota"


def withheld(uow: UnitOfWork) -> Withheld | None:
    """None where the model may be asked."""
    if not uow.rules.has_model:
        return None
    if not _allowed(uow):
        return Withheld.FORBIDDEN
    return None if reached(uow) is None else Withheld.QUOTA


def drafted_by(uow: UnitOfWork) -> str:
    """The version of what drafts for the account: part of every key, so that a document of the other kind is never found."""
    return uow.rules.prompt_version if not uow.rules.has_model or _allowed(uow) else DETERMINISTIC_VERSION


def _allowed(uow: UnitOfWork) -> bool:
    return AccountSettings.of(uow.accounts.get().settings).model_documents
