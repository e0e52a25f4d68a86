"""Answering: a turn's work row becomes an answer in the thread (ARCHITECTURE: think)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from core.errors import NotFound, Rejected, Unavailable
from core.facts.answers import stands
from core.facts.handlers import add_facts
from core.facts.model import MAX_FACT
from core.facts.synthesis import queue_synthesis
from core.fixes.model import FixStatus
from core.fixes.suggest import suggest_fix
from core.flows.guide import put_step
from core.flows.offers import alike_to
from core.ports import UnitOfWork
from core.say import refresh, say, tell
from core.sessions.model import Session, SessionStatus
from core.text.roughly import roughly
from core.text.split import shorten
from core.turns.gather import context_of
from core.turns.limited import Limited, limited_answer, limited_now, log_limited
from core.turns.model import Answer, Author, NewFact, TurnContext, TurnState
from core.turns.offered import log_offers, log_proposal
from core.turns.pictures import looked_at
from core.turns.placeholder import Placeholder, put_right, say_over
from core.turns.preview import BEAT, Preview, answered, stopped
from core.turns.queue import store_message, wake_pending
from core.usage.ledger import accounted
from core.work.model import Work
from core.work.running import Done, Kept, Runner

__all__ = ["answer_turn", "apply_answer"]

#: Tries of a turn before its thread is told; each is several calls (core.thinking.asking).
TRIES = 3
#: Seconds that a thread may hear nothing because a provider wants to be left alone: one that asks for more is said at once.
QUIET = 30.0
#: Characters of what the engineer said that go with "Confirm outcome?"; they must fit its button.
MOST_QUOTED = 200
#: What a model may read out of the chat, for the engineer to confirm.
_PROPOSABLE = frozenset({FixStatus.SUCCESS, FixStatus.FAILED, FixStatus.PARTIAL, FixStatus.PENDING})


async def answer_turn(runner: Runner, work: Work, *, beat: float = BEAT) -> Done:
    """Have the pending messages answered, together; seen in the home thread while the answer is made. While a quota is used up
    the model is not asked."""
    session_id = work.session_id or ""
    preview = Preview(runner, work, beat=beat)
    await preview.recall()

    def read(uow: UnitOfWork) -> tuple[TurnContext, Limited | None] | None:
        turn = context_of(uow, session_id)
        return None if turn is None else (turn, limited_now(uow, session_id))

    found = await runner.look(work, read)
    if found is None:
        return lambda uow: _go_on(uow, session_id, preview.placeholder)
    turn, limited = found
    async with accounted(runner, work, turn.pending[-1].user_id or turn.session.owner_id) as ledger:
        if work.stopped:
            answer = stopped()
        elif limited is not None:
            answer = limited_answer(turn, limited)
        else:
            turn = await looked_at(runner, work, turn)
            with _patient(work):
                answer = await answered(runner.outside.model, turn, preview, ledger.used)

    def done(uow: UnitOfWork) -> None:
        apply_answer(uow, session_id, turn, answer, preview.placeholder)
        if limited is not None:
            log_limited(uow, session_id, limited)

    return Kept(done, ledger.write)


@contextmanager
def _patient(work: Work) -> Iterator[None]:
    """A model that is not there is asked again a few times, and then the thread is told, with Retry: nobody looks on for long.
    One that will not be there for a while is told at once, and for how long. The messages wait: whatever runs the next turn of
    the session answers them, too."""
    try:
        yield
    except Unavailable as error:
        away = error.retry_after or 0.0
        if work.attempts + 1 < TRIES and away <= QUIET:
            raise
        later = f" Try again in about {roughly(away)}." if away > QUIET else ""
        raise Rejected(f"{error}{later} Your messages are kept.") from error


def _go_on(uow: UnitOfWork, session_id: str, placeholder: Placeholder | None) -> None:
    """There was nothing to answer when the row was begun; what came since found it open, and queued no other."""
    session = uow.sessions.get(session_id)
    if session is not None and placeholder is not None:
        put_right(uow, session, placeholder)
    if session is not None:
        wake_pending(uow, session)


def apply_answer(
    uow: UnitOfWork, session_id: str, turn: TurnContext, answer: Answer, placeholder: Placeholder | None = None
) -> None:
    """Record an answer and post it, over the placeholder in which it was seen while it was made. Messages that came
    meanwhile are answered by the next turn; where the session was paused or handed over meanwhile, or the chat ended, all wait
    until it goes on."""
    session = uow.sessions.get(session_id)
    if session is None:
        raise NotFound("The session is gone.")
    if placeholder is not None and not (session.talks and (answer.prose or answer.offers)):
        put_right(uow, session, placeholder)
    if not session.talks:
        queue_synthesis(uow, turn, ())
        return
    for message in () if _became_session(session, turn) else turn.pending:
        current = uow.messages.get(message.id)
        if current is not None and current.turn is TurnState.PENDING:
            uow.messages.save(replace(current, turn=TurnState.ANSWERED))
    _record(uow, session, turn, answer, placeholder)
    queue_synthesis(uow, turn, answer.facts)
    wake_pending(uow, session)


def _became_session(session: Session, turn: TurnContext) -> bool:
    """Whether a session was made of the chat while it was answered: what was asked is still to be answered as its problem. A flow
    that was used begins by itself."""
    carried = turn.session.status is SessionStatus.CHAT and session.status is not SessionStatus.CHAT
    return carried and session.flow_id is None


def _record(
    uow: UnitOfWork, session: Session, turn: TurnContext, answer: Answer, placeholder: Placeholder | None
) -> None:
    seen = {step.id: step for step in turn.steps}
    for fact in answer.facts:
        step = seen.get(fact.step_id or "")
        if step is None or stands(uow, step):  # else the answer was taken back while the model thought
            _know(uow, session, fact)
    if answer.confidence is not None:
        session = replace(session, confidence=answer.confidence)
        uow.sessions.save(session)
    if answer.prose or answer.offers:
        session = store_message(uow, session, answer.prose, author=Author.BOT, turn=TurnState.NONE)
        flows = log_offers(uow, session, answer.offers)
        number = str(session.last_message)
        say_over(uow, session, placeholder, "answer", number, markdown=answer.prose, **flows)
        for offer in answer.offers:
            uow.flows.count(offer.flow_id, matched=1, at=uow.now)
        _move_way_on(uow, session, turn)
        if not _became_session(session, turn):
            session = _number_late_ones(uow, session)
    if turn.opens:
        _offer_alike(uow, session)
    for new in answer.steps:
        put_step(uow, session, new)
    if answer.ask_again:
        for waiting in uow.steps.open_in(session.id)[-1:]:
            say(uow, session, "step", waiting.id)
            refresh(uow, session, waiting.id, "step")
    active = uow.fixes.active(session.id)
    asks = answer.outcome in _PROPOSABLE and active is not None and not active.status.final
    if answer.fix is not None:
        suggest_fix(uow, session, answer.fix)
        asks = asks and active is not None and active.undecided
    if asks and active is not None and answer.outcome is not None:
        said = shorten(turn.pending[-1].text, MOST_QUOTED)
        log_proposal(uow, active, answer.outcome, said)
        say(uow, session, "confirm", active.id, status=answer.outcome, notes=said)


def _move_way_on(uow: UnitOfWork, session: Session, turn: TurnContext) -> None:
    """The button that makes a session of a chat stands on its latest answer alone."""
    earlier = [message.number for message in turn.transcript if message.author is Author.BOT]
    if session.status is SessionStatus.CHAT and earlier:
        refresh(uow, session, str(max(earlier)), "answer")


def _know(uow: UnitOfWork, session: Session, fact: NewFact) -> None:
    """Add a fact of an answer. One that is a message is its author's, and none when that was deleted meanwhile."""
    text = shorten(fact.text, MAX_FACT)
    message = uow.messages.get(fact.message_id) if fact.message_id else None
    if message is None:
        add_facts(uow, session, [text], fact.source_type, step_id=fact.step_id)
    elif message.deleted_at is None:
        said_in = message.conversation_id, message.ref
        add_facts(uow, session, [text], fact.source_type, said_by=message.user_id, said_in=said_in)


def _number_late_ones(uow: UnitOfWork, session: Session) -> Session:
    """Messages that came while the answer was made are answered after it, so they are numbered after it, too: read by their
    numbers, messages stand as they were asked and answered."""
    late = session
    for message in uow.messages.pending(session.id):
        late = replace(late, last_message=late.last_message + 1)
        uow.messages.save(replace(message, number=late.last_message))
    if late is not session:
        uow.sessions.save(late)
    return late


def _offer_alike(uow: UnitOfWork, session: Session) -> None:
    """Earlier resolved sessions that look alike are offered with their fix (SPEC 2)."""
    found = alike_to(uow, session)
    if not found:
        return
    ids = {f"session{index}": other.id for index, other in enumerate(found)}
    home = uow.conversations.get(session.conversation_id)
    if home is not None and home.guests:
        tell(uow, session, home, session.owner_id, "alike", session.id, **ids)
    else:
        say(uow, session, "alike", session.id, **ids)
