"""A mock of the Messages API that others wrote: the npm package @copilotkit/aimock, installed into a cache folder.

It answers by fixtures and streams in pieces. It drops what is said about caches; tests/fakes/messages_api.py has those rules.
"""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.e2e.npm import installed
from tests.e2e.playground.real import free_port

__all__ = ["Aimock", "aimock"]

Json = dict[str, Any]

PACKAGE = "@copilotkit/aimock@1.43.0"


class Aimock:
    """A running one. `settings` lead FlowPilot to it."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    @property
    def settings(self) -> Mapping[str, str]:
        """Environment of FlowPilot."""
        return {"ANTHROPIC_API_KEY": "not-a-key", "ANTHROPIC_BASE_URL": self.url}

    def asked(self) -> list[Json]:
        """What was asked so far, oldest first, in the shape that it has for all providers."""
        with urlopen(f"{self.url}/__aimock/journal", timeout=5) as answer:
            return list(json.load(answer))

    def ready(self) -> bool:
        """Whether it answers."""
        try:
            self.asked()
        except (URLError, OSError):
            return False
        return True


@contextmanager
def aimock(folder: Path, fixtures: Sequence[Json]) -> Iterator[Aimock]:
    """One with these fixtures, on the loopback address; what none of them fits is refused."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node for a mock of the Messages API")
    program = installed(PACKAGE, "aimock", "@copilotkit/aimock/dist/cli.js")
    port = free_port()
    given = folder / "fixtures.json"
    given.write_text(json.dumps({"fixtures": fixtures}))
    command = [node, str(program), "-p", str(port), "-h", "127.0.0.1", "-f", str(given), "--strict"]
    with (folder / "aimock.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        mock = Aimock(port)
        deadline = time.monotonic() + 20
        while not mock.ready():
            assert process.poll() is None, (folder / "aimock.log").read_text()
            assert time.monotonic() < deadline, (folder / "aimock.log").read_text()
            time.sleep(0.05)
        yield mock
    finally:
        process.terminate()
        process.wait(10)
