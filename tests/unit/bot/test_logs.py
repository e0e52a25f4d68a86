"""Log lines: what they say, and what never gets into them."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.logs import _QUIET, configure, log_handler
from bot.settings import Settings

MESSAGE = "the printer in the lobby jams since Monday"
SECRET = "Xk29!fjq0A"

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def lines(stream: io.StringIO) -> Lines:
    """What was written so far, read as JSON."""
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def _logger(settings: Settings, stream: io.StringIO) -> Iterator[logging.Logger]:
    logger = logging.getLogger("tests.bot.logs")
    handler = log_handler(settings, stream)
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    yield logger
    logger.removeHandler(handler)


@pytest.fixture
def as_json(stream: io.StringIO) -> Iterator[logging.Logger]:
    yield from _logger(Settings(log_format="json"), stream)


@pytest.fixture
def on_console(stream: io.StringIO) -> Iterator[logging.Logger]:
    yield from _logger(Settings(log_format="console"), stream)


@pytest.mark.parametrize(
    "name",
    ["slack_sdk.web.async_base_client", "slack_bolt.AsyncApp", "aiohttp.client", "anthropic._base_client", "httpx2"],
)
def test_libraries_do_not_write_down_what_they_send(name: str) -> None:
    """Slack's own would log every request and answer, words and tokens, where everything is to be logged."""
    levels = {known: logging.getLogger(known).level for known in ("", *_QUIET)}
    handlers = list(logging.getLogger().handlers)
    try:
        configure(Settings(log_level="debug"))
        assert logging.getLogger("adapters.slack").isEnabledFor(logging.DEBUG)
        assert not logging.getLogger(name).isEnabledFor(logging.INFO)
    finally:
        logging.captureWarnings(False)
        logging.getLogger().handlers[:] = handlers
        for known, level in levels.items():
            logging.getLogger(known).setLevel(level)


def test_a_line_holds_its_action_and_its_ids(as_json: logging.Logger, lines: Lines) -> None:
    """Everything given as `extra` stands in the line under its name."""
    as_json.info("work.failed", extra={"work": 7, "session": "0192f", "why": "timed out", "again": True})
    (line,) = lines()
    assert line.pop("at").endswith("Z")
    assert line == {
        "action": "work.failed",
        "level": "info",
        "logger": "tests.bot.logs",
        "work": 7,
        "session": "0192f",
        "why": "timed out",
        "again": True,
    }


@pytest.mark.parametrize("fixture", ["as_json", "on_console"])
def test_a_secret_does_not_get_into_the_log(fixture: str, request: pytest.FixtureRequest, stream: io.StringIO) -> None:
    """Neither by the action, a field, a list, a name that says it is one, nor by an exception."""
    logger: logging.Logger = request.getfixturevalue(fixture)
    logger.info("login with password: %s", SECRET)
    logger.info("login", extra={"why": f"password is {SECRET}", "tried": [f"pw={SECRET}"]})
    logger.info("login", extra={"api_token": SECRET, "headers": {"Authorization": SECRET}})
    try:
        raise ValueError(f"postgresql://ann:{SECRET}@db/x")
    except ValueError:
        logger.exception("login.failed")
    assert stream.getvalue().count("login") >= 4
    assert SECRET not in stream.getvalue()


@pytest.mark.parametrize("fixture", ["as_json", "on_console"])
def test_what_people_wrote_does_not_get_into_the_log(
    fixture: str, request: pytest.FixtureRequest, stream: io.StringIO
) -> None:
    """Only how much it was."""
    logger: logging.Logger = request.getfixturevalue(fixture)
    logger.info("turn", extra={"text": MESSAGE, "payload": {"words": MESSAGE}, "parts": [{"title": MESSAGE}]})
    assert "printer" not in stream.getvalue()
    assert f"[{len(MESSAGE)} characters]" in stream.getvalue()


def test_an_exception_is_one_field(as_json: logging.Logger, lines: Lines) -> None:
    """A traceback does not tear a JSON line apart."""
    try:
        raise ValueError("no such thing")
    except ValueError:
        as_json.exception("boom")
    (line,) = lines()
    assert line["exception"].startswith("Traceback")
    assert line["exception"].endswith("ValueError: no such thing")


def test_what_comes_from_outside_cannot_draw_lines_of_its_own(on_console: logging.Logger, stream: io.StringIO) -> None:
    """Line breaks and escape sequences are spelled out on a terminal."""
    on_console.info("psa.failed", extra={"why": "no\n2026-01-01 forged \x1b[31mline"})
    assert len(stream.getvalue().splitlines()) == 1
    assert "\x1b[31m" not in stream.getvalue()


def test_a_long_field_is_cut(as_json: logging.Logger, lines: Lines) -> None:
    """The page of some proxy does not fill the log."""
    as_json.info("psa.failed", extra={"why": "no " * 5000})
    assert len(lines()[0]["why"]) == 2001


def test_a_line_that_cannot_be_written_does_not_tell_what_it_was(
    as_json: logging.Logger, stream: io.StringIO, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The standard library would print the arguments."""

    def fail(text: str) -> int:
        raise OSError("disk full")

    monkeypatch.setattr(stream, "write", fail)
    as_json.info("turn %s", MESSAGE)
    assert "printer" not in "".join(capfd.readouterr())


def test_a_pipe_gets_json_unless_told_otherwise(stream: io.StringIO, lines: Lines) -> None:
    """The format suits what reads it: a StringIO is no terminal."""
    for logger in _logger(Settings(), stream):
        logger.info("server.ready")
    assert lines()[0]["action"] == "server.ready"
