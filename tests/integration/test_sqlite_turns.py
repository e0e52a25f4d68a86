"""Whose turn it is at SQLite's one writer."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

from core.ports import Transaction
from storage.sqlite import SHARE, SqliteStore


def noting(order: list[str], name: str) -> Callable[[Transaction], None]:
    """Writes down that it was run."""
    return lambda tx: order.append(name)


async def test_a_busy_session_holds_up_nobody_else(sqlite_file: Path) -> None:
    """Of what waits, only so many of one key go first; each key keeps its own order."""
    store = SqliteStore(sqlite_file)
    free, order = threading.Event(), list[str]()
    blocking = asyncio.create_task(store.write(lambda tx: free.wait(10)))
    hot = [f"hot{number}" for number in range(3 * SHARE)]
    waiting = [asyncio.create_task(store.write(noting(order, name), key="hot")) for name in hot]
    other = asyncio.create_task(store.write(noting(order, "other"), key="other"))
    await asyncio.sleep(0.05)
    free.set()
    await asyncio.gather(blocking, *waiting, other)
    assert order.index("other") <= SHARE
    assert [name for name in order if name != "other"] == hot
    await store.close()


async def test_what_was_begun_is_finished_before_the_store_closes(sqlite_file: Path) -> None:
    """Also what had to wait for its turn."""
    store = SqliteStore(sqlite_file)
    done, wanted = list[str](), [str(number) for number in range(5 * SHARE)]
    tasks = [asyncio.create_task(store.write(noting(done, name), key="hot")) for name in wanted]
    await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(*tasks)
    assert done == wanted
