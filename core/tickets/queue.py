"""Queueing what is to be read from or written to a ticket."""

from core.ports import UnitOfWork
from core.sessions.model import Session

__all__ = ["LINK", "queue_link"]

#: The kind of the work row that looks a ticket up and links it.
LINK = "link_ticket"


def queue_link(uow: UnitOfWork, session: Session, *mentions: str, said: bool) -> None:
    """Look up the ticket that the first of the mentions names that may be of the ticket system; a miss is told. `said`: the
    engineer asked for it, so a hit is told as well."""
    uow.work.add(
        LINK,
        lane=f"link:{session.id}",
        session_id=session.id,
        subject=session.id,
        payload={"ticket": "\n".join(mentions), "said": "yes" if said else ""},
    )
