"""What an answer offered beside its words, read from the timeline, so that its buttons can come back after a pause."""

from collections.abc import Mapping, Sequence

from core.fixes.model import Fix, FixStatus
from core.ports import UnitOfWork
from core.sessions.model import Session
from core.turns.model import FlowOffer

__all__ = ["log_offers", "log_proposal", "offered_flows", "proposed_outcome"]

_OFFERED, _PROPOSED = "flows_offered", "outcome_proposed"
#: After these the proposal is answered.
_ANSWERS = frozenset({"outcome_recorded", "outcome_corrected"})


def log_offers(uow: UnitOfWork, session: Session, offers: Sequence[FlowOffer]) -> Mapping[str, str]:
    """Note down the flows that the session's last message offers, and return them as its card's details."""
    flows = {f"flow{index}": offer.flow_id for index, offer in enumerate(offers)}
    if flows:
        titles = ", ".join(offer.flow.title for offer in offers)
        uow.log(session.id, _OFFERED, title=titles, number=str(session.last_message), **flows)
    return flows


def offered_flows(uow: UnitOfWork, session: Session, number: str) -> Mapping[str, str]:
    """The flows that the message of that number offered, as its card's details; none for one that offered none."""
    for event in uow.timeline.of(session.id):
        if event.kind == _OFFERED and event.data.get("number") == number:
            return {name: id for name, id in event.data.items() if name.startswith("flow")}
    return {}


def log_proposal(uow: UnitOfWork, fix: Fix, status: FixStatus, said: str) -> None:
    """Note down the outcome that the engineer is asked to confirm, and the words it was read out of."""
    uow.log(fix.session_id, _PROPOSED, fix=fix.id, title=fix.title, status=status, notes=said)


def proposed_outcome(uow: UnitOfWork, fix: Fix) -> tuple[FixStatus | None, str]:
    """The outcome that still waits to be confirmed, and the words it was read out of; None when none does."""
    mine = [event for event in uow.timeline.of(fix.session_id) if event.data.get("fix") == fix.id]
    last = next((event for event in reversed(mine) if event.kind == _PROPOSED or event.kind in _ANSWERS), None)
    if last is None or last.kind != _PROPOSED:
        return None, ""
    return FixStatus(last.data["status"]), last.data["notes"]
