"""How chats are shown."""

from collections.abc import Sequence

from core.commands import MakeSession
from core.sessions.model import Session, SessionStatus
from core.text.neutralise import neutralise
from core.turns.model import FlowOffer
from core.views import Block, Button, Buttons, Card, Notice, Small, Style, Text

__all__ = ["chat_card", "library_notice", "still_chat_notice", "way_on"]


def way_on(chat: Session, *, style: Style = Style.DEFAULT) -> Buttons:
    """The button that makes a session of a chat."""
    return Buttons(items=(Button(label="Make this a session", action=MakeSession(session_id=chat.id), style=style),))


def chat_card(chat: Session, *, by: str) -> Card:
    """The head of a thread that begins with a question."""
    asked = neutralise(chat.intake)
    became = "" if chat.status is SessionStatus.CHAT else f" · became {chat.ref}"
    return Card(body=(Text(markdown=asked), Small(markdown=f"{neutralise(by)} asks{became}")), fallback=asked)


def still_chat_notice(chat: Session, words: str) -> Notice:
    """Something was asked of it that only a session has."""
    return Notice(markdown=words, body=(way_on(chat, style=Style.PRIMARY),), error=True)


def library_notice(session: Session, offers: Sequence[FlowOffer]) -> Notice:
    """What the library holds on a question in a session's thread."""
    body: list[Block] = [
        Text(markdown=f"- **{neutralise(offer.flow.title)}**: {neutralise(offer.flow.summary)}") for offer in offers
    ]
    body.append(Small(markdown=f"Ask without `ask`, and it is answered in {session.ref}."))
    return Notice(
        markdown="This is in the library:" if offers else "Nothing in the library fits that.", body=tuple(body)
    )
