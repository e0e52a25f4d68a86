"""Drafting as work: by the model, else deterministically, and so in the meantime; one drafting a state, whoever waits."""

import asyncio
import logging
from dataclasses import replace

from core.documents.drafting import Order, deterministic, finish_draft, order_of
from core.documents.judging import LONGEST, judged
from core.documents.model import REPLACED
from core.documents.withheld import Withheld
from core.errors import Fault
from core.ports import Drafted, Model, UnitOfWork
from core.usage.ledger import Ledger, accounted
from core.work.model import Work
from core.work.running import Done, Kept, Runner

__all__ = ["draft_document"]

log = logging.getLogger(__name__)

#: A resolve never waits longer than this for a model (SPEC 5), in seconds; then it is shown what stands in.
PATIENCE = 8.0


async def draft_document(runner: Runner, work: Work) -> Done:
    """Make the draft that a row asks for, unless it is there already."""

    def read(uow: UnitOfWork) -> Order | None:
        return order_of(uow, work)

    order = await runner.look(work, read)
    if order is None:
        return lambda uow: None
    if order.ready is not None or order.stale:
        return lambda uow: finish_draft(uow, work, order, None)
    if order.withheld is not None:
        instead = replace(deterministic(order), fallback=order.withheld is Withheld.QUOTA)
        return lambda uow: finish_draft(uow, work, order, instead)
    by = work.payload.get("by") or order.session.owner_id
    async with accounted(runner, work, by, draft=order.key) as ledger:
        drafted = await _made(runner, work, order, ledger)
    return Kept(lambda uow: finish_draft(uow, work, order, drafted), ledger.write)


async def _made(runner: Runner, work: Work, order: Order, ledger: Ledger) -> Drafted:
    """The model's draft; who waits for it too long is shown what stands in."""
    making = asyncio.create_task(_drafted(runner.outside.model, order, ledger), name=f"draft-{work.id}")
    try:
        await asyncio.wait({making}, timeout=PATIENCE)
        if not making.done() and not work.payload.get("post"):
            standing_in = replace(deterministic(order), fallback=True)
            await runner.change(work, lambda uow: finish_draft(uow, work, order, standing_in))
        return await making
    finally:
        making.cancel()
        await asyncio.wait({making})


async def _drafted(model: Model, order: Order, ledger: Ledger) -> Drafted:
    try:
        async with asyncio.timeout(LONGEST):
            return await judged(model, order.kind, order.bundle, order.names, ledger.used)
    except (Fault, TimeoutError) as error:
        ledger.gave_up("The language model did not answer in time.")
        log.warning("draft.fell_back", extra={"session": order.session.id, "why": str(error) or "timeout"})
        return replace(deterministic(order), fallback=True)
    except Exception:
        log.exception("draft.model_failed", extra={"session": order.session.id})
        return replace(deterministic(order), source=REPLACED, fallback=True)
