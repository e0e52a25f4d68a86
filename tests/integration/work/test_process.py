"""The process: it drains at SIGTERM, says when its worker has stopped, and does not run on without one."""

import asyncio
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.bootstrap import build
from bot.server import routes, serve
from bot.settings import Settings
from bot.worker import Worker
from tests.integration.work.yard import until

#: How long a start or an end may take, in seconds.
LONG = 60.0


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """`flowpilot run` as a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("FLOWPILOT_")}
        settings = {"FLOWPILOT_DATA_DIR": str(folder), "FLOWPILOT_PORT": str(self.port)}
        with (folder / "log").open("a") as log:
            command = [sys.executable, "-m", "bot", "run"]
            self.process = subprocess.Popen(command, env={**kept, **settings}, stderr=log)

    async def ready(self) -> None:
        """Wait until it says so."""
        await until(self._is_ready, LONG)

    async def _is_ready(self) -> bool:
        assert self.process.poll() is None, (self.folder / "log").read_text()
        return bool(await asyncio.to_thread(self.get, "/readyz"))

    def get(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Ask as the page does; None while nobody answers."""
        headers = {"Content-Type": "application/json", "Origin": f"http://127.0.0.1:{self.port}"}
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"http://127.0.0.1:{self.port}{path}", data=data, headers=headers)
        try:
            with urlopen(request, timeout=10) as response:
                return json.load(response)
        except (URLError, ConnectionError):
            return None

    async def ended(self) -> int:
        """Wait for its end, and give its exit code."""
        await until(lambda: self.process.poll() is not None, LONG)
        assert self.process.returncode is not None
        return self.process.returncode


@contextmanager
def started(folder: Path) -> Iterator[Server]:
    """A process that is gone at the end."""
    server = Server(folder)
    try:
        yield server
    finally:
        server.process.kill()
        server.process.wait()


def ask(folder: Path, query: str) -> list[Any]:
    """What is in its database."""
    with closing(sqlite3.connect(folder / "flowpilot.db")) as db:
        return db.execute(query).fetchall()


ANSWERS = "SELECT view FROM local_messages WHERE author = 'flowpilot' AND view LIKE '%Use this flow%'"
LEASED = "SELECT kind FROM work WHERE leased_by IS NOT NULL"
WAITING = "SELECT kind FROM work WHERE state = 'open' AND kind IN ('turn', 'post', 'update', 'link_ticket')"


async def test_sigterm_ends_it_in_order_and_the_next_start_goes_on(tmp_path: Path) -> None:
    """It exits with 0, also when told twice; no row is left leased, and what was queued is done after the next start, once."""
    with started(tmp_path) as server:
        await server.ready()
        words = "@FlowPilot the printer at reception prints nothing, #1001"
        body = {"kind": "send", "id": "act-00000001", "channel": "service-desk", "thread": "", "text": words}
        assert await asyncio.to_thread(server.get, "/playground/act?as=northwind/erin", body)
        server.process.send_signal(signal.SIGTERM)
        server.process.send_signal(signal.SIGTERM)
        assert await server.ended() == 0
    assert ask(tmp_path, LEASED) == []
    with started(tmp_path) as server:
        await server.ready()
        await until(lambda: ask(tmp_path, ANSWERS) and not ask(tmp_path, WAITING), LONG)
        server.process.send_signal(signal.SIGINT)
        assert await server.ended() == 0
    assert len(ask(tmp_path, ANSWERS)) == 1
    assert "Traceback" not in (tmp_path / "log").read_text()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The playground on a file of its own."""
    return Settings(data_dir=tmp_path, port=free_port())


async def test_readiness_follows_the_worker(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not ready before it works, ready while it does, and not any more when it has died."""
    async with build(settings) as system, TestClient(TestServer(routes(system))) as client:

        async def said() -> tuple[int, str]:
            response = await client.get("/readyz")
            return response.status, (await response.json())["worker"]

        assert await said() == (503, "stopped")
        working = asyncio.create_task(system.worker.run(asyncio.Event()))
        await until(lambda: system.worker.alive)
        assert await said() == (200, "ok")

        async def broken() -> int:
            raise AssertionError("a mistake")

        monkeypatch.setattr(system.worker, "_pace", type(system.worker._pace)(poll=0.01))
        monkeypatch.setattr(system.worker, "fire_timers", broken)
        with pytest.raises(AssertionError, match="a mistake"):
            await working
        assert await said() == (503, "stopped")
        assert (await client.get("/healthz")).status == 200


async def test_a_dead_worker_ends_the_process(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is left talking to a server that takes words and answers none."""

    async def die(worker: Worker, stop: asyncio.Event) -> None:
        raise RuntimeError("the worker died")

    monkeypatch.setattr(Worker, "run", die)
    with pytest.raises(ExceptionGroup) as ended:
        await asyncio.wait_for(serve(settings), LONG)
    assert [str(error) for error in ended.value.exceptions] == ["the worker died"]
    with closing(socket.socket()) as probe:
        assert probe.connect_ex(("127.0.0.1", settings.port)) != 0
