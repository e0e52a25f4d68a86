"""Screenshots of the thread: noted with their message, fetched by the turn that answers it, and looked at by the model.

Only the platform's address of a picture is stored with the message; the turn fetches it, so a crash loses none, and nothing is
fetched where no model would look at it.
"""

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from core.commands import SharedPicture
from core.errors import Fault, Rejected
from core.people.model import ConversationRef
from core.ports import ChatPlatform, UnitOfWork
from core.text.redact import redact
from core.text.split import shorten
from core.text.storable import storable
from core.thinking.model import Image
from core.turns.model import Attachment, AttachmentState, Message, TurnContext
from core.work.deliver import place_of
from core.work.model import Work
from core.work.running import Runner

__all__ = ["LARGEST", "MOST", "chosen", "keep_pictures", "looked_at", "too_large"]

log = logging.getLogger(__name__)

#: Bytes of one picture, pictures of one request, and bytes of these together: providers take no more (Messages API: 32 MB a
#: request, in which bytes take four thirds of their size).
LARGEST = 5_000_000
MOST = 5
TOGETHER = 20_000_000
#: How many of a request may have come before the messages that it answers.
EARLIER = 2
#: Pictures of one message that are noted, and characters of a name.
MOST_NOTED = 20
LONGEST_NAME = 100

_SIGNS: Mapping[bytes, str] = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
_TOO_LARGE = f"it is larger than {LARGEST // 1_000_000} MB"
_TOO_MANY = f"only the last {MOST} are"
_UNKNOWN = "it is no PNG, JPEG, GIF or WebP"
_UNREAD = "it could not be fetched"


def too_large(pictures: Sequence[SharedPicture]) -> Iterator[str]:
    """What the engineer is told of each one that is not looked at."""
    for picture in pictures:
        if picture.size > LARGEST:
            yield f"I cannot look at {_name(picture)}: {_TOO_LARGE}. Share a smaller one."


def keep_pictures(uow: UnitOfWork, message: Message, pictures: Sequence[SharedPicture]) -> None:
    """Note down which pictures came with a message."""
    for picture in pictures[:MOST_NOTED]:
        refused = picture.size > LARGEST
        uow.attachments.add(
            Attachment(
                id=uow.new_id(),
                account_id=message.account_id,
                session_id=message.session_id,
                message_id=message.id,
                name=_name(picture),
                address=storable(picture.address),
                state=AttachmentState.REFUSED if refused else AttachmentState.WAITING,
                why=_TOO_LARGE if refused else "",
                created_at=uow.now,
            )
        )


def chosen(uow: UnitOfWork, session_id: str, pending: Sequence[Message]) -> tuple[Attachment, ...]:
    """The pictures that an answer is about: those of the pending messages, and the last few before."""
    if not uow.rules.has_model:
        return ()
    awaited = {message.id for message in pending}
    pictures = uow.attachments.of(session_id)
    new = [picture for picture in pictures if picture.message_id in awaited]
    seen = [each for each in pictures if each.message_id not in awaited and each.state is not AttachmentState.REFUSED]
    room = min(EARLIER, max(0, MOST - len(new)))
    return (*(seen[-room:] if room else ()), *_bounded(new))


def _bounded(pictures: Sequence[Attachment]) -> Iterator[Attachment]:
    """The last few as they are; of the others that they are too many."""
    left = sum(picture.state is not AttachmentState.REFUSED for picture in pictures)
    for picture in pictures:
        if picture.state is not AttachmentState.REFUSED:
            left -= 1
            yield picture if left < MOST else _refused(picture, _TOO_MANY)
        else:
            yield picture


@dataclass(frozen=True, kw_only=True, slots=True)
class _Seen:
    """A picture after it was looked for; `fetched`: its bytes, or why there are none, are to be kept."""

    picture: Attachment
    content: bytes = b""
    fetched: bool = False


async def looked_at(runner: Runner, work: Work, turn: TurnContext) -> TurnContext:
    """The turn with the images of its pictures. What cannot be fetched holds up no answer: it says so."""
    if not turn.pictures:
        return turn
    places = await runner.look(work, lambda uow: _places(uow, turn.pictures))
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(_fetched(runner, picture, places.get(picture.id))) for picture in turn.pictures]
    seen = _within([await _kept(runner, work, task.result()) for task in running])
    images = tuple(Image(media_type=each.picture.media_type, data=each.content) for each in seen if each.content)
    return replace(turn, pictures=tuple(each.picture for each in seen), images=images)


def _places(uow: UnitOfWork, pictures: Sequence[Attachment]) -> Mapping[str, ConversationRef]:
    """Where each picture was shared."""
    places = {}
    for picture in pictures:
        message = uow.messages.get(picture.message_id)
        conversation = None if message is None else uow.conversations.get(message.conversation_id)
        if conversation is not None:
            places[picture.id] = place_of(conversation)
    return places


async def _fetched(runner: Runner, picture: Attachment, place: ConversationRef | None) -> _Seen:
    if picture.state is not AttachmentState.WAITING:
        return _Seen(picture=picture)
    platform: ChatPlatform | None = None if place is None else runner.outside.platforms.get(place.platform)
    if platform is None or place is None:
        return _Seen(picture=_refused(picture, _UNREAD))
    try:
        content = await platform.fetch(place, picture.address, most=LARGEST + 1)
    except Fault as error:
        log.warning("turn.picture_unread", extra={"attachment": picture.id, "why": str(error)})
        return _Seen(picture=_refused(picture, _UNREAD), fetched=isinstance(error, Rejected))
    media_type = _media_type(content)
    if len(content) > LARGEST or media_type is None:
        return _Seen(picture=_refused(picture, _UNKNOWN if media_type is None else _TOO_LARGE), fetched=True)
    kept = replace(picture, state=AttachmentState.KEPT, media_type=media_type)
    return _Seen(picture=kept, content=content, fetched=True)


async def _kept(runner: Runner, work: Work, seen: _Seen) -> _Seen:
    """With its bytes, which are kept when they are new."""
    if seen.fetched:
        await runner.change(work, partial(_keep, seen=seen))
    elif seen.picture.state is AttachmentState.KEPT:
        content = await runner.look(work, partial(_content, id=seen.picture.id))
        return replace(seen, content=content) if content else _Seen(picture=_refused(seen.picture, _UNREAD))
    return seen


def _content(uow: UnitOfWork, id: str) -> bytes:
    return uow.attachments.content(id) or b""


def _keep(uow: UnitOfWork, seen: _Seen) -> None:
    """Nothing is kept of a message that was deleted meanwhile: its row is gone."""
    if seen.content:
        uow.attachments.keep(seen.picture, seen.content)
    else:
        uow.attachments.save(seen.picture)


def _within(seen: Sequence[_Seen]) -> list[_Seen]:
    """As many of the last ones as a request can hold."""
    kept: list[_Seen] = []
    left = TOGETHER
    for each in reversed(seen):
        left -= len(each.content)
        kept.append(each if left >= 0 else _Seen(picture=_refused(each.picture, "together they are too large")))
    return kept[::-1]


def _refused(picture: Attachment, why: str) -> Attachment:
    return replace(picture, state=AttachmentState.REFUSED, why=why)


def _media_type(content: bytes) -> str | None:
    """What the bytes are, whatever they are called."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((media_type for sign, media_type in _SIGNS.items() if content.startswith(sign)), None)


def _name(picture: SharedPicture) -> str:
    """What it is called, without secrets that somebody put there."""
    return shorten(redact(storable(picture.name)).text, LONGEST_NAME) or "a picture"
