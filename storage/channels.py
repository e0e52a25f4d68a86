"""What is known of channels."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from core.people.model import Channel
from storage.statements import Connection, Statement
from storage.tables import channels

__all__ = ["SqlChannels"]

_NAMES = ("account_id", "workspace_id", "channel", "here", "guests", "asked_at")
_MINE = (
    channels.c.account_id == bindparam("account"),
    channels.c.workspace_id == bindparam("workspace"),
    channels.c.channel == bindparam("channel_"),
)
_BY_PLACE = Statement(select(*(channels.c[name] for name in _NAMES)).where(*_MINE))
_VALUES: Mapping[str, Any] = {name: bindparam(name) for name in _NAMES}


def _put(insert: Any) -> Any:
    given = insert.values(_VALUES)
    return given.on_conflict_do_update(
        index_elements=["workspace_id", "channel"],
        set_={name: given.excluded[name] for name in ("here", "guests", "asked_at")},
        where=channels.c.account_id == given.excluded.account_id,
    ).inline()


_PUT = Statement(_put(sqlite.insert(channels)), postgresql=_put(postgresql.insert(channels)))


class SqlChannels:
    """Channels of one account's workspaces."""

    def __init__(self, db: Connection, account_id: str) -> None:
        self._db = db
        self._account_id = account_id

    def get(self, workspace_id: str, channel: str) -> Channel:
        """What is known of it: nothing, for one that was not met."""
        row = self._db.one(_BY_PLACE, account=self._account_id, workspace=workspace_id, channel_=channel)
        if row is None:
            return Channel(account_id=self._account_id, workspace_id=workspace_id, channel=channel)
        return Channel(**dict(zip(_NAMES, row, strict=True)))

    def put(self, channel: Channel) -> None:
        """Insert, or replace what was known."""
        assert channel.account_id == self._account_id, "a row belongs to the account of its unit of work"
        self._db.run_row(_PUT, channel)
