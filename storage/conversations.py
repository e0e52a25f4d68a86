"""Threads, what is said in them, and which messages show what."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Boolean, and_, bindparam, exists, insert, literal_column, not_, or_, select, text, update

from core.errors import NotFound, WrongState
from core.turns.model import Conversation, Message
from storage.ids import Ids
from storage.repository import Repository
from storage.statements import Connection, Mapper, Statement
from storage.tables import channels, conversations, messages, posts, session_threads, workspaces

__all__ = ["SqlConversations", "SqlMessages", "SqlPosts"]

_COLUMNS = (
    conversations.c.id,
    conversations.c.account_id,
    conversations.c.workspace_id,
    workspaces.c.platform,
    workspaces.c.external_id,
    conversations.c.channel,
    conversations.c.thread,
    conversations.c.guests,
    conversations.c.unsure,
    conversations.c.permalink,
    conversations.c.created_at,
)
_FOUND = select(*_COLUMNS).join(workspaces, workspaces.c.id == conversations.c.workspace_id)
_MINE = conversations.c.account_id == bindparam("account")
_BY_PLACE = Statement(
    _FOUND.where(
        _MINE,
        conversations.c.workspace_id == bindparam("workspace"),
        conversations.c.channel == bindparam("channel"),
        conversations.c.thread == bindparam("thread"),
    )
)
_BY_ID = Statement(_FOUND.where(_MINE, conversations.c.id == bindparam("id")))
_OF = Statement(
    _FOUND.join(session_threads, session_threads.c.conversation_id == conversations.c.id)
    .where(_MINE, session_threads.c.session_id == bindparam("session"))
    .order_by(session_threads.c.number)
)
_NEW = ("id", "channel", "thread", "created_at", "guests", "unsure")
_there = conversations.alias("there")
_GUESTS_THERE = (
    select(_there.c.id)
    .where(
        _there.c.account_id == bindparam("account"),
        _there.c.workspace_id == bindparam("workspace"),
        _there.c.channel == bindparam("channel"),
        _there.c.guests,
    )
    .exists()
)
_HERE = (
    channels.c.account_id == bindparam("account"),
    channels.c.workspace_id == bindparam("workspace"),
    channels.c.channel == bindparam("channel"),
)
_GUESTS_KNOWN = select(channels.c.channel).where(*_HERE, channels.c.guests.is_not(None)).exists()
_GUESTS_MET = select(channels.c.channel).where(*_HERE, channels.c.guests).exists()
#: In a workspace of the account only.
_ADD = Statement(
    insert(conversations)
    .from_select(
        ["account_id", "workspace_id", *_NEW],
        select(
            workspaces.c.account_id,
            workspaces.c.id,
            *(bindparam(name, type_=conversations.c[name].type) for name in _NEW[:-2]),
            or_(bindparam("guests", type_=Boolean()), _GUESTS_THERE, _GUESTS_MET),
            and_(bindparam("unsure", type_=Boolean()), not_(_GUESTS_KNOWN)),
        ).where(workspaces.c.id == bindparam("workspace"), workspaces.c.account_id == bindparam("account")),
    )
    .inline()
)
_MOVE = Statement(
    update(conversations).where(_MINE, conversations.c.id == bindparam("id_")).values(thread=bindparam("new_thread"))
)
_IS_HELD = Statement(
    select(session_threads.c.session_id).where(
        session_threads.c.conversation_id == bindparam("conversation"), text("session_threads.held")
    )
)
_SET_GUESTS = Statement(
    update(conversations).where(_MINE, conversations.c.id == bindparam("id_")).values(guests=bindparam("are_guests"))
)

_OF_CHANNEL = (
    _MINE,
    conversations.c.workspace_id == bindparam("workspace"),
    conversations.c.channel == bindparam("in_channel"),
    not_(conversations.c.guests),
)
_GUESTS_IN = Statement(update(conversations).where(*_OF_CHANNEL).values(guests=bindparam("are_guests")))
_UNSURE_IN = Statement(update(conversations).where(*_OF_CHANNEL).values(unsure=bindparam("is_unsure")))

_there = conversations.alias("there")
_RENAME_CHANNEL = Statement(
    update(conversations)
    .where(
        _MINE,
        conversations.c.workspace_id == bindparam("workspace"),
        conversations.c.channel == bindparam("in_channel"),
        ~exists().where(
            _there.c.workspace_id == conversations.c.workspace_id,
            _there.c.channel == bindparam("to_channel"),
            _there.c.thread == conversations.c.thread,
        ),
    )
    .values(channel=bindparam("to_channel"), permalink="")
)

_SET_PERMALINK = Statement(
    update(conversations).where(_MINE, conversations.c.id == bindparam("id_")).values(permalink=bindparam("address"))
)


def _load(row: Sequence[object]) -> Conversation:
    id, account_id, workspace_id, platform, workspace, channel, thread, guests, unsure, permalink, created_at = row
    return Conversation(
        id=id,  # type: ignore[arg-type]  # the columns above give these types
        account_id=account_id,  # type: ignore[arg-type]
        workspace_id=workspace_id,  # type: ignore[arg-type]
        platform=platform,  # type: ignore[arg-type]
        workspace=workspace,  # type: ignore[arg-type]
        channel=channel,  # type: ignore[arg-type]
        thread=thread,  # type: ignore[arg-type]
        guests=bool(guests or unsure),
        unsure=bool(unsure and not guests),
        permalink=permalink,  # type: ignore[arg-type]
        created_at=created_at,  # type: ignore[arg-type]
    )


class SqlConversations:
    """Threads of one account."""

    def __init__(self, db: Connection, account_id: str, new_id: Callable[[], str], now: datetime) -> None:
        self._db = db
        self._account_id = account_id
        self._new_id = new_id
        self._now = now

    def find(self, *, workspace_id: str, channel: str, thread: str) -> Conversation | None:
        """The thread's row, or None."""
        row = self._db.one(_BY_PLACE, account=self._account_id, workspace=workspace_id, channel=channel, thread=thread)
        return None if row is None else _load(row)

    def ensure(self, *, workspace_id: str, channel: str, thread: str, guests: bool | None) -> Conversation:
        """The thread's row, made when it is new."""
        found = self.find(workspace_id=workspace_id, channel=channel, thread=thread)
        if found is None:
            self._db.run(
                _ADD,
                id=self._new_id(),
                account=self._account_id,
                workspace=workspace_id,
                channel=channel,
                thread=thread,
                guests=guests is True,
                unsure=guests is None,
                created_at=self._now,
            )
        elif guests and (found.unsure or not found.guests):
            self._db.run(_SET_GUESTS, account=self._account_id, id_=found.id, are_guests=True)
        else:
            return found
        made = self.find(workspace_id=workspace_id, channel=channel, thread=thread)
        if made is None:
            raise NotFound("There is no such workspace.")
        return made

    def guests_in(self, *, workspace_id: str, channel: str) -> None:
        """Guests read along in all threads of a channel."""
        self._db.run(_GUESTS_IN, account=self._account_id, workspace=workspace_id, in_channel=channel, are_guests=True)

    def unsure_in(self, *, workspace_id: str, channel: str, unsure: bool) -> None:
        """Whether guests read along in a channel is not known, or they do not; where they did, they do."""
        self._db.run(_UNSURE_IN, account=self._account_id, workspace=workspace_id, in_channel=channel, is_unsure=unsure)

    def rename_channel(self, *, workspace_id: str, channel: str, to: str) -> None:
        """The threads of a channel are those of another one now, but those that are known there already."""
        self._db.run(
            _RENAME_CHANNEL, account=self._account_id, workspace=workspace_id, in_channel=channel, to_channel=to
        )

    def get(self, id: str) -> Conversation | None:
        """By id."""
        row = self._db.one(_BY_ID, account=self._account_id, id=id)
        return None if row is None else _load(row)

    def of(self, session_id: str) -> Sequence[Conversation]:
        """The session's threads, home first."""
        return [_load(row) for row in self._db.all(_OF, account=self._account_id, session=session_id)]

    def move(self, id: str, thread: str) -> None:
        """Name the thread that a first post has opened. Raises WrongState when an open session is in it already."""
        moving = self.get(id)
        if moving is None:
            return
        there = self.find(workspace_id=moving.workspace_id, channel=moving.channel, thread=thread)
        if there is not None and there.id != id:
            # Somebody wrote in the new thread before its name was known here, and it got a row of its own.
            if self._db.one(_IS_HELD, conversation=there.id) is not None:
                raise WrongState("Another open session has this thread.")
            self._db.run(_MOVE, account=self._account_id, id_=there.id, new_thread=f"{thread}:{there.id}")
        self._db.run(_MOVE, account=self._account_id, id_=id, new_thread=thread)

    def lead_to(self, id: str, permalink: str) -> None:
        """Keep the web address of a thread."""
        self._db.run(_SET_PERMALINK, account=self._account_id, id_=id, address=permalink)


