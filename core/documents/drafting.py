"""Making a draft: what a `draft` work row asks for, and what follows when it is there."""

from dataclasses import dataclass

from core.documents.bundle import Bundle, DocumentKind
from core.documents.check import check
from core.documents.drafts import draft as draft_deterministically
from core.documents.gather import bundle_of, names_of
from core.documents.model import DETERMINISTIC, Draft
from core.documents.previews import assumption, find, keep, key_of
from core.documents.surfaces import show
from core.ports import Drafted, UnitOfWork
from core.say import fill, say
from core.sessions.model import Session
from core.text.neutralise import neutralise
from core.work.model import Work

__all__ = ["Order", "deterministic", "finish_draft", "order_of", "sound"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """A draft that is to be made. `ready` is the draft when it is there already and need not be made again."""

    key: str
    kind: DocumentKind
    session: Session
    bundle: Bundle
    names: tuple[str, ...]
    ready: Draft | None


def order_of(uow: UnitOfWork, work: Work) -> Order | None:
    """Read what a row asks for, from the state as it is now; None when the session is gone."""
    session = uow.sessions.get(work.session_id or "")
    if session is None:
        return None
    kind = DocumentKind(work.payload["kind"])
    outcome, notes = work.payload.get("assumed", ""), work.payload.get("notes", "")
    resolved_by = work.payload.get("resolved_by", "")
    key = key_of(uow, session, kind, assumption(outcome, notes, resolved_by))
    bundle = bundle_of(
        uow, session, kind, assumed=_assumable(uow, session, outcome), notes=notes, resolved_by=resolved_by
    )
    ready = None if work.payload.get("force") else find(uow, key)
    if ready is not None and ready.fallback and uow.rules.has_model:
        ready = None
    return Order(key=key, kind=kind, session=session, bundle=bundle, names=names_of(uow, session), ready=ready)


def _assumable(uow: UnitOfWork, session: Session, outcome: str) -> str:
    """An outcome is assumed of a fix that can still take it."""
    fix = uow.fixes.active(session.id)
    return outcome if fix is not None and not fix.status.final else ""


def deterministic(order: Order) -> Drafted:
    """The draft that needs no model."""
    return Drafted(markdown=draft_deterministically(order.kind, order.bundle, order.names), source=DETERMINISTIC)


def sound(order: Order, drafted: Drafted) -> tuple[str, ...]:
    """What is wrong with a model's draft; nothing, when it may be shown."""
    return check(order.kind, drafted.markdown, order.bundle, order.names)


def finish_draft(uow: UnitOfWork, work: Work, order: Order, drafted: Drafted | None) -> None:
    """Store what was drafted (None: it was there already), and bring what waits for it up to date.

    A draft of a state that has passed meanwhile is stored under that state's key, and never shown as current.
    """
    session = uow.sessions.get(order.session.id)
    if session is None:
        return
    draft = order.ready if drafted is None else _stored(uow, order, drafted)
    if draft is None:
        return
    for surface in uow.surfaces.waiting_for(work.payload.get("key", order.key)):
        show(uow, session, surface)
        home = uow.conversations.get(session.conversation_id)
        if home is not None:
            fill(uow, session, home, surface.id)
    if work.payload.get("post"):
        uow.log(session.id, "conclusion_posted")
        say(uow, session, "conclusion", session.id, markdown=draft.markdown)


def _stored(uow: UnitOfWork, order: Order, drafted: Drafted) -> Draft:
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
