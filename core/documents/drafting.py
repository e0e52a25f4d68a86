"""Making a draft: what a `draft` work row asks for, and what follows when it is there."""

from dataclasses import dataclass

from core.documents.bundle import Bundle, DocumentKind
from core.documents.drafts import draft as draft_deterministically
from core.documents.gather import bundle_of, names_of
from core.documents.model import DETERMINISTIC, Draft
from core.documents.previews import Given, find, given_now, keep, key_of
from core.documents.surfaces import show
from core.documents.withheld import Withheld, withheld
from core.ports import Drafted, UnitOfWork
from core.say import fill, say_inside
from core.sessions.model import Session
from core.text.neutralise import neutralise
from core.work.model import Work

__all__ = ["Order", "deterministic", "finish_draft", "order_of"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """A draft that is to be made. `ready` is the draft when it is there already and need not be made again."""

    key: str
    kind: DocumentKind
    session: Session
    bundle: Bundle
    names: tuple[str, ...]
    ready: Draft | None
    #: The state has passed for which it was asked: nothing is drafted, and who waits asks for the new one.
    stale: bool
    #: The key that was asked for.
    wanted: str
    #: Why no model is asked; None where one is.
    withheld: Withheld | None


def order_of(uow: UnitOfWork, work: Work) -> Order | None:
    """Read what a row asks for, from the state as it is now; None when the session is gone."""
    session = uow.sessions.get(work.session_id or "")
    if session is None:
        return None
    kind = DocumentKind(work.payload["kind"])
    given = given_now(uow, session, Given.of(work.payload))
    key = key_of(uow, session, kind, given)
    wanted = work.payload.get("key", key)
    ready = find(uow, key)
    if work.payload.get("force") or (ready is not None and ready.passing and uow.rules.has_model):
        ready = None
    return Order(
        key=key,
        kind=kind,
        session=session,
        bundle=bundle_of(uow, session, kind, given),
        names=names_of(uow),
        ready=ready,
        stale=wanted != key,
        wanted=wanted,
        withheld=withheld(uow),
    )


def deterministic(order: Order) -> Drafted:
    """The draft that needs no model."""
    return Drafted(markdown=draft_deterministically(order.kind, order.bundle, order.names), source=DETERMINISTIC)


def finish_draft(uow: UnitOfWork, work: Work, order: Order, drafted: Drafted | None) -> None:
    """Store what was drafted (None: it was there already), and bring what waits for it up to date.

    A draft of a state that has passed meanwhile is stored under that state's key, and never shown as current.
    """
    session = uow.sessions.get(order.session.id)
    if session is None:
        return
    draft = order.ready if drafted is None else _stored(uow, order, drafted)
    for surface in uow.surfaces.waiting_for(order.wanted):
        show(uow, session, surface, filling=not order.stale)
        fill(uow, session, surface.id)
    if work.payload.get("post") and draft is not None:
        uow.log(session.id, "conclusion_posted")
        say_inside(uow, session, "conclusion", session.id, markdown=draft.markdown)


def _stored(uow: UnitOfWork, order: Order, drafted: Drafted) -> Draft:
    known = find(uow, order.key)
    if known is not None and drafted.fallback and not known.fallback:
        return known
    draft = Draft(
        key=order.key,
        account_id=order.session.account_id,
        session_id=order.session.id,
        kind=order.kind,
        state_version=order.session.state_version,
        markdown=neutralise(drafted.markdown),
        source=drafted.source,
        fallback=drafted.fallback,
        created_at=uow.now,
    )
    keep(uow, draft)
    return draft
