"""Looking at answers as work: a model says what they confirm, beside the turns, so that nobody waits for it."""

import logging
from collections.abc import Mapping

from core.errors import Fault, Unavailable
from core.facts.judging import judged
from core.facts.synthesis import Asked, asked_of, keep_facts
from core.ports import UnitOfWork
from core.usage.ledger import Ledger, accounted
from core.work.model import MAX_ATTEMPTS, Work
from core.work.running import Done, Kept, Runner

__all__ = ["synthesise_facts"]

log = logging.getLogger(__name__)


async def synthesise_facts(runner: Runner, work: Work) -> Done:
    """Have facts made of the answered steps that a row names. While a quota is used up the model is not asked."""

    def read(uow: UnitOfWork) -> Asked | None:
        return asked_of(uow, work)

    asked = await runner.look(work, read)
    if asked is None:
        return lambda uow: None
    if asked.limited:
        log.info("facts.skipped", extra={"session": asked.session.id, "why": "a quota is used up"})
        return lambda uow: None
    async with accounted(runner, work, asked.steps[-1].answered_by or asked.session.owner_id) as ledger:
        statements = await _statements(runner, work, asked, ledger)
    return Kept(lambda uow: keep_facts(uow, asked, statements), ledger.write)


async def _statements(runner: Runner, work: Work, asked: Asked, ledger: Ledger) -> Mapping[str, str]:
    """What the model says and the rules allow. One that stays away is given up without a word: the steps stand in every note
    with their answers."""
    try:
        return await judged(runner.outside.model, asked.steps, ledger.used)
    except Fault as error:
        if isinstance(error, Unavailable) and work.attempts + 1 < MAX_ATTEMPTS:
            raise
        log.warning("facts.given_up", extra={"session": asked.session.id, "why": str(error)})
        return {}
