"""What most repositories have in common."""

from typing import Protocol, TypeVar

__all__ = ["Rows"]

T = TypeVar("T")


class Rows(Protocol[T]):
    """What most repositories have in common."""

    def add(self, row: T) -> None:
        """Insert."""
        ...

    def save(self, row: T) -> None:
        """Update what may change."""
        ...

    def get(self, id: str) -> T | None:
        """By id, or None."""
        ...
