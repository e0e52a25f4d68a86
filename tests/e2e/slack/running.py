"""FlowPilot as a process of its own, with Slack configured and the playground's tickets beside it."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from storage.secrets import new_key
from tests.e2e.playground.real import free_port
from tests.e2e.slack.local_slack import APP_TOKEN, BOT_TOKEN, SECRET

__all__ = ["Running"]

ROOT = Path(__file__).resolve().parents[3]


class Running:
    """`python -m bot run` in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "log.jsonl"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, api: str, way: str, **more: str) -> None:
        """Start with the credentials of one way in, and wait until it is ready."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("FLOWPILOT_", "SLACK_", "ANTHROPIC_"))
        }
        credentials = {"SLACK_SIGNING_SECRET": SECRET} if way == "http" else {"SLACK_APP_TOKEN": APP_TOKEN}
        settings = {
            "PYTHONPATH": str(ROOT),
            "FLOWPILOT_PORT": str(self.port),
            "FLOWPILOT_PLAYGROUND": "yes",
            "FLOWPILOT_PLAYGROUND_PORT": str(free_port()),
            "FLOWPILOT_ACCOUNT": "Northwind IT",
            "FLOWPILOT_ENCRYPTION_KEY": new_key(),
            "FLOWPILOT_LOG_FORMAT": "json",
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_API_URL": api,
        }
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=self.folder,
                env={**kept, **settings, **credentials, **more},
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 30
        while not self._ready():
            assert self._process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.1)

    def stop(self) -> int:
        """Ask it to end, and say how it ended."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(20)

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What lies in the database."""
        database = sqlite3.connect(f"file:{self.folder / 'data' / 'flowpilot.db'}?mode=ro", uri=True)
        try:
            return list(database.execute(query, values))
        finally:
            database.close()

    def _ready(self) -> bool:
        try:
            with urlopen(f"{self.url}/readyz", timeout=2) as answer:  # a loopback address of our own
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False
