"""`flowpilot check`: what is configured, reachable and missing, without changing anything."""

import asyncio
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from bot.operating import DatabaseState, actor_for, database_state, shown_database, sqlite_file
from bot.prices import prices_of
from bot.settings import Settings, load_settings
from bot.settings_sources import PREFIX, config_file
from core.errors import FlowPilotError, Misconfigured

if TYPE_CHECKING:
    from core.ports import Store, Transaction

__all__ = ["Result", "State", "check_everything", "check_slack", "check_workspaces"]

#: Work that nobody has done for this long makes one wonder whether a worker runs.
_OVERDUE = timedelta(minutes=5)


class State(StrEnum):
    """How one thing is. A failure prevents a start; a warning is worth knowing."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """One line: what was looked at, how it is, and what to do about it ("" for nothing)."""

    what: str
    state: State
    text: str
    remedy: str = ""


def check_everything() -> Sequence[Result]:
    """All results, in the order in which things are needed."""
    try:
        settings = load_settings()
    except Misconfigured as error:
        return [Result(what="settings", state=State.FAIL, text=line) for line in str(error).splitlines()]
    return [
        _sources(),
        _data_folder(settings),
        _key(settings),
        _playground(settings),
        *_outside(settings),
        *asyncio.run(check_slack(settings)),
        *asyncio.run(_database(settings)),
    ]


def _sources() -> Result:
    file = config_file()
    names = sorted(name for name in os.environ if name.startswith(PREFIX))
    parts = [*([", ".join(names)] if names else []), *([str(file)] if file else [])]
    return Result(what="settings", state=State.OK, text=f"from {' and '.join(parts)}" if parts else "nothing is set")


def _data_folder(settings: Settings) -> Result:
    if _writable(settings.data_dir):
        text = str(settings.data_dir) if settings.data_dir.is_dir() else f"{settings.data_dir} will be made"
        return Result(what="data folder", state=State.OK, text=text)
    text = f"{settings.data_dir} is not writable"
    if settings.encryption_key:
        return Result(what="data folder", state=State.OK, text=f"{text}, and not needed for the key")
    remedy = "make it writable, or set FLOWPILOT_DATA_DIR"
    return Result(what="data folder", state=State.FAIL, text=text, remedy=remedy)


def _writable(folder: Path) -> bool:
    """Whether files can be made in a folder that may have to be made first."""
    folder = folder.absolute()
    there = next(place for place in (folder, *folder.parents) if place.exists())
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def _key(settings: Settings) -> Result:
    from storage.secrets import FernetSealer

    if not settings.encryption_key and not settings.key_file.exists():
        return Result(what="encryption key", state=State.OK, text=f"will be made and kept in {settings.key_file}")
    try:
        keys = settings.encryption_keys()
        FernetSealer(keys)
    except Misconfigured as error:
        return Result(what="encryption key", state=State.FAIL, text=str(error))
    source = "FLOWPILOT_ENCRYPTION_KEY" if settings.encryption_key else str(settings.key_file)
    return Result(what="encryption key", state=State.OK, text=f"{len(keys)} from {source}")


def _playground(settings: Settings) -> Result:
    at = settings.playground_at
    if at is None:
        return Result(what="playground", state=State.OK, text="off")
    where = f"on, at {settings.base_url}" if at[1] == settings.port else f"on, at port {at[1]}"
    if settings.playground_exposed:
        remedy = "keep strangers out of the network, or unset FLOWPILOT_PLAYGROUND_EXPOSED"
        return Result(what="playground", state=State.WARN, text=f"{where}, for everybody who reaches it", remedy=remedy)
    return Result(what="playground", state=State.OK, text=where)


def _outside(settings: Settings) -> Iterator[Result]:
    if settings.platforms:
        yield Result(what="chat", state=State.OK, text=", ".join(settings.platforms))
    elif settings.playground_on:
        yield Result(what="chat", state=State.OK, text="the playground only")
    else:
        remedy = "set FLOWPILOT_PLAYGROUND to yes"
        yield Result(what="chat", state=State.WARN, text="no platform, so nobody can talk to FlowPilot", remedy=remedy)
    yield Result(what="PSA", state=State.OK, text="the built-in ticket list")
    yield Result(what="model", state=State.OK, text=_model(settings))
    if settings.has_model or settings.model_prices:
        yield _prices(settings)


def _prices(settings: Settings) -> Result:
    try:
        prices = prices_of(settings.model_prices)
    except Misconfigured as error:
        return Result(what="model prices", state=State.FAIL, text=str(error))
    models, fallback = settings.models
    unknown = [name for name in dict.fromkeys((*models.values(), fallback)) if name and name not in prices.models]
    listed = f"as listed on {prices.listed}"
    if settings.has_model and unknown:
        text = f"{listed}; none of {', '.join(unknown)}, whose calls are counted without cost"
        return Result(what="model prices", state=State.WARN, text=text, remedy="name a file in FLOWPILOT_MODEL_PRICES")
    return Result(what="model prices", state=State.OK, text=listed)


def _model(settings: Settings) -> str:
    if not settings.has_model:
        return "none: flows guide, notes are drafted from what is recorded"
    models, fallback = settings.models
    names = ", ".join(dict.fromkeys(filter(None, (*models.values(), fallback))))
    learn = ", with Microsoft Learn" if settings.model_learn else ""
    return f"{names}, at {settings.model_url or settings.anthropic_base_url}{learn}"


async def check_slack(settings: Settings) -> Sequence[Result]:
    """Whose token it is, which way Slack takes, and what the app was not given."""
    if "slack" not in settings.platforms:
        return ()
    from bot.slack import missing_scopes, slack_line

    ways = [
        *(["HTTP"] if settings.slack_signing_secret.get_secret_value() else []),
        *(["Socket Mode"] if settings.slack_app_token.get_secret_value() else []),
    ]
    if settings.slack_many:
        text = f"many workspaces, over {' and '.join(ways)}; they are installed at {settings.base_url}/slack/install"
        return [Result(what="Slack", state=State.OK, text=text)]
    try:
        async with slack_line(settings) as line:
            missing = missing_scopes(line)
    except Misconfigured as error:
        return [Result(what="Slack", state=State.FAIL, text=str(error))]
    text = f"the workspace {line.bot.team_name or line.bot.team}, over {' and '.join(ways)}"
    if missing:
        remedy = "paste manifest/slack/manifest.yaml under App Manifest, and install the app again"
        return [Result(what="Slack", state=State.WARN, text=f"{text}; it lacks {', '.join(missing)}", remedy=remedy)]
    return [Result(what="Slack", state=State.OK, text=text)]


async def _database(settings: Settings) -> Sequence[Result]:
    name = shown_database(settings)
    try:
        state = await database_state(settings)
    except FlowPilotError as error:
        return [_unreachable(name, str(error))]
    file = sqlite_file(settings)
    if file is not None and not _writable(file.parent):
        remedy = "make its folder writable, or set FLOWPILOT_DATABASE_URL"
        return [Result(what="database", state=State.FAIL, text=f"{name} cannot be written", remedy=remedy)]
    if state is DatabaseState.NEW:
        what = "will be made" if file is not None else "gets its tables"
        return [Result(what="database", state=State.OK, text=f"{name} {what} at the first start")]
    if state is DatabaseState.OLD:
        remedy = "back it up; the next start, or `flowpilot migrate`, brings it up to date"
        return [Result(what="database", state=State.WARN, text=f"{name} lacks a migration", remedy=remedy)]
    from storage.store import open_store

    store = open_store(settings.database_url)
    try:
        fine = Result(what="database", state=State.OK, text=f"{name} is up to date")
        return [fine, *await check_workspaces(store, settings), *await _contents(store)]
    except FlowPilotError as error:
        return [_unreachable(name, str(error))]
    finally:
        await store.close()


def _unreachable(name: str, why: str) -> Result:
    remedy = "see that it runs and that FLOWPILOT_DATABASE_URL is right"
    return Result(what="database", state=State.FAIL, text=f"{name}: {why}", remedy=remedy)


async def check_workspaces(store: "Store", settings: Settings) -> Sequence[Result]:
    """How many workspaces there are, where there may be many, and what some of them did not give."""
    if not settings.slack_many:
        return ()
    stand, ended = await store.read(lambda transaction: transaction.installs.count())
    text = f"{stand} installed{f', {ended} uninstalled' if ended else ''}"
    remedy = "" if stand else f"open {settings.base_url}/slack/install"
    counted = Result(what="workspaces", state=State.OK if stand else State.WARN, text=text, remedy=remedy)
    return [counted, *await _lacking(store, settings)]


async def _lacking(store: "Store", settings: Settings) -> Sequence[Result]:
    """Workspaces in which the app was installed before its manifest was what it is now."""
    from adapters.slack.wire import PLATFORM
    from bot.slack import lacking_scopes
    from storage.secrets import FernetSealer

    remedy = f"paste manifest/slack/manifest.yaml under App Manifest, then open {settings.base_url}/slack/install there"
    results = []
    for name, sealed in await store.read(lambda transaction: transaction.installs.standing(PLATFORM)):
        try:
            lacking = lacking_scopes(FernetSealer(settings.encryption_keys()).unseal(sealed))
        except Misconfigured as error:
            return [Result(what="workspaces", state=State.FAIL, text=str(error))]
        if lacking:
            text = f"{name} lacks {', '.join(lacking)}"
            results.append(Result(what="workspaces", state=State.WARN, text=text, remedy=remedy))
    return results


async def _contents(store: "Store") -> Sequence[Result]:
    results = [
        Result(what="flows", state=State.OK if count else State.WARN, text=f"{count} of {name}", remedy=remedy)
        for name, count in await store.read(_count_flows)
        for remedy in ("" if count else "import some with `flowpilot flows import DIR`",)
    ]
    return [*results, *await _queue(store)]


def _count_flows(transaction: "Transaction") -> Sequence[tuple[str, int]]:
    from bot.clock import SystemClock
    from core.documents.cache import DraftCache
    from core.rules import Rules

    rules = Rules(prompt_version="", drafts=DraftCache(), seal=str)  # of which a count needs none
    now = SystemClock().now()
    return [
        (account.name, len(transaction.unit(actor_for(account.id), now, rules).flows.all()))
        for account in transaction.directory.accounts()
    ]


async def _queue(store: "Store") -> Sequence[Result]:
    from bot.clock import SystemClock

    depth = await store.read(lambda transaction: transaction.queue.depth())
    now = SystemClock().now()
    dead = sum(count for (_, state), (count, _) in depth.items() if state == "dead")
    waiting = sum(count for (_, state), (count, _) in depth.items() if state == "open")
    oldest = min((due for (_, state), (_, due) in depth.items() if state == "open"), default=now)
    results = [Result(what="work", state=State.OK, text=f"{waiting} waiting, {dead} dead")]
    if dead:
        remedy = "`flowpilot deliveries list --state dead` shows why, `… retry` tries again"
        results = [Result(what="work", state=State.WARN, text=f"{waiting} waiting, {dead} dead", remedy=remedy)]
    if now - oldest > _OVERDUE:
        text = f"the oldest has been due since {oldest:%Y-%m-%d %H:%M} UTC"
        results.append(Result(what="work", state=State.WARN, text=text, remedy="see that FlowPilot is running"))
    return results
