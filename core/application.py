"""The one way in: a command that came from somewhere is authorised, carried out once, and answered (ARCHITECTURE).

The maps of what can be done are in core/operations.py.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from core import commands as c
from core.cleaning import cleaned, cleaned_command
from core.documents.surfaces import opened_by
from core.errors import BadCommand, InvalidInput, MustJoin, NotPermitted, Refused, WrongState
from core.finding import JoinFirst, StillChat, find_session
from core.operations import COMMANDS, MESSAGES, Access, Operation
from core.people.arriving import keep
from core.people.enrol import account_of, actor_of, is_known, known_actor
from core.people.knowing import guests_met, learn, placed
from core.people.limits import Bucket, Limiter
from core.people.model import Actor, Role, Standing
from core.people.system import system_actor
from core.ports import Clock, Inbound, Room, Store, Transaction, UnitOfWork
from core.refusals import fault_notice, join_notice, refusal
from core.rules import Rules
from core.sessions.joining import asked_then, to_join
from core.sessions.model import Session, SessionStatus
from core.sessions.taking_part import may_act
from core.text.neutralise import neutralise
from core.turns.early import Change, change_early, changed_early
from core.turns.handlers import has_said
from core.turns.words import lacking, parse
from core.views import FieldErrors, Nothing, Notice, Reply

__all__ = ["Application", "Observer"]

R = TypeVar("R")
log = logging.getLogger(__name__)

#: Told of every command: its name, how it ended ("done", "repeat", "refused", "failed", "kept"), and how long it took in seconds.
Observer = Callable[[str, str, float], None]


class Application:
    """Handles what comes in. `system` reads and writes serve work, operators and tests."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        rules: Rules,
        *,
        limiter: Limiter | None = None,
        observe: Observer = lambda name, end, seconds: None,
    ) -> None:
        self.store = store
        self.clock = clock
        self.rules = rules
        self._limiter = limiter or Limiter()
        self._observe = observe

    async def handle(self, inbound: Inbound) -> Reply:
        """Carry out what came in, once, and answer it privately. Never raises for what an engineer did."""
        started = self.clock.now()
        run = _Handling(self.rules, self._limiter, inbound, started)
        try:
            command = run.command
        except Refused:
            command = inbound.command  # refused in its transaction, where its words are kept
        operation = COMMANDS.get(type(command))
        if operation is not None and operation.reads:
            reply = await self._read(run) or await self._write(run, command)
        else:
            reply = await self._write(run, command)
        seconds = (self.clock.now() - started).total_seconds()
        self._observe(type(command).__name__, run.end, seconds)
        return reply

    async def resume(self, inbound: Inbound, room: Room | None, *, late: bool = False) -> Reply:
        """Carry out what was kept when it came in, once. Who it is from is known by now; `room` is what is said of its place.

        `late`: it was kept for long, and whoever did it meant what was there then. Their words are taken; what they clicked or
        ordered is refused, unless it only reads.
        """
        run = _Handling(self.rules, self._limiter, inbound, self.clock.now(), kept=True, room=room, late=late)
        return await self._write(run, inbound.command)

    async def knows(self, inbound: Inbound) -> bool:
        """Whether it is known who that is from."""
        return await self.store.read(lambda tx: is_known(tx, inbound, self.clock.now(), self.rules))

    async def _write(self, run: "_Handling", command: c.Command) -> Reply:
        return await self.store.write(run.take, run.explain, key=_key(command, run.inbound))

    async def _read(self, run: "_Handling") -> Reply | None:
        """The answer to a read; None where something has to be written first: who somebody is, or that guests read along."""
        try:
            return await self.store.read(run.answer)
        except Exception as error:
            refused = isinstance(error, Refused | BadCommand)
            run.end = "refused" if refused else "failed"
            return refusal(error, run.inbound) if isinstance(error, Refused | BadCommand) else fault_notice(error)

    async def act(self, actor: Actor, run: Callable[[UnitOfWork], R], *, key: str | None = None) -> R:
        """Write on behalf of an actor, outside any command that came in."""

        def take(transaction: Transaction) -> R:
            return run(transaction.unit(actor, self.clock.now(), self.rules))

        return await self.store.write(take, key=key)

    async def look(self, actor: Actor, run: Callable[[UnitOfWork], R]) -> R:
        """Read on behalf of an actor."""

        def take(transaction: Transaction) -> R:
            return run(transaction.unit(actor, self.clock.now(), self.rules))

        return await self.store.read(take)


