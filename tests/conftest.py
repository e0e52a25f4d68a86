"""What all tests share."""

import gc
from typing import Any

import pytest

from tests.no_skips import pytest_make_collect_report, pytest_runtest_makereport

__all__ = ["pytest_make_collect_report", "pytest_runtest_makereport", "pytest_xdist_make_scheduler"]

pytest_plugins = ["pytester"]

#: Files whose tests look at the same costly thing, so that it is made in one process only. (The mark `xdist_group` has no effect
#: with this version of pytest: xdist 3.8 marks ids that pytest 9.2 computes anew.)
TOGETHER = {
    "views": ("tests/unit/core/test_cards.py", "tests/unit/slack/test_forms.py", "tests/unit/slack/test_render.py"),
    "sources": ("tests/lint/",),
}


def _together(nodeid: str) -> str:
    """Tests of one name run in one process."""
    return next((name for name, paths in TOGETHER.items() if nodeid.startswith(paths)), nodeid)


def pytest_collection_finish() -> None:
    """What was imported stays until the end, so the collector of garbage needs not go through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Where several processes run the tests, each test goes wherever there is room, but for those of `TOGETHER`."""
    from xdist.scheduler import LoadScopeScheduling

    scheduling = LoadScopeScheduling(config, log)
    scheduling._split_scope = _together
    return scheduling
