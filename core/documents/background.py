"""Drafting ahead: after an outcome the likely next note is made before anybody asks for it (SPEC 5)."""

from datetime import timedelta

from core.documents.bundle import DocumentKind
from core.fixes.model import Fix, FixStatus
from core.ports import UnitOfWork
from core.sessions.model import Session

__all__ = ["DRAFT", "draft_ahead", "post_conclusion"]

#: The kind of the work row that drafts a document.
DRAFT = "draft"
#: Outcomes that follow each other quickly are drafted for once (SPEC 5).
DEBOUNCE = timedelta(milliseconds=500)

_LIKELY = {
    FixStatus.SUCCESS: DocumentKind.RESOLUTION,
    FixStatus.PENDING: DocumentKind.RESOLUTION,
    FixStatus.PARTIAL: DocumentKind.ESCALATION,
    FixStatus.FAILED: DocumentKind.ESCALATION,
}


def draft_ahead(uow: UnitOfWork, session: Session, fix: Fix) -> None:
    """Queue the note that this outcome makes likely. A pending fix is resolved "as worked", so that is drafted."""
    kind = _LIKELY.get(fix.status)
    if kind is None:
        return
    assumed = FixStatus.SUCCESS if fix.status is FixStatus.PENDING else ""
    uow.work.add(
        DRAFT,
        lane=f"draft:{session.id}:{kind}:ahead",
        session_id=session.id,
        subject=session.id,
        payload={"kind": kind, "assumed": assumed},
        dedupe_key=f"draft:{session.id}:{kind}:ahead",
        due_at=uow.now + DEBOUNCE,
    )


def post_conclusion(uow: UnitOfWork, session: Session) -> None:
    """Draft "where we are, what comes next", and post it to the thread."""
    uow.work.add(
        DRAFT,
        lane=f"draft:{session.id}:conclusion",
        session_id=session.id,
        subject=session.id,
        payload={"kind": DocumentKind.CONCLUSION, "post": "yes"},
    )
