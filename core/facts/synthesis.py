"""Facts of the answers to a model's own questions (SPEC 3): which answers are looked at, and what is kept of them.

A flow says itself what an option means. Of what a model asked, the turn that reads the answer may promote the fact; where it does
not, a work row that names the step has the answer looked at, once, beside the turns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.facts.answers import source_of, stands
from core.facts.handlers import add_facts
from core.ports import UnitOfWork
from core.sessions.model import Session, Step
from core.turns.model import NewFact, TurnContext
from core.usage.quota import reached
from core.work.model import Work, facts_lane

__all__ = ["SYNTHESISE", "Asked", "asked_of", "keep_facts", "queue_synthesis"]

#: The kind of the work row that has answers looked at.
SYNTHESISE = "synthesise"


def queue_synthesis(uow: UnitOfWork, turn: TurnContext, promoted: Sequence[NewFact]) -> None:
    """Have the answers looked at that came with the messages of a turn, but for those of which it has promoted a fact."""
    if not uow.rules.has_model:
        return
    since = min(message.created_at for message in turn.pending)  # an answer and its message are of one command
    told = {fact.step_id for fact in promoted}
    new = [step for step in turn.steps if step.answered_at is not None and step.answered_at >= since]
    steps = [step.id for step in new if step.flow_id is None and step.id not in told and stands(uow, step)]
    if steps:
        uow.work.add(
            SYNTHESISE,
            lane=facts_lane(turn.session.id),
            session_id=turn.session.id,
            subject=turn.session.id,
            payload={"steps": " ".join(steps)},
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Answered steps that a model is asked about. `limited`: a quota forbids it now."""

    session: Session
    steps: tuple[Step, ...]
    limited: bool


def asked_of(uow: UnitOfWork, work: Work) -> Asked | None:
    """The steps that a row names, as they are now; None when there is nothing left to ask."""
    session = uow.sessions.get(work.session_id or "")
    if session is None or not session.open:
        return None
    named = (uow.steps.get(id) for id in work.payload["steps"].split())
    steps = tuple(step for step in named if step is not None and stands(uow, step) and not _known(uow, step))
    return Asked(session=session, steps=steps, limited=reached(uow) is not None) if steps else None


def keep_facts(uow: UnitOfWork, asked: Asked, statements: Mapping[str, str]) -> None:
    """Add them, as far as the session goes on and their step stands with the answer that was looked at."""
    session = uow.sessions.get(asked.session.id)
    if session is None or not session.open:
        return
    for step in asked.steps:
        statement = statements.get(step.id, "")
        if statement and stands(uow, step) and not _known(uow, step):
            add_facts(uow, session, [statement], source_of(step.kind), step_id=step.id)


def _known(uow: UnitOfWork, step: Step) -> bool:
    """Whether a fact came of this answer already, even if somebody has deleted it. What went before the step was answered is of
    an earlier answer."""
    since = step.answered_at
    return any(
        fact.deleted_at is None or (since is not None and fact.deleted_at > since)
        for fact in uow.facts.of_step(step.session_id, step.id)
    )
