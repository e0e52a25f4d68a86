"""Notes that are a message, word for word: while their session is open they are changed and deleted with it (SPEC 2, 3)."""

from collections.abc import Sequence
from dataclasses import replace

from core.facts.handlers import statement_in
from core.facts.model import Fact
from core.people.model import Role
from core.ports import UnitOfWork
from core.sessions.taking_part import may_act
from core.turns.model import Conversation
from core.views import Nothing, Notice, Reply

__all__ = ["change_notes", "delete_notes", "notes_in"]


def notes_in(uow: UnitOfWork, conversation: Conversation | None, ref: str) -> Sequence[Fact]:
    """The actor's own notes that a message is, where they may still follow it."""
    if conversation is None:
        return ()
    said = [fact for fact in uow.facts.said_in(conversation.id, ref) if fact.created_by == uow.actor.user_id]
    return [fact for fact in said if (session := uow.sessions.get(fact.session_id)) is not None and session.open]


def delete_notes(uow: UnitOfWork, notes: Sequence[Fact]) -> Reply:
    """The message is gone, or says nothing that is confirmed any more."""
    for fact in notes:
        uow.facts.save(replace(fact, deleted_at=uow.now))
        uow.log(fact.session_id, "fact_deleted", fact=fact.id, text=fact.text)
    return Notice(markdown="Deleted from what we know.") if notes else Nothing()


def change_notes(uow: UnitOfWork, notes: Sequence[Fact], text: str) -> Reply:
    """The message says something else now. Raises InvalidInput for a statement that is too long, and nobody's words change what
    they may not change themselves."""
    changed = False
    for fact in notes:
        session, statement = uow.sessions.get(fact.session_id), statement_in(text)
        if session is None or statement == fact.text or not (uow.actor.may(Role.ENGINEER) and may_act(uow, session)):
            continue
        uow.facts.save(replace(fact, text=statement, updated_at=uow.now))
        uow.log(fact.session_id, "fact_edited", fact=fact.id, text=statement)
        changed = True
    return Notice(markdown="Changed in what we know.") if changed else Nothing()
