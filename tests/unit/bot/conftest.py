"""The command line in an empty folder with nothing set, or beside a database with a session in it."""

import asyncio
import logging
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.bootstrap import System, build
from bot.cli import main
from bot.settings import Settings
from core.commands import ReceiveMessage
from core.people.model import ConversationRef, WorkspaceRef
from core.ports import Inbound, PersonRef, Transaction

#: What Erin wrote.
PROBLEM = "Outlook keeps asking for the password on the reception PC"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: empty, and nothing is set."""
    for name in list(os.environ):
        if name.upper().startswith(("FLOWPILOT_", "SLACK_", "ANTHROPIC_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Runs `flowpilot …` in this process; logging is put back afterwards."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level

    def run(*arguments: str) -> Ran:
        with pytest.raises(SystemExit) as exit:
            main(arguments)
        out, err = capsys.readouterr()
        return Ran(code=int(exit.value.code or 0), out=out, err=err)

    yield run
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


@pytest.fixture(scope="session")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which one session was started and one delivery has failed for good."""
    data = tmp_path_factory.mktemp("lived-in") / "data"
    asyncio.run(_live_in(Settings(data_dir=data)))
    return data


@pytest.fixture
def data(folder: Path, lived_in: Path) -> Path:
    """A copy of it, where the settings look for it."""
    return Path(shutil.copytree(lived_in, folder / "data"))


async def _live_in(settings: Settings) -> None:
    async with build(settings) as system:
        await system.application.handle(_said(PROBLEM))
        await system.application.handle(_said("it began on Monday"))
        await system.store.write(lambda transaction: _fail(transaction, system))


def _said(text: str) -> Inbound:
    return Inbound(
        keys=(f"message:{text}",),
        workspace=WorkspaceRef(platform="playground", external_id="northwind"),
        person=PersonRef(external_id="erin", name="Erin Engineer", email="erin@northwind.example"),
        place=ConversationRef(platform="playground", workspace="northwind", channel="service-desk", thread="1"),
        command=ReceiveMessage(ref=text, text=text, mentioned=True),
        words=text,
    )


def _fail(transaction: Transaction, system: System) -> None:
    """Of the first two rows one is done and one is dead."""
    now = system.outside.clock.now() + timedelta(minutes=1)
    kinds: Sequence[str] = ("turn", "post", "update")
    done, dead = transaction.queue.claim(worker="w", now=now, lease=timedelta(minutes=1), kinds=kinds, limit=2)
    transaction.queue.finish(done.id, worker="w", at=now)
    transaction.queue.bury(dead.id, worker="w", at=now, error="no answer, password: Xk29!fjq0A")
