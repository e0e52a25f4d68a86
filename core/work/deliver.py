"""Saying things: cards are built when they are sent, and an uncertain post is looked for before it is repeated."""

import logging
from datetime import timedelta

from core.cards import build, notice_of
from core.documents.surfaces import form_of
from core.errors import NotOpen, Rejected
from core.people.model import ConversationRef
from core.ports import ChatPlatform, UnitOfWork
from core.turns.model import Conversation
from core.views import Card, Form, Notice
from core.work.model import Work
from core.work.running import Done, Runner

__all__ = ["fill", "place_of", "post", "tell", "update"]

log = logging.getLogger(__name__)

#: A private view that is not there so long after it was to be filled was never opened.
OPENING = timedelta(minutes=1)


def delivery_of(work: Work) -> str:
    """The id by which the platform can find what a row has posted."""
    return f"fp-{work.id}"


def place_of(conversation: Conversation) -> ConversationRef:
    """The thread as its platform names it; one that the first post is to open has no name yet."""
    thread = "" if conversation.thread.startswith("new:") else conversation.thread
    return ConversationRef(
        platform=conversation.platform, workspace=conversation.workspace, channel=conversation.channel, thread=thread
    )


def _platform(runner: Runner, conversation: Conversation) -> ChatPlatform | None:
    return runner.outside.platforms.get(conversation.platform)


async def post(runner: Runner, work: Work) -> Done:
    """Post a card in a thread, and remember which message shows it."""

    def read(uow: UnitOfWork) -> tuple[Conversation, Card] | None:
        conversation = uow.conversations.get(work.payload["conversation"])
        card = build(uow, work.session_id or "", work.payload["card"], work.subject, work.payload)
        return None if conversation is None or card is None else (conversation, card)

    found = await runner.look(work, read)
    platform = _platform(runner, found[0]) if found else None
    if found is None or platform is None:
        return _nothing
    conversation, card = found
    to = place_of(conversation)
    ref = await platform.find(to, delivery_of(work)) if work.tried else None
    if ref is None:
        ref = await platform.post(to, card, delivery=delivery_of(work))
    return lambda uow: _posted(uow, work, conversation, str(ref))


def _posted(uow: UnitOfWork, work: Work, conversation: Conversation, ref: str) -> None:
    if conversation.thread.startswith("new:"):
        uow.conversations.move(conversation.id, ref)
    uow.posts.add(
        session_id=work.session_id or "",
        conversation_id=conversation.id,
        card=work.payload["card"],
        subject=work.subject,
        ref=ref,
        at=uow.now,
    )


async def update(runner: Runner, work: Work) -> Done:
    """Bring the messages that show a card up to date, unless a later row of the lane will."""
    card_name, subject = work.payload["card"], work.payload["subject"]

    def read(uow: UnitOfWork) -> tuple[Conversation, Card, list[str]] | None:
        if uow.work.overtaken(work):
            return None
        conversation = uow.conversations.get(work.payload["conversation"])
        card = build(uow, work.session_id or "", card_name, subject, work.payload)
        if conversation is None or card is None:
            return None
        shown = uow.posts.of(work.session_id or "", card_name, subject)
        return conversation, card, [ref for where, ref in shown if where == conversation.id]

    found = await runner.look(work, read)
    platform = _platform(runner, found[0]) if found else None
    if found is None or platform is None:
        return _nothing
    conversation, card, refs = found
    gone: list[Rejected] = []
    for ref in refs:
        try:
            await platform.update(place_of(conversation), ref, card)
        except Rejected as error:  # that message is gone; others may show the card as well
            gone.append(error)
    if gone:
        raise gone[0]
    return _nothing


async def tell(runner: Runner, work: Work) -> Done:
    """Say a card to one person only."""

    def read(uow: UnitOfWork) -> tuple[Conversation, Notice, str] | None:
        conversation = uow.conversations.get(work.payload["conversation"])
        card = build(uow, work.session_id or "", work.payload["card"], work.subject, work.payload)
        if conversation is None or card is None:
            return None
        person = uow.users.external_id(work.payload["user"], conversation.workspace_id)
        return None if person is None else (conversation, notice_of(card), person)

    found = await runner.look(work, read)
    platform = _platform(runner, found[0]) if found else None
    if found is not None and platform is not None:
        conversation, notice, person = found
        await platform.tell(place_of(conversation), person, notice, delivery=delivery_of(work))
    return _nothing


async def fill(runner: Runner, work: Work) -> Done:
    """Put what a private form shows now into the open view."""

    def read(uow: UnitOfWork) -> tuple[Conversation, str, str, Form] | None:
        surface = uow.surfaces.get(work.subject)
        session = uow.sessions.get(work.session_id or "")
        conversation = uow.conversations.get(work.payload["conversation"])
        if surface is None or session is None or conversation is None or surface.expires_at <= uow.now:
            return None
        person = uow.users.external_id(surface.user_id, conversation.workspace_id)
        form = form_of(uow, session, surface)
        return None if person is None else (conversation, person, surface.handle, form)

    found = await runner.look(work, read)
    platform = _platform(runner, found[0]) if found else None
    if found is not None and platform is not None:
        conversation, person, handle, form = found
        try:
            await platform.fill(place_of(conversation), person, runner.outside.sealer.unseal(handle), form)
        except NotOpen:
            if runner.outside.clock.now() - work.created_at < OPENING:
                raise
            log.info("fill.never_opened", extra={"work": work.id, "surface": work.subject})
    return _nothing


def _nothing(uow: UnitOfWork) -> None:
    """There is nothing more to record."""
