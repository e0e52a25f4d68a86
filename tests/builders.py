"""Core's dataclasses for tests: every builder gives a complete one, and takes by keyword what a test cares about.

Ids are words, so that a failure reads well: `seed(transaction, "north")` makes the account "north", its user "north-user" and so
on, which the builders take as `of`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from core.documents.bundle import DocumentKind
from core.documents.cache import DraftCache
from core.documents.model import Draft, DraftKey, Note, Surface
from core.escalation.model import Escalation
from core.facts.model import Fact, SourceType
from core.fixes.model import Fix
from core.flows.library import FlowRecord
from core.people.model import Account, Actor, Identity, Role, User, Workspace
from core.ports import Transaction, UnitOfWork
from core.rules import Rules
from core.sessions.model import Session, Step, StepKind, StepOption
from core.tickets.model import Ticket, TicketNote, TicketRef
from core.turns.model import Attachment, AttachmentState, Author, Conversation, Message, TurnState
from core.usage.model import End, UsageRow

__all__ = [
    "NOW",
    "RULES",
    "Seeded",
    "a_draft",
    "a_fact",
    "a_fix",
    "a_flow",
    "a_message",
    "a_note",
    "a_session",
    "a_step",
    "a_surface",
    "a_ticket",
    "a_usage",
    "a_user",
    "an_attachment",
    "an_escalation",
    "later",
    "seed",
    "unit",
]

NOW = datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=UTC)
RULES = Rules(prompt_version="p1", drafts=DraftCache(), seal=str)
PLATFORM = "slack"


def later(**how_long: float) -> datetime:
    """Some time after NOW, in the words of timedelta."""
    return NOW + timedelta(**how_long)


@dataclass(frozen=True, kw_only=True)
class Seeded:
    """An account with one of everything that a session needs."""

    account: Account
    workspace: Workspace
    user: User
    identity: Identity
    actor: Actor
    conversation: Conversation
    session: Session


def unit(transaction: Transaction, seeded: Seeded, now: datetime = NOW) -> UnitOfWork:
    """The unit of work of the account's user."""
    return transaction.unit(seeded.actor, now, RULES)


def seed(transaction: Transaction, name: str = "north", now: datetime = NOW) -> Seeded:
    """Write an account with a workspace, a user, a thread and an open session in it."""
    account = Account(id=name, name=name.capitalize(), settings={"zone": "UTC"}, created_at=now)
    workspace = Workspace(
        id=f"{name}-workspace", account_id=name, platform=PLATFORM, external_id=f"T-{name}", name=name
    )
    user = a_user(name, id=f"{name}-user")
    identity = Identity(
        id=f"{name}-identity",
        account_id=name,
        user_id=user.id,
        workspace_id=workspace.id,
        external_id=f"U-{name}",
    )
    directory = transaction.directory
    directory.add_account(account)
    directory.add_workspace(workspace)
    directory.add_user(user)
    directory.add_identity(identity)
    actor = directory.actor(PLATFORM, workspace.external_id, identity.external_id)
    assert actor is not None
    uow = transaction.unit(actor, now, RULES)
    conversation = uow.conversations.ensure(workspace_id=workspace.id, channel="C1", thread="1.0", guests=False)
    session = a_session(name, number=uow.sessions.next_number(), conversation_id=conversation.id)
    uow.sessions.add(session)
    uow.sessions.link(session.id, conversation.id)
    uow.sessions.join(session.id, user.id, now)
    return Seeded(
        account=account,
        workspace=workspace,
        user=user,
        identity=identity,
        actor=actor,
        conversation=conversation,
        session=session,
    )


def _made(cls: Any, defaults: dict[str, Any], changes: dict[str, Any]) -> Any:
    return cls(**{**defaults, **changes})


def a_user(of: str = "north", **changes: Any) -> User:
    """An engineer."""
    defaults = {
        "id": f"{of}-somebody",
        "account_id": of,
        "name": "Erin",
        "email": f"Erin@{of}.example",
        "role": Role.ENGINEER,
        "created_at": NOW,
    }
    user: User = _made(User, defaults, changes)
    return user


def a_session(of: str = "north", **changes: Any) -> Session:
    """An active session of the account's user."""
    defaults = {
        "id": f"{of}-session",
        "account_id": of,
        "number": 1,
        "title": "VPN drops every hour",
        "intake": "The VPN drops every hour since Monday",
        "owner_id": f"{of}-user",
        "conversation_id": "",
        "created_at": NOW,
        "active_at": NOW,
    }
    session: Session = _made(Session, defaults, changes)
    return session


def a_step(of: str = "north", **changes: Any) -> Step:
    """An open question."""
    defaults = {
        "id": f"{of}-step",
        "account_id": of,
        "session_id": f"{of}-session",
        "number": 1,
        "kind": StepKind.QUESTION,
        "text": "Is it one user or all?",
        "options": (StepOption(label="One", fact="One user", next="one"), StepOption(label="All")),
        "created_at": NOW,
    }
    step: Step = _made(Step, defaults, changes)
    return step


def a_fact(of: str = "north", **changes: Any) -> Fact:
    """The engineer's own note."""
    defaults = {
        "id": f"{of}-fact",
        "account_id": of,
        "session_id": f"{of}-session",
        "text": "Only the Berlin office is affected",
        "source_type": SourceType.NOTE,
        "created_by": f"{of}-user",
        "created_at": NOW,
    }
    fact: Fact = _made(Fact, defaults, changes)
    return fact


