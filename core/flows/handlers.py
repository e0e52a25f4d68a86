"""Using flows: starting one, answering, skipping, changing an answer; and keeping the library."""

from dataclasses import replace

from core.chats.carrying import carry_over
from core.commands import AnswerStep, ChangeAnswer, SkipStep, UseFlow
from core.errors import NotFound, Refused
from core.facts.answers import source_of
from core.facts.handlers import add_facts
from core.fixes.model import supersede
from core.flows.guide import flow_of, go_on, lead_to
from core.flows.library import FlowRecord
from core.flows.source import parse_flow
from core.flows.terms import search_words
from core.ports import UnitOfWork
from core.say import FIX_CARDS, refresh
from core.sessions.model import Session, SessionStatus, Step
from core.text.neutralise import neutralise
from core.turns.queue import queue_turn
from core.views import Nothing, Notice, Reply

__all__ = ["answer", "answer_step", "change_answer", "import_flow", "skip", "skip_step", "use_flow"]


def use_flow(uow: UnitOfWork, session: Session, command: UseFlow) -> Reply:
    """Follow a flow from its start, which makes a session of a chat. Open steps of another path are let go."""
    flow = flow_of(uow, command.flow_id)
    if session.status is SessionStatus.CHAT:
        session = carry_over(uow, session)
    waiting = uow.steps.open_in(session.id)
    if any(step.flow_id == command.flow_id for step in waiting):
        return Notice(markdown=f"*{neutralise(flow.title)}* is under way already.")
    for step in waiting:
        _drop(uow, session, step)
    uow.flows.count(command.flow_id, used=1, at=uow.now)
    uow.log(session.id, "flow_used", flow=flow.slug, title=flow.title)
    session = replace(session, flow_id=command.flow_id, domain=flow.domain)
    uow.sessions.save(session)
    if command.offer:
        refresh(uow, session, command.offer, "answer")
    lead_to(uow, session, command.flow_id, flow, flow.start)
    return Nothing()


def answer_step(uow: UnitOfWork, session: Session, command: AnswerStep) -> Reply:
    """A click on one of a step's options. On a step that is answered already it says by what."""
    step = _step(uow, session, command.step_id)
    if not step.open:
        refresh(uow, session, step.id, "step")
        return Notice(markdown=_settled(step))
    if not 0 <= command.option < len(step.options):
        raise NotFound("That answer is no longer among the choices.")
    answer(uow, session, step, command.option)
    return Nothing()


def answer(uow: UnitOfWork, session: Session, step: Step, index: int) -> None:
    """Record an answer, what it tells, and go where it leads."""
    option = step.options[index]
    _settle(uow, session, replace(step, answer=option.label))
    if option.fact:
        add_facts(uow, session, [option.fact], source_of(step.kind), step_id=step.id)
    if step.flow_id is not None:
        go_on(uow, session, step.flow_id, option.next)
    else:
        queue_turn(uow, session, f"{step.text} {option.label}")


def skip_step(uow: UnitOfWork, session: Session, command: SkipStep) -> Reply:
    """Go on without an answer. `step_id` "" is the one open step."""
    if command.step_id:
        step = _step(uow, session, command.step_id)
    else:
        waiting = uow.steps.open_in(session.id)
        if not waiting:
            raise NotFound("There is no open step to skip.")
        step = waiting[-1]
    if not step.open:
        refresh(uow, session, step.id, "step")
        return Notice(markdown=_settled(step))
    skip(uow, session, step)
    return Nothing()


def skip(uow: UnitOfWork, session: Session, step: Step) -> None:
    """Pass over an open step."""
    if step.flow_id is not None and not step.skip:
        raise Refused("The next step depends on this one. Pick what comes closest, or say what you see.")
    _settle(uow, session, replace(step, skipped=True))
    if step.flow_id is not None:
        go_on(uow, session, step.flow_id, step.skip)
    else:
        queue_turn(uow, session, f"{step.text} (skipped)")


