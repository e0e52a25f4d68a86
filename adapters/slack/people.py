"""Who people are in Slack: their name, their e-mail address, and whether they are full members of the workspace.

Payloads carry an id and little more, and whether somebody is a guest is said by `users.info` alone. What it says is cached;
somebody whom the database knows is taken as known, and asked about afterwards. Only the very first contact with a person waits,
for a moment: a guest must not become a user with a role because Slack was slow.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

from adapters.slack.payloads import part, word
from core.errors import Fault, Unavailable
from core.ports import PersonRef

__all__ = ["Ask", "Known", "People", "person_of", "team_of"]

log = logging.getLogger(__name__)

#: How long a person may keep a first message waiting, in seconds; Slack wants its answer within three.
PATIENCE = 1.5
#: How long what Slack said is taken as true, in seconds; `user_change` says what changes meanwhile.
FRESH = 3600.0
#: People that are remembered.
MOST = 10_000

#: Slack's user object by the person's id. Raises Fault.
Ask = Callable[[str], Awaitable[Mapping[str, Any]]]
#: The name of somebody whom the database knows as a member, or None.
Known = Callable[[str], Awaitable[str | None]]


@dataclass(frozen=True, slots=True)
class _Seen:
    person: PersonRef
    at: float
    #: A guest, or of another organisation; bots are no members, but nobody who reads along either.
    guest: bool


class People:
    """The people of one workspace, or of all teams of an organisation."""

    def __init__(self, team: str, ask: Ask, known: Known, organisation: str = "") -> None:
        self._team = team
        self._organisation = organisation
        self._ask = ask
        self._known = known
        self._seen: dict[str, _Seen] = {}
        self._asking: dict[str, asyncio.Task[None]] = {}

    async def person(self, id: str, *, team: str = "", name: str = "") -> PersonRef:
        """Who somebody is. `team` and `name` are what the payload says of them. Raises Unavailable at a first contact
        that Slack does not answer in time."""
        if team and team != self._team and not self._organisation:  # of which teams are one, Slack alone can say
            return PersonRef(external_id=id, name=name or self.name(id), member=False)
        seen = self._seen.get(id)
        if seen is not None:
            if monotonic() - seen.at > FRESH:
                self._look_up(id)
            return seen.person
        known = await self._known(id)
        asking = self._look_up(id)
        if known is not None:
            return PersonRef(external_id=id, name=known)
        await asyncio.wait({asking}, timeout=PATIENCE)
        seen = self._seen.get(id)
        if seen is None:
            raise Unavailable(f"Slack does not say who {id} is.")
        return seen.person

    def name(self, id: str) -> str:
        """The name as far as it is known here; otherwise the id."""
        seen = self._seen.get(id)
        return id if seen is None else seen.person.name

    async def guest(self, id: str) -> bool | None:
        """Whether somebody is a guest or of another organisation, as far as it is known; None otherwise."""
        seen = self._seen.get(id)
        if seen is not None:
            return seen.guest
        return None if await self._known(id) is None else False

    async def find_guest(self, id: str) -> bool:
        """The same, asked of Slack. Raises Fault."""
        self.learn({"id": id, **await self._ask(id)})
        return self._seen[id].guest

    def notice(self, ids: Iterable[str]) -> None:
        """Find out in the background who these people are, who were mentioned."""
        for id in ids:
            if id not in self._seen:
                self._look_up(id)

    def learn(self, user: Mapping[str, Any]) -> None:
        """Take what Slack says about a person, in an answer or an event."""
        id = str(user.get("id") or "")
        if not id:
            return
        person = person_of(user, self._team, self._organisation)
        while len(self._seen) >= MOST:
            del self._seen[next(iter(self._seen))]
        nobody = id == "USLACKBOT" or bool(user.get("is_bot") or user.get("deleted"))
        self._seen[id] = _Seen(person, monotonic(), guest=not person.member and not nobody)

    async def close(self) -> None:
        """Stop asking."""
        asking = list(self._asking.values())
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    def _look_up(self, id: str) -> asyncio.Task[None]:
        """Ask Slack, once at a time for each person."""
        task = self._asking.get(id)
        if task is None:
            task = self._asking[id] = asyncio.create_task(self._asked(id), name=f"slack-person-{id}")
            task.add_done_callback(lambda _: self._asking.pop(id, None))
        return task

    async def _asked(self, id: str) -> None:
        try:
            self.learn({"id": id, **await self._ask(id)})
        except Fault as error:
            log.warning("slack.person_unknown", extra={"person": id, "why": str(error)})


def person_of(user: Mapping[str, Any], team: str, organisation: str = "") -> PersonRef:
    """Slack's user object as a person of a workspace. Members are of that team, or of any team of its organisation."""
    id, profile = word(user, "id"), part(user, "profile")
    name = word(profile, "real_name") or word(user, "real_name") or word(profile, "display_name") or word(user, "name")
    outside = any(
        user.get(flag) for flag in ("is_restricted", "is_ultra_restricted", "is_stranger", "deleted", "is_bot")
    )
    ours = user.get("team_id", team) == team
    if organisation:
        above = word(part(user, "enterprise_user"), "enterprise_id") or word(user, "enterprise_id")
        ours = above == organisation or (ours and "team_id" in user)
    return PersonRef(external_id=id, name=name or id, email=word(profile, "email") or None, member=ours and not outside)


def team_of(user: Mapping[str, Any]) -> str:
    """The id of a team that the person of Slack's user object belongs to, never of an organisation; "" for none."""
    teams = part(user, "enterprise_user").get("teams")
    ids = [word(user, "team_id"), *(teams if isinstance(teams, list) else ())]
    return next((id for id in ids if isinstance(id, str) and id.startswith("T")), "")