def _key(command: c.Command, inbound: Inbound) -> str | None:
    """Commands of one key wait for each other here, and not on a database connection (ARCHITECTURE 6)."""
    named = getattr(command, "session_id", "")
    if named:
        return f"session:{named}"
    place = inbound.place
    return None if place is None else f"{place.platform}:{place.workspace}:{place.channel}:{place.thread}"


class _Handling:
    """One inbound on its way through; run again from the start when its transaction was lost. `kept`: it came in earlier, and
    `room` is what was said of its place since; `late`, that this took long."""

    def __init__(
        self,
        rules: Rules,
        limiter: Limiter,
        inbound: Inbound,
        now: datetime,
        *,
        kept: bool = False,
        room: Room | None = None,
        late: bool = False,
    ) -> None:
        self.inbound = cleaned(inbound)
        self.end = "done"
        #: It was taken as something that nobody took before.
        self._new = False
        self._rules = rules
        self._limiter = limiter
        self._now = now
        self._kept = kept
        self._room = room
        self._late = late

    @property
    def command(self) -> c.Command:
        """The command, with typed words read. Raises BadCommand for words that are none."""
        command = self.inbound.command
        if not isinstance(command, c.TypeWords):
            return command
        words = command.text.strip()
        if command.name in ("resolve", "escalate"):
            words = f"{command.name} {words}".strip()
        if command.name == "flowpilot" and words == "start":
            raise Refused("Say what is wrong: `/flowpilot start <problem>`.")
        action = parse(words, addressed=True) if words else c.ShowHelp()
        if action is None and (lacks := lacking(words)):
            raise Refused(lacks)
        if action is None and command.name == "flowpilot":
            return c.StartSession(text=words.removeprefix("start "))
        if action is None:
            raise Refused(f"`/{command.name}` takes a session such as FP-12, a ticket, or nothing.")
        return action

    def take(self, transaction: Transaction) -> Reply:
        """Everything that a command is, in one transaction."""
        actor = actor_of(transaction, self.inbound, self._now, self._rules)
        inbound = None
        if actor is not None:
            inbound = placed(partial(self._system, transaction, actor), actor, self.inbound, self._room)
        # Whoever is known by now may still have something kept: what they do comes behind it, and changes find their message.
        behind = actor is not None and actor.behind and not self._kept
        if actor is None or inbound is None or behind:
            reply = self._keep(transaction, stranger=actor is None, aside=not (actor is None or behind))
            if actor is None or inbound is None or self.end != "repeat":
                return reply
        uow = transaction.unit(actor, self._now, self._rules, inbound)
        changed = None
        if not self._taken(transaction, actor.account_id):
            if isinstance(self.inbound.command, c.ReceiveMessage):
                changed = changed_early(transaction, actor, self.inbound, self.inbound.command)
            if changed is None:
                self.end = "repeat"
                return self._again(transaction, uow)
        self.end = "done"
        command = self.command
        if isinstance(command, c.JoinSession):
            return self._joined(transaction, uow, command)
        if type(command) in MESSAGES:
            return self._said(transaction, uow, command, changed)
        return self._dispatch(uow, command)

    def _taken(self, transaction: Transaction, account_id: str) -> bool:
        """Note it down. False for a repeat."""
        keys, kind = self.inbound.keys, type(self.inbound.command).__name__
        if self._kept:
            return transaction.inbox.resume(keys)
        self._new = transaction.inbox.take(keys, account_id, kind, self.inbound.words, self._now)
        return self._new

    def _keep(self, transaction: Transaction, *, stranger: bool, aside: bool) -> Reply:
        """Keep it until the platform has been asked. A kept message that is deleted is never carried out; nobody is made known by
        the deletion of words that were for nobody here."""
        inbound = self.inbound
        if isinstance(inbound.command, c.DeleteMessage) and (transaction.inbox.resume((inbound.about,)) or stranger):
            return Nothing()
        workspace, account = account_of(transaction, inbound)
        if not self._taken(transaction, account.id):
            self.end = "repeat"
            return Nothing()
        transaction.inbox.mark(inbound.keys, "waiting")
        keep(transaction.unit(system_actor(account.id), self._now, self._rules), workspace.id, inbound, aside=aside)
        self.end = "kept"
        return Nothing()

    def _system(self, transaction: Transaction, actor: Actor) -> UnitOfWork:
        return transaction.unit(system_actor(actor.account_id), self._now, self._rules)

    def _said(self, transaction: Transaction, uow: UnitOfWork, command: c.Command, changed: Change | None) -> Reply:
        """A message, as it was changed before it came; or a change, which may have to wait for its message. One that was for
        nobody here is one when the bot is mentioned in it afterwards."""
        run = MESSAGES[type(command)]
        if isinstance(command, c.ReceiveMessage):
            if isinstance(changed, c.DeleteMessage):
                return Nothing()
            if changed is not None:
                command = replace(command, text=changed.text, to_others=changed.to_others)
            return run(uow, command, lambda action: self._dispatch(uow, action))
        if isinstance(command, Change) and not has_said(uow, command.ref):
            waits = change_early(transaction, uow.actor, self.inbound, command, self._now)
            if not waits and isinstance(command, c.EditMessage) and command.mentioned:
                said = c.ReceiveMessage(ref=command.ref, text=command.text, mentioned=True, to_others=command.to_others)
                return self._said(transaction, uow, said, None)
        return run(uow, command)

    def _again(self, transaction: Transaction, uow: UnitOfWork) -> Reply:
        """A repeat changes nothing. It is answered with the form that the first one opened, as it is now, or with the
        fields that were wrong then."""
        if wrong := transaction.inbox.answer(self.inbound.keys):
            return FieldErrors(fields=json.loads(wrong))
        command = self.command
        if not isinstance(command, c.SessionAction):
            return Nothing()
        try:
            session = find_session(uow, command, closed_too=COMMANDS[type(command)].closed_too)
        except Refused:
            return Nothing()
        return opened_by(uow, session, self.inbound.keys[0]) or Nothing()

    def answer(self, transaction: Transaction) -> Reply | None:
        """A read: it changes nothing, so it needs not be taken once. None for somebody who is not known yet, and where it is
        news that guests read along."""
        actor, place = known_actor(transaction, self.inbound), self.inbound.place
        if actor is None:
            return None
        if (self.inbound.guests or actor.guest) and place is not None:
            known = self._system(transaction, actor).channels.get(actor.workspace_id, place.channel)
            if known.guests is not True:
                return None
        return self._dispatch(transaction.unit(actor, self._now, self._rules, self.inbound), self.command)

    def explain(self, transaction: Transaction, error: Exception) -> Reply:
        """What the engineer is told when it could not be carried out; their words are kept."""
        refused = isinstance(error, (Refused, BadCommand))
        self.end = "refused" if refused else "failed"
        reply = refusal(error, self.inbound) if isinstance(error, (Refused, BadCommand)) else fault_notice(error)
        workspace = transaction.directory.workspace(self.inbound.workspace.platform, self.inbound.workspace.external_id)
        if workspace is not None:
            kind = type(self.inbound.command).__name__
            taken = transaction.inbox.take(self.inbound.keys, workspace.account_id, kind, self.inbound.words, self._now)
            if self._new and not taken:
                return self._overtaken(transaction)
            if isinstance(error, JoinFirst):
                actor = actor_of(transaction, self.inbound, self._now, self._rules)  # made known anew, if it was undone
                assert actor is not None, "whoever may join is known"
                reply = join_notice(error, to_join(transaction.unit(actor, self._now, self._rules), error.action))
            self._note(transaction.unit(system_actor(workspace.account_id), self._now, self._rules), workspace.id)
            wrong = json.dumps(dict(reply.fields)) if isinstance(reply, FieldErrors) else ""
            transaction.inbox.mark(self.inbound.keys, self.end, wrong)
        return reply

    def _overtaken(self, transaction: Transaction) -> Reply:
        """Somebody took the same while this one was under way, and it failed over what was done: it is a repeat."""
        try:
            return self.take(transaction)
        except (Refused, BadCommand) as error:  # typed words that say nothing do not say it the second time either
            return refusal(error, self.inbound)

    def _note(self, uow: UnitOfWork, workspace_id: str) -> None:
        """What holds whatever became of the command: who it is from, and that guests read along where they are."""
        person, place = self.inbound.person, self.inbound.place
        known = uow.users.identity(workspace_id, person.external_id)
        if self._kept and person.member is not None:
            known = learn(uow, workspace_id, person)
        guest = person.standing is Standing.GUEST or (known is not None and known.standing is Standing.GUEST)
        if place is not None and (self.inbound.guests or guest):
            guests_met(uow, workspace_id, place.channel)

    def _dispatch(self, uow: UnitOfWork, command: c.Command) -> Reply:
        return self._authorised(uow, command)()

    def _joined(self, transaction: Transaction, uow: UnitOfWork, command: c.JoinSession) -> Reply:
        """Join, and do what was asked then. When that is refused its writes are undone; they have joined all the same."""
        reply = self._dispatch(uow, command)
        if not (command.then or command.kept):
            return reply
        transaction.flush()  # the join, or what is undone would take it along
        after, replies = transaction.unit(uow.actor, self._now, self._rules, uow.origin), [reply]
        error = transaction.apart(after, lambda: replies.append(self._dispatch(after, _asked(after, command))))
        if isinstance(error, InvalidInput):
            return Notice(markdown=neutralise(str(error)), error=True)  # a button has no fields that could be marked
        if isinstance(error, (Refused, BadCommand)):
            return refusal(error, self.inbound)
        if error is not None:
            raise error
        return replies[-1]

    def _authorised(self, uow: UnitOfWork, command: c.Command) -> Callable[[], Reply]:
        """What carries the command out. Raises Refused, before anything is written, when it may not be."""
        operation = COMMANDS.get(type(command))
        if operation is None:
            raise BadCommand("That is not known here.")
        _check_role(uow.actor, operation.role)
        if self._late and not (operation.reads or _begins(command)):
            raise Refused("That was a while ago; do it again.")
        # Words typed in a thread are a message, and no message is refused for its number (SPEC 9); a start is a start.
        if type(self.inbound.command) not in MESSAGES or operation.bucket is Bucket.START:
            self._limiter.take(uow.actor.user_id, operation.bucket, self.inbound.keys[0], self._now)
        if not isinstance(command, c.SessionAction):
            return partial(operation.run, uow, command)
        session = find_session(uow, command, closed_too=operation.closed_too)
        _check_session(uow, session, operation, command, overheard=_overheard(self.inbound.command))
        if command.session_id != session.id:
            command = replace(command, session_id=session.id)
        return partial(operation.run, uow, session, command)


