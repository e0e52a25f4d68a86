"""What the playground's vendors, kept in FlowPilot's own database, have in common: transactions of their own."""

from collections.abc import Callable
from typing import TypeVar

from core.ports import Store, Transaction
from storage.statements import Connection
from storage.unit_of_work import SqlTransaction

__all__ = ["LocalStore"]

R = TypeVar("R")


class LocalStore:
    """Runs functions of a connection, each in a transaction of its own (ARCHITECTURE 15)."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def write(self, run: Callable[[Connection], R]) -> R:
        """Write, and return after the COMMIT."""
        return await self._store.write(lambda transaction: run(_connection(transaction)))

    async def read(self, run: Callable[[Connection], R]) -> R:
        """Read what is committed."""
        return await self._store.read(lambda transaction: run(_connection(transaction)))


def _connection(transaction: Transaction) -> Connection:
    assert isinstance(transaction, SqlTransaction)
    return transaction.db
