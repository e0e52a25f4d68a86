"""Where CI=true, a skip is a failure: there everything a test needs has been installed.

Elsewhere a test may skip, for want of a browser, say. These are pytest's hooks; tests/conftest.py has them.
"""

import os
from collections.abc import Generator

import pytest

__all__ = ["pytest_make_collect_report", "pytest_runtest_makereport"]


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    expected = hasattr(report, "wasxfail")  # an expected failure is reported as a skip, but is none
    if os.environ.get("CI") == "true" and report.skipped and not expected:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid}: a skip is a failure where CI=true: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Of one test: `pytest.skip()`, `skip` and `skipif` marks."""
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Of one file: `pytest.importorskip()` and `skip(allow_module_level=True)`."""
    report = yield
    _refuse_skip(report)
    return report
