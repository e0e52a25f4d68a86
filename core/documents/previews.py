"""Previews: the draft of exactly this state, from the cache or on its way (SPEC 5, ARCHITECTURE 10)."""

import hashlib

from core.documents.background import DRAFT
from core.documents.bundle import DocumentKind
from core.documents.model import Draft, DraftKey
from core.ports import UnitOfWork
from core.sessions.model import Session

__all__ = ["assumption", "find", "forget", "keep", "key_of", "order"]


def assumption(outcome: str, *parts: str) -> str:
    """What a preview takes as given beside the state: an outcome, and the words typed into the form so far."""
    if not any(parts):
        return outcome
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
    return f"{outcome}+{digest}"


def key_of(
    uow: UnitOfWork, session: Session, kind: DocumentKind, assumed: str = "", *, version: int | None = None
) -> str:
    """The key of the session's state now. `version`: when the command itself is about to raise it."""
    return str(
        DraftKey(
            kind=kind,
            session_id=session.id,
            state_version=session.state_version if version is None else version,
            prompt_version=uow.rules.prompt_version,
            assumed=assumed,
            message=session.last_message if kind is DocumentKind.CONCLUSION else 0,
        )
    )


def find(uow: UnitOfWork, key: str) -> Draft | None:
    """The draft of that key: from memory, else from the database (and then kept in memory)."""
    draft = uow.rules.drafts.get(key)
    if draft is not None and draft.account_id == uow.actor.account_id:
        return draft
    draft = uow.drafts.get(key)
    if draft is not None:
        uow.rules.drafts.put(draft)
    return draft


def keep(uow: UnitOfWork, draft: Draft) -> None:
    """Store a draft; memory takes it once it is durable."""
    uow.drafts.put(draft)
    uow.after_commit(lambda: uow.rules.drafts.put(draft))


def forget(uow: UnitOfWork, session: Session) -> None:
    """A deleted session's drafts go with it."""
    uow.after_commit(lambda: uow.rules.drafts.drop(session.id))


def order(
    uow: UnitOfWork, session: Session, kind: DocumentKind, key: str, *, force: bool = False, **given: str
) -> None:
    """See that the draft is made, once, whoever asks. `given` is what the key's assumption stands for."""
    uow.work.add(
        DRAFT,
        lane=f"draft:{key}",
        session_id=session.id,
        subject=session.id,
        payload={"kind": kind, "key": key, "force": "yes" if force else "", **given},
        dedupe_key=f"draft:{key}",
    )
    uow.work.hasten(f"draft:{key}", uow.now)
