"""A page in a browser, which outlives the server: it sends again what was not answered, under the same id."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.playground.inbound import Reader, person_of
from adapters.playground.payloads import parse
from adapters.playground.replies import give
from bot.bootstrap import Playground, System
from core.application import Application
from core.local import BOT, LocalMessage, LocalSurface

WORKSPACE = "northwind"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Memory:
    """What the page knows: the step of the script it is at, what it has sent and got no answer to, and the time."""

    step: int = 0
    sent: str = ""
    seconds: float = 0.0

    @property
    def time(self) -> datetime:
        """The time of the script."""
        return START + timedelta(seconds=self.seconds)

    def save(self, path: Path, **changes: Any) -> "Memory":
        """Remember; read back after the server was killed."""
        changed = replace(self, **changes)
        path.write_text(json.dumps(asdict(changed)))
        return changed

    @classmethod
    def load(cls, path: Path) -> "Memory":
        """What was remembered."""
        return cls(**json.loads(path.read_text()))


class Browser:
    """Acts as people of the workspace would, and looks at what the page shows."""

    def __init__(self, system: System) -> None:
        assert system.playground is not None
        self._playground: Playground = system.playground
        self._application: Application = system.application

    async def act(self, who: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Send one request, as the page's server takes it, and give the answer."""
        chat = self._playground.chat
        reader = Reader(chat, await person_of(chat, f"{WORKSPACE}/{who}"))
        inbound = await reader.read(parse(json.dumps(payload).encode()))
        assert inbound is not None, payload
        reply = await self._application.handle(inbound)
        return await give(chat, inbound, reply, surface=payload.get("surface", ""))

    async def said(self, who: str) -> list[LocalMessage]:
        """What the person sees, oldest first."""
        chat = self._playground.chat
        person = await person_of(chat, f"{WORKSPACE}/{who}")
        return sorted(await chat.messages(person, after=0, limit=1000), key=lambda message: int(message.id))

    async def thread(self, who: str, words: str) -> str:
        """The thread that was opened with these words."""
        return next(m.id for m in await self.said(who) if m.author != BOT and words in m.text)

    async def button(self, who: str, label: str, channel: str) -> dict[str, Any]:
        """A click on the newest button of that label in a channel."""
        for message in reversed([each for each in await self.said(who) if each.channel == channel]):
            for value in _buttons(message.view, label):
                return {"kind": "click", "message": message.id, "value": value}
        raise AssertionError(f"there is no button {label!r}")

    async def form(self, who: str) -> LocalSurface | None:
        """The form that was opened last, if it is open."""
        chat = self._playground.chat
        person = await person_of(chat, f"{WORKSPACE}/{who}")
        surfaces = sorted(await chat.surfaces(person, after=0), key=lambda surface: surface.seq)
        return next((surface for surface in reversed(surfaces) if surface.open), None)

    async def button_of_form(self, who: str, label: str) -> dict[str, Any]:
        """A click on a button of the open form."""
        surface = await self.form(who)
        assert surface is not None, "no form is open"
        return {"kind": "click", "surface": surface.id, "value": next(_buttons(surface.view, label))}

    async def submit(self, who: str, **inputs: str) -> dict[str, Any]:
        """The open form with these inputs, and its own values elsewhere."""
        surface = await self.form(who)
        assert surface is not None, "no form is open"
        form = json.loads(surface.view)
        assert form["submit"], f"there is nothing to submit yet: {form}"
        shown = {
            block["name"]: block.get("value") or block.get("selected") or ""
            for block in form["body"]
            if "name" in block
        }
        return {"kind": "submit", "surface": surface.id, "action": form["action"], "inputs": {**shown, **inputs}}


def _buttons(view: str, label: str) -> Iterator[str]:
    for block in json.loads(view)["body"] if view else ():
        if block["block"] == "buttons":
            yield from (item["value"] for item in block["items"] if item["label"].startswith(label))
