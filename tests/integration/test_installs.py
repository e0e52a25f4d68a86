"""Installations and their keys, on both databases: versions, leases, and keys that open once."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import pytest

from core.people.installs import Install, InstallKey, KeyKind
from core.people.model import Account, Workspace
from core.ports import Store, Transaction
from core.repositories import Installs
from tests.builders import NOW

R = TypeVar("R")

SOON = NOW + timedelta(minutes=10)
INSTALL = Install(
    workspace_id="w",
    account_id="a",
    organisation="E1",
    sealed="sealed",
    expires_at=SOON,
    lease_until=None,
    version=1,
    installed_at=NOW,
)


async def installs(store: Store, run: Callable[[Installs], R]) -> R:
    return await store.write(lambda transaction: run(transaction.installs))


@pytest.fixture
async def workspace(store: Store) -> Store:
    """A store with an account and a workspace in it."""

    def make(transaction: Transaction) -> None:
        transaction.directory.add_account(Account(id="a", name="Acme", settings={}, created_at=NOW))
        transaction.directory.add_workspace(
            Workspace(id="w", account_id="a", platform="slack", external_id="T1", name="Acme")
        )
        transaction.installs.put(INSTALL)

    await store.write(make)
    return store


async def test_an_installation_is_read_back_and_replaced(workspace: Store) -> None:
    """One for a workspace; its organisation leads to the account even when it has ended."""
    assert await installs(workspace, lambda i: i.get("slack", "T1")) == INSTALL
    again = replace(INSTALL, sealed="anew", version=2, expires_at=None)
    await installs(workspace, lambda i: i.put(again))
    assert await installs(workspace, lambda i: i.get("slack", "T1")) == again
    assert await installs(workspace, lambda i: (i.get("teams", "T1"), i.get("slack", "T2"))) == (None, None)
    assert await installs(workspace, lambda i: i.count()) == (1, 0)
    assert await installs(workspace, lambda i: i.erase("w", 2))
    ended = await installs(workspace, lambda i: i.get("slack", "T1"))
    assert ended == replace(again, sealed="", version=3)
    assert await installs(workspace, lambda i: i.count()) == (0, 1)
    assert await installs(workspace, lambda i: (i.account_of("E1"), i.account_of("E2"), i.account_of(""))) == (
        "a",
        None,
        None,
    )


async def test_what_was_changed_meanwhile_is_not_overwritten(workspace: Store) -> None:
    """Renewing and erasing name the version that they saw."""
    assert await installs(workspace, lambda i: i.renew("w", 1, "new", SOON))
    assert not await installs(workspace, lambda i: i.renew("w", 1, "late", SOON))
    assert not await installs(workspace, lambda i: i.erase("w", 1))
    found = await installs(workspace, lambda i: i.get("slack", "T1"))
    assert found is not None
    assert (found.sealed, found.version) == ("new", 2)


async def test_one_process_has_the_lease_until_it_ends(workspace: Store) -> None:
    """Then another may try, and whoever renews gives it back."""
    taken = await asyncio.gather(*(installs(workspace, lambda i: i.lease("w", 1, NOW, SOON)) for _ in range(4)))
    assert sorted(taken) == [False, False, False, True]
    assert await installs(workspace, lambda i: i.lease("w", 1, SOON, SOON + timedelta(minutes=1)))
    assert await installs(workspace, lambda i: i.renew("w", 1, "new", None))
    assert await installs(workspace, lambda i: i.lease("w", 2, NOW, SOON))
    assert not await installs(workspace, lambda i: i.lease("w", 1, SOON, SOON + timedelta(minutes=2)))


async def test_a_key_opens_once_and_not_for_ever(workspace: Store) -> None:
    """Of several who come at the same time one is let in; kinds are not mixed up."""
    state = InstallKey(key="s", kind=KeyKind.STATE, link="l", expires_at=SOON)
    link = InstallKey(key="l", kind=KeyKind.LINK, account_id="a", expires_at=SOON)
    for key in (state, link):
        await installs(workspace, lambda i, key=key: i.add_key(key))  # type: ignore[misc]
    assert await installs(workspace, lambda i: i.take_key("s", KeyKind.LINK, NOW)) is None
    taken = await asyncio.gather(
        *(installs(workspace, lambda i: i.take_key("s", KeyKind.STATE, NOW)) for _ in range(4))
    )
    assert [key for key in taken if key is not None] == [state]
    assert await installs(workspace, lambda i: i.key("l", KeyKind.LINK, NOW)) == link
    assert await installs(workspace, lambda i: i.key("l", KeyKind.LINK, SOON)) is None
    await installs(workspace, lambda i: i.forget_keys(SOON))
    assert await installs(workspace, lambda i: i.key("l", KeyKind.LINK, NOW)) is None


async def test_an_account_takes_its_installations_with_it(workspace: Store) -> None:
    """And its links."""
    link = InstallKey(key="l", kind=KeyKind.LINK, account_id="a", expires_at=SOON)
    await installs(workspace, lambda i: i.add_key(link))
    await workspace.write(lambda transaction: transaction.directory.erase_account("a"))
    assert await installs(workspace, lambda i: i.count()) == (0, 0)
    assert await installs(workspace, lambda i: i.key("l", KeyKind.LINK, NOW)) is None