MESSAGES = Mapper(messages, Message, fixed=("session_id", "conversation_id", "user_id", "ref"))
_BY_REF = Statement(
    select(*MESSAGES.columns)
    .where(
        messages.c.account_id == bindparam("account"),
        messages.c.conversation_id == bindparam("conversation"),
        messages.c.ref == bindparam("ref"),
    )
    .order_by(messages.c.number.desc())
    .limit(1)
)
_PENDING = Statement(
    select(*MESSAGES.columns)
    .where(
        messages.c.account_id == bindparam("account"),
        messages.c.session_id == bindparam("session"),
        messages.c.turn == literal_column("'pending'"),  # in the words of the partial index
    )
    .order_by(messages.c.number)
)
_RECENT = Statement(
    select(*MESSAGES.columns)
    .where(
        messages.c.account_id == bindparam("account"),
        messages.c.session_id == bindparam("session"),
        messages.c.deleted_at.is_(None),
    )
    .order_by(messages.c.number.desc())
    .limit(bindparam("limit"))
)
_SAID_AT = Statement(
    select(messages.c.created_at).where(
        messages.c.account_id == bindparam("account"),
        messages.c.session_id == bindparam("session"),
        messages.c.user_id.is_not(None),
        messages.c.deleted_at.is_(None),
    )
)


