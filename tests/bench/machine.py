"""The machine that was measured on, without its name."""

import asyncio
import os
import platform
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import asyncpg

from tests.bench.places import Place, dsn, fdatasync_time
from tests.bench.table import milliseconds

__all__ = ["machine"]


def machine(places: Mapping[str, Place]) -> str:
    """A markdown list."""
    facts = [
        f"{os.cpu_count()} cores ({_processor()}), {_memory()}, {platform.system()} {platform.machine()}",
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}{_postgresql(places)}",
    ]
    facts += [
        f"fdatasync of 4 KiB on {place.name}: {milliseconds(fdatasync_time(place.where))}"
        for place in places.values()
        if place.is_sqlite
    ]
    load = os.getloadavg()[0]
    facts.append(f"load average at the start: {load:.1f}")
    return "\n".join(f"- {fact}" for fact in facts)


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory() -> str:
    size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{size / 2**30:.0f} GiB"


def _postgresql(places: Mapping[str, Place]) -> str:
    place = places.get("PostgreSQL")
    return "" if place is None else f", PostgreSQL {asyncio.run(_version(dsn(place.where)))}"


async def _version(url: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        return str(await connection.fetchval("SHOW server_version"))
    finally:
        await connection.close()
