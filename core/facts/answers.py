"""What an answered step tells: of which kind its facts are, and whether the answer still stands."""

from core.facts.model import SourceType
from core.ports import UnitOfWork
from core.sessions.model import Step, StepKind

__all__ = ["source_of", "stands"]


def source_of(kind: StepKind) -> SourceType:
    """Where a fact comes from that such a step tells."""
    return SourceType.QUESTION if kind is StepKind.QUESTION else SourceType.CHECK


def stands(uow: UnitOfWork, step: Step) -> bool:
    """Whether the step still has the very answer with which it was read, so that what a model made of it holds."""
    now = uow.steps.get(step.id)
    return (
        now is not None
        and now.dropped_at is None
        and now.answer is not None
        and (now.answer, now.answered_at) == (step.answer, step.answered_at)
    )
