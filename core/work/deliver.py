"""Saying things: cards are built when they are sent, and an uncertain post is looked for before it is repeated."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from core.cards import OLDER, build, notice_of
from core.documents.model import Surface
from core.documents.surfaces import form_of
from core.errors import Hidden, NotOpen, Rejected
from core.escalation.calling import CALLED, say_unreached
from core.people.model import ConversationRef, Role
from core.ports import ChatPlatform, UnitOfWork
from core.say import ESCALATION_CARDS, FIX_CARDS, UPDATE, refresh
from core.turns.model import Conversation
from core.views import Card, Form, Notice
from core.work.model import Work, say_lane
from core.work.running import Done, Runner

__all__ = ["delivery_of", "fill", "place_of", "post", "tell", "update"]

log = logging.getLogger(__name__)

#: Cards that can be built again without what their first post was given.
LIVE = frozenset({*FIX_CARDS, *ESCALATION_CARDS, "session", "step", "answer", "receipt"})
#: What may be told to anybody: it holds nothing internal.
OPEN_TO_ALL = frozenset({"dead"})
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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Posting:
    """What is to be posted. `events`: how far the session's timeline was when the card was built."""

    conversation: Conversation
    card: Card
    events: int


async def post(runner: Runner, work: Work) -> Done:
    """Post a card in a thread, and remember which message shows it."""

    def read(uow: UnitOfWork) -> _Posting | None:
        conversation = uow.conversations.get(work.payload["conversation"])
        session = uow.sessions.get(work.session_id or "")
        card = build(uow, work.session_id or "", work.payload["card"], work.subject, work.payload)
        if conversation is None or session is None or card is None:
            return None
        return _Posting(conversation=conversation, card=card, events=session.events)

    found = await runner.look(work, read)
    platform = _platform(runner, found.conversation) if found else None
    if found is None or platform is None:
        return _nothing
    to = place_of(found.conversation)
    ref = await _replaced(platform, to, found.card, work) if "over" in work.payload else None
    as_of = found.events
    if ref is None and work.tried and (ref := await _found(platform, to, work)) is not None:
        as_of = -1  # nobody knows what a post that is found shows
    if ref is None:
        ref = await platform.post(to, found.card, delivery=delivery_of(work))
    link = await _address(platform, found.conversation, to, ref) if work.payload["card"] == "session" else None
    return lambda uow: _posted(uow, work, found.conversation, str(ref), as_of, link or "")


async def _found(platform: ChatPlatform, to: ConversationRef, work: Work) -> str | None:
    """What an earlier try has posted. Where nobody can look, a post that is known not to have gone out goes out again; one that
    may stand does not: once only counts for more."""
    try:
        return await platform.find(to, delivery_of(work), since=work.created_at)
    except Hidden:
        if work.doubtful:
            raise
        return None


async def _replaced(platform: ChatPlatform, to: ConversationRef, card: Card, work: Work) -> str | None:
    """Put the card over the message that has grown until now; None when that is gone, so that the card is posted."""
    ref = work.payload["over"]
    try:
        await platform.replace(to, ref, card, delivery=delivery_of(work))
    except Rejected as error:
        log.info("deliver.placeholder_gone", extra={"work": work.id, "why": str(error)})
        return None
    return ref


async def _address(platform: ChatPlatform, conversation: Conversation, to: ConversationRef, ref: str) -> str | None:
    """The web address of a thread whose head was just posted, while it is not known."""
    return None if conversation.permalink else await platform.permalink(to, to.thread or ref)


def _posted(uow: UnitOfWork, work: Work, conversation: Conversation, ref: str, as_of: int, link: str) -> None:
    if conversation.thread.startswith("new:"):
        uow.conversations.move(conversation.id, ref)
    if link:
        uow.conversations.lead_to(conversation.id, link)
    card, session = work.payload["card"], uow.sessions.get(work.session_id or "")
    uow.posts.add(
        session_id=work.session_id or "",
        conversation_id=conversation.id,
        card=card,
        subject=work.subject,
        ref=ref,
        at=uow.now,
    )
    # An update waits behind a post in the home thread's lane; in another thread it may have run while this was under way.
    if session is not None and session.conversation_id != conversation.id and session.events != as_of and card in LIVE:
        refresh(uow, session, work.subject, card)


async def update(runner: Runner, work: Work) -> Done:
    """Bring the messages of a thread that show cards of a subject up to date, unless a later row of the lane will.

    That is the session's own thread, unless the row names another: the others are given rows in their own lanes first, so that no
    thread waits for the platform of another.
    """
    subject, cards = work.payload["subject"], work.payload["cards"].split("+")

    def read(uow: UnitOfWork) -> tuple[Conversation | None, list[tuple[str, Card]], set[str]]:
        session = uow.sessions.get(work.session_id or "")
        if session is None or uow.work.overtaken(work):
            return None, [], set()
        here = work.payload.get("in", session.conversation_id)
        shown = [post for post in uow.posts.of(session.id, subject) if post[0] in cards]
        found = _as_they_are(uow, work, [(card, ref) for card, where, ref in shown if where == here])
        elsewhere = set() if "in" in work.payload else {where for _, where, _ in shown if where != here}
        return uow.conversations.get(here), found, elsewhere

    conversation, found, elsewhere = await runner.look(work, read)
    if elsewhere:
        await runner.change(work, lambda uow: _update_elsewhere(uow, work, elsewhere))
    platform = None if conversation is None else _platform(runner, conversation)
    if conversation is None or platform is None:
        return _nothing
    gone: list[Rejected] = []
    for ref, card in found:
        try:
            await platform.update(place_of(conversation), ref, card)
        except Rejected as error:  # that message is gone; others may show the card as well
            gone.append(error)
    if gone:
        raise gone[0]
    return _nothing