def a_fix(of: str = "north", **changes: Any) -> Fix:
    """A proposed fix."""
    defaults = {
        "id": f"{of}-fix",
        "account_id": of,
        "session_id": f"{of}-session",
        "title": "Renew the certificate",
        "description": "Renew the gateway's certificate",
        "confidence": 0.7,
        "created_at": NOW,
    }
    fix: Fix = _made(Fix, defaults, changes)
    return fix


def a_message(of: str = "north", **changes: Any) -> Message:
    """What the engineer said first. Needs `conversation_id`."""
    defaults = {
        "id": f"{of}-message",
        "account_id": of,
        "session_id": f"{of}-session",
        "number": 1,
        "author": Author.ENGINEER,
        "user_id": f"{of}-user",
        "ref": "1.1",
        "text": "It drops again",
        "turn": TurnState.PENDING,
        "created_at": NOW,
    }
    message: Message = _made(Message, defaults, changes)
    return message


def an_attachment(of: str = "north", **changes: Any) -> Attachment:
    """A screenshot that came with the first message, not fetched yet."""
    defaults = {
        "id": f"{of}-attachment",
        "account_id": of,
        "session_id": f"{of}-session",
        "message_id": f"{of}-message",
        "name": "screen.png",
        "address": "https://files.slack.com/screen.png",
        "state": AttachmentState.WAITING,
        "created_at": NOW,
    }
    attachment: Attachment = _made(Attachment, defaults, changes)
    return attachment


def a_draft(of: str = "north", **changes: Any) -> Draft:
    """A resolution note for state version 1."""
    kind, session, version = DocumentKind.RESOLUTION, f"{of}-session", 1
    defaults = {
        "key": str(DraftKey(kind=kind, session_id=session, state_version=version, prompt_version="p1")),
        "account_id": of,
        "session_id": session,
        "kind": kind,
        "state_version": version,
        "markdown": "## Problem\n\nThe VPN dropped.",
        "source": "deterministic",
        "created_at": NOW,
    }
    draft: Draft = _made(Draft, defaults, changes)
    return draft


def a_note(of: str = "north", **changes: Any) -> Note:
    """A resolution note as posted."""
    defaults = {
        "id": f"{of}-note",
        "account_id": of,
        "session_id": f"{of}-session",
        "kind": DocumentKind.RESOLUTION,
        "markdown": "## Problem\n\nThe VPN dropped.",
        "edited": False,
        "internal": True,
        "ticket_id": None,
        "marker": "ref bcdf2345",
        "posted_by": f"{of}-user",
        "posted_at": NOW,
        "results": {},
    }
    note: Note = _made(Note, defaults, changes)
    return note


def a_surface(of: str = "north", **changes: Any) -> Surface:
    """An open form that waits for nothing."""
    defaults = {
        "id": f"{of}-surface",
        "account_id": of,
        "user_id": f"{of}-user",
        "session_id": f"{of}-session",
        "kind": "resolve",
        "platform": PLATFORM,
        "workspace": f"T-{of}",
        "channel": "C1",
        "thread": "1.1",
        "person": f"U-{of}",
        "handle": "sealed",
        "data": {},
        "expires_at": later(hours=1),
    }
    surface: Surface = _made(Surface, defaults, changes)
    return surface


def an_escalation(of: str = "north", **changes: Any) -> Escalation:
    """An open escalation to anyone."""
    defaults = {
        "id": f"{of}-escalation",
        "account_id": of,
        "session_id": f"{of}-session",
        "reason": "Needs the network team",
        "package": "## Problem\n\nThe VPN drops.",
        "created_by": f"{of}-user",
        "created_at": NOW,
    }
    escalation: Escalation = _made(Escalation, defaults, changes)
    return escalation


def a_flow(of: str = "north", **changes: Any) -> FlowRecord:
    """A flow of the library."""
    defaults = {
        "id": f"{of}-flow",
        "account_id": of,
        "slug": "vpn-drops",
        "title": "VPN drops",
        "words": "vpn tunnel disconnects certificate",
        "source": "slug: vpn-drops\n",
        "created_at": NOW,
        "updated_at": NOW,
    }
    flow: FlowRecord = _made(FlowRecord, defaults, changes)
    return flow


def a_usage(of: str = "north", **changes: Any) -> UsageRow:
    """A call that cost a cent."""
    defaults = {
        "id": f"{of}-usage",
        "account_id": of,
        "session_id": f"{of}-session",
        "user_id": f"{of}-user",
        "purpose": "diagnosis",
        "model": "claude-sonnet-5-5",
        "provider": "anthropic",
        "prompt_version": "diagnosis-1",
        "input": 1_000,
        "cached_read": 5_000,
        "cached_write": 200,
        "output": 700,
        "cost": 10_000,
        "end": End.DONE,
        "error": "",
        "at": NOW,
    }
    row: UsageRow = _made(UsageRow, defaults, changes)
    return row


def a_ticket(**changes: Any) -> Ticket:
    """A ticket with one note."""
    note = TicketNote(id="n1", text="Called the customer", author="Sam", internal=True, created_at=NOW)
    defaults = {
        "ref": TicketRef(id="4711", number="#4711", url="https://psa.example/4711"),
        "summary": "VPN drops",
        "status": "New",
        "notes": (note,),
    }
    ticket: Ticket = _made(Ticket, defaults, changes)
    return ticket
