"""What it costs to import the core, and how soon a server is ready."""

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import aiohttp

from tests.bench.options import Options
from tests.bench.table import Line, Target, at_most

__all__ = ["NOTES", "TITLE", "measure"]

TITLE = "Starting"
NOTES = ("Each in a fresh process; the server with the playground on an existing SQLite file on disk.",)
VENDORS = ("anthropic", "botbuilder", "slack_bolt")
_IMPORT = f"""
import time; started = time.perf_counter()
import core.application
seconds = time.perf_counter() - started
import json, sys
kib = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([seconds, kib, [name for name in {VENDORS} if any(m.partition('.')[0] == name for m in sys.modules)]]))
"""


async def measure(options: Options) -> list[Line]:
    """The import, then the server."""
    found = [await _imported() for _ in range(options.rounds)]
    seconds = statistics.median(taken for taken, _, _ in found)
    mebibytes = statistics.median(resident for _, resident, _ in found)
    vendors = found[0][2]
    return [
        Line(
            what="import core.application",
            ours=f"{seconds:.2f} s, {mebibytes:.0f} MiB",
            target=at_most(seconds, 0.5, "s") & at_most(mebibytes, 65, "MiB"),
        ),
        Line(
            what=f"of {', '.join(VENDORS)} imported with it",
            ours=", ".join(vendors) or "none",
            target=Target("none", not vendors),
        ),
        *await _served(options),
    ]


async def _imported() -> tuple[float, float, list[str]]:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", _IMPORT, stdout=subprocess.PIPE)
    output, _ = await process.communicate()
    seconds, kibibytes, vendors = json.loads(output)
    return seconds, kibibytes / 1024, vendors


async def _served(options: Options) -> list[Line]:
    with tempfile.TemporaryDirectory(prefix="flowpilot-bench-") as folder:
        try:
            await _ready(folder)  # makes the database
            found = [await _ready(folder) for _ in range(options.rounds)]
        except RuntimeError as error:
            return [Line(what="flowpilot run", ours=str(error))]
    seconds, mebibytes = (statistics.median(one[part] for one in found) for part in (0, 1))
    return [
        Line(what="ready on an existing database", ours=f"{seconds:.2f} s", target=at_most(seconds, 2, "s")),
        Line(what="memory of the server when it is ready", ours=f"{mebibytes:.0f} MiB"),
    ]


async def _ready(folder: str) -> tuple[float, float]:
    """Seconds until /readyz says so, and MiB resident then. Raises RuntimeError when it does not start."""
    port = _free_port()
    env = {
        **{
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("FLOWPILOT_", "SLACK_", "ANTHROPIC_"))
        },
        "FLOWPILOT_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/flowpilot.db",
        "FLOWPILOT_PORT": str(port),
        "FLOWPILOT_PLAYGROUND": "true",
        "PYTHONPATH": str(Path.cwd()),
    }
    started = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        async with aiohttp.ClientSession() as client:
            while time.perf_counter() - started < 30:
                if process.returncode is not None:
                    raise RuntimeError(f"ended with {process.returncode} before it was ready")
                try:
                    async with client.get(f"http://127.0.0.1:{port}/readyz") as response:
                        if response.status == 200:
                            return time.perf_counter() - started, _resident(process.pid)
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.02)
        raise RuntimeError("was not ready within 30 s")
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()  # the kernel's own, always at once
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
