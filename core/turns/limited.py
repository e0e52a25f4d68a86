"""Turns while a quota is used up: flows guide, and the thread is told why, once a session and day (SPEC 9)."""

from dataclasses import dataclass, replace

from core.ports import UnitOfWork
from core.turns.guided import guided
from core.turns.model import Answer, TurnContext
from core.usage.quota import reached, today

__all__ = ["Limited", "limited_answer", "limited_now", "log_limited"]

#: The entry in the timeline that says the thread was told.
_TOLD = "quota_reached"


@dataclass(frozen=True, kw_only=True, slots=True)
class Limited:
    """Why the model is not asked. `words`: what the thread is told, "" where it was told today.

    `quota` and `day` stand in the timeline.
    """

    words: str
    quota: str
    day: str


def limited_now(uow: UnitOfWork, session_id: str) -> Limited | None:
    """Whether a quota forbids to ask the model now."""
    quota = reached(uow) if uow.rules.has_model else None
    if quota is None:
        return None
    day = today(uow).isoformat()
    told = any(event.kind == _TOLD and event.data.get("day") == day for event in uow.timeline.of(session_id))
    words = (
        f"The {quota.name} quota for the language model is used up. It resets {quota.resets(uow.now)}; "
        "until then flows and notes go on without it."
    )
    return Limited(words="" if told else words, quota=quota.name, day=day)


def limited_answer(turn: TurnContext, limited: Limited) -> Answer:
    """The answer that needs no model, after the reason for it."""
    answer = guided(turn)
    return replace(answer, prose="\n\n".join(filter(None, (limited.words, answer.prose))))


def log_limited(uow: UnitOfWork, session_id: str, limited: Limited) -> None:
    """Note down that the thread was told: a session that was paused meanwhile was not."""
    session = uow.sessions.get(session_id)
    if limited.words and session is not None and session.talks:
        uow.log(session_id, _TOLD, quota=limited.quota, day=limited.day)
