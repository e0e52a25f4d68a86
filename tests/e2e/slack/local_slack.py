"""A local Slack: the npm package local-slack-linux-x64, installed into a cache folder, started and driven by the tests.

It checks nothing that Slack checks (sizes, tokens, rates) and knows no shortcuts; recorded payloads stand in for those.
"""

import asyncio
import json
import os
import platform
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import pytest

from tests.e2e.npm import installed
from tests.e2e.playground.real import free_port

__all__ = [
    "APP_TOKEN",
    "BOT",
    "BOT_TOKEN",
    "DESK",
    "ERIN",
    "ESCALATIONS",
    "SAM",
    "SECRET",
    "LocalSlack",
    "local_slack",
]

R = TypeVar("R")
Json = dict[str, Any]

PACKAGE = "local-slack-linux-x64@0.1.8"
#: It would listen on all addresses of the computer.
LOOPBACK = 'const serve = Bun.serve; Bun.serve = (options) => serve({ ...options, hostname: "127.0.0.1" });\n'

SECRET, BOT_TOKEN, APP_TOKEN = "a-signing-secret-for-tests", "xoxb-local-test", "xapp-local-test"
TEAM, BOT, ERIN, SAM, GUS = "T01NORTH", "U0FLOWPILOT", "U01ERIN", "U02SAM", "U03GUS"
DESK, ESCALATIONS = "C01DESK", "C02ESCALATIONS"


