"""Slack in the contract suite: its platform on a small Web API, seen as Slack's own clients would show the blocks."""

import html
import json
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

from adapters.slack.client import SlackPlatform
from adapters.slack.pacing import Pacing
from adapters.slack.render_forms import metadata_of, render_form, values_of
from adapters.slack.web import open_session, web_client
from core.codec import decode
from core.errors import Fault, Rejected, Unavailable, Uncertain
from core.people.model import ConversationRef
from core.views import Form
from tests.contract.chat.surroundings import SeenButton, SeenFile, SeenForm, SeenMessage, SeenPicture, Traits
from tests.fakes.slack_api import BOT, TOKEN, SlackApi
from tests.fakes.slack_rules import submitted

__all__ = ["SlackSurroundings", "slack_surroundings"]

Data = Mapping[str, Any]

WORKSPACE, DESK, ERIN, SAM = "T0NORTHWIND", "C0DESK", "U0ERIN", "U0SAM"
_LINK = re.compile(r"<((?:https?:|mailto:)[^<>|]+)\|([^<>|]*)>")
_OPENED = re.compile(r"\A```\w*\n")
#: The notification of what continues a message: "FP-1 … (2/3)".
_LATER = re.compile(r"\((?!1/)\d+/\d+\)\Z")
_PING = re.compile(r"<(@\w+|!(?:here|channel|everyone|subteam\^\w+))[^>]*>")


def _place(channel: str, thread: str = "") -> ConversationRef:
    return ConversationRef(platform="slack", workspace=WORKSPACE, channel=channel, thread=thread)


class SlackSurroundings:
    """A workspace with two people in a channel that both read."""

    traits = Traits(
        once=False,
        kept={"title": 24, "badge": 150, "label": 75, "option": 75, "hint": 2_000, "confirm": 300},
    )
    channel, elsewhere, nowhere = _place(DESK), _place("C0SALES"), _place("C0GONE")
    directly = _place("")
    person, other, stranger = ERIN, SAM, "U0NOBODY"
    faults: Mapping[str, type[Fault]] = {
        "down": Unavailable,
        "not answering": Uncertain,
        "at fault": Uncertain,
        "uninstalled": Rejected,
        "slowed down": Unavailable,
    }

    def __init__(self, api: SlackApi, platform: SlackPlatform) -> None:
        self._api = api
        self.platform = platform
        self.place = _place(DESK, api.say(DESK, ERIN, "It hangs"))
        api.threads.add(self.place.thread)
        self._before: dict[str, str] = {}
        self._seen: dict[tuple[str, int], SeenMessage] = {}

    async def seen(self, person: str) -> Sequence[SeenMessage]:
        whispers = [each for each in self._api.whispers if each["user"] == person]
        found = [self._message(each, each["channel"], before, private=True) for before, each in _after(whispers)]
        for room in self._api.rooms.values():
            own = [each for each in room.messages if each["user"] == BOT] if person in room.members else []
            mine = [each for each in own if "blocks" in each]  # the others are files, which their previews name
            private = room.id.startswith("D")
            found += [self._message(each, room.id, before, private=private) for before, each in _after(mine)]
        return sorted(found, key=lambda message: message.ref)

    def _message(self, message: Data, channel: str, before: Data, *, private: bool) -> SeenMessage:
        key = (message["ts"], message.get("edits", 0))
        if key not in self._seen:
            blocks = message["blocks"]
            continued = _LATER.search(message["text"]) is not None and bool(before)
            last = before["blocks"][-1].get("text", "") if continued else ""
            self._seen[key] = SeenMessage(
                ref=message["ts"],
                channel=channel,
                thread=message.get("thread_ts", ""),
                text="\n".join(_whole(_texts(blocks), str(last))),
                buttons=tuple(_buttons(blocks)),
                files=tuple(self._files(blocks)),
                pictures=tuple(self._pictures(blocks)),
                private=private,
                pings=tuple(_PING.findall("\n".join(_marked_up(blocks)) + message["text"])),
            )
        return self._seen[key]

    def _files(self, blocks: Sequence[Data]) -> Iterator[SeenFile]:
        """A file shown whole, or the one that was sent beside its preview."""
        for before, block in pairwise(blocks):
            if block["type"] == "rich_text":
                name = _shown(before["elements"][0]).removeprefix("📄 *").removesuffix("*")
                sent = [file["content"].decode() for file in self._api.files.values() if file["name"] == name]
                shown = block["elements"][0]["elements"][0]["text"]
                whole = [content for content in sent if content.startswith(shown.removesuffix("\n…"))]
                yield SeenFile(name=name, content=whole[-1] if shown.endswith("\n…") else shown)

    def _pictures(self, blocks: Sequence[Data]) -> Iterator[SeenPicture]:
        """Those that were sent beside the message that names them."""
        for block in blocks:
            shown = _shown(block["elements"][0]) if block["type"] == "context" else ""
            if shown.startswith("🖼 *"):
                name = shown.removeprefix("🖼 *").removesuffix("*")
                sent = [file["content"] for file in self._api.files.values() if file["name"] == name]
                yield SeenPicture(name=name, data=sent[-1])

    async def forms(self, person: str) -> Sequence[SeenForm]:
        return [_form(view) for id, view in self._api.views.items() if self._before.get(id) == person]

    async def open(self, person: str, form: Form) -> str:
        trigger = f"t-{len(self._api.triggers)}"
        self._api.triggers[trigger] = "new"
        await self.platform.private(WORKSPACE).open_view(trigger, render_form(form))
        self._before[form.surface] = person
        return json.dumps({"t": trigger})

    async def close(self, person: str, surface: str) -> None:
        self._api.views.pop(surface, None)

    async def delete(self, ref: str) -> None:
        room = self._api.rooms[DESK]
        room.messages[:] = [message for message in room.messages if message["ts"] not in ref.split(",")]

    async def progress(self) -> str:
        return self._api.statuses.get((DESK, self.place.thread), "")

    def share(self, content: bytes) -> str:
        self._api.files["F0SHARED"] = {"content": content, "length": len(content)}
        return self._api.url.replace("/api/", "/files/F0SHARED")

    def fail(self, how: str) -> None:
        match how:
            case "down":
                self._api.break_down("fail", "service_unavailable")
            case "not answering":
                self._api.break_down("cut")
            case "at fault":
                self._api.break_down("fail", "internal_error")
            case "uninstalled":
                self._api.break_down("fail", "token_revoked")
            case _:
                self._api.break_down("fail", retry_after=60)


