"""A small memory of one process: the last entries by key. What must outlive the process is not kept here."""

from collections import OrderedDict
from typing import Generic, TypeVar

__all__ = ["Memory"]

V = TypeVar("V")


class Memory(Generic[V]):
    """At most `most` entries; the oldest go first."""

    def __init__(self, most: int = 1_000) -> None:
        self._entries: OrderedDict[str, V] = OrderedDict()
        self._most = most

    def get(self, key: str) -> V | None:
        """What is kept under that key."""
        return self._entries.get(key)

    def put(self, key: str, value: V) -> None:
        """Keep it."""
        self._entries[key] = value
        self._entries.move_to_end(key)
        while len(self._entries) > self._most:
            self._entries.popitem(last=False)

    def forget(self, key: str) -> None:
        """Keep it no longer."""
        self._entries.pop(key, None)
