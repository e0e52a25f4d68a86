"""A chat platform in memory: it keeps what was said, once a delivery, and fails as told."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from core.errors import Fault, Rejected
from core.people.model import ConversationRef
from core.ports import Capabilities
from core.views import Block, Button, Buttons, Card, Form, Notice, Small, Text


@dataclass
class Posted:
    """A message as it stands, and how often it was changed."""

    to: ConversationRef
    ref: str
    card: Card
    delivery: str
    updates: int = 0


@dataclass
class FakePlatform:
    """core.ports.ChatPlatform. It takes every thread for one that exists and everybody for somebody; channels that are `gone`
    and `strangers` it refuses."""

    name: str = "fake"
    capabilities: Capabilities = field(default_factory=Capabilities)
    posts: list[Posted] = field(default_factory=list)
    told: list[tuple[str, Notice]] = field(default_factory=list)
    #: Where each of them was told, in the same order.
    told_at: list[ConversationRef] = field(default_factory=list)
    filled: dict[str, Form] = field(default_factory=dict)
    #: Where each form was filled, and before whom.
    filled_at: dict[str, tuple[ConversationRef, str]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    #: People whom nothing can be told directly.
    strangers: set[str] = field(default_factory=set)
    #: What people shared, by address.
    files: dict[str, bytes] = field(default_factory=dict)
    #: Called before each call with its name; may raise a Fault.
    trouble: Callable[[str], None] = lambda call: None

    async def post(self, to: ConversationRef, card: Card, *, delivery: str) -> str:
        """Keep a message."""
        self.trouble("post")
        self._check(to)
        ref = f"bot-{len(self.posts) + 1}"
        self.posts.append(Posted(to=to, ref=ref, card=card, delivery=delivery))
        self.trouble("posted")
        return ref

    async def find(self, to: ConversationRef, delivery: str, *, since: datetime | None = None) -> str | None:
        """The message of a delivery."""
        self.trouble("find")
        place = (to.workspace, to.channel)
        for post in self.posts:
            if post.delivery == delivery and (post.to.workspace, post.to.channel) == place:
                return post.ref
        return None

    async def update(self, to: ConversationRef, ref: str, card: Card) -> None:
        """Change a message that is there."""
        self.trouble("update")
        self._change(ref, card)

    async def stream(
        self, to: ConversationRef, *, person: str, delivery: str, ref: str = "", stop: Button | None = None
    ) -> "GrowingPost":
        """A message that grows."""
        self.trouble("stream")
        self._check(to)
        if not ref:
            ref = f"bot-{len(self.posts) + 1}"
            self.posts.append(Posted(to=to, ref=ref, card=Card(body=(Text(markdown=""),)), delivery=delivery))
            self.trouble("streamed")
        return GrowingPost(self, ref, stop)

    async def find_stream(self, to: ConversationRef, delivery: str, *, since: datetime) -> str | None:
        """The message that was opened for a delivery."""
        self.trouble("find_stream")
        return next((post.ref for post in self.posts if post.delivery == delivery), None)

    async def replace(self, to: ConversationRef, ref: str, card: Card, *, delivery: str) -> None:
        """The final card."""
        self.trouble("replace")
        self._change(ref, card)
        self.trouble("replaced")

    async def fetch(self, to: ConversationRef, address: str, *, most: int) -> bytes:
        """The beginning of a file."""
        self.trouble("fetch")
        if address not in self.files:
            raise Rejected("not_found")
        return self.files[address][:most]

    async def permalink(self, to: ConversationRef, ref: str) -> str | None:
        """An address, unless there is trouble."""
        try:
            self.trouble("permalink")
        except Fault:
            return None
        known = any(post.ref == ref for post in self.posts) or ref == to.thread
        return f"https://chat.example/{to.channel}/{ref}" if known and to.channel not in self.gone else None

    async def fill(self, to: ConversationRef, person: str, surface: str, form: Form) -> None:
        """Keep the form."""
        self.trouble("fill")
        self.filled[form.surface] = form
        self.filled_at[form.surface] = (to, person)

    async def tell(
        self, to: ConversationRef, person: str, notice: Notice, *, delivery: str, since: datetime | None = None
    ) -> None:
        """Keep the private message."""
        self.trouble("tell")
        self._check(to)
        if not to.channel and person in self.strangers:
            raise Rejected("user_not_found")
        self.told.append((person, notice))
        self.told_at.append(to)

    async def progress(self, to: ConversationRef, text: str) -> None:
        """Nobody watches."""

    def _change(self, ref: str, card: Card) -> None:
        post = next((post for post in self.posts if post.ref == ref), None)
        if post is None:
            raise Rejected("message_not_found")
        post.card = card
        post.updates += 1

    def _check(self, to: ConversationRef) -> None:
        if to.channel in self.gone:
            raise Rejected("channel_not_found")


@dataclass
class GrowingPost:
    """core.ports.Stream."""

    platform: FakePlatform
    ref: str
    stop: Button | None = None
    #: Every text that was shown.
    texts: list[str] = field(default_factory=list)

    async def show(self, text: str) -> None:
        """All of the text so far."""
        try:
            self.platform.trouble("show")
        except Fault:
            return
        self.texts.append(text)
        for post in self.platform.posts:
            if post.ref == self.ref:
                buttons = () if self.stop is None else (Buttons(items=(self.stop,)),)
                post.card = Card(body=(Text(markdown=text), *buttons))


def words_of(view: Card | Notice | Form) -> str:
    """All the text that a view shows."""
    parts = [getattr(view, "title", ""), getattr(view, "markdown", "")]
    badge = getattr(view, "badge", None)
    parts.append(badge.text if badge is not None else "")
    parts.extend(_words(block) for block in view.body)
    return "\n".join(part for part in parts if part)


def _words(block: Block) -> str:
    match block:
        case Text(markdown=words) | Small(markdown=words):
            return words
        case Buttons(items=items):
            return " ".join(f"[{button.label}]" for button in items)
        case _:
            return str(block)


def buttons_of(view: Card | Notice | Form) -> Iterator[Button]:
    """Every button of a view."""
    for block in view.body:
        if isinstance(block, Buttons):
            yield from block.items
