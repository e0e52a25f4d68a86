"""Playing a script against the real system, in a process that may be killed."""

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from adapters.models.offline import OfflineModel
from bot.bootstrap import System, build
from bot.settings import Settings
from bot.worker import Worker
from core.ports import Said
from core.turns.model import Answer, TurnContext
from core.usage.model import Used, uncounted
from tests.fakes.clock import FakeClock
from tests.integration.crash.browser import Browser, Memory
from tests.integration.crash.points import Points, wire
from tests.integration.crash.scripts import SCRIPTS, STREAMED, Step

#: Longer than a lease.
TAKEN_OVER = 61.0


@dataclass(frozen=True, kw_only=True)
class SlowModel(OfflineModel):
    """Says the half of its answer first, and waits until it is seen; where that cannot be, it goes on after a while."""

    points: Points

    async def answer(self, turn: TurnContext, said: Said, used: Used = uncounted) -> Answer:
        words = f"First look at “{turn.pending[-1].text}”, then at the cable, then call me again."
        for text in (words[: len(words) // 2], words):
            said(text)
            seen = text[: text.rfind(" ")]
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    while True:
                        if self.points.shown.startswith(seen):
                            break
                        await asyncio.sleep(0.002)
        return Answer(prose=words)


@dataclass(frozen=True)
class Place:
    """The files of one run."""

    folder: Path

    @property
    def database(self) -> Path:
        """The database."""
        return self.folder / "flowpilot.db"

    @property
    def memory(self) -> Path:
        """What the browser knows."""
        return self.folder / "browser.json"

    @property
    def done(self) -> Path:
        """What was done outside."""
        return self.folder / "done.txt"

    @property
    def points(self) -> Path:
        """The points of each step, by the step's number."""
        return self.folder / "points.json"

    def before(self, step: int) -> "Place":
        """Where the run is kept as it was before a step."""
        return Place(self.folder / f"before-{step}")

    def copy_to(self, other: "Place") -> "Place":
        """A run that begins where this one stands; nothing may be writing."""
        other.folder.mkdir(parents=True)
        with sqlite3.connect(self.database) as source, sqlite3.connect(other.database) as target:
            source.backup(target)
        source.close()
        target.close()
        for name in ("browser.json", "done.txt", "encryption.key"):
            if (self.folder / name).exists():
                shutil.copy(self.folder / name, other.folder / name)
        return other


def rehearse(script: str, folder: str) -> None:
    """Play to the end, keeping how things stood before each step and which points each came by."""
    asyncio.run(_play(SCRIPTS[script], Place(Path(folder)), keep=True))


def crash(script: str, folder: str, kill_at: int) -> None:
    """Play the step that is next, and be killed at that point of it."""
    asyncio.run(_play(SCRIPTS[script], Place(Path(folder)), kill_at=kill_at))


def recover(script: str, folder: str) -> None:
    """Start again after a crash, and play to the end."""
    asyncio.run(_play(SCRIPTS[script], Place(Path(folder)), after_crash=True))


async def _play(
    script: Sequence[Step],
    place: Place,
    *,
    keep: bool = False,
    kill_at: int | None = None,
    after_crash: bool = False,
) -> None:
    settings = Settings(
        database_url=f"sqlite+aiosqlite:///{place.database}", data_dir=place.folder, psa="local", playground=True
    )
    memory = Memory.load(place.memory)
    clock = FakeClock(memory.time)
    seen: list[list[str]] = []
    points = Points(place.done, kill_at)
    model = SlowModel(points=points) if script is STREAMED else None
    async with build(settings, clock=clock, model=model, prepare=keep) as system:
        run = _Run(system, wire(system, points), clock, place)
        for step in script[memory.step :]:
            if keep:
                place.copy_to(place.before(len(seen)))
            await run.step(step, after_crash=after_crash)
            after_crash = False
            seen.append(points.seen.copy())
            points.seen.clear()
    if keep:
        place.points.write_text(json.dumps(seen))


class _Run:
    """One process, from its start to its end."""

    def __init__(self, system: System, worker: Worker, clock: FakeClock, place: Place) -> None:
        self._browser = Browser(system)
        self._worker = worker
        self._clock = clock
        self._path = place.memory
        self._memory = Memory.load(place.memory)

    async def step(self, step: Step, *, after_crash: bool) -> None:
        """Act, and let everything that follows from it happen."""
        number = self._memory.step
        if self._memory.sent != "answered":
            await self._act(step, number)
        await self._settle(after_crash)
        self._pass_by(30)
        self._save(step=number + 1, sent="")

    async def _act(self, step: Step, number: int) -> None:
        """Send, or send again what was not answered. A form that was lost with the answer costs another click."""
        sent = self._memory.sent
        payload = json.loads(sent) if sent else {**await step.make(self._browser), "id": f"step-{number:04}"}
        self._save(sent=json.dumps(payload))
        answer = await self._browser.act(step.who, payload)
        if step.opens and answer["kind"] == "nothing":
            answer = await self._browser.act(step.who, {**payload, "id": f"again-{number:04}"})
        assert not step.opens or answer["kind"] in ("form", "replace"), answer
        self._save(sent="answered")

    async def _settle(self, after_crash: bool) -> None:
        await self._worker.drain()
        if after_crash:
            self._pass_by(TAKEN_OVER)
            await self._worker.drain()
        self._pass_by(1)  # what is drafted ahead is due half a second later
        await self._worker.drain()

    def _pass_by(self, seconds: float) -> None:
        self._clock.pass_by(seconds=seconds)
        self._save(seconds=self._memory.seconds + seconds)

    def _save(self, **changes: object) -> None:
        self._memory = self._memory.save(self._path, **changes)
