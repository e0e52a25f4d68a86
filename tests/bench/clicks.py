"""A signed click over HTTP, committed before it is acknowledged, against a bare Bolt app that does nothing."""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import make_dataclass
from functools import partial
from itertools import count
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization.authorize_result import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.front import slack_routes
from adapters.slack.signature import sign
from core import codec, operations
from core.application import Application
from core.codec import encode
from core.commands import Action, ApplyFix, RecordOutcome, SessionAction
from core.fixes.model import FixStatus
from core.ports import Inbound
from core.views import Nothing, Reply
from tests.bench.hammer import SEPARATOR, request
from tests.bench.house import open_house
from tests.bench.measure import Round, Rounds, interleaved, same_start
from tests.bench.options import Options
from tests.bench.places import Place
from tests.bench.rows import CHANNEL, Size, fill, fix_id, id_of, run_sql
from tests.bench.slack import TEAM, slack_app
from tests.bench.table import Line, Target, at_least, at_most, rate

__all__ = ["NOTES", "TITLE", "measure"]

TITLE = "Signed Slack clicks"
NOTES = (
    "Signed `block_actions` clicks of 3 KB over HTTP, *Apply* on the fix cards of many sessions and then *Worked* on the same: "
    "each is checked, recorded with a durable COMMIT, and then acknowledged. The baseline is a bare Bolt app in the same "
    "process with one listener that does nothing and `process_before_response`. The clients are a process of their own. "
    "*Nothing done*: the same clicks, with no command behind them. *More operations*: with a hundred more registered, against "
    "without.",
)
SECRET = "a-signing-secret-for-the-bench"
#: So many that none is clicked a third time while two things are compared: that click would find everything done.
SESSIONS = 15_000
AT_ONCE = (1, 16, 64)
#: Place → least ratio at 16, and the ratio that is aimed for.
LEAST = {"tmpfs": (0.45, 0.60), "disk": (0.45, 0.60), "PostgreSQL": (0.30, 0.40)}
#: Sessions in which *Apply* is clicked before *Worked* is.
BLOCK = 100
MORE = 100
#: As if nobody had clicked yet.
_AFRESH = (
    "UPDATE fixes SET status = 'proposed', applied_at = NULL, applied_by = NULL, outcome_by = NULL, outcome_at = NULL",
    "DELETE FROM work",
    "DELETE FROM inbox",  # or the clicks of another round would be repeats, which change nothing
)


async def measure(options: Options) -> list[Line]:
    """All places; the hundred operations on the first."""
    lines = []
    async with _served(_bare_bolt()) as bolt_port:
        theirs = partial(_round, bolt_port, _clicks())
        first = next(iter(options.places.values()))
        for place in options.places.values():
            async with _flowpilot(place) as (url, port):
                for at_once in AT_ONCE:
                    await _afresh(url)
                    ours = partial(_round, port, _clicks())
                    lines.append(await _compared(options, place, at_once, ours, theirs))
                if place is first:
                    lines.append(await _front_alone(options, partial(_round, port, _clicks()), theirs))
                if place.name == "disk":
                    await _afresh(url)
                    lines.append(await _with_more(options, partial(_round, port, _clicks())))
    return lines


async def _afresh(url: str) -> None:
    for sql in _AFRESH:
        await run_sql(url, sql)


Clicked = Callable[[int, int], Any]


async def _compared(options: Options, place: Place, at_once: int, ours: Clicked, theirs: Clicked) -> Line:
    found, bare = await interleaved(
        partial(ours, at_once), partial(theirs, at_once), rounds=options.rounds, seconds=options.seconds
    )
    target = None
    if at_once == 1:
        target = at_most(found.quantile(0.5) / bare.quantile(0.5), 2.5, name="p50")
    elif at_once == 16:
        least, aim = LEAST[place.name]
        reached = at_least(found.rate / bare.rate, least)
        target = Target(f"{reached.words} (aim {aim:g})", reached.met)
    return Line(
        what=f"{place.name}, {at_once} at once",
        ours=_cell(found),
        baseline=_cell(bare),
        ratio=found.rate / bare.rate,
        target=target,
    )


async def _front_alone(options: Options, ours: Clicked, theirs: Clicked) -> Line:
    """Signature, reading and acknowledgement without a command: what is not spent on the database or in core."""

    async def nothing(self: Application, inbound: Inbound) -> Reply:
        return Nothing()

    async def front(calls: int) -> Round:
        with patch.object(Application, "handle", nothing):
            found: Round = await ours(1, calls)
            return found

    found, bare = await interleaved(front, partial(theirs, 1), rounds=options.rounds, seconds=options.seconds)
    what = "1 at once, nothing done"
    return Line(what=what, ours=_cell(found), baseline=_cell(bare), ratio=found.rate / bare.rate)


async def _with_more(options: Options, ours: Clicked) -> Line:
    async def more(calls: int) -> Round:
        with _registered(MORE):
            found: Round = await ours(16, calls)
            return found

    many, few = await interleaved(more, partial(ours, 16), rounds=options.rounds, seconds=options.seconds)
    cost = many.cpu_each / few.cpu_each
    return Line(
        what=f"{MORE} more operations, 16 at once",
        ours=_cell(many),
        baseline=_cell(few),
        ratio=many.rate / few.rate,
        target=at_most(cost, 1.05, name="CPU"),
    )


