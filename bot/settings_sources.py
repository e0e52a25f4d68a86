"""Where settings come from, and what is said about those that are wrong: one sentence each, all at once."""

import os
import stat
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, EnvSettingsSource

from core.errors import Misconfigured

__all__ = ["CONFIG", "PREFIX", "config_file", "read_settings", "rule_of", "variable_of"]

#: What all names in the environment begin with.
PREFIX = "FLOWPILOT_"
#: Names the file.
CONFIG = "FLOWPILOT_CONFIG"
_FILE = Path("flowpilot.toml")
#: What only its owner may read.
_SECRET = (
    "encryption_key",
    "slack_bot_token",
    "slack_signing_secret",
    "slack_app_token",
    "anthropic_api_key",
    "model_key",
)

S = TypeVar("S", bound=BaseSettings)


def config_file() -> Path | None:
    """The file that settings are read from: the one that FLOWPILOT_CONFIG names, or flowpilot.toml if it is here."""
    named = os.environ.get(CONFIG)
    if named:
        return Path(named)
    return _FILE if _FILE.is_file() else None


def read_settings(kind: type[S]) -> S:
    """The settings from the environment and the file. Raises Misconfigured with everything that is wrong."""
    file = config_file()
    written = {} if file is None else _read(file)
    given = _given(kind)
    known = kind.model_fields
    problems = [*_unknown_in_environment(kind), *_unknown_in_file(file, written, known)]
    values = {name: value for name, value in written.items() if name in known} | given
    try:
        settings = kind(**values)
    except ValidationError as error:
        problems += _sentences(kind, error.errors(include_url=False), file, given)
    else:
        if not problems:
            return settings
    raise Misconfigured("\n".join(dict.fromkeys(problems)))


def rule_of(kind: type[BaseSettings], name: str) -> Mapping[str, Any]:
    """What a field says of itself: `must` be, `secret`, `shown` as its default."""
    extra = kind.model_fields[name].json_schema_extra
    return extra if isinstance(extra, dict) else {}


def variable_of(kind: type[BaseSettings], name: str) -> str:
    """A field's name in the environment."""
    return str(rule_of(kind, name).get("variable") or f"{PREFIX}{name.upper()}")


def _given(kind: type[BaseSettings]) -> dict[str, Any]:
    """What the environment sets; an empty variable counts as not set."""
    given = dict(EnvSettingsSource(kind)())
    for name in kind.model_fields:
        variable = variable_of(kind, name)
        if not variable.startswith(PREFIX):
            given.pop(name, None)
            if os.environ.get(variable):
                given[name] = os.environ[variable]
    return given


def _read(file: Path) -> dict[str, Any]:
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8"))
        mode = file.stat().st_mode
    except OSError as error:
        raise Misconfigured(f"{CONFIG} names {file}, which cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{file} is not TOML: {error}.") from error
    secret = next((name for name in written if name in _SECRET), None)
    if secret is not None and mode & stat.S_IROTH:
        raise Misconfigured(f"{file} holds {secret} and every user can read it: run `chmod 600 {file}`.")
    return written


def _unknown_in_environment(kind: type[BaseSettings]) -> Iterator[str]:
    names = {variable_of(kind, name) for name in kind.model_fields} | {CONFIG}
    for name in sorted(os.environ):
        if name.upper().startswith(PREFIX) and name.upper() not in names:
            yield f"{name} is not a setting of FlowPilot{_meant(name.upper(), names)}"


def _unknown_in_file(file: Path | None, written: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    names = list(known)
    for name in written:
        if name not in names:
            yield f"{name} in {file} is not a setting of FlowPilot{_meant(name, names)}"


def _meant(name: str, names: Iterable[str]) -> str:
    ends = {known.removeprefix(PREFIX): known for known in names}
    close = get_close_matches(name.removeprefix(PREFIX), list(ends), n=1, cutoff=0.7)
    return f": did you mean {ends[close[0]]}?" if close else "; docs/configuration.md lists them."


def _sentences(
    kind: type[BaseSettings], errors: Iterable[ErrorDetails], file: Path | None, given: Iterable[str]
) -> Iterator[str]:
    told: set[str] = set()
    for error in errors:
        if error["type"] == "default_factory_not_called":  # it follows from another one
            continue
        if not error["loc"]:
            yield from str(error["ctx"]["error"]).splitlines()
            continue
        name = str(error["loc"][0])
        if name in told:  # several of its numbers are wrong
            continue
        told.add(name)
        rule = rule_of(kind, name)
        where = variable_of(kind, name) if name in given or file is None else f"{name} in {file}"
        shown = "" if rule["secret"] else f" ({_short(error['input'])})"
        said = str(error["ctx"]["error"]) if error["type"] == "value_error" else ""
        why = f"; {said}" if said else ""
        yield f"{where}{shown} must be {rule['must']}{why}."


def _short(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 40 else f"{text[:39]}…"
