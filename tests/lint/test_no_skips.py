"""Where CI=true a skip is a failure, of whatever kind; elsewhere it is a skip."""

import pytest

TESTS = """
import pytest

def test_passes(): assert True

@pytest.mark.xfail(strict=True)
def test_expected_failure(): assert False

def test_skips(): pytest.skip("no browser here")

@pytest.mark.skipif(True, reason="not on this system")
def test_marked(): assert True
"""


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")
    pytester.makeconftest("from tests.no_skips import *")
    pytester.makepyfile(test_some=TESTS, test_whole_file="import pytest\npytest.importorskip('no_such_library')")
    return pytester


def test_a_skip_fails_in_ci(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    result = suite.runpytest_inprocess("--continue-on-collection-errors")
    # A skip by mark and one of a whole file happen outside the test itself, which pytest calls errors.
    result.assert_outcomes(passed=1, xfailed=1, failed=1, errors=2)
    result.stdout.fnmatch_lines_random(["*CI=true*no browser here*", "*CI=true*not on this system*"])
    result.stdout.fnmatch_lines(["*CI=true*could not import 'no_such_library'*"])
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_a_skip_is_a_skip_elsewhere(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    result = suite.runpytest_inprocess()
    result.assert_outcomes(passed=1, xfailed=1, skipped=3)
    assert result.ret == pytest.ExitCode.OK
