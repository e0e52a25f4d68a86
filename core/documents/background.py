"""Documents that nobody waits for: the likely next note after an outcome, and the conclusion (SPEC 5)."""

from datetime import timedelta

from core.documents.bundle import DocumentKind
from core.documents.previews import DRAFT, Given, key_at, order
from core.fixes.model import Fix, FixStatus
from core.ports import UnitOfWork
from core.sessions.model import Session

__all__ = ["DRAFT", "draft_ahead", "post_conclusion"]

#: Outcomes that follow each other quickly are drafted for once (SPEC 5).
DEBOUNCE = timedelta(milliseconds=500)

_LIKELY = {
    FixStatus.SUCCESS: DocumentKind.RESOLUTION,
    FixStatus.PENDING: DocumentKind.RESOLUTION,
    FixStatus.PARTIAL: DocumentKind.ESCALATION,
    FixStatus.FAILED: DocumentKind.ESCALATION,
}


def draft_ahead(uow: UnitOfWork, session: Session, fix: Fix, *, escalating: bool = False) -> None:
    """Queue the note that this outcome makes likely, under the key that the state will have once the command is done.

    A pending fix is resolved "as worked", so that is drafted. Another outcome within the delay makes it needless.
    """
    kind = _LIKELY.get(fix.status)
    if escalating and fix.status is not FixStatus.SUCCESS:
        kind = DocumentKind.ESCALATION
    if kind is None:
        return
    as_worked = fix.status is FixStatus.PENDING and kind is DocumentKind.RESOLUTION
    given = Given(outcome=FixStatus.SUCCESS if as_worked else "")
    key = key_at(uow, session, kind, given, session.state_version + 1)
    order(uow, session, kind, key, given, due_at=uow.now + DEBOUNCE)


def post_conclusion(uow: UnitOfWork, session: Session) -> None:
    """Draft "where we are, what comes next", and post it to the thread."""
    uow.work.add(
        DRAFT,
        lane=f"draft:{session.id}:conclusion",
        session_id=session.id,
        subject=session.id,
        payload={"kind": DocumentKind.CONCLUSION, "post": "yes", "by": uow.actor.user_id},
    )
