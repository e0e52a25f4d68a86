"""The statements of the playground's chat (storage.local_chat)."""

from typing import Any

from sqlalchemy import Boolean, Table, bindparam, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.statements import Statement
from storage.tables import (
    local_channels,
    local_messages,
    local_people,
    local_surfaces,
    local_workspaces,
    workspaces,
)

#: Fields of core's dataclasses that are columns, in the order in which they are selected.
CHANNEL = ("workspace", "id", "name", "topic", "guests", "direct")
PERSON = ("workspace", "id", "name", "title", "email", "member")
MESSAGE = (
    "workspace", "number", "channel", "thread", "author", "text", "view", "private_to", "delivery", "edited",
    "deleted", "created_at", "seq",
)  # fmt: skip
SURFACE = ("workspace", "id", "person", "channel", "thread", "view", "open", "seq")
#: What may change in a message.
CHANGING = ("text", "view", "edited", "deleted", "seq")


def _columns(table: Table, names: tuple[str, ...]) -> list[Any]:
    return [table.c[name] for name in names]


def _put(table: Table, names: tuple[str, ...], key: tuple[str, ...], kept: tuple[str, ...] = ()) -> Statement:
    """Insert, or update all but the key and `kept`."""
    values: dict[str, Any] = {name: bindparam(name) for name in names}
    changing = [name for name in names if name not in (*key, *kept)]
    lite, post = sqlite.insert(table).values(values), postgresql.insert(table).values(values)
    of_lite = {name: lite.excluded[name] for name in changing}
    of_post = {name: post.excluded[name] for name in changing}
    return Statement(
        lite.on_conflict_do_update(index_elements=list(key), set_=of_lite).inline(),
        postgresql=post.on_conflict_do_update(index_elements=list(key), set_=of_post).inline(),
    )


_HERE = local_messages.c.workspace == bindparam("workspace")
_OPEN_TO_PERSON = (
    or_(local_channels.c.direct == "", local_channels.c.direct == bindparam("person")),
    or_(local_channels.c.guests, local_channels.c.direct != "", bindparam("member", type_=Boolean())),
)

ACCOUNT = Statement(
    select(workspaces.c.account_id).where(
        workspaces.c.platform == bindparam("platform"), workspaces.c.external_id == bindparam("workspace")
    )
)

PUT_WORKSPACE = _put(local_workspaces, ("id", "account_id", "name", "created_at"), ("id",), kept=("created_at",))
PUT_CHANNEL = _put(local_channels, (*CHANNEL, "position"), ("workspace", "id"))
PUT_PERSON = _put(local_people, (*PERSON, "position"), ("workspace", "id"))
PUT_SURFACE = _put(local_surfaces, SURFACE, ("workspace", "id"))

WORKSPACES = Statement(
    select(local_workspaces.c.id, local_workspaces.c.name).order_by(
        local_workspaces.c.created_at, local_workspaces.c.id
    )
)
CHANNELS = Statement(
    select(*_columns(local_channels, CHANNEL))
    .where(local_channels.c.workspace == bindparam("workspace"))
    .order_by(local_channels.c.position, local_channels.c.id)
)
PEOPLE = Statement(
    select(*_columns(local_people, PERSON))
    .where(local_people.c.workspace == bindparam("workspace"))
    .order_by(local_people.c.position, local_people.c.id)
)
HAS_CHANNEL = Statement(
    select(local_channels.c.id).where(
        local_channels.c.workspace == bindparam("workspace"), local_channels.c.id == bindparam("channel")
    )
)

_SEQ = select(local_workspaces.c.seq).where(local_workspaces.c.id == bindparam("workspace"))
SEQ = Statement(_SEQ)
LOCK = Statement(_SEQ.with_for_update())
SET_SEQ = Statement(
    update(local_workspaces).where(local_workspaces.c.id == bindparam("workspace")).values(seq=bindparam("seq_"))
)

_MESSAGES = select(*_columns(local_messages, MESSAGE))
MESSAGE_BY_ID = Statement(_MESSAGES.where(_HERE, local_messages.c.number == bindparam("number")))
MESSAGE_BY_DELIVERY = Statement(_MESSAGES.where(_HERE, local_messages.c.delivery == bindparam("delivery")))
NEWS = Statement(
    _MESSAGES.join(
        local_channels,
        (local_channels.c.workspace == local_messages.c.workspace) & (local_channels.c.id == local_messages.c.channel),
    )
    .where(
        _HERE,
        local_messages.c.seq > bindparam("after"),
        or_(local_messages.c.private_to == "", local_messages.c.private_to == bindparam("person")),
        *_OPEN_TO_PERSON,
    )
    .order_by(local_messages.c.seq)
    .limit(bindparam("most"))
)
ADD_MESSAGE = Statement(insert(local_messages).values({name: bindparam(name) for name in MESSAGE}).inline())
SET_MESSAGE = Statement(
    update(local_messages)
    .where(_HERE, local_messages.c.number == bindparam("number"))
    .values({name: bindparam(f"{name}_") for name in CHANGING})
)

_SURFACES = select(*_columns(local_surfaces, SURFACE)).where(local_surfaces.c.workspace == bindparam("workspace"))
SURFACE_BY_ID = Statement(_SURFACES.where(local_surfaces.c.id == bindparam("id")))
SURFACES = Statement(
    _SURFACES.where(local_surfaces.c.person == bindparam("person"), local_surfaces.c.seq > bindparam("after")).order_by(
        local_surfaces.c.seq
    )
)
