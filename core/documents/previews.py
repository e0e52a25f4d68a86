"""Previews: the draft of exactly this state, from the cache or on its way (SPEC 5, ARCHITECTURE 10)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.documents.bundle import DocumentKind
from core.documents.model import Draft, DraftKey
from core.documents.withheld import drafted_by
from core.ports import UnitOfWork
from core.sessions.model import Session

__all__ = ["DRAFT", "Given", "digest", "find", "forget", "given_now", "keep", "key_at", "key_of", "order"]

#: The kind of the work row that drafts a document.
DRAFT = "draft"


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """What a note takes as given beside the session's state: what was answered in the form so far."""

    #: The outcome that posting will record, or "".
    outcome: str = ""
    notes: str = ""
    #: The answer to "What resolved it?".
    resolved_by: str = ""

    @classmethod
    def of(cls, data: Mapping[str, str]) -> "Given":
        """Read it from a form's answers, or from a work row's payload. "keep" leaves the fix as it is."""
        outcome = data.get("outcome", "")
        notes = data.get("notes", "")
        return cls(outcome=outcome if outcome != "keep" else "", notes=notes, resolved_by=data.get("resolved_by", ""))

    @property
    def data(self) -> dict[str, str]:
        """As `of` reads it."""
        return {"outcome": self.outcome, "notes": self.notes, "resolved_by": self.resolved_by}

    def __str__(self) -> str:
        """As part of a key: the outcome in words, what was typed as a digest."""
        typed = self.notes, self.resolved_by
        return f"{self.outcome}+{digest(chr(0).join(typed))}" if any(typed) else self.outcome


def digest(text: str) -> str:
    """Names a text."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def given_now(uow: UnitOfWork, session: Session, given: Given) -> Given:
    """What of it still counts: an outcome is assumed only of a fix that was applied and has no final one."""
    if not (given.outcome or given.notes):
        return given
    fix = uow.fixes.active(session.id)
    if given.outcome and fix is not None and fix.undecided:
        return given
    return Given(resolved_by=given.resolved_by)


def key_of(uow: UnitOfWork, session: Session, kind: DocumentKind, given: Given | None = None) -> str:
    """The key of the session's state now, with what still counts of the given."""
    return key_at(uow, session, kind, given_now(uow, session, given or Given()), session.state_version)


def key_at(uow: UnitOfWork, session: Session, kind: DocumentKind, given: Given, version: int) -> str:
    """The key of a state that the session has, or will have once the command is done."""
    return str(
        DraftKey(
            kind=kind,
            session_id=session.id,
            state_version=version,
            prompt_version=drafted_by(uow),
            assumed=str(given),
            around=_around(uow, session, kind),
            message=session.last_message if kind is DocumentKind.CONCLUSION else 0,
        )
    )


def _around(uow: UnitOfWork, session: Session, kind: DocumentKind) -> str:
    """What a document depends on beside the state's version: where the session stands, what is being asked, to whom it went."""
    parts = [session.domain]
    if kind is not DocumentKind.RESOLUTION:
        parts += [step.text for step in uow.steps.open_in(session.id)]
    if kind is DocumentKind.CONCLUSION:
        escalation = uow.escalations.latest(session.id)
        parts += [session.status]
        if escalation is not None:
            parts += [escalation.id, escalation.person_id or "", escalation.queue, escalation.urgency]
    return digest(chr(0).join(parts)) if any(parts) else ""


def find(uow: UnitOfWork, key: str) -> Draft | None:
    """The draft of that key: from memory, else from the database (and then kept in memory)."""
    if not key:
        return None
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
    uow: UnitOfWork,
    session: Session,
    kind: DocumentKind,
    key: str,
    given: Given,
    *,
    force: bool = False,
    due_at: datetime | None = None,
) -> None:
    """See that the draft of that key is made, once, whoever asks. `due_at`: nobody waits for it yet."""
    uow.work.add(
        DRAFT,
        lane=f"draft:{key}",
        session_id=session.id,
        subject=session.id,
        payload={"kind": kind, "key": key, "force": "yes" if force else "", "by": uow.actor.user_id, **given.data},
        dedupe_key=f"draft:{key}",
        due_at=due_at,
    )
    if due_at is None:
        uow.work.hasten(f"draft:{key}", uow.now)
