"""What a server does with Python's collector of garbage."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from bot.heap import YOUNG, settle_heap


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """The tests have a setting of their own (tests/conftest.py)."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


class Circle:
    """Garbage that only the collector finds."""

    def __init__(self) -> None:
        self.me = self


def test_what_is_made_stays_and_what_comes_later_is_collected() -> None:
    stays = Circle()
    settle_heap()
    assert not any(thing is stays for thing in gc.get_objects())
    gone = weakref.ref(Circle())
    gc.collect()
    assert gone() is None
    assert gc.get_threshold()[0] == YOUNG
