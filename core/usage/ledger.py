"""The calls of one piece of work: gathered as they end, stored with what the work came to, or apart when it fails."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from functools import partial

from core.ports import UnitOfWork
from core.text.redact import redact
from core.text.storable import storable
from core.usage.model import End, Tokens, Usage, UsageRow
from core.usage.quota import today
from core.usage.warning import warn
from core.work.model import Work
from core.work.running import Runner

__all__ = ["Ledger", "accounted"]

log = logging.getLogger(__name__)

_CUT_OFF = "It was cut off."
#: Characters of an error that are kept, and tokens of a kind that a call can have: an endpoint may say anything.
LONGEST_ERROR = 500
MOST_TOKENS = 2**31 - 1


class Ledger:
    """Of one row of work, on behalf of a user (None for nobody). `draft`: the key of the document that it makes, if any."""

    def __init__(self, work: Work, user_id: str | None, draft: str = "") -> None:
        self._work = work
        self._user_id = user_id
        self._draft = draft
        self._calls: list[Usage] = []
        #: Of the calls, from when they are written first: they are written again when nobody knows whether that was durable.
        self._ids: list[str] = []

    def used(self, usage: Usage) -> None:
        """A call has ended (core.usage.model.Used)."""
        self._calls.append(usage)

    def gave_up(self, why: str) -> None:
        """Nobody said stop: what was cut off has failed."""
        stopped = End.STOPPED
        self._calls = [replace(c, end=End.FAILED, error=why) if c.end is stopped else c for c in self._calls]

    def write(self, uow: UnitOfWork) -> None:
        """Store the calls, those that are not stored yet; the admins are told when a quota runs low."""
        if not self._calls:
            return
        session = uow.sessions.get(self._work.session_id or "")
        day = today(uow)
        of_session = None if session is None else session.id
        who = {"session_id": of_session, "user_id": self._user_id}
        self._ids += [uow.new_id() for _ in self._calls[len(self._ids) :]]
        calls = zip(self._ids, self._calls, strict=True)
        rows = [replace(_row(uow, id, usage, **who), draft=self._draft) for id, usage in calls]
        # In one order, so that nobody's sums are locked crosswise.
        new = [row for row in sorted(rows, key=lambda row: row.model) if uow.usage.add(row, day)]
        for row in new:
            uow.after_commit(partial(uow.rules.counted, row))
        if new and session is not None:
            warn(uow, session)

    async def write_apart(self, runner: Runner) -> None:
        """Store them in a transaction of their own: the work has failed, and is done again or given up."""
        if not self._calls:
            return
        try:
            await runner.change(self._work, self.write)
        except Exception:
            calls = [asdict(usage) for usage in self._calls]
            log.exception("usage.not_stored", extra={"work": self._work.id, "calls": str(calls)})


@asynccontextmanager
async def accounted(runner: Runner, work: Work, user_id: str | None, *, draft: str = "") -> AsyncIterator[Ledger]:
    """A ledger that loses nothing when the work within fails or is cut off; what succeeds writes it with its own end."""
    ledger = Ledger(work, user_id, draft)
    try:
        yield ledger
    except BaseException:
        ledger.gave_up(_CUT_OFF)
        await ledger.write_apart(runner)
        raise


def _row(uow: UnitOfWork, id: str, usage: Usage, *, session_id: str | None, user_id: str | None) -> UsageRow:
    tokens = _sane(usage.tokens)
    return UsageRow(
        id=id,
        account_id=uow.actor.account_id,
        session_id=session_id,
        user_id=user_id,
        purpose=str(usage.purpose),
        model=usage.model,
        provider=usage.provider,
        prompt_version=usage.prompt_version,
        input=tokens.input,
        cached_read=tokens.cached_read,
        cached_write=tokens.cached_write,
        output=tokens.output,
        cost=0 if usage.end is End.FAILED else uow.rules.prices.cost(usage.model, tokens),
        end=usage.end,
        error=redact(storable(usage.error)).text[:LONGEST_ERROR],
        at=uow.now,
    )


def _sane(tokens: Tokens) -> Tokens:
    """What a provider said, within what can be stored and charged."""
    given = tokens.input, tokens.cached_read, tokens.cached_write, tokens.output
    read, cached, kept, written = (min(max(0, number), MOST_TOKENS) for number in given)
    hour = min(max(0, tokens.kept_hour), kept)
    return Tokens(input=read, cached_read=cached, cached_write=kept, output=written, kept_hour=hour)
