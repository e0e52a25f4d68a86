"""What adapters need to be installed in many workspaces: the store's installations, unsealed, and one-time keys."""

import hashlib
import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from bot.seeding import add_flows
from core.application import Application
from core.errors import NotFound
from core.people.installing import LINK_IS_GONE, install
from core.people.installs import Installation, InstallKey, KeyKind
from core.ports import PersonRef, Sealer, Transaction

__all__ = ["Installs", "new_link"]

#: How long somebody may take between the page here and the button there.
STATE_LASTS = timedelta(minutes=10)
#: How long an admin's link may lie in somebody's mailbox.
LINK_LASTS = timedelta(days=7)
#: How long one process may take to renew tokens before another tries.
LEASE = timedelta(seconds=30)


class Installs:
    """Of one platform."""

    def __init__(self, application: Application, sealer: Sealer, platform: str) -> None:
        self._application = application
        self._store = application.store
        self._clock = application.clock
        self._sealer = sealer
        self._platform = platform

    async def new_state(self, link: str = "") -> str:
        """A state for one way there and back. Raises NotFound when `link` is given and opens nothing."""
        now, made = self._clock.now(), secrets.token_urlsafe(32)
        key = InstallKey(
            key=_hashed(made), kind=KeyKind.STATE, link=_hashed(link) if link else "", expires_at=now + STATE_LASTS
        )

        def issue(transaction: Transaction) -> None:
            if link and transaction.installs.key(key.link, KeyKind.LINK, now) is None:
                raise NotFound(LINK_IS_GONE)
            transaction.installs.forget_keys(now)
            transaction.installs.add_key(key)

        await self._store.write(issue)
        return made

    async def take_state(self, state: str) -> str | None:
        """Use a state up: the key of its link, "" for none. None for a state that was not given out, is used or too old."""
        now = self._clock.now()
        key = await self._store.write(lambda tx: tx.installs.take_key(_hashed(state), KeyKind.STATE, now))
        return None if key is None else key.link

    async def save(self, installation: Installation, installer: PersonRef, link: str) -> None:
        """Store an installation; see core.people.installing. Raises Refused for a link that opens nothing."""
        now, rules = self._clock.now(), self._application.rules
        sealed = self._sealer.seal(installation.secrets)

        def furnish(transaction: Transaction, account_id: str) -> None:
            add_flows(transaction, self._application, account_id, now)

        await self._store.write(
            lambda tx: install(
                tx, installation, installer, sealed=sealed, link=link, now=now, rules=rules, furnish=furnish
            )
        )

    async def find(self, workspace: str) -> Installation | None:
        """The installation of a workspace; None where there is none, or where it has ended."""

        def read(transaction: Transaction) -> Installation | None:
            found = transaction.installs.get(self._platform, workspace)
            known = transaction.directory.workspace(self._platform, workspace)
            if found is None or known is None or not found.sealed:
                return None
            return Installation(
                platform=self._platform,
                workspace=workspace,
                name=known.name,
                organisation=found.organisation,
                secrets=found.sealed,
                expires_at=found.expires_at,
                version=found.version,
                installed_at=found.installed_at,
            )

        stored = await self._store.read(read)
        return None if stored is None else replace(stored, secrets=self._sealer.unseal(stored.secrets))

    async def lease(self, installation: Installation) -> bool:
        """Be the one process that renews its tokens. False when another does, or they are renewed already."""
        now = self._clock.now()

        def take(transaction: Transaction) -> bool:
            found = transaction.installs.get(self._platform, installation.workspace)
            return found is not None and transaction.installs.lease(
                found.workspace_id, installation.version, now, now + LEASE
            )

        return await self._store.write(take)

    async def renew(self, installation: Installation, secrets: str, expires_at: datetime | None) -> bool:
        """Store its new tokens. False when it was installed anew or has ended meanwhile."""
        sealed = self._sealer.seal(secrets)

        def put(transaction: Transaction) -> bool:
            found = transaction.installs.get(self._platform, installation.workspace)
            return found is not None and transaction.installs.renew(
                found.workspace_id, installation.version, sealed, expires_at
            )

        return await self._store.write(put)

    async def erase(self, installation: Installation) -> bool:
        """Forget its tokens; the workspace stays with its account. False when it was installed anew meanwhile."""

        def forget(transaction: Transaction) -> bool:
            found = transaction.installs.get(self._platform, installation.workspace)
            return found is not None and transaction.installs.erase(found.workspace_id, installation.version)

        return await self._store.write(forget)


async def new_link(application: Application, account_id: str) -> str:
    """What opens an account to one more workspace, once."""
    now, made = application.clock.now(), secrets.token_urlsafe(32)
    key = InstallKey(key=_hashed(made), kind=KeyKind.LINK, account_id=account_id, expires_at=now + LINK_LASTS)
    await application.store.write(lambda tx: tx.installs.add_key(key))
    return made


def _hashed(key: str) -> str:
    """As keys are stored: whoever reads the database cannot use them."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
