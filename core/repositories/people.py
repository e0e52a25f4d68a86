"""Who there is, and what came in from them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from core.people.installs import Install, InstallKey, KeyKind
from core.people.model import Account, Actor, Channel, Identity, KnownAs, Role, Standing, User, Workspace
from core.repositories.rows import Rows

__all__ = ["Accounts", "Channels", "Directory", "Inbox", "Installs", "Users"]


class Directory(Protocol):
    """Who is who, before an account is known."""

    def actor(
        self, platform: str, workspace: str, person: str, keys: Sequence[str] = (), session_id: str = ""
    ) -> Actor | None:
        """The person as the account of that workspace knows them. Who is no member of the workspace has no role there.

        `keys` are those of what came in from them, which the inbox is about to be asked for, and `session_id` names the session
        that is about to be changed: one question answers all.
        """
        ...

    def workspace(self, platform: str, external_id: str) -> Workspace | None:
        """A linked workspace."""
        ...

    def account(self, account_id: str) -> Account | None:
        """An account."""
        ...

    def accounts(self) -> Sequence[Account]:
        """All of them, by name."""
        ...

    def erase_account(self, account_id: str) -> None:
        """Delete an account with everything that belongs to it."""
        ...

    def add_account(self, account: Account) -> None:
        """Insert."""
        ...

    def add_workspace(self, workspace: Workspace) -> None:
        """Insert."""
        ...

    def add_user(self, user: User) -> None:
        """Insert."""
        ...

    def add_identity(self, identity: Identity) -> None:
        """Insert."""
        ...

    def user_by_email(self, account_id: str, email: str) -> User | None:
        """The account's user of that address, in any case of letters."""
        ...


class Installs(Protocol):
    """Installations of all accounts, and the keys to them. What is secret is handed in sealed, or hashed."""

    def get(self, platform: str, external_id: str) -> Install | None:
        """Of a workspace, whether it stands or has ended."""
        ...

    def account_of(self, organisation: str) -> str | None:
        """The account to which workspaces of the organisation belong; None while there are none."""
        ...

    def put(self, install: Install) -> None:
        """Insert, or replace what the workspace had."""
        ...

    def lease(self, workspace_id: str, version: int, now: datetime, until: datetime) -> bool:
        """Be the one who renews the tokens. False when another does, or the version has changed."""
        ...

    def renew(self, workspace_id: str, version: int, sealed: str, expires_at: datetime | None) -> bool:
        """Store new tokens and end the lease. False when the version has changed."""
        ...

    def erase(self, workspace_id: str, version: int) -> bool:
        """Forget the tokens. False when the version has changed."""
        ...

    def count(self) -> tuple[int, int]:
        """How many stand, and how many have ended."""
        ...

    def standing(self, platform: str) -> Sequence[tuple[str, str]]:
        """Those that stand: the workspace's name, and what is sealed."""
        ...

    def add_key(self, key: InstallKey) -> None:
        """Insert."""
        ...

    def key(self, key: str, kind: KeyKind, now: datetime) -> InstallKey | None:
        """A key that has not expired."""
        ...

    def take_key(self, key: str, kind: KeyKind, now: datetime) -> InstallKey | None:
        """The same, and never again."""
        ...

    def forget_keys(self, before: datetime) -> None:
        """Delete those that had expired by then."""
        ...


class Inbox(Protocol):
    """What came in, once each."""

    def take(self, keys: Sequence[str], account_id: str, kind: str, words: str, at: datetime) -> bool:
        """Note it down. False when one of its keys was taken before, by something that did not fail."""
        ...

    def mark(self, keys: Sequence[str], state: str, answer: str = "") -> None:
        """Say what became of it: "done", "refused", "failed" or "waiting"; `answer` is what a repeat of it is answered with."""
        ...

    def resume(self, keys: Sequence[str]) -> bool:
        """Take what was marked "waiting", or "failed" when it was given up. False when it was taken, or nothing waits."""
        ...

    def waits(self, key: str) -> bool:
        """Whether what came in with that key was marked "waiting", and was not taken since."""
        ...

    def answer(self, keys: Sequence[str]) -> str:
        """What it was marked with; "" for nothing."""
        ...

    def wait(self, about: str, account_id: str, user_id: str, words: str, at: datetime) -> bool:
        """Keep a change of a message that has not come, in its place: `about` is the message's key, no `words` a deletion.

        False when the message has come, or somebody else's change or a deletion waits for it.
        """
        ...

    def arrive(self, keys: Sequence[str], kind: str) -> tuple[str, str] | None:
        """Take a message in whose place a change waits: whose change it is, and its words. None when none waits."""
        ...

    def forget(self, before: datetime) -> int:
        """Delete what came in before that time and did not fail, and say how many."""
        ...


class Accounts(Protocol):
    """The account itself."""

    def get(self) -> Account:
        """The unit of work's account."""
        ...

    def save(self, account: Account) -> None:
        """Update name, default role and settings."""
        ...


class Channels(Protocol):
    """Channels of the account's workspaces."""

    def get(self, workspace_id: str, channel: str) -> Channel:
        """What is known of it: nothing, for one that was not met."""
        ...

    def put(self, channel: Channel) -> None:
        """Insert, or replace what was known."""
        ...


class Users(Rows[User], Protocol):
    """People of the account."""

    def with_role(self, *roles: Role) -> Sequence[User]:
        """Users of these roles who are a member of one of the account's workspaces, or have not come in yet; by name."""
        ...

    def everybody(self) -> Sequence[User]:
        """All users, by name."""
        ...

    def by_email(self, email: str) -> User | None:
        """The user of that address, in any case of letters."""
        ...

    def identity(self, workspace_id: str, external_id: str) -> Identity | None:
        """A person as a workspace knows them, whether they came in or not."""
        ...

    def standings(self, workspace_id: str) -> Mapping[str, Standing]:
        """How everybody stands to the workspace who is known there, by the platform's id."""
        ...

    def note(self, identity: Identity) -> None:
        """Insert, or take over what is said of a person who is known."""
        ...

    def external_id(self, user_id: str, workspace_id: str) -> str | None:
        """How the workspace's platform names the user."""
        ...

    def known_as(self, user_id: str) -> Sequence[KnownAs]:
        """Where the user is known as a member, and by what name; the workspace that met them first comes first."""
        ...
