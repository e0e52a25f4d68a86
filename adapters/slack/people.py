"""Who people are in Slack: their name, their e-mail address, and whether they are full members of the workspace.

Payloads carry an id and little more; whether somebody is a guest is said by `users.info` alone. Nothing that comes in waits for
it: core keeps what is said of people, and asks for those of whom nothing is (core.people.arriving). Here are the names of those
who were heard of lately, and what is known is asked anew from time to time.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from time import monotonic
from typing import Any

from adapters.slack.memory import Memory
from adapters.slack.payloads import part, word
from core.errors import Fault
from core.people.model import FRESH, Identity
from core.people.register import Register
from core.ports import PersonRef
from core.text.storable import storable

__all__ = ["Ask", "People", "person_of", "team_of"]

log = logging.getLogger(__name__)

#: People that are remembered.
MOST = 10_000
#: Seconds in which those are gathered of whom is read what is kept, and how many are read at once: a read for every new face
#: would cost more than what they came for (docs/performance.md).
GATHERED, AT_ONCE = 0.05, 50

#: Slack's user object by the person's id. Raises Fault.
Ask = Callable[[str], Awaitable[Mapping[str, Any]]]


class People:
    """The people of one workspace, or of all teams of an organisation."""

    def __init__(self, team: str, ask: Ask, register: Register, organisation: str = "") -> None:
        self._team = team
        self._organisation = organisation
        self._ask = ask
        self._register = register
        self._names: Memory[str] = Memory(MOST)
        #: When somebody was looked at last.
        self._looked: Memory[float] = Memory(MOST)
        #: Who waits to be looked at → whether only if they are known.
        self._heard_of: dict[str, bool] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def person(self, id: str, *, team: str = "", name: str = "") -> PersonRef:
        """Somebody who acts. `team` and `name` are what the payload says of them, which is enough for people of another team; the
        id of an organisation says nothing by itself, and of which teams are one, Slack alone can say."""
        if team.startswith("T") and team != self._team and not self._organisation:
            return PersonRef(external_id=id, name=name or self.name(id), member=False)
        self._look_again(id, known_only=True)
        return PersonRef(external_id=id, name=name or self.name(id), member=None)

    def name(self, id: str) -> str:
        """The name as far as it is known here; otherwise the id."""
        return self._names.get(id) or id

    def notice(self, ids: Iterable[str]) -> None:
        """Find out in the background who these people are, who were mentioned."""
        for id in ids:
            self._look_again(id, known_only=False)

    async def who(self, id: str) -> PersonRef:
        """Somebody, as Slack says now. Raises Fault."""
        return self._of({**await self._ask(id), "id": id})

    async def learn(self, user: Mapping[str, Any]) -> None:
        """Take what Slack says about a person by itself. Raises Fault when it cannot be kept."""
        if word(user, "id"):
            await self._register.learn(self._of(user))

    async def settled(self) -> None:
        """Wait until all that was asked is answered."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def close(self) -> None:
        """Stop asking."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _of(self, user: Mapping[str, Any]) -> PersonRef:
        person = person_of(user, self._team, self._organisation)
        self._names.put(person.external_id, person.name)
        self._looked.put(person.external_id, monotonic())
        return person

    def _look_again(self, id: str, *, known_only: bool) -> None:
        """In the background, once in a while."""
        looked = self._looked.get(id)
        if looked is not None and monotonic() - looked <= FRESH.total_seconds():
            return
        self._looked.put(id, monotonic())
        if not self._heard_of:
            self._later(self._look_at_all(), "slack-people")
        self._heard_of[id] = known_only

    def _later(self, what: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(what, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _look_at_all(self) -> None:
        """Take what is kept of those who were heard of, and ask Slack of whom that is old."""
        await asyncio.sleep(GATHERED)
        heard_of, self._heard_of = self._heard_of, {}
        everybody = list(heard_of)
        for first in range(0, len(everybody), AT_ONCE):
            ids = everybody[first : first + AT_ONCE]
            try:
                known = await self._register.people(ids)
            except Exception as error:  # whatever it is, the others are looked at
                self._failed(ids, error)
                continue
            for id in ids:
                self._take(id, known.get(id), known_only=heard_of[id])

    def _take(self, id: str, known: Identity | None, *, known_only: bool) -> None:
        """What is kept of somebody. Of those who are not known core asks by itself."""
        if known is not None and known.name:
            self._names.put(id, known.name)
        if self._register.old(known) if known is not None else not known_only:
            self._later(self._asked(id), f"slack-person-{id}")

    async def _asked(self, id: str) -> None:
        try:
            await self._register.learn(await self.who(id))
        except Exception as error:
            self._failed((id,), error)

    def _failed(self, ids: Iterable[str], error: Exception) -> None:
        """They are looked at when they are heard of again."""
        for id in ids:
            self._looked.forget(id)
            cause = None if isinstance(error, Fault) else error
            log.warning("slack.person_unknown", extra={"person": id, "why": str(error)}, exc_info=cause)


def person_of(user: Mapping[str, Any], team: str, organisation: str = "") -> PersonRef:
    """Slack's user object as a person of a workspace. Members are of that team, or of any team of its organisation.
    Name and address are storable."""
    id, profile = word(user, "id"), part(user, "profile")
    name = word(profile, "real_name") or word(user, "real_name") or word(profile, "display_name") or word(user, "name")
    nobody = id == "USLACKBOT" or bool(user.get("is_bot") or user.get("deleted"))
    outside = any(user.get(flag) for flag in ("is_restricted", "is_ultra_restricted", "is_stranger"))
    ours = user.get("team_id", team) == team
    if organisation:
        above = word(part(user, "enterprise_user"), "enterprise_id") or word(user, "enterprise_id")
        ours = organisation in (above, user.get("team_id")) or (ours and "team_id" in user)
    return PersonRef(
        external_id=id,
        name=storable(name) or id,
        email=storable(word(profile, "email")) or None,
        member=ours and not outside and not nobody,
        nobody=nobody,
        zone=word(user, "tz"),
    )


def team_of(user: Mapping[str, Any]) -> str:
    """The id of a team that the person of Slack's user object belongs to, never of an organisation; "" for none."""
    teams = part(user, "enterprise_user").get("teams")
    ids = [word(user, "team_id"), *(teams if isinstance(teams, list) else ())]
    return next((id for id in ids if isinstance(id, str) and id.startswith("T")), "")
