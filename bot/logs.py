"""Log lines: an action and the ids it is about, as JSON or for a terminal, without secrets or what people wrote.

Everything logs through the standard library: `log.info("work.failed", extra={"work": 7, "why": "…"})`.
"""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Final, TextIO

from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.processors import EventRenamer, JSONRenderer, TimeStamper, format_exc_info
from structlog.stdlib import ExtraAdder, ProcessorFormatter, add_log_level, add_logger_name
from structlog.typing import Processor

from bot.settings import Settings
from core.text.redact import redact

__all__ = ["configure", "log_handler"]

#: Libraries whose lines are for their authors, unless something is wrong.
_QUIET: Final = (
    *("aiohttp", "aiosqlite", "alembic", "anthropic", "apscheduler", "asyncio", "asyncpg", "httpcore2", "httpx2"),
    "slack_bolt",
    "slack_sdk",
    "sqlalchemy",
)
#: Fields that hold ids and words of our own, in which nothing has to be looked for.
_PLAIN: Final = frozenset(
    {
        *("account", "at", "card", "channel", "conversation", "delivery", "draft", "fix", "flow", "kind", "lane"),
        *("level", "logger", "message_id", "note", "platform", "reference", "session", "step", "subject", "surface"),
        *("ticket", "user", "version", "work", "workspace"),
    }
)
#: Fields that hold what people or models wrote.
_WRITTEN: Final = frozenset(
    {
        *("answer", "body", "comment", "content", "description", "html", "intake", "markdown", "message", "notes"),
        *("payload", "prompt", "question", "summary", "text", "title", "words"),
    }
)
#: Parts of names of fields that hold secrets.
_SECRET: Final = ("authorization", "cookie", "credential", "password", "secret", "signature", "token", "_key")
#: Longest id of a platform or a ticket system, in characters.
_LONGEST_ID: Final = 100
#: Longest text of one field, in characters; a traceback may be longer.
_LONGEST: Final = 2000
_CONTROL: Final = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))} | {10: "\\n", 13: "\\r", 9: "\\t"}
_CONTROL_IN_LINES: Final = {code: text for code, text in _CONTROL.items() if code != 10}


def configure(settings: Settings) -> None:
    """Send the lines of the whole process to standard error. Done again, it replaces what it did before."""
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, _Handler)]:
        root.removeHandler(handler)
    root.addHandler(log_handler(settings, sys.stderr))
    root.setLevel(settings.log_level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)


def log_handler(settings: Settings, stream: TextIO) -> logging.Handler:
    """A handler that writes lines to the stream in the format that is set, or that suits the stream."""
    terminal = stream.isatty()
    as_json = settings.log_format == "json" or (settings.log_format is None and not terminal)
    gathered: list[Processor] = [
        ExtraAdder(),
        add_log_level,
        add_logger_name,
        TimeStamper(fmt="iso", utc=True, key="at"),
        format_exc_info,
        _without_what_is_private,
    ]
    written: list[Processor] = (
        [EventRenamer("action"), JSONRenderer(ensure_ascii=False, default=str)]
        if as_json
        else [_on_one_line, ConsoleRenderer(colors=terminal, timestamp_key="at", exception_formatter=plain_traceback)]
    )
    handler = _Handler(stream)
    handler.setFormatter(
        ProcessorFormatter(foreign_pre_chain=gathered, processors=[ProcessorFormatter.remove_processors_meta, *written])
    )
    return handler


class _Handler(logging.StreamHandler[TextIO]):
    """Writes lines. When one cannot be written it says so without its content, unlike the standard handler."""

    def handleError(self, record: logging.LogRecord) -> None:
        try:
            error = sys.exc_info()[0]
            name = "an error" if error is None else error.__name__
            print(f"A line of {record.name} could not be logged: {name}.", file=sys.__stderr__)
        except OSError:
            pass  # standard error is gone, so there is nobody to tell


def _without_what_is_private(logger: object, method: str, line: MutableMapping[str, Any]) -> Mapping[str, Any]:
    return {name: value if name.startswith("_") else _cleaned(name, value) for name, value in line.items()}


def _cleaned(name: str, value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if name in _PLAIN and isinstance(value, str) and len(value) <= _LONGEST_ID:
        return value
    if any(part in name.lower() for part in _SECRET):
        return "[redacted]"
    if isinstance(value, Mapping):
        return {str(key): _cleaned(str(key), part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_cleaned(name, part) for part in value]
    text = str(value)
    if name in _WRITTEN:
        return f"[{len(text)} characters]"
    text = redact(text).text
    return text if name == "exception" or len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _on_one_line(logger: object, method: str, line: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Control characters spelled out, so that what comes from outside cannot draw lines of its own on a terminal."""
    return {
        name: value.translate(_CONTROL_IN_LINES if name == "exception" else _CONTROL)
        if isinstance(value, str)
        else value
        for name, value in line.items()
    }