def _cell(rounds: Rounds) -> str:
    return f"{rate(rounds.rate, rounds.quantile(0.5), rounds.quantile(0.99))}, CPU {rounds.cpu_each * 1e6:.0f} µs"


@contextmanager
def _registered(number: int) -> Iterator[None]:
    """So many more operations, each with its name on the wire."""
    made = [
        make_dataclass(f"Extra{index}", [("fix_id", str)], bases=(SessionAction,), frozen=True, kw_only=True)
        for index in range(number)
    ]
    operation = next(iter(operations.COMMANDS.values()))
    names: Mapping[str, type[Action]] = {one.__name__: one for one in made}
    with (
        patch.dict(codec.ACTIONS, names),
        patch.dict(operations.COMMANDS, dict.fromkeys(made, operation)),
    ):
        yield


def _clicks() -> Iterator[tuple[int, int, Action]]:
    """Number, session and what is clicked: *Apply* in so many sessions, then *Worked* in the same, then the next ones."""
    for number in count():
        block, place = divmod(number, 2 * BLOCK)
        session = (block * BLOCK + place % BLOCK) % SESSIONS + 1
        about = {"session_id": id_of("session", session), "fix_id": fix_id(session)}
        worked = RecordOutcome(**about, status=FixStatus.SUCCESS)
        yield number, session, worked if place >= BLOCK else ApplyFix(**about)


async def _round(port: int, clicks: Iterator[tuple[int, int, Action]], at_once: int, calls: int) -> Round:
    """So many clicks from the clients' process; CPU is the server's."""
    with tempfile.NamedTemporaryFile() as file:
        at = str(int(time.time()))
        file.write(SEPARATOR.join(_signed(*next(clicks), at) for _ in range(calls)))
        file.flush()
        with same_start():
            client = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.bench.hammer", str(port), str(at_once), file.name,
                stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
            cpu = time.process_time()
            said, _ = await client.communicate()
            cpu = time.process_time() - cpu
    if client.returncode != 0:
        raise RuntimeError("the clients of the clicks have failed")
    seconds, latencies = json.loads(said)
    return Round(seconds, cpu, latencies)


def _signed(number: int, session: int, action: Action, at: str) -> bytes:
    """The request of a click on a button of the session's fix card."""
    body = urlencode({"payload": json.dumps(_payload(number, session, encode(action)))}).encode()
    headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("X-Slack-Request-Timestamp", at),
        ("X-Slack-Signature", sign(SECRET, at, body)),
    ]
    return request(headers, body)


def _payload(number: int, session: int, value: str) -> dict[str, Any]:
    """As Slack sends it, with the message that was clicked on."""
    ts, thread, user = f"1715001{number:06}.000100", f"T{session}", f"U{session}"
    words = "Open the credential manager, remove the entries of Office, sign in again. Confidence 80 %."
    block = {"type": "section", "block_id": "b1", "text": {"type": "mrkdwn", "text": words, "verbatim": False}}
    button = {"type": "button", "action_id": "fp:1", "text": {"type": "plain_text", "text": "Worked"}, "value": value}
    message = {
        "user": "U0FLOWPILOT", "type": "message", "ts": ts, "bot_id": "B0FLOWPILOT", "text": words, "team": TEAM,
        "thread_ts": thread, "blocks": [block, {"type": "actions", "block_id": "b2", "elements": [button]}],
    }  # fmt: skip
    return {
        "type": "block_actions", "team": {"id": TEAM, "domain": "bench"}, "api_app_id": "A0BENCH",
        "user": {"id": user, "username": user.lower(), "name": user.lower(), "team_id": TEAM},
        "container": {"type": "message", "message_ts": ts, "channel_id": CHANNEL, "thread_ts": thread},
        "trigger_id": f"7000.{number}", "channel": {"id": CHANNEL, "name": "service-desk"}, "message": message,
        "state": {"values": {}}, "response_url": f"https://hooks.slack.com/actions/{TEAM}/1/a", "token": "Z9Y8X7",
        "actions": [{**button, "block_id": "b2", "action_ts": ts}], "enterprise": None, "is_enterprise_install": False,
    }  # fmt: skip


def _bare_bolt() -> web.Application:
    """One listener, which acknowledges."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_id="B0", bot_user_id="U0", bot_token="xoxb-bench")

    async def no_op(ack: AsyncAck) -> None:
        await ack()

    app = AsyncApp(signing_secret=SECRET, client=AsyncWebClient(), authorize=authorize, process_before_response=True)
    app.action("fp:1")(no_op)
    return app.web_app("/slack/events")


@asynccontextmanager
async def _flowpilot(place: Place) -> AsyncIterator[tuple[str, int]]:
    url = await place.database()
    await fill(url, Size(sessions=SESSIONS, users=SESSIONS))
    await run_sql(url, f"UPDATE workspaces SET platform = 'slack', external_id = '{TEAM}'")
    now = time.time_ns() // 1000 if url.startswith("sqlite") else "now()"
    await run_sql(url, f"UPDATE identities SET asked_at = {now}")
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(open_house(url, users=SESSIONS))
        app = web.Application()
        slack = await stack.enter_async_context(slack_app(house.application))
        app.router.add_routes(slack_routes(slack.dispatch, SECRET))
        yield url, await stack.enter_async_context(_served(app))


@asynccontextmanager
async def _served(app: web.Application) -> AsyncIterator[int]:
    """Served on a port of its own, which is given."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
