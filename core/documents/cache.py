"""The memory level of the preview cache: drafts by key, the least recently used given up first (SPEC 5)."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from core.documents.model import Draft

__all__ = ["CAPACITY", "DraftCache"]

#: Entries kept at most (SPEC 5).
CAPACITY = 5000


class DraftCache:
    """Shared by the event loop and the database's threads; entries never go stale, since a key names an exact state."""

    def __init__(self, capacity: int = CAPACITY, *, counted: Callable[[bool], None] = lambda hit: None) -> None:
        self._capacity = capacity
        self._entries: OrderedDict[str, Draft] = OrderedDict()
        self._lock = Lock()
        self._counted = counted

    def get(self, key: str) -> Draft | None:
        """The draft of exactly that state, if it is still held. Every call is counted as a hit or a miss."""
        with self._lock:
            draft = self._entries.get(key)
            if draft is not None:
                self._entries.move_to_end(key)
        self._counted(draft is not None)
        return draft

    def put(self, draft: Draft) -> None:
        """Hold a draft that is durable already."""
        with self._lock:
            self._entries[draft.key] = draft
            self._entries.move_to_end(draft.key)
            while len(self._entries) > self._capacity:
                self._entries.popitem(last=False)

    def drop(self, session_id: str) -> None:
        """Give up the drafts of a session that is deleted."""
        with self._lock:
            for key in [key for key, draft in self._entries.items() if draft.session_id == session_id]:
                del self._entries[key]

    def clear(self) -> None:
        """Give up all: what is asked for again comes from the database."""
        with self._lock:
            self._entries.clear()

    def __len__(self) -> int:
        """How many are held."""
        return len(self._entries)
