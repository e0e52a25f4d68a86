"""What follows from an outcome: who waited comes forward, a flow goes on, its counters and the cards before it change."""

from dataclasses import replace

from core.fixes.model import Fix, FixStatus, in_time
from core.flows.guide import flow_of, lead_to
from core.flows.model import Solution
from core.ports import UnitOfWork
from core.say import FIX_CARDS, refresh, say
from core.sessions.model import Session, SessionStatus

__all__ = ["bring_forward", "count_outcome", "go_on_after_failure", "put_forward", "settle_earlier"]


def put_forward(uow: UnitOfWork, session: Session, waiting: Fix) -> None:
    """The fix that waited is the session's, with a card of its own."""
    fix = replace(waiting, waiting=False)
    uow.fixes.save(fix)
    uow.log(session.id, "fix_proposed", fix=fix.id, title=fix.title)
    say(uow, session, "fix", fix.id)


def bring_forward(uow: UnitOfWork, session: Session, fix: Fix) -> None:
    """A dismissed fix leaves the place free for the one that waited behind it."""
    if fix.status is FixStatus.DISMISSED and (waiting := uow.fixes.waiting(session.id)) is not None:
        put_forward(uow, session, waiting)


def go_on_after_failure(uow: UnitOfWork, session: Session, fix: Fix) -> None:
    """A flow may say where to go on when its fix did not hold."""
    if fix.status is not FixStatus.FAILED or session.status is not SessionStatus.ACTIVE:
        return
    if fix.flow_id is None or fix.node is None or uow.fixes.waiting(session.id) is not None:
        return
    if uow.flows.get(fix.flow_id) is None:
        return
    flow = flow_of(uow, fix.flow_id)
    node = flow.nodes.get(fix.node)
    if isinstance(node, Solution) and node.if_failed:
        lead_to(uow, session, fix.flow_id, flow, node.if_failed)


def count_outcome(uow: UnitOfWork, fix: Fix, more: int) -> None:
    """Count a final outcome for its flow; a correction takes the earlier one back."""
    if fix.flow_id is not None and fix.status.final:
        worked = fix.status is FixStatus.SUCCESS
        uow.flows.count(fix.flow_id, worked=more * worked, failed=more * (not worked), at=uow.now)


def settle_earlier(uow: UnitOfWork, session: Session, fix: Fix) -> None:
    """Once a fix was tried, those before it can no longer be corrected: their cards lose the button."""
    for other in uow.fixes.of(session.id):
        if other.id != fix.id and in_time(other, at=uow.now):
            refresh(uow, session, other.id, *FIX_CARDS)
