"""Waking pages, and the line that says what is being worked on."""

import asyncio

from adapters.playground.changes import PROGRESS_LASTS, Changes
from core.people.model import ConversationRef

PLACE = ConversationRef(platform="playground", workspace="northwind", channel="service-desk", thread="1")


async def test_everybody_who_waits_is_woken() -> None:
    changes = Changes()
    waiting = [asyncio.create_task(changes.wait(0, 5)) for _ in range(3)]
    await asyncio.sleep(0)
    changes.notify()
    await asyncio.wait_for(asyncio.gather(*waiting), 1)
    assert changes.count == 1


async def test_what_happened_since_the_last_look_is_not_waited_for() -> None:
    changes = Changes()
    changes.notify()
    await asyncio.wait_for(changes.wait(0, 5), 1)
    assert changes.count == 1


async def test_waiting_ends_by_itself() -> None:
    changes = Changes()
    await asyncio.wait_for(changes.wait(0, 0.01), 1)
    assert changes.count == 0


async def test_one_who_gives_up_is_forgotten() -> None:
    changes = Changes()
    task = asyncio.create_task(changes.wait(0, 5))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task})
    changes.notify()
    assert task.cancelled()


async def test_nobody_waits_on_a_server_that_stops() -> None:
    changes = Changes()
    waiting = asyncio.create_task(changes.wait(0, 5))
    await asyncio.sleep(0)
    changes.close()
    await asyncio.wait_for(waiting, 1)
    await asyncio.wait_for(changes.wait(changes.count, 5), 1)
    assert changes.closed


def test_progress_without_an_end_goes_away() -> None:
    now = 1000.0
    changes = Changes(lambda: now)
    changes.show_progress(PLACE, "FlowPilot is thinking…")
    now += PROGRESS_LASTS - 1
    assert changes.progress("northwind") == {PLACE: "FlowPilot is thinking…"}
    assert changes.progress("fabrikam") == {}
    now += 2
    assert changes.progress("northwind") == {}