def program() -> Path:
    """The server. Skips where it does not run."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        pytest.skip("no Linux on x86-64 for a local Slack")
    return installed(PACKAGE, "local-slack", "local-slack-linux-x64/bin/local-slack")


def config(mode: str, request_url: str) -> Json:
    """The workspace. YAML takes JSON."""
    app = {
        "appId": "A01FLOWPILOT",
        "botUserId": BOT,
        "botName": "flowpilot",
        "botToken": BOT_TOKEN,
        "appToken": APP_TOKEN,
        "signingSecret": SECRET,
        "mode": mode,
        "requestUrl": request_url,
    }
    users = [
        {"id": ERIN, "name": "erin", "real_name": "Erin Engineer", "email": "erin@northwind.example"},
        {"id": SAM, "name": "sam", "real_name": "Sam Engineer", "email": "sam@northwind.example"},
    ]
    channels = [
        {"id": DESK, "name": "service-desk", "members": [BOT, ERIN, SAM]},
        {"id": ESCALATIONS, "name": "escalations", "members": [BOT, ERIN, SAM]},
    ]
    workspace = {"name": "Northwind", "domain": "northwind", "teamId": TEAM}
    return {"workspace": workspace, "app": app, "users": users, "channels": channels}


@asynccontextmanager
async def local_slack(folder: Path, mode: str, request_url: str) -> AsyncIterator["LocalSlack"]:
    """A running one. `mode`: "events" posts signed requests to `request_url`, "socket" waits for a line."""
    server, port = program(), free_port()
    (folder / "bind.js").write_text(LOOPBACK)
    (folder / "slack.json").write_text(json.dumps(config(mode, request_url)))
    environment = {**os.environ, "BUN_OPTIONS": f"--preload={folder / 'bind.js'}"}
    command = [str(server), "--config", str(folder / "slack.json"), "--port", str(port), "--base-host", "127.0.0.1"]
    process = _started(command, folder, environment)
    try:
        async with aiohttp.ClientSession() as session:
            slack = LocalSlack(f"http://127.0.0.1:{port}", session)
            await slack.wait_for_start(process)
            yield slack
    finally:
        process.terminate()
        process.wait(10)


def _started(command: list[str], folder: Path, environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    with (folder / "slack.log").open("wb") as log:
        return subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)


class LocalSlack:
    """Speaks and clicks as a person, and looks at what the workspace shows."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.session = session

    @property
    def api(self) -> str:
        """The Web API's base."""
        return f"{self.url}/api/"

    async def wait_for_start(self, process: "subprocess.Popen[bytes]") -> None:
        async def answers() -> bool | None:
            assert process.poll() is None, "the local Slack has stopped"
            try:
                await self._get("state")
            except aiohttp.ClientError:
                return False
            return True

        await until(answers, "the local Slack to answer")

    async def say(self, user: str, text: str, *, channel: str = DESK, thread: str = "") -> str:
        """Write a message, and return its ts."""
        body = {"channel": channel, "user": user, "text": text, **({"thread_ts": thread} if thread else {})}
        return str((await self._post("message", body))["message"]["ts"])

    async def edit(self, user: str, ts: str, text: str, *, channel: str = DESK) -> None:
        await self._post("edit-message", {"channel": channel, "ts": ts, "user": user, "text": text})

    async def command(self, user: str, command: str, text: str = "", *, channel: str = DESK) -> None:
        await self._post("command", {"channel": channel, "user": user, "command": command, "text": text})

    async def open_home(self, user: str) -> None:
        await self._post("open-home", {"user": user})

    async def press(self, user: str, label: str, *, channel: str = DESK) -> None:
        """Click the newest button of that label in the channel, once it is there."""
        message, button = await self.button(label, channel=channel, user=user)
        action = {"type": "button", **{name: button[name] for name in ("action_id", "value", "text")}}
        await self._post("interact", {"channel": channel, "messageTs": message["ts"], "user": user, "action": action})

    async def button(self, label: str, *, channel: str = DESK, user: str = "") -> tuple[Json, Json]:
        """The newest message with a button of that label, and the button."""

        async def look() -> tuple[Json, Json] | None:
            for message in reversed(await self.messages(channel)):
                if message.get("ephemeral_to") not in (None, user):
                    continue
                for button in buttons(message.get("blocks") or []):
                    if button["text"]["text"] == label:
                        return message, button
            return None

        return await until(look, f"a button {label!r}")

    async def messages(self, channel: str = DESK) -> list[Json]:
        return list((await self._get(f"messages/{channel}"))["messages"])

    async def said(self, words: str, *, channel: str = DESK) -> Json:
        """The newest message that holds these words, once it is there."""

        async def look() -> Json | None:
            found = [
                message for message in await self.messages(channel) if words in json.dumps(message, ensure_ascii=False)
            ]
            return found[-1] if found else None

        return await until(look, f"the words {words!r}")

    async def state(self) -> Json:
        """What the page of the local Slack is shown: modals, home tabs, everything."""
        async with self.session.ws_connect(f"{self.url}/ui") as page:
            return dict(json.loads((await page.receive()).data)["state"])

    async def modal(self, words: str = "") -> Json:
        """The top modal, once it holds these words."""

        async def look() -> Json | None:
            stack = (await self.state())["modalStack"]
            return stack[-1] if stack and words in json.dumps(stack[-1], ensure_ascii=False) else None

        return await until(look, f"a modal with {words!r}")

    async def submit(self, user: str, **values: str) -> Json | None:
        """Submit the top modal, with its own values where none is given. Returns what it complains about."""
        view = await self.modal()
        async with self.session.ws_connect(f"{self.url}/ui") as page:
            await page.receive()
            await page.send_json({"t": "view_submit", "user": user, "values": entered(view, values)})
            while True:
                told = json.loads((await page.receive(timeout=10)).data)
                if told["t"] == "view_errors":
                    return dict(told["errors"])
                if told["t"] == "view":
                    return None

    async def no_modal(self) -> None:
        async def look() -> bool | None:
            return not (await self.state())["modalStack"]

        await until(look, "the modal to close")

    async def home(self, user: str, words: str) -> Json:
        """Somebody's home tab, once it holds these words."""

        async def look() -> Json | None:
            view = (await self.state())["homeViews"].get(user, {}).get("A01FLOWPILOT")
            return view if view and words in json.dumps(view, ensure_ascii=False) else None

        return await until(look, f"a home tab with {words!r}")

    async def _post(self, what: str, body: Mapping[str, Any]) -> Json:
        async with self.session.post(f"{self.url}/_control/{what}", json=body) as answer:
            data = await answer.json()
            assert data.get("ok"), data
            return dict(data)

    async def _get(self, what: str) -> Json:
        async with self.session.get(f"{self.url}/_control/{what}") as answer:
            return dict(await answer.json())


def buttons(blocks: list[Json]) -> list[Json]:
    """All buttons of some blocks."""
    found = []
    for block in blocks:
        elements = block.get("elements") or ([block["accessory"]] if "accessory" in block else [])
        found += [element for element in elements if element.get("type") == "button"]
    return found


def entered(view: Json, values: Mapping[str, str]) -> Json:
    """The state of a modal as a person leaves it: by block and action."""
    state: Json = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element, name = block["element"], block["block_id"].partition("#")[0]
        value = values.get(name)
        if element["type"] == "plain_text_input":
            text = element.get("initial_value") if value is None else value
            state[block["block_id"]] = {element["action_id"]: {"type": element["type"], "value": text}}
            continue
        options = element.get("options") or [o for group in element["option_groups"] for o in group["options"]]
        chosen = next((o for o in options if value in (o["value"], o["text"]["text"])), element.get("initial_option"))
        state[block["block_id"]] = {element["action_id"]: {"type": element["type"], "selected_option": chosen}}
    return state


async def until(look: Callable[[], Awaitable[R | None]], what: str, *, seconds: float = 20.0) -> R:
    """What `look` finds, as soon as it finds something."""
    deadline = time.monotonic() + seconds
    while not (found := await look()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        await asyncio.sleep(0.05)
    return found
