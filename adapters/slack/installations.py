"""Slack's installations and states, as slack_sdk's stores, on FlowPilot's own: encrypted, once only, one for a workspace.

The workspace of an installation in a whole organisation (Enterprise Grid) is the organisation: its id begins with E. So all
its teams are one workspace, of one account.
"""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from logging import Logger, getLogger
from typing import Any, Protocol

from slack_sdk.oauth.installation_store import Bot as BotInstallation
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from adapters.slack.inbound import Bot
from adapters.slack.wire import PLATFORM
from core.people import installs
from core.ports import PersonRef

__all__ = ["Grant", "Installs", "SlackInstallations", "SlackStates", "scopes_of", "workspace_id"]

log = getLogger(__name__)

#: What is kept of an installation; FlowPilot asks for no user's token.
_KEPT = (
    "app_id", "enterprise_id", "enterprise_name", "team_id", "team_name", "bot_token", "bot_id", "bot_user_id", "bot_scopes",
    "bot_refresh_token", "bot_token_expires_at", "user_id", "is_enterprise_install", "token_type", "installed_at",
)  # fmt: skip


class Installs(Protocol):
    """Where installations are kept. Everything raises Fault when the database fails."""

    async def new_state(self, link: str = "") -> str:
        """A state that lasts ten minutes. Raises NotFound when `link` is given and opens nothing."""
        ...

    async def take_state(self, state: str) -> str | None:
        """Use a state up: the key of its link, "" for none; None for one that is not good."""
        ...

    async def save(self, installation: installs.Installation, installer: PersonRef, link: str) -> None:
        """Store it with its workspace, account and owner. Raises Refused for a link that opens nothing."""
        ...

    async def find(self, workspace: str) -> installs.Installation | None:
        """That of a workspace, while it stands."""
        ...

    async def lease(self, installation: installs.Installation) -> bool:
        """Be the one process that renews its tokens."""
        ...

    async def renew(self, installation: installs.Installation, secrets: str, expires_at: datetime | None) -> bool:
        """Store its new tokens. False when it was installed anew or has ended meanwhile."""
        ...

    async def erase(self, installation: installs.Installation) -> bool:
        """Forget its tokens. False when it was installed anew meanwhile."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """What one workspace has given: as it is stored, and as slack_sdk reads it."""

    stored: installs.Installation
    slack: Installation

    @property
    def workspace(self) -> str:
        """The team, or the organisation."""
        return self.stored.workspace

    @property
    def token(self) -> str:
        """The bot's."""
        return self.slack.bot_token or ""

    @property
    def bot(self) -> Bot:
        """Who FlowPilot is there."""
        return Bot(
            team=self.workspace,
            team_name=self.stored.name,
            user=self.slack.bot_user_id or "",
            id=self.slack.bot_id or "",
            organisation=self.stored.organisation,
        )


class SlackInstallations(AsyncInstallationStore):
    """slack_sdk's store of installations. `grant`, `lease`, `renew` and `erase` are what it lacks: they know the version, and
    FlowPilot itself goes by them. The methods named `async_` are the SDK's interface, for Bolt or whoever else is given a store.
    """

    def __init__(self, installs: Installs) -> None:
        self._installs = installs

    @property
    def logger(self) -> Logger:
        """For slack_sdk."""
        return log

    async def grant(self, workspace: str) -> Grant | None:
        """By our id of the workspace; None where FlowPilot is not installed."""
        stored = await self._installs.find(workspace)
        return None if stored is None else Grant(stored=stored, slack=Installation(**json.loads(stored.secrets)))

    async def lease(self, grant: Grant) -> bool:
        """Be the one process that renews its tokens."""
        return await self._installs.lease(grant.stored)

    async def renew(self, grant: Grant, token: str, refresh: str, expires_at: datetime) -> Grant | None:
        """Store new tokens; None when it was installed anew or has ended meanwhile."""
        kept = _kept(grant.slack) | {
            "bot_token": token,
            "bot_refresh_token": refresh,
            "bot_token_expires_at": int(expires_at.timestamp()),
        }
        secrets = json.dumps(kept)
        if not await self._installs.renew(grant.stored, secrets, expires_at):
            return None
        stored = replace(grant.stored, secrets=secrets, expires_at=expires_at, version=grant.stored.version + 1)
        return Grant(stored=stored, slack=Installation(**kept))

    async def erase(self, grant: Grant) -> bool:
        """Forget its tokens. False when it was installed anew meanwhile."""
        return await self._installs.erase(grant.stored)

    async def async_save(self, installation: Installation) -> None:
        """Store it. `custom_values` may hold `link`, the key of a link, and `installer`, Slack's PersonRef of who did it.

        Raises Refused when the link opens nothing.
        """
        org = bool(installation.is_enterprise_install)
        ends = installation.bot_token_expires_at
        installer = installation.custom_values.get("installer")
        assert isinstance(installer, PersonRef), "an installation is somebody's"
        await self._installs.save(
            installs.Installation(
                platform=PLATFORM,
                workspace=workspace_id(installation.enterprise_id, installation.team_id, org),
                name=(installation.enterprise_name if org else installation.team_name) or "Slack",
                organisation=installation.enterprise_id or "",
                secrets=json.dumps(_kept(installation)),
                expires_at=None if ends is None else datetime.fromtimestamp(ends, UTC),
                installed_at=datetime.fromtimestamp(installation.installed_at, UTC),
            ),
            installer,
            str(installation.custom_values.get("link") or ""),
        )

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """That of a team, or with `is_enterprise_install` or without a team that of the organisation."""
        found = await self.grant(workspace_id(enterprise_id, team_id, bool(is_enterprise_install)))
        return None if found is None or user_id not in (None, found.slack.user_id) else found.slack

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> BotInstallation | None:
        """The same, without who installed it."""
        found = await self.grant(workspace_id(enterprise_id, team_id, bool(is_enterprise_install)))
        return None if found is None else found.slack.to_bot()

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget the tokens; the workspace stays with its account."""
        found = await self.grant(workspace_id(enterprise_id, team_id, False))
        if found is not None:
            await self.erase(found)

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """A user's part of it: FlowPilot keeps none, so without a user it is the whole."""
        if user_id is None:
            await self.async_delete_bot(enterprise_id=enterprise_id, team_id=team_id)


class SlackStates(AsyncOAuthStateStore):
    """slack_sdk's store of states: each opens once, within ten minutes. `take`, which FlowPilot itself asks, says which link it
    was made with; `async_consume` is the SDK's interface."""

    def __init__(self, installs: Installs) -> None:
        self._installs = installs

    @property
    def logger(self) -> Logger:
        """For slack_sdk."""
        return log

    async def async_issue(self, *args: Any, link: str = "", **more: Any) -> str:
        """A new one. Raises NotFound when `link` is given and opens nothing."""
        return await self._installs.new_state(link)

    async def async_consume(self, state: str) -> bool:
        """Whether it was good; it is not any more."""
        return await self.take(state) is not None

    async def take(self, state: str) -> str | None:
        """The same, with the key of its link, "" for none."""
        return await self._installs.take_state(state)


def workspace_id(enterprise: str | None, team: str | None, org: bool) -> str:
    """Our id of where it is installed."""
    return (enterprise if org or not team else team) or ""


def scopes_of(secrets: str) -> frozenset[str]:
    """What the app was given, by the secrets of an installation."""
    return frozenset(Installation(**json.loads(secrets)).bot_scopes or ())


def _kept(installation: Installation) -> dict[str, Any]:
    return {name: getattr(installation, name) for name in _KEPT}
