"""The platform in memory in the contract suite, and one that can do little and shows every fallback."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from core.codec import decode, encode
from core.errors import Fault, Rejected, Unavailable, Uncertain
from core.people.model import ConversationRef
from core.ports import Capabilities
from core.views import Block, Button, Buttons, Card, Choice, File, Form, Input, Notice, Person, Picture
from tests.contract.chat.expected import buttons_of, parts_of
from tests.contract.chat.surroundings import SeenButton, SeenFile, SeenForm, SeenMessage, SeenPicture, Traits
from tests.fakes.platform import FakePlatform, Posted

__all__ = ["FakeSurroundings", "PlainPlatform"]

HOME = ConversationRef(platform="fake", workspace="northwind", channel="desk", thread="1")


class PlainPlatform(FakePlatform):
    """A platform without forms, private messages and updates: it posts anew, writes directly, and tells forms."""

    def __init__(self) -> None:
        super().__init__(capabilities=Capabilities(forms=False, private_messages=False, updates=False))

    async def update(self, to: ConversationRef, ref: str, card: Card) -> None:
        """Post the card again, below."""
        self.trouble("update")
        if all(post.ref != ref for post in self.posts):
            raise Rejected("message_not_found")
        self.posts.append(Posted(to=to, ref=f"bot-{len(self.posts) + 1}", card=card, delivery=""))

    async def fill(self, to: ConversationRef, person: str, surface: str, form: Form) -> None:
        """Tell the form's words and buttons."""
        self.trouble("fill")
        said: list[Block] = [block for block in form.body if not isinstance(block, (Choice, Person, Input))]
        if form.submit is not None:
            said.append(Buttons(items=(Button(label=form.submit, action=form.action),)))
        await self.tell(to, person, Notice(markdown=f"**{form.title}**", body=tuple(said)), delivery="")


class FakeSurroundings:
    """A FakePlatform with two people."""

    place = HOME
    channel = ConversationRef(platform="fake", workspace="northwind", channel="desk", thread="")
    elsewhere = ConversationRef(platform="fake", workspace="northwind", channel="shared", thread="")
    nowhere = ConversationRef(platform="fake", workspace="northwind", channel="nowhere", thread="")
    directly = ConversationRef(platform="fake", workspace="northwind", channel="", thread="")
    person, other, stranger = "erin", "sam", "nobody"
    traits = Traits(once=False, waits_for_forms=False, shows_progress=False)
    faults: Mapping[str, type[Fault]] = {"down": Unavailable, "not answering": Uncertain, "refusing": Rejected}

    def __init__(self, platform: FakePlatform) -> None:
        self.platform = platform
        platform.gone.add("nowhere")
        platform.strangers.add(self.stranger)
        self._before: dict[str, str] = {}
        self._closed: set[str] = set()
        self._known: dict[str, tuple[Card | Notice, SeenMessage]] = {}

    async def seen(self, person: str) -> Sequence[SeenMessage]:
        posted = [self._seen(post.card, post.to, ref=post.ref) for post in self.platform.posts]
        own = replace(self.directly, channel=f"direct-{person}")
        whispers = self.platform.capabilities.private_messages
        told = [
            self._seen(notice, to if to.channel and whispers else own, ref=f"told-{number}", private=True)
            for number, ((whom, notice), to) in enumerate(zip(self.platform.told, self.platform.told_at, strict=True))
            if whom == person
        ]
        return [*posted, *told]

    def _seen(self, view: Card | Notice, to: ConversationRef, *, ref: str, private: bool = False) -> SeenMessage:
        known = self._known.get(ref)
        if known is None or known[0] is not view:
            known = self._known[ref] = (view, _message(view, to, ref=ref, private=private))
        return known[1]

    async def forms(self, person: str) -> Sequence[SeenForm]:
        filled = self.platform.filled.items()
        mine = [form for id, form in filled if self._before.get(id) == person and id not in self._closed]
        return [_form(form) for form in mine]

    async def open(self, person: str, form: Form) -> str:
        self.platform.filled[form.surface] = form
        self._before[form.surface] = person
        self._closed.discard(form.surface)
        return f"trigger-{form.surface}"

    async def close(self, person: str, surface: str) -> None:
        self._closed.add(surface)

    async def delete(self, ref: str) -> None:
        self.platform.posts = [post for post in self.platform.posts if post.ref != ref]

    async def progress(self) -> str:
        return ""

    def share(self, content: bytes) -> str:
        self.platform.files["https://chat.example/shared"] = content
        return "https://chat.example/shared"

    def fail(self, how: str) -> None:
        error = self.faults[how](f"It is {how}.")
        self.platform.trouble = _raising(error)


def _raising(error: Exception) -> Callable[[str], None]:
    def trouble(call: str) -> None:
        raise error

    return trouble


def _message(view: Card | Notice, to: ConversationRef, *, ref: str, private: bool = False) -> SeenMessage:
    return SeenMessage(
        ref=ref,
        channel=to.channel,
        thread=to.thread,
        text="\n".join(words for _, words in parts_of(view)),
        buttons=_buttons(view),
        files=tuple(SeenFile(name=block.name, content=block.content) for block in view.body if isinstance(block, File)),
        pictures=tuple(SeenPicture(name=b.name, data=b.data) for b in view.body if isinstance(b, Picture)),
        private=private,
    )


def _form(form: Form) -> SeenForm:
    fields = [block for block in form.body if isinstance(block, (Choice, Person, Input))]
    options = {block.name: block.options for block in fields if isinstance(block, Choice)}
    options |= {block.name: block.people for block in fields if isinstance(block, Person)}
    return SeenForm(
        surface=form.surface,
        text="\n".join(words for _, words in parts_of(form)),
        inputs={block.name: (block.value if isinstance(block, Input) else block.selected or "") for block in fields},
        options={name: tuple(option.value for option in offered) for name, offered in options.items()},
        action=decode(encode(form.action)),
        buttons=_buttons(form),
        can_submit=form.submit is not None,
    )


def _buttons(view: Card | Notice | Form) -> tuple[SeenButton, ...]:
    return tuple(
        SeenButton(label=button.label, action=decode(encode(button.action)), confirm=button.confirm or "")
        for button in buttons_of(view)
    )
