"""Gathering what a model may know when it answers."""

from dataclasses import replace

from core.fixes.model import FixStatus
from core.flows.offers import alike_to, offers_for
from core.ports import UnitOfWork
from core.sessions.model import Session, SessionStatus
from core.tickets.model import Ticket
from core.turns.model import Alike, Message, TurnContext
from core.turns.pictures import chosen

__all__ = ["context_of"]

#: Messages that are read of a long thread: at least as many, and so many more until the oldest are left out together, so that the
#: history of one turn stays the beginning of the next one's.
TRANSCRIPT = 1_000
TRANSCRIPT_STEP = 500


def context_of(uow: UnitOfWork, session_id: str) -> TurnContext | None:
    """What the model may know; None when there is nothing to answer."""
    session = uow.sessions.get(session_id)
    if session is None or not session.talks:
        return None
    pending = tuple(uow.messages.pending(session_id))
    if not pending:
        return None
    offers, sure = offers_for(uow, "\n".join(message.text for message in pending))
    guests = any(conversation.guests for conversation in uow.conversations.of(session_id))
    return TurnContext(
        session=session,
        pending=pending,
        transcript=_transcript(uow, session),
        facts=tuple(uow.facts.of(session_id)),
        steps=tuple(uow.steps.of(session_id)),
        fix=uow.fixes.active(session_id),
        fixes=tuple(uow.fixes.of(session_id)),
        ticket=_ticket(uow, session, guests=guests),
        offers=offers,
        sure=sure,
        alike=() if guests or session.status is SessionStatus.CHAT else _alike(uow, session),
        pictures=chosen(uow, session_id, pending),
    )


def _transcript(uow: UnitOfWork, session: Session) -> tuple[Message, ...]:
    left_out = max(0, session.last_message - TRANSCRIPT) // TRANSCRIPT_STEP * TRANSCRIPT_STEP
    recent = uow.messages.recent(session.id, session.last_message - left_out)
    return tuple(message for message in recent if message.number > left_out)


def _alike(uow: UnitOfWork, session: Session) -> tuple[Alike, ...]:
    """Earlier sessions, with the fix that held. Where guests read along an answer must not tell of them."""
    found = []
    for other in alike_to(uow, session):
        held = next((fix for fix in uow.fixes.of(other.id) if fix.status is FixStatus.SUCCESS), None)
        found.append(Alike(title=other.title, fix=held.title if held else "", cause=held.cause if held else ""))
    return tuple(found)


def _ticket(uow: UnitOfWork, session: Session, *, guests: bool) -> Ticket | None:
    """The ticket; where guests read along without its internal notes."""
    ticket = uow.tickets.get(session.id)
    if ticket is None or not guests:
        return ticket
    return replace(ticket, notes=tuple(note for note in ticket.notes if not note.internal))
