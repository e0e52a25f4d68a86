"""FlowPilot behind its own HTTP server, Slack as a fake Web API, and recorded payloads, signed as Slack signs them."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from time import time
from typing import Any
from urllib.parse import urlencode

from aiohttp.test_utils import TestClient, TestServer

from adapters.slack.signature import sign
from bot.bootstrap import System, build
from bot.server import routes
from bot.settings import Settings
from bot.worker import Worker
from core.people.arriving import ARRIVE, EXCUSE, arrive, excuse
from core.people.looking import LOOK, look
from core.people.system import system_actor
from core.ports import Clock
from storage.secrets import new_key
from tests.fakes.slack_api import TOKEN, SlackApi

__all__ = ["SECRET", "THREAD", "SlackDesk", "button_in", "furnish", "slack_desk"]

Json = dict[str, Any]

SECRET = "a-signing-secret-for-tests"
PAYLOADS = Path(__file__).parent / "payloads"
#: The message in message.json.
THREAD = "1715000000.000100"
USERS: dict[str, Json] = {
    "U0ERIN": {"name": "erin", "profile": {"real_name": "Erin Engineer", "email": "erin@northwind.example"}},
    "U0SAM": {"name": "sam", "profile": {"real_name": "Sam Engineer", "email": "sam@northwind.example"}},
    "U0GUS": {"name": "gus", "is_restricted": True, "profile": {"real_name": "Gus Guest"}},
    "U0GIL": {"name": "gil", "is_restricted": True, "profile": {"real_name": "Gil Guest"}},
}


class SlackDesk:
    """Sends payloads, lets FlowPilot work, and looks at what came of it."""

    def __init__(
        self, system: System, api: SlackApi, http: "TestClient[Any, Any]", numbers: "count[int] | None" = None
    ) -> None:
        self.system = system
        self.api = api
        self.http = http
        self._numbers = numbers or count(1)

    def payload(self, name: str, **event: Any) -> Json:
        """A recorded payload; `event` replaces fields of its event, or of itself where it has none."""
        recorded = (PAYLOADS / f"{name}.json").read_text(encoding="utf-8")
        data: Json = json.loads(recorded.replace("T0NORTHWIND", self.api.team))
        data.get("event", data).update(event)
        return data

    async def event(self, name: str, *, id: str = "", headers: Json | None = None, **event: Any) -> int:
        """Send an event, under a new id unless one is given; the status of the answer."""
        body = {**self.payload(name, **event), "event_id": id or f"Ev{next(self._numbers):08}"}
        self.api.threads |= {body["event"]["thread_ts"]} if body["event"].get("thread_ts") else set()
        return (await self.post(json.dumps(body).encode(), "application/json", **(headers or {})))[0]

    async def say(self, text: str, *, user: str = "U0ERIN", ts: str = "", thread: str = THREAD, **more: Any) -> int:
        """A message in the thread."""
        ts = ts or f"1715000{next(self._numbers):03}.000100"
        return await self.event("message", text=text, user=user, ts=ts, thread_ts=thread, event_ts=ts, **more)

    async def interact(self, body: Json) -> tuple[int, Json]:
        """A click, shortcut or form, with a trigger that is still good."""
        self.api.triggers.setdefault(body.get("trigger_id", ""), "new")
        self.api.threads |= {body["message"]["thread_ts"]} if body.get("message", {}).get("thread_ts") else set()
        raw = urlencode({"payload": json.dumps(body, ensure_ascii=False)}).encode()
        status, text = await self.post(raw, "application/x-www-form-urlencoded")
        return status, json.loads(text) if text else {}

    async def click(
        self, value: str, *, modal: Json | None = None, typed: dict[str, str] | None = None, **more: Any
    ) -> tuple[int, Json]:
        """A click on a button of that value, in the thread's message or in a modal with something typed in it."""
        body = self.payload("block_actions_modal" if modal else "block_actions", **more)
        number = next(self._numbers)
        body["actions"][0] |= {"value": value, "action_ts": f"1715001{number:03}.000100"}
        body["trigger_id"] = f"trigger-{number}"
        if modal is not None:
            if (on_top := modal["external_id"]) in self.api.stack:  # what lay on it was closed
                del self.api.stack[self.api.stack.index(on_top) + 1 :]
            body["view"] |= {"private_metadata": modal["private_metadata"], "id": f"V-{modal['external_id']}"}
            body["view"]["state"] = {"values": _entered(modal, typed or {})}
        elif "response_url" not in more:
            body["response_url"] = self.response_url(f"click-{number}")
        return await self.interact(body)

    async def submit(self, view: Json, **values: str) -> tuple[int, Json]:
        """Submit a modal, with its own values where none is given."""
        body = self.payload("view_submission")
        body["trigger_id"] = f"trigger-{next(self._numbers)}"
        body["view"] |= {name: view[name] for name in ("private_metadata", "blocks", "external_id")}
        body["view"] |= {"id": f"V-{view['external_id']}", "state": {"values": _entered(view, values)}}
        return await self.interact(body)

    async def command(self, command: str, text: str = "", **more: Any) -> int:
        """A slash command."""
        number = next(self._numbers)
        self.api.triggers[f"trigger-{number}"] = "new"
        url = self.response_url(f"command-{number}")
        body = self.payload(
            "slash_command", command=command, text=text, trigger_id=f"trigger-{number}", response_url=url
        )
        raw = urlencode({**body, **more}).encode()
        return (await self.post(raw, "application/x-www-form-urlencoded"))[0]

    async def post(
        self, raw: bytes, kind: str, *, secret: str = SECRET, timestamp: str = "", **headers: str
    ) -> tuple[int, str]:
        """A signed request, and its answer; then everything that Slack is told and asked afterwards."""
        timestamp = timestamp or str(int(time()))
        signed = {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": sign(secret, timestamp, raw)}
        every = {"Content-Type": kind, **signed, **headers}
        async with self.http.post("/slack/events", data=raw, headers=every) as answer:
            told = answer.status, await answer.text()
        if self.system.slack is not None and not self.api.go_on.is_set():
            await self.system.slack.settled()
            await self.arrivals()
        return told

    async def arrivals(self) -> None:
        """Let a worker ask Slack who people are, and who is in a channel; what they asked for is done then."""
        jobs = {ARRIVE: arrive, EXCUSE: excuse, LOOK: look}
        await Worker(self.system.application, self.system.outside, jobs=jobs, timers={}).drain()

    async def work(self) -> None:
        """Let the worker do all that is due."""
        await self.system.worker.drain()

    async def until_the_fix(self) -> None:
        """A session that has followed a flow to its fix."""
        await self.event("app_mention")
        for label in ("Use this flow", "Yes, webmail works", "Opens in safe mode"):
            await self.work()
            await self.click(self.button(label))
        await self.work()

    def response_url(self, id: str) -> str:
        """An address that takes private answers."""
        return self.api.url.replace("/api/", f"/response/{id}")

    def whispered(self) -> str:
        """Everything that was said privately, in words."""
        answers = [body for bodies in self.api.answers.values() for body in bodies]
        return json.dumps([*answers, *self.api.whispers], ensure_ascii=False)

    def said(self, channel: str = "C0DESK") -> str:
        """Everything that FlowPilot has posted, in words."""
        return json.dumps(self.api.posted(channel), ensure_ascii=False)

    def button(self, label: str) -> str:
        """The value of the newest button of that label."""
        for message in reversed(self.api.posted("C0DESK")):
            for value, text in _buttons(message["blocks"]):
                if text == label:
                    return value
        raise AssertionError(f"no button {label!r} in {self.said()}")

    def view(self) -> Json:
        """The modal that was opened last, as it stands."""
        return list(self.api.views.values())[-1]

    async def sessions(self) -> list[tuple[str, str, str]]:
        """(reference, status, title) of every session."""

        def read(transaction: Any) -> list[tuple[str, str, str]]:
            from core.sessions.model import SessionStatus

            found = []
            for account in transaction.directory.accounts():
                uow = transaction.unit(system_actor(account.id), self.system.outside.clock.now(), rules)
                found += [
                    (s.ref, str(s.status), s.title) for s in uow.sessions.page(tuple(SessionStatus), after="", limit=50)
                ]
            return found

        rules = self.system.application.rules
        return await self.system.store.read(read)

    async def messages(self) -> list[str]:
        """The words of the first session, in their order."""

        def read(transaction: Any) -> list[str]:
            account = transaction.directory.accounts()[0]
            uow = transaction.unit(system_actor(account.id), self.system.outside.clock.now(), rules)
            session = uow.sessions.by_number(1)
            return [message.text for message in uow.messages.recent(session.id, 100) if message.user_id]

        rules = self.system.application.rules
        return await self.system.store.read(read)


def furnish(api: SlackApi) -> None:
    """People, a channel with them in it, and the messages of each."""
    api.users.update({id: {"team_id": api.team, **user} for id, user in USERS.items()})
    api.room("C0DESK", "U0ERIN", "U0SAM")
    for id in USERS:
        api.room(f"D{id}", id)


@asynccontextmanager
async def slack_desk(
    folder: Path, *, clock: Clock | None = None, organisation: str = "", **more: Any
) -> AsyncIterator[SlackDesk]:
    """FlowPilot for one workspace, perhaps of an organisation, over HTTP."""
    async with SlackApi(organisation=organisation).running() as api:
        furnish(api)
        given = {
            "data_dir": folder,
            "encryption_key": new_key(),
            "slack_bot_token": TOKEN,
            "slack_signing_secret": SECRET,
            "slack_api_url": api.url,
            "owner": "erin@northwind.example",
        }
        settings = Settings.model_validate({**given, **more})
        async with build(settings, clock=clock) as system, TestClient(TestServer(routes(system))) as http:
            yield SlackDesk(system, api, http)


def button_in(view: Json, label: str) -> str:
    """The value of a view's button of that label."""
    return next(value for value, text in _buttons(view["blocks"]) if text == label)


def _buttons(blocks: list[Json]) -> list[tuple[str, str]]:
    elements = [element for block in blocks for element in block.get("elements", [])]
    return [(element["value"], element["text"]["text"]) for element in elements if element.get("type") == "button"]


def _entered(view: Json, values: dict[str, str]) -> Json:
    state: Json = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element, id = block["element"], block["block_id"]
        entered: Json = {"type": element["type"]}
        if element["type"] == "plain_text_input":
            entered["value"] = values.get(id.partition("#")[0], element.get("initial_value"))
        else:
            wanted = values.get(id)
            options = [option for option in element.get("options", []) if option["value"] == wanted]
            entered["selected_option"] = options[0] if options else element.get("initial_option")
        state[id] = {element["action_id"]: entered}
    return state