def _as_they_are(uow: UnitOfWork, work: Work, shown: Sequence[tuple[str, str]]) -> list[tuple[str, Card]]:
    """The messages of one thread, the oldest first, each with its card as it is now; the last one of each is the live one."""
    newest = dict(shown)
    built: dict[tuple[str, bool], Card | None] = {}
    found = []
    for name, ref in shown:
        kind = name, newest[name] != ref
        if kind not in built:
            details = {**work.payload, OLDER: "yes"} if kind[1] else work.payload
            built[kind] = build(uow, work.session_id or "", name, work.payload["subject"], details)
        if (card := built[kind]) is not None:
            found.append((ref, card))
    return found


def _update_elsewhere(uow: UnitOfWork, work: Work, conversations: Collection[str]) -> None:
    for conversation in sorted(conversations):
        uow.work.add(
            UPDATE,
            lane=say_lane(conversation),
            session_id=work.session_id,
            subject=work.subject,
            payload={**work.payload, "in": conversation},
            dedupe_key=f"{UPDATE}:{work.id}:{conversation}",
        )


async def tell(runner: Runner, work: Work) -> Done:
    """Say a card to one person only: beside the thread, or where else they are known. Rejected when nothing reaches them.

    Who has become a guest since it was queued, or has no role any more, is told nothing internal.
    """
    if not await runner.look(work, lambda uow: _may_be_told(uow, work)):
        log.info("deliver.not_for_them", extra={"work": work.id, "card": work.payload["card"]})
        return partial(_untold, work=work)

    def read(uow: UnitOfWork) -> tuple[Notice, list[tuple[ConversationRef, str]]] | None:
        conversation = uow.conversations.get(work.payload["conversation"])
        card = build(uow, work.session_id or "", work.payload["card"], work.subject, work.payload)
        if conversation is None or card is None:
            return None
        return notice_of(card), _ways_to(uow, work.payload["user"], conversation)

    found = await runner.look(work, read)
    if found is None:
        return _nothing
    notice, ways = found
    since = work.created_at if work.tried else None
    refused = Rejected("They are known in no workspace that is connected here.")
    for number, (place, person) in enumerate(ways):
        platform = runner.outside.platforms.get(place.platform)
        delivery = (
            f"{delivery_of(work)}.{number}" if number else delivery_of(work)
        )  # what stands there stands nowhere else
        try:
            if platform is not None:
                await platform.tell(place, person, notice, delivery=delivery, since=since)
                return _nothing
        except Rejected as error:
            refused = error
    raise refused


def _may_be_told(uow: UnitOfWork, work: Work) -> bool:
    user_id = work.payload["user"]
    return work.payload["card"] in OPEN_TO_ALL or any(user.id == user_id for user in uow.users.with_role(*Role))


def _untold(uow: UnitOfWork, work: Work) -> None:
    """Who called them by name hears of it."""
    session = uow.sessions.get(work.session_id or "")
    if session is not None and CALLED in work.payload:
        say_unreached(uow, session, work.payload["user"])


def _ways_to(uow: UnitOfWork, user_id: str, conversation: Conversation) -> list[tuple[ConversationRef, str]]:
    """The places in which a person can be told something, each with their name there; the best is first."""
    known = uow.users.known_as(user_id)
    here = [each.external_id for each in known if each.workspace_id == conversation.workspace_id]
    ways = [(place_of(conversation), person) for person in here[:1]]
    for each in known:
        if each.workspace_id != conversation.workspace_id:
            own = ConversationRef(platform=each.platform, workspace=each.workspace, channel="", thread="")
            ways.append((own, each.external_id))
    return ways


async def fill(runner: Runner, work: Work) -> Done:
    """Put what a private form shows now into the open view."""

    def read(uow: UnitOfWork) -> tuple[Surface, Form] | None:
        surface = uow.surfaces.get(work.subject)
        session = uow.sessions.get(work.session_id or "")
        if surface is None or session is None or surface.expires_at <= uow.now:
            return None
        return surface, form_of(uow, session, surface)

    found = await runner.look(work, read)
    if found is None:
        return _nothing
    surface, form = found
    platform = runner.outside.platforms.get(surface.platform)
    if platform is None:
        raise Rejected(f"The form was opened on {surface.platform}, which is not connected here.")
    try:
        await platform.fill(surface.place, surface.person, runner.outside.sealer.unseal(surface.handle), form)
    except NotOpen:
        if runner.outside.clock.now() - work.created_at < OPENING:
            raise
        log.info("fill.never_opened", extra={"work": work.id, "surface": work.subject})
    return _nothing


def _nothing(uow: UnitOfWork) -> None:
    """There is nothing more to record."""
