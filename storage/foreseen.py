"""What the first question of a command answered beside who it is from (storage.directory)."""

from storage.statements import Row

__all__ = ["Foreseen"]


class Foreseen:
    """Of one transaction."""

    def __init__(self) -> None:
        #: Keys, as storage.inbox.ordered gives them, that were looked for and are not there.
        self.unseen: set[tuple[str, str | None]] = set()
        self._sessions: dict[tuple[str, str], Row] = {}

    def keep(self, account_id: str, session_id: str, row: Row) -> None:
        """A session was read and locked."""
        self._sessions[account_id, session_id] = row

    def session(self, account_id: str, session_id: str) -> Row | None:
        """The session's row, for whoever asks first: the next one asks the database, which may know better by then."""
        return self._sessions.pop((account_id, session_id), None)

    def written(self) -> None:
        """Something was written: what was read before may not hold any more."""
        self._sessions.clear()
