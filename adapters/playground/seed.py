"""The two accounts that the playground starts with: who is in them, and where they talk.

Plain data. The composition root makes accounts, workspaces and users of it, and hands `ensure_chat` the chat.
"""

from dataclasses import dataclass

from core.local import LocalChannel, LocalChat, LocalPerson, LocalWorkspace
from core.people.model import Role

__all__ = ["SEED", "SeedAccount", "SeedChannel", "SeedPerson", "ensure_chat"]


@dataclass(frozen=True, kw_only=True, slots=True)
class SeedPerson:
    """A person. `role` is what they may do in the account; None for a guest of another organisation."""

    id: str
    name: str
    email: str
    role: Role | None

    @property
    def title(self) -> str:
        """What stands beside the name."""
        return self.role.value if self.role else "guest"


@dataclass(frozen=True, kw_only=True, slots=True)
class SeedChannel:
    """A channel; `guests`: people of other organisations read along."""

    id: str
    name: str
    topic: str
    guests: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class SeedAccount:
    """An account with its one playground workspace. `id` is the workspace's external id."""

    id: str
    name: str
    channels: tuple[SeedChannel, ...]
    people: tuple[SeedPerson, ...]


SEED = (
    SeedAccount(
        id="northwind",
        name="Northwind IT",
        channels=(
            SeedChannel(
                id="service-desk", name="service-desk", topic="Where problems come in. One thread, one problem."
            ),
            SeedChannel(id="escalations", name="escalations", topic="Hand-overs that wait for somebody."),
            SeedChannel(
                id="shared-contoso",
                name="shared-contoso",
                topic="Shared with Contoso, a customer: guests read along here.",
                guests=True,
            ),
        ),
        people=(
            SeedPerson(id="erin", name="Erin Engineer", email="erin@northwind.example", role=Role.ENGINEER),
            SeedPerson(id="sam", name="Sam Engineer", email="sam@northwind.example", role=Role.ENGINEER),
            SeedPerson(id="adam", name="Adam Admin", email="adam@northwind.example", role=Role.ADMIN),
            SeedPerson(id="olivia", name="Olivia Owner", email="olivia@northwind.example", role=Role.OWNER),
            SeedPerson(id="vera", name="Vera Viewer", email="vera@northwind.example", role=Role.VIEWER),
            SeedPerson(id="gus", name="Gus Guest", email="gus@contoso.example", role=None),
        ),
    ),
    SeedAccount(
        id="fabrikam",
        name="Fabrikam Support",
        channels=(SeedChannel(id="helpdesk", name="helpdesk", topic="Fabrikam's own desk: another account entirely."),),
        people=(
            SeedPerson(id="frida", name="Frida Lindqvist", email="frida@fabrikam.example", role=Role.ENGINEER),
            SeedPerson(id="felix", name="Felix Osei", email="felix@fabrikam.example", role=Role.OWNER),
        ),
    ),
)


async def ensure_chat(chat: LocalChat, accounts: tuple[SeedAccount, ...] = SEED) -> None:
    """Make the accounts' workspaces in the chat, and for each person a place to talk to the bot alone."""
    for account in accounts:
        channels = [*_channels(account), *_direct_channels(account)]
        await chat.ensure(LocalWorkspace(id=account.id, name=account.name), channels, _people(account))


def _channels(account: SeedAccount) -> list[LocalChannel]:
    return [
        LocalChannel(workspace=account.id, id=each.id, name=each.name, topic=each.topic, guests=each.guests)
        for each in account.channels
    ]


def _direct_channels(account: SeedAccount) -> list[LocalChannel]:
    return [
        LocalChannel(
            workspace=account.id,
            id=f"direct-{person.id}",
            name="FlowPilot",
            topic="Only you and FlowPilot.",
            direct=person.id,
        )
        for person in account.people
    ]


def _people(account: SeedAccount) -> list[LocalPerson]:
    return [
        LocalPerson(
            workspace=account.id,
            id=person.id,
            name=person.name,
            title=person.title,
            email=person.email,
            member=person.role is not None,
        )
        for person in account.people
    ]
