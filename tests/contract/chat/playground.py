"""The playground in the contract suite: its platform on a local chat, seen through what the server tells a page."""

from base64 import b64decode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, cast

from adapters.playground.changes import Changes
from adapters.playground.client import PlaygroundPlatform, as_text
from adapters.playground.render import render_form
from adapters.playground.state import state_of
from core.codec import decode
from core.errors import Fault, NotFound, Rejected, Unavailable, Uncertain
from core.local import BOT, LocalChat, LocalPerson, LocalWorkspace, NewMessage
from core.people.model import ConversationRef
from core.views import Form
from tests.contract.chat.surroundings import SeenButton, SeenFile, SeenForm, SeenMessage, SeenPicture, Traits
from tests.contract.local_chat.conftest import CHANNELS, PEOPLE

__all__ = ["FaultyChat", "PlaygroundSurroundings", "playground_surroundings"]

View = Mapping[str, Any]


class FaultyChat:
    """A LocalChat in front of another; every call raises `error` once there is one."""

    def __init__(self, inner: LocalChat) -> None:
        self._inner = inner
        self.error: Exception | None = None

    def __getattr__(self, name: str) -> Callable[..., Awaitable[object]]:
        call = getattr(self._inner, name)

        async def meet(*args: object, **named: object) -> object:
            if self.error is not None:
                raise self.error
            return await call(*args, **named)

        return meet


class Page:
    """One person's page: it reads what changed after its cursor, as the one in the browser does."""

    def __init__(self, chat: LocalChat, changes: Changes, person: LocalPerson) -> None:
        self._chat, self._changes, self._person = chat, changes, person
        self._cursor = 0
        self._messages: dict[int, SeenMessage] = {}
        self._forms: dict[str, SeenForm] = {}

    async def read(self) -> tuple[list[SeenMessage], list[SeenForm]]:
        """All that stands there now."""
        more = True
        while more:
            state: Any = await state_of(self._chat, None, self._changes, self._person, self._cursor)
            for message in state["messages"]:
                self._take(message)
            for surface in state["surfaces"]:
                self._forms.pop(surface["id"], None)
                if surface["open"]:
                    self._forms[surface["id"]] = _form(surface["id"], surface["form"])
            self._cursor, more = state["cursor"], state["more"]
        return [self._messages[number] for number in sorted(self._messages)], list(self._forms.values())

    def _take(self, message: View) -> None:
        if message["deleted"]:
            self._messages.pop(int(message["id"]), None)
        elif message["author"] == BOT:
            self._messages[int(message["id"])] = _message(message)


class PlaygroundSurroundings:
    """The playground with two people in a channel that both see."""

    traits = Traits(shares_files=False)
    channel = ConversationRef(platform="playground", workspace="northwind", channel="shared", thread="")
    elsewhere = ConversationRef(platform="playground", workspace="northwind", channel="desk", thread="")
    nowhere = ConversationRef(platform="playground", workspace="northwind", channel="nowhere", thread="")
    directly = ConversationRef(platform="playground", workspace="northwind", channel="", thread="")
    person, other, stranger = "erin", "gus", "nobody"
    faults: Mapping[str, type[Fault]] = {
        "down": Unavailable,
        "not answering": Uncertain,
        "refusing": Rejected,
        "emptied": Rejected,
    }
    _errors: Mapping[str, Exception] = {
        "down": Unavailable("The database is away."),
        "not answering": Uncertain("The database did not answer."),
        "refusing": Rejected("The database is full."),
        "emptied": NotFound("There is no such workspace in this chat."),
    }

    def __init__(self, chat: LocalChat, thread: str) -> None:
        self._chat = chat
        self._faulty = FaultyChat(chat)
        self._changes = Changes()
        self.platform = PlaygroundPlatform(
            chat=cast(LocalChat, self._faulty), changes=self._changes, base_url="http://localhost:3978"
        )
        self.place = ConversationRef(platform="playground", workspace="northwind", channel="shared", thread=thread)
        self._pages = {person.id: Page(chat, self._changes, person) for person in PEOPLE["northwind"]}

    async def seen(self, person: str) -> Sequence[SeenMessage]:
        return (await self._pages[person].read())[0]

    async def forms(self, person: str) -> Sequence[SeenForm]:
        return (await self._pages[person].read())[1]

    async def open(self, person: str, form: Form) -> str:
        await self._chat.open_surface(
            workspace=self.place.workspace,
            id=form.surface,
            person=person,
            channel=self.place.channel,
            thread=self.place.thread,
            view=as_text(render_form(form)),
        )
        return f"page:{form.surface}"

    async def close(self, person: str, surface: str) -> None:
        await self._chat.close_surface(workspace=self.place.workspace, id=surface, person=person)

    async def delete(self, ref: str) -> None:
        await self._chat.delete(self.place.workspace, ref)

    async def progress(self) -> str:
        return self._changes.progress(self.place.workspace).get(self.place, "")

    def share(self, content: bytes) -> str:
        return ""

    def fail(self, how: str) -> None:
        self._faulty.error = self._errors[how]