def change_answer(uow: UnitOfWork, session: Session, command: ChangeAnswer) -> Reply:
    """Take an answer back: its facts go, and in a flow the later steps with theirs, and the fix they led to."""
    step = _step(uow, session, command.step_id)
    if step.open:
        return Notice(markdown="This step is open already.")
    if step.dropped_at is not None:
        raise Refused("An earlier answer was changed, so this step no longer counts.")
    later = [
        other
        for other in uow.steps.of(session.id)
        if step.flow_id is not None
        and other.flow_id == step.flow_id
        and other.number > step.number
        and other.dropped_at is None
    ]
    _let_go_of_fixes(uow, session, step)
    for other in later:
        _drop(uow, session, other)
    uow.facts.drop_of_steps(session.id, [step.id, *(other.id for other in later)], uow.now)
    reopened = replace(step, answer=None, answered_by=None, answered_at=None, skipped=False)
    uow.steps.save(reopened)
    uow.log(session.id, "answer_taken_back", step=step.id, text=step.text)
    refresh(uow, session, step.id, "step")
    _refresh_latest(uow, session, step)
    return Nothing()


def _let_go_of_fixes(uow: UnitOfWork, session: Session, step: Step) -> None:
    """What the changed answer led to and nobody has tried."""
    active, waiting = uow.fixes.active(session.id), uow.fixes.waiting(session.id)
    for fix in (active, waiting):
        if fix is None or fix.flow_id is None or fix.flow_id != step.flow_id or fix.tried:
            continue
        uow.fixes.save(supersede(fix, at=uow.now))
        uow.log(session.id, "fix_superseded", fix=fix.id, title=fix.title)
        refresh(uow, session, active.id if fix.waiting and active is not None else fix.id, *FIX_CARDS)


def _refresh_latest(uow: UnitOfWork, session: Session, step: Step) -> None:
    """*Change answer* stands on the latest answer only: the one before this gains or loses it."""
    before = [
        other
        for other in uow.steps.of(session.id)
        if other.number < step.number and not other.open and other.dropped_at is None
    ]
    if before:
        refresh(uow, session, before[-1].id, "step")


def import_flow(uow: UnitOfWork, source: str, name: str = "") -> FlowRecord:
    """Put a flow into the library, in the place of one with its slug. Raises FlowInvalid with every problem's line."""
    flow = parse_flow(source, name)
    words = search_words(flow)
    known = uow.flows.by_slug(flow.slug)
    if known is not None:
        if (known.source, known.words) != (source, words):
            known = replace(known, title=flow.title, words=words, source=source, updated_at=uow.now)
            uow.flows.save(known)
        return known
    record = FlowRecord(
        id=uow.new_id(),
        account_id=uow.actor.account_id,
        slug=flow.slug,
        title=flow.title,
        words=words,
        source=source,
        created_at=uow.now,
        updated_at=uow.now,
    )
    uow.flows.add(record)
    return record


def _step(uow: UnitOfWork, session: Session, step_id: str) -> Step:
    step = uow.steps.get(step_id)
    if step is None or step.session_id != session.id:
        raise NotFound("That step is not part of this session.")
    return step


def _settled(step: Step) -> str:
    if step.dropped_at is not None:
        return "An earlier answer was changed, so this step no longer counts."
    return "This step was skipped." if step.skipped else f"Already answered: {step.answer}."


def _settle(uow: UnitOfWork, session: Session, step: Step) -> None:
    uow.steps.save(replace(step, answered_by=uow.actor.user_id or None, answered_at=uow.now))
    what = "step_skipped" if step.skipped else "step_answered"
    uow.log(session.id, what, step=step.id, text=step.text, answer=step.answer or "")
    refresh(uow, session, step.id, "step")
    _refresh_latest(uow, session, step)


def _drop(uow: UnitOfWork, session: Session, step: Step) -> None:
    uow.steps.save(replace(step, dropped_at=uow.now))
    uow.log(session.id, "step_dropped", step=step.id, text=step.text)
    refresh(uow, session, step.id, "step")