@asynccontextmanager
async def slack_surroundings() -> AsyncIterator[SlackSurroundings]:
    """A workspace of its own, in which time passes as fast as somebody waits."""
    passed = [0.0]

    async def sleep(seconds: float) -> None:
        passed[0] += seconds

    async with SlackApi().running() as api, open_session() as session:
        api.room(DESK, ERIN, SAM)
        api.room("C0SALES", ERIN)
        api.strangers.add(SlackSurroundings.stranger)
        client = web_client(TOKEN, session, api.url)
        pacing = Pacing(clock=lambda: passed[0], sleep=sleep, patience=120.0)
        yield SlackSurroundings(api, SlackPlatform(lambda workspace: client, pacing=pacing))


def _form(view: Data) -> SeenForm:
    action, surface = metadata_of(view)
    state = submitted(view)
    elements = {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}
    picks = {name: element for name, element in elements.items() if element["type"] != "plain_text_input"}
    return SeenForm(
        surface=surface,
        text="\n".join([view["title"]["text"], *_texts(view["blocks"])]),
        inputs={re.sub(r"#\d+:\d+$", "", name): "" for name in elements} | values_of(state),
        options={name: tuple(_values(element)) for name, element in picks.items()},
        action=decode(action),
        buttons=tuple(_buttons(view["blocks"])),
        can_submit="submit" in view,
    )


def _values(element: Data) -> Iterator[str]:
    groups = element.get("option_groups") or [element]
    for group in groups:
        for option in group["options"]:
            picked = {"values": {"x": {"y": {"type": element["type"], "selected_option": option}}}}
            yield values_of(picked)["x"]


def _buttons(blocks: Sequence[Data]) -> Iterator[SeenButton]:
    for block in blocks:
        for element in block["elements"] if block["type"] == "actions" else ():
            confirm = element.get("confirm", {}).get("text", {}).get("text", "")
            yield SeenButton(label=element["text"]["text"], action=decode(element["value"]), confirm=confirm)


def _after(messages: Sequence[Data]) -> Iterator[tuple[Data, Data]]:
    """Each message with the one before it."""
    return zip([{}, *messages], messages, strict=False)


def _whole(texts: Iterable[str], before: str) -> Iterator[str]:
    """The texts without the marks by which code is opened again where it was parted: readers see it go on."""
    for text in texts:
        yield _OPENED.sub("", text) if before.endswith("```") else text
        before = text


def _texts(blocks: Sequence[Data]) -> Iterator[str]:
    """What is read from top to bottom."""
    for block in blocks:
        match block["type"]:
            case "markdown":
                yield block["text"]
            case "header":
                yield block["text"]["text"]
            case "section":
                yield from map(_shown, block.get("fields") or [block["text"]])
            case "context":
                yield from map(_shown, block["elements"])
            case "actions":
                yield from (element["text"]["text"] for element in block["elements"])
            case "input":
                yield block["label"]["text"]
                yield block.get("hint", {}).get("text", "")
                for group in block["element"].get("option_groups") or [block["element"]]:
                    yield from (option["text"]["text"] for option in group.get("options") or ())


def _shown(text: Data) -> str:
    """A text object as it is read: links with their words before their address, as markdown has them."""
    if text["type"] != "mrkdwn":
        return str(text["text"])
    words = _LINK.sub(r"[\2](\1)", str(text["text"])).replace("☑", "[x]")
    return html.unescape(words)


def _marked_up(value: object) -> Iterator[str]:
    """Every text in which Slack looks for mentions."""
    if isinstance(value, dict):
        if value.get("type") in ("markdown", "mrkdwn"):
            yield value["text"]
        for item in value.values():
            yield from _marked_up(item)
    elif isinstance(value, list):
        for item in value:
            yield from _marked_up(item)
