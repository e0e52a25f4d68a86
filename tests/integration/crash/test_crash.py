"""Killed in the middle of any step and started again, FlowPilot has lost nothing and done nothing twice.

Each case is a process that kills itself at one point of one step, and another one that goes on from there. By default every
kind of point is tried once for every kind of work; with FLOWPILOT_EVERY_CRASH_POINT=1 every point of every step is.
"""

import json
import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from threading import Lock
from typing import Any

import pytest

from tests.integration.crash import play
from tests.integration.crash.browser import Memory
from tests.integration.crash.play import Place
from tests.integration.crash.scripts import SCRIPTS
from tests.integration.crash.state import State, deliveries, gaps, state_of

EVERY = os.environ.get("FLOWPILOT_EVERY_CRASH_POINT") == "1"
#: A process that takes longer than this, in seconds, hangs.
LONG = 60


@dataclass(frozen=True)
class Rehearsed:
    """A run that nothing happened to: what it came by, and what it came to."""

    script: str
    place: Place
    points: list[list[str]]
    end: State


@dataclass(frozen=True)
class Case:
    """A point of a step of a script, to be killed at."""

    rehearsed: Rehearsed
    step: int
    number: int
    label: str


def cases(rehearsals: Sequence[Rehearsed]) -> Iterator[Case]:
    """Every point, or one of each kind: each kind of work's points, and of each step the moment after its commit."""
    seen: set[str] = set()
    for rehearsed in rehearsals:
        for step, labels in enumerate(rehearsed.points):
            name = SCRIPTS[rehearsed.script][step].name
            for number, label in enumerate(labels, start=1):
                kind = f"{name}: {label}" if label == "act: take the command, after the commit" else label
                if EVERY or kind not in seen:
                    seen.add(kind)
                    yield Case(rehearsed, step, number, label)


class Processes:
    """Runs functions in processes forked from one that has imported everything, and knows nothing else. For several threads."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([play.__name__])
        self._lock = Lock()  # starting one asks after all others, and each exit code can be read once only

    def run(self, function: Callable[..., None], *args: Any) -> int:
        """Run to the end, and give the exit code."""
        process = self._context.Process(target=function, args=args)
        with self._lock:
            process.start()
        ended = wait([process.sentinel], LONG)
        with self._lock:
            if not ended:
                process.kill()
            process.join()
            code = process.exitcode
            process.close()
        assert ended, f"{function.__name__} hangs"
        assert code is not None, "it has ended"
        return code


@pytest.fixture(scope="module")
def processes() -> Processes:
    return Processes()


@pytest.fixture(scope="module")
def rehearsals(processes: Processes, tmp_path_factory: pytest.TempPathFactory) -> Sequence[Rehearsed]:
    """The scripts, played without a crash."""
    found = []
    for script in SCRIPTS:
        place = Place(tmp_path_factory.mktemp(script))
        Memory().save(place.memory)
        assert processes.run(play.rehearse, script, str(place.folder)) == 0
        found.append(Rehearsed(script, place, json.loads(place.points.read_text()), state_of(place.database)))
    return found


@pytest.mark.parametrize("number", range(len(SCRIPTS)), ids=list(SCRIPTS))
def test_the_script_does_what_it_is_to_do(rehearsals: Sequence[Rehearsed], number: int) -> None:
    """One note, one status and one time entry on the ticket, everything said once, and nothing left to do."""
    rehearsed = rehearsals[number]
    done = deliveries(rehearsed.place.done)
    writes = ["note", "status", "time"] if rehearsed.script in ("resolved", "escalated") else []
    assert sorted(line.split()[0] for line in done if not line.startswith("post")) == writes
    assert set(done.values()) == {1}
    assert rehearsed.end["leases"] == []
    assert gaps(rehearsed.end) == []
    assert [kind for kind, state in rehearsed.end["work that is left"] if state == "dead"] == []


def test_every_kind_of_work_of_the_scripts_is_crashed_in(rehearsals: Sequence[Rehearsed]) -> None:
    """Before and after whatever a job does outside, and around the transaction that ends it."""
    labels = {case.label for case in cases(rehearsals)}
    kinds = {"draft", "fill", "link_ticket", "post", "psa_note", "psa_status", "psa_time", "tell", "turn", "update"}
    moments = ("before the transaction", "before the commit", "after the commit")
    assert {f"{kind}: finish, {moment}" for kind in kinds for moment in moments} <= labels
    assert {f"worker: claim {kind}, after the commit" for kind in kinds} <= labels
    outside = {"post": "post", "update": "update", "fill": "fill", "tell": "tell"}
    outside |= {"psa_note": "add_note", "psa_status": "set_status", "psa_time": "add_time"}
    streams = [("turn", "stream"), ("turn", "show"), ("post", "replace")]
    calls = [*outside.items(), *streams]
    assert {f"{kind}: {when} {call}" for kind, call in calls for when in ("before", "after")} <= labels


def test_no_crash_loses_or_repeats_anything(
    rehearsals: Sequence[Rehearsed], processes: Processes, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    """Killed at a point and started again, it comes to the same end: one note, one status, one time entry, each post once."""
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        begun = [(case, threads.submit(crash, case, processes, tmp_path)) for case in cases(rehearsals)]
        for case, crashed in begun:
            step = SCRIPTS[case.rehearsed.script][case.step].name
            with subtests.test(script=case.rehearsed.script, step=step, point=case.number, label=case.label):
                killed, went_on, end, done = crashed.result()
                assert killed == -signal.SIGKILL
                assert went_on == 0
                assert done.pop(f"killed {case.label}") == 1
                check(case.rehearsed.end, end, done)


def crash(case: Case, processes: Processes, folder: Path) -> tuple[int, int, State, "dict[str, int]"]:
    """Be killed at a point of a step, and go on: both exit codes, the end, and what was done how often."""
    rehearsed = case.rehearsed
    name = f"{rehearsed.script}-{case.step}-{case.number}"
    place = rehearsed.place.before(case.step).copy_to(Place(folder / name))
    killed = processes.run(play.crash, rehearsed.script, str(place.folder), case.number)
    went_on = processes.run(play.recover, rehearsed.script, str(place.folder))
    outcome = killed, went_on, state_of(place.database), deliveries(place.done)
    shutil.rmtree(place.folder)
    return outcome


def check(wanted: State, end: State, done: "dict[str, int]") -> None:
    """The end is as it was without a crash, and nothing was done twice on the way."""
    twice = [line for line, times in done.items() if times > 1]
    assert twice == []
    assert gaps(end) == []
    assert differing(wanted, end) == {}


def differing(wanted: State, end: State) -> dict[str, Sequence[Any]]:
    """Name → what was wanted and what there is."""
    pairs = {name: (value, end[name]) for name, value in wanted.items()}
    # Rows of different lanes come to their end in any order; that the entries follow on each other, `gaps` sees.
    pairs["timeline"] = (happened(wanted), happened(end))
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def happened(state: State) -> list[Any]:
    """The timeline's entries without their places in it."""
    return sorted((entry[2:] for entry in state["timeline"]), key=repr)
