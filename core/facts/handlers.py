"""Adding, editing and deleting what we know (SPEC 3)."""

from collections.abc import Sequence
from dataclasses import replace

from core.commands import AddFact, DeleteFact, EditFact, ListFacts, OpenFact
from core.errors import InvalidInput, NotFound, Refused
from core.facts.cards import fact_form, facts_notice
from core.facts.model import MAX_FACT, Fact, SourceType
from core.finding import thread_of
from core.ports import UnitOfWork
from core.sessions.model import OPEN, Session
from core.text.redact import redact
from core.views import Close, Reply

__all__ = ["add_fact", "add_facts", "delete_fact", "edit_fact", "list_facts", "open_fact", "statement_in"]


def add_facts(
    uow: UnitOfWork,
    session: Session,
    texts: Sequence[str],
    source: SourceType,
    *,
    step_id: str | None = None,
    said_by: str | None = None,
    said_in: tuple[str, str] | None = None,
) -> list[Fact]:
    """Add statements that are not known yet; exact repeats are left out. Returns those that were new.

    They are the actor's, or those of the user who has said them; `said_in` is the message whose very words they are: the thread's
    id, and the platform's id of the message."""
    conversation_id, ref = said_in or (None, "")
    added = []
    for text in texts:
        if uow.facts.knows(session.id, text):
            continue
        fact = Fact(
            id=uow.new_id(),
            account_id=session.account_id,
            session_id=session.id,
            text=text,
            source_type=source,
            step_id=step_id,
            conversation_id=conversation_id if ref else None,
            ref=ref,
            created_by=said_by or uow.actor.user_id or None,
            created_at=uow.now,
        )
        uow.facts.add(fact)
        uow.log(session.id, "fact_added", fact=fact.id, text=text)
        added.append(fact)
    return added


def add_fact(uow: UnitOfWork, session: Session, command: AddFact) -> Reply:
    """The engineer's own note."""
    thread = thread_of(uow) if command.message_ref else None
    said_in = None if thread is None else (thread.id, command.message_ref)
    added = add_facts(uow, session, [statement_in(command.text)], SourceType.NOTE, said_in=said_in)
    words = "Added to what we know." if added else "That is known already."
    return _redrawn(uow, session, words) if command.listed else Close(notice=words)


def edit_fact(uow: UnitOfWork, session: Session, command: EditFact) -> Reply:
    """Change a note; what was learned from a question or check is changed by changing the answer."""
    fact = _fact(uow, session, command.fact_id)
    if fact.source_type is not SourceType.NOTE:
        raise Refused("This came from an answer. Use *Change answer* on that step instead.")
    text = statement_in(command.text)
    if text != fact.text:
        uow.facts.save(replace(fact, text=text, conversation_id=None, ref="", updated_at=uow.now))
        uow.log(session.id, "fact_edited", fact=fact.id, text=text)
    return _redrawn(uow, session, "Changed.")


def delete_fact(uow: UnitOfWork, session: Session, command: DeleteFact) -> Reply:
    """Delete softly."""
    fact = _fact(uow, session, command.fact_id)
    uow.facts.save(replace(fact, deleted_at=uow.now))
    uow.log(session.id, "fact_deleted", fact=fact.id, text=fact.text)
    return _redrawn(uow, session, "Deleted from what we know.")


def _redrawn(uow: UnitOfWork, session: Session, said: str) -> Close:
    """The list in which it was done, as it is now."""
    return Close(now=facts_notice(session, uow.facts.of(session.id), editable=session.status in OPEN, said=said))


def list_facts(uow: UnitOfWork, session: Session, command: ListFacts) -> Reply:
    """What we know, privately."""
    return facts_notice(session, uow.facts.of(session.id), editable=session.status in OPEN)


def open_fact(uow: UnitOfWork, session: Session, command: OpenFact) -> Reply:
    """The form to add a fact, or to edit one."""
    fact = _fact(uow, session, command.fact_id) if command.fact_id else None
    return fact_form(session, fact, surface=uow.new_id())


def _fact(uow: UnitOfWork, session: Session, fact_id: str) -> Fact:
    fact = uow.facts.get(fact_id)
    if fact is None or fact.session_id != session.id or fact.deleted_at is not None:
        raise NotFound("That fact is no longer there.")
    return fact


def statement_in(text: str) -> str:
    """What an engineer notes, on one line and without secrets. Raises InvalidInput when it is empty or too long."""
    statement = " ".join(redact(text).text.split())
    if not statement:
        raise InvalidInput({"text": "Say what is known."})
    if len(statement) > MAX_FACT:
        raise InvalidInput({"text": f"Keep it under {MAX_FACT} characters: one statement a fact."})
    return statement