class SqlMessages(Repository[Message]):
    """What was said."""

    mapper = MESSAGES

    def by_ref(self, conversation_id: str, ref: str) -> Message | None:
        """The message with the platform's id."""
        row = self._db.one(_BY_REF, account=self._account_id, conversation=conversation_id, ref=ref)
        return None if row is None else MESSAGES.load(row)

    def pending(self, session_id: str) -> Sequence[Message]:
        """Messages that await an answer."""
        return MESSAGES.load_all(self._db.all(_PENDING, account=self._account_id, session=session_id))

    def recent(self, session_id: str, limit: int) -> Sequence[Message]:
        """The last messages, oldest first, deleted ones left out."""
        rows = self._db.all(_RECENT, account=self._account_id, session=session_id, limit=limit)
        return MESSAGES.load_all(reversed(rows))

    def said_at(self, session_id: str) -> Sequence[datetime]:
        """When people said something, deleted messages left out."""
        return [row[0] for row in self._db.all(_SAID_AT, account=self._account_id, session=session_id)]


_ADD_POST = Statement(
    insert(posts)
    .values(
        {
            name: bindparam(name)
            for name in ("id", "account_id", "session_id", "conversation_id", "card", "subject", "ref", "at")
        }
    )
    .inline()
)
_POSTS = Statement(
    select(posts.c.card, posts.c.conversation_id, posts.c.ref)
    .where(
        posts.c.account_id == bindparam("account"),
        posts.c.session_id == bindparam("session"),
        posts.c.subject == bindparam("subject"),
    )
    .order_by(posts.c.id)
)


class SqlPosts:
    """Which message shows what."""

    def __init__(self, db: Connection, account_id: str, ids: Ids) -> None:
        self._db = db
        self._account_id = account_id
        self._ids = ids

    def add(self, *, session_id: str, conversation_id: str, card: str, subject: str, ref: str, at: datetime) -> None:
        """Remember that a message shows the card of a subject."""
        self._db.run(
            _ADD_POST,
            id=self._ids.new(at),
            account_id=self._account_id,
            session_id=session_id,
            conversation_id=conversation_id,
            card=card,
            subject=subject,
            ref=ref,
            at=at,
        )

    def of(self, session_id: str, subject: str) -> Sequence[tuple[str, str, str]]:
        """(card, conversation id, message reference) of every message about a subject, in their order."""
        rows = self._db.all(_POSTS, account=self._account_id, session=session_id, subject=subject)
        return [(str(card), str(conversation), str(ref)) for card, conversation, ref in rows]
