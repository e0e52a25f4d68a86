"""Slack's rates are kept to before Slack has to say so."""

import pytest

from adapters.slack.pacing import KEYS, Pacing, Rate
from core.errors import Unavailable
from tests.unit.slack.conftest import Time

ONE = Rate(count=1, seconds=1.0)
BURST = Rate(count=3, seconds=3.0)


async def test_calls_of_one_channel_are_a_second_apart(pacing: Pacing, time: Time) -> None:
    """Each waits for its turn, and no longer."""
    started = time.now
    for _ in range(4):
        await pacing.turn(("post", "C1"), ONE)
    assert time.now - started == 3.0


async def test_a_few_go_out_together(pacing: Pacing, time: Time) -> None:
    """But never more than so many in any so many seconds."""
    went = []
    for _ in range(7):
        await pacing.turn(("post", "C1"), BURST)
        went.append(time.now)
    assert went[2] == went[0]
    assert all(later - earlier >= 3.0 for earlier, later in zip(went, went[3:], strict=False))


async def test_other_channels_do_not_wait(pacing: Pacing, time: Time) -> None:
    """A busy channel is its own affair."""
    for _ in range(3):
        await pacing.turn(("post", "C1"), ONE)
    slept = time.slept
    await pacing.turn(("post", "C2"), ONE)
    assert time.slept == slept


async def test_a_long_wait_is_left_to_the_queue(pacing: Pacing, time: Time) -> None:
    """No worker is held: the row is told when to come back, and takes no turn meanwhile."""
    pacing.hold(("post", "C1"), 60.0)
    for _ in range(3):
        with pytest.raises(Unavailable) as waiting:
            await pacing.turn(("post", "C1"), ONE)
        assert waiting.value.retry_after == 60.0
    time.now += 60.0
    await pacing.turn(("post", "C1"), ONE)
    assert time.slept == 0.0


async def test_idle_channels_are_forgotten(pacing: Pacing, time: Time) -> None:
    """What is remembered does not grow with the number of channels."""
    for number in range(KEYS):
        await pacing.turn(("post", f"C{number}"), ONE)
    time.now += 120.0
    await pacing.turn(("post", "new"), ONE)
    assert len(pacing) == 1


async def test_a_turn_that_is_free_is_taken_and_no_other_waited_for(pacing: Pacing, time: Time) -> None:
    """Whoever asks so leaves some to others, and is told no while everybody is held."""
    key = ("update", "T1")
    assert [pacing.free(key, BURST, keep=1) for _ in range(3)] == [True, True, False]
    assert pacing.free(key, BURST)
    assert not pacing.free(key, BURST)
    time.now += 3.0
    pacing.hold(key, 5.0)
    assert not pacing.free(key, BURST)
    time.now += 5.0
    assert pacing.free(key, BURST)
    assert time.slept == 0.0