async def playground_surroundings(chat: LocalChat) -> PlaygroundSurroundings:
    """The surroundings on a chat that may be empty, with a thread that somebody has opened."""
    await chat.ensure(LocalWorkspace(id="northwind", name="Northwind"), CHANNELS["northwind"], PEOPLE["northwind"])
    root = NewMessage(workspace="northwind", channel="shared", author="erin", delivery="root", text="It hangs")
    return PlaygroundSurroundings(chat, (await chat.post(root)).id)


def _message(message: View) -> SeenMessage:
    view = message["view"]
    return SeenMessage(
        ref=message["id"],
        channel=message["channel"],
        thread=message["thread"],
        text="\n".join(_texts(view)),
        buttons=_buttons(view),
        files=tuple(
            SeenFile(name=block["name"], content=block["content"]) for block in view["body"] if block["block"] == "file"
        ),
        pictures=tuple(_picture(block) for block in view["body"] if block["block"] == "picture"),
        private=message["private"],
    )


def _picture(block: View) -> SeenPicture:
    start = "data:image/png;base64,"
    assert block["address"].startswith(start)
    return SeenPicture(name=block["name"], data=b64decode(block["address"].removeprefix(start)))


def _form(surface: str, view: View) -> SeenForm:
    fields = [block for block in view["body"] if block["block"] in ("input", "choice", "person")]
    return SeenForm(
        surface=surface,
        text="\n".join(_texts(view)),
        inputs={block["name"]: block.get("value") or block.get("selected") or "" for block in fields},
        options={
            block["name"]: tuple(option["value"] for option in block["options"])
            for block in fields
            if block["block"] != "input"
        },
        action=decode(view["action"]),
        buttons=_buttons(view),
        can_submit=view["submit"] is not None,
    )


def _buttons(view: View) -> tuple[SeenButton, ...]:
    return tuple(
        SeenButton(label=button["label"], action=decode(button["value"]), confirm=button["confirm"])
        for block in view["body"]
        if block["block"] == "buttons"
        for button in block["items"]
    )


def _texts(view: View) -> list[str]:
    """What the page writes, from top to bottom."""
    head = [view.get("title", ""), (view.get("badge") or {}).get("text", ""), view.get("markdown", "")]
    texts = [*head, view.get("busy", "")]
    for block in view["body"]:
        texts += _of_block(block)
    return texts


def _of_block(block: View) -> list[str]:
    match block["block"]:
        case "text" | "small":
            return [block["markdown"]]
        case "fields":
            return [word for item in block["items"] for word in item]
        case "badge":
            return [block["text"]]
        case "buttons":
            return [button["label"] for button in block["items"]]
        case "file":
            return [block["name"]]
        case "picture":
            return [block["name"], block["alt"]]
        case "input":
            return [block["label"], block["hint"]]
        case "choice" | "person":
            return [block["label"], block["hint"], *(option["label"] for option in block["options"])]
        case _:
            return []