def _asked(uow: UnitOfWork, join: c.JoinSession) -> c.Command:
    then = asked_then(uow, join)
    assert then is not None, "it is asked for something"
    return cleaned_command(then)


def _check_role(actor: Actor, role: Role) -> None:
    if not actor.may(role):
        raise NotPermitted(f"This needs the role {role} or higher. Ask an admin of your account.")


def _begins(command: c.Command) -> bool:
    """Whether it is words for a thread in which nothing has to be as it was."""
    return isinstance(command, c.Ask) or (isinstance(command, c.StartSession) and not command.pause)


def _overheard(command: c.Command) -> bool:
    """Whether it was said in the thread, and not to the bot."""
    return isinstance(command, c.ReceiveMessage) and not (command.mentioned or command.direct)


def _check_session(
    uow: UnitOfWork, session: Session, operation: Operation, command: c.SessionAction, *, overheard: bool
) -> None:
    """Admins and owners act on any session; what they say in a thread without taking part is no command (SPEC 2)."""
    chat = session.status is SessionStatus.CHAT
    if chat and SessionStatus.CHAT not in (operation.states or ()):
        raise StillChat(session)
    if operation.access is Access.PARTICIPANT and not may_act(uow, session, as_admin=not overheard):
        if session.open or chat:
            raise JoinFirst(command, session)
        raise MustJoin(f"You did not take part in {session.ref}, which is {session.status}. Ask who did, or an admin.")
    if operation.states is not None and session.status not in operation.states:
        wanted = " or ".join(sorted(operation.states))
        raise WrongState(f"{session.ref} is {session.status}; this works while it is {wanted}.")
