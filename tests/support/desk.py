"""A desk: one FlowPilot with an account, people and tickets, on SQLite in a temporary folder, driven as an adapter would."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from itertools import count
from pathlib import Path
from shutil import copyfile
from typing import TypeVar

from adapters.models.offline import OfflineModel
from adapters.psa.local import LocalPsa
from adapters.psa.local_seed import seed_tickets
from bot.worker import Worker
from core.application import Application
from core.codec import decode, encode, pressed
from core.commands import Action, Command, ReceiveMessage, SharedPicture, TypeWords
from core.documents.cache import DraftCache
from core.flows import starter
from core.flows.handlers import import_flow
from core.ids import new_id
from core.people.limits import Bucket, Limiter
from core.people.model import Account, ConversationRef, Identity, Role, User, Workspace, WorkspaceRef
from core.people.system import system_actor
from core.ports import Inbound, Model, Outside, PersonRef, Psa, Store, Transaction, UnitOfWork
from core.rules import Rules
from core.sessions.model import Session
from core.views import Card, Form, Notice, Reply
from storage.local_tickets import SqlLocalTickets
from storage.migrating import migrate
from storage.store import open_store
from tests.fakes.clock import FakeClock
from tests.fakes.platform import FakePlatform, buttons_of, words_of

R = TypeVar("R")

#: Who works here: external id → name and role.
PEOPLE: dict[str, tuple[str, Role | None]] = {
    "erin": ("Erin", Role.ENGINEER),
    "sam": ("Sam", Role.ENGINEER),
    "adam": ("Adam", Role.ADMIN),
    "olivia": ("Olivia", Role.OWNER),
    "vera": ("Vera", Role.VIEWER),
    "gus": ("Gus", None),
}
OTHERS: dict[str, tuple[str, Role | None]] = {"frida": ("Frida", Role.ENGINEER)}


class PlainSealer:
    """Marks what is sealed, so that a test sees it."""

    def seal(self, text: str) -> str:
        """Sealed."""
        return f"sealed:{text}"

    def unseal(self, sealed: str) -> str:
        """As it was."""
        return sealed.removeprefix("sealed:")


class Desk:
    """Says and clicks things as a person, lets the worker work, and looks at what came of it."""

    def __init__(self, store: Store, clock: FakeClock, model: Model, limits: dict[Bucket, int]) -> None:
        self.clock = clock
        self.store = store
        self.platform = FakePlatform()
        self.drafts = DraftCache()
        rules = Rules(
            prompt_version=model.prompt_version,
            has_model=not isinstance(model, OfflineModel),
            drafts=self.drafts,
            seal=PlainSealer().seal,
        )
        self.application = Application(store, clock, rules, limiter=Limiter(limits))
        self.tickets = SqlLocalTickets(store)
        self.psas: dict[str, Psa] = {}
        self.outside = Outside(
            platforms={self.platform.name: self.platform},
            psa_for=self.psa_for,
            model=model,
            clock=clock,
            sealer=PlainSealer(),
        )
        self.worker = Worker(self.application, self.outside)
        self.accounts: dict[str, str] = {}
        self._numbers = count(1)

    def psa_for(self, account_id: str) -> Psa:
        """The local tickets of an account, unless a test put another PSA there."""
        local = LocalPsa(
            tickets=self.tickets, account_id=account_id, clock=self.clock, base_url="http://localhost:3978"
        )
        return self.psas.get(account_id, local)

    async def say(
        self,
        who: str,
        text: str,
        *,
        thread: str = "1",
        mention: bool = False,
        pictures: tuple[SharedPicture, ...] = (),
        **more: bool,
    ) -> Reply:
        """Write a message in the thread (of #desk); `mention` for the bot's."""
        ref = f"m{next(self._numbers)}"
        command = ReceiveMessage(ref=ref, text=text, mentioned=mention, pictures=pictures, **more)
        return await self.send(who, command, thread=thread, words=text, keys=(f"message:{who}:{ref}",))

    async def type(self, who: str, text: str, *, name: str = "flowpilot", thread: str = "") -> Reply:
        """Type a slash command."""
        return await self.send(who, TypeWords(name=name, text=text), thread=thread, words=text)

    async def click(
        self, who: str, view: Card | Notice | Form, label: str, *, thread: str = "1", **typed: str
    ) -> Reply:
        """Click the button of that label, in a form with something typed."""
        for button in buttons_of(view):
            if button.label == label:
                return await self.send(who, pressed(encode(button.action), typed), thread=thread)
        raise AssertionError(f"no button {label!r} in: {words_of(view)}")

    async def submit(self, who: str, form: Form, *, thread: str = "1", **inputs: str) -> Reply:
        """Submit a form, with its own values where no other is given."""
        return await self.send(who, submitted(form, **inputs), thread=thread)

    async def send(
        self,
        who: str,
        command: Command,
        *,
        thread: str = "1",
        words: str = "",
        keys: tuple[str, ...] | None = None,
        workspace: str = "northwind",
        channel: str = "desk",
        guests: bool | None = False,
        about: str = "",
        at: ConversationRef | None = None,
    ) -> Reply:
        """Hand a command in, as it comes from the platform; `at` names all of its place."""
        if who in OTHERS:
            workspace = "fabrikam"
        place = at or ConversationRef(platform="fake", workspace=workspace, channel=channel, thread=thread)
        member = {**PEOPLE, **OTHERS}.get(who, ("", Role.VIEWER))[1] is not None
        inbound = Inbound(
            keys=keys or (f"click:{next(self._numbers)}",),
            workspace=WorkspaceRef(platform=place.platform, external_id=place.workspace),
            person=PersonRef(external_id=who, name=who.capitalize(), member=member),
            place=place,
            command=command,
            words=words,
            surface=f"trigger-{next(self._numbers)}",
            guests=guests,
            about=about,
        )
        return await self.application.handle(inbound)

    async def work(self) -> None:
        """Let the worker do all that is due."""
        await self.worker.drain()

    async def look(self, read: Callable[[UnitOfWork], R], account: str = "northwind") -> R:
        """Read from an account."""
        return await self.application.look(system_actor(self.accounts[account]), read)

    async def change(self, run: Callable[[UnitOfWork], R], account: str = "northwind") -> R:
        """Write to an account, as FlowPilot itself."""
        return await self.application.act(system_actor(self.accounts[account]), run)

    async def session(self, number: int = 1) -> Session:
        """FP-<number> as it stands."""
        found = await self.look(lambda uow: uow.sessions.by_number(number))
        assert found is not None, f"there is no FP-{number}"
        return found

    def card(self, words: str) -> Card:
        """The newest posted card that holds these words."""
        for post in reversed(self.platform.posts):
            if words in words_of(post.card):
                return post.card
        raise AssertionError(
            f"no card says {words!r}; there are: {[words_of(post.card) for post in self.platform.posts]}"
        )

    def said(self) -> str:
        """Everything in the threads, as it stands."""
        return "\n---\n".join(words_of(post.card) for post in self.platform.posts)


def submitted(form: Form, **inputs: str) -> Command:
    """What a form hands in, with its own values where no other is given."""
    shown = {
        block.name: getattr(block, "value", None) or getattr(block, "selected", None) or ""
        for block in form.body
        if hasattr(block, "name") and hasattr(block, "label")
    }
    return decode(encode_action(form.action), {**shown, **inputs})


def encode_action(action: Command) -> str:
    """A form's action on the wire."""
    assert isinstance(action, Action)
    return encode(action)


def form_of(reply: Reply) -> Form:
    """The form that a reply shows."""
    form = reply if isinstance(reply, Form) else getattr(reply, "form", None)
    assert isinstance(form, Form), f"no form: {reply}"
    return form


def notice_of(reply: Reply) -> Notice:
    """The notice that a reply is."""
    assert isinstance(reply, Notice), f"no notice: {reply}"
    return reply


@asynccontextmanager
async def desk_at(
    path: Path,
    *,
    url: str = "",
    model: Model | None = None,
    limits: dict[Bucket, int] | None = None,
    template: Path | None = None,
    clock: FakeClock | None = None,
) -> AsyncIterator[Desk]:
    """Open a desk on a database in that folder, or at that URL; one that is there already is opened again.

    `template`: the file of a desk that was closed; it is copied, which takes milliseconds where migrating takes a second.
    """
    file = path / "desk.db"
    url = url or f"sqlite+aiosqlite:///{file}"
    if template is None:
        await migrate(url)
    elif not file.exists():
        copyfile(template, file)
    store = open_store(url)
    try:
        desk = Desk(store, clock or FakeClock(), model or OfflineModel(), limits or dict.fromkeys(Bucket, 10_000))
        for name, people in (("northwind", PEOPLE), ("fabrikam", OTHERS)):
            desk.accounts[name] = await store.write(partial(_account, desk=desk, name=name, people=people))
        for name, tickets in seed_tickets(desk.clock.now()).items() if template is None else ():
            await desk.tickets.ensure(desk.accounts[name.split()[0].lower()], tickets)
        yield desk
    finally:
        await store.close()


def _account(transaction: Transaction, desk: Desk, name: str, people: dict[str, tuple[str, Role | None]]) -> str:
    known = transaction.directory.workspace("fake", name)
    if known is not None:
        return known.account_id
    now = desk.clock.now()
    account = Account(id=new_id(now), name=name.capitalize(), settings={}, created_at=now)
    workspace = Workspace(id=new_id(now), account_id=account.id, platform="fake", external_id=name, name=name)
    transaction.directory.add_account(account)
    transaction.directory.add_workspace(workspace)
    for person, (called, role) in people.items():
        user = User(id=new_id(now), account_id=account.id, name=called, role=role, created_at=now)
        transaction.directory.add_user(user)
        transaction.directory.add_identity(
            Identity(
                id=new_id(now),
                account_id=account.id,
                user_id=user.id,
                workspace_id=workspace.id,
                external_id=person,
            )
        )
    uow = transaction.unit(system_actor(account.id), now, desk.application.rules)
    for file, source in starter.sources():
        import_flow(uow, source, file)
    return account.id
