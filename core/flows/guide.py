"""Walking a session through a flow: the next step, the fix at the end, or the hand-over."""

from dataclasses import replace

from core.errors import NotFound
from core.fixes.suggest import suggest_fix
from core.flows.model import ESCALATE, Flow, Solution
from core.flows.model import Step as FlowStep
from core.flows.source import parse_flow
from core.ports import UnitOfWork
from core.say import say
from core.sessions.model import Session, Step, StepKind, StepOption
from core.turns.model import NewFix, NewStep

__all__ = ["flow_of", "go_on", "lead_to", "new_fix", "new_step", "put_step"]

#: How sure a session is while a flow is being walked: it has a path, and no fix yet (SPEC 2: exploring).
_WALKING = 0.5


def flow_of(uow: UnitOfWork, flow_id: str) -> Flow:
    """The flow of the library. Raises NotFound when it was removed."""
    record = uow.flows.get(flow_id)
    if record is None:
        raise NotFound("That flow is no longer in the library.")
    return parse_flow(record.source, record.slug)


def lead_to(uow: UnitOfWork, session: Session, flow_id: str, flow: Flow, target: str) -> None:
    """Go where an answer leads."""
    if target == ESCALATE:
        uow.log(session.id, "flow_ended", flow=flow.slug)
        say(uow, session, "flow_end", session.id, flow=flow.title)
        return
    node = flow.nodes.get(target)
    if node is None:
        _say_end(uow, session, f"*{flow.title}* was changed meanwhile and does not go on from here. Start it again.")
        return
    if isinstance(node, Solution):
        suggest_fix(uow, session, new_fix(flow_id, node))
        return
    put_step(uow, session, new_step(flow_id, node))
    uow.sessions.save(replace(session, flow_id=flow_id, confidence=max(session.confidence, _WALKING)))


def go_on(uow: UnitOfWork, session: Session, flow_id: str, target: str) -> None:
    """Go where an answer leads, in the flow as it is now; when it was removed, what was answered is kept all the same."""
    if uow.flows.get(flow_id) is None:
        _say_end(uow, session, "The flow was removed from the library meanwhile. What you answered is kept.")
        return
    lead_to(uow, session, flow_id, flow_of(uow, flow_id), target)


def _say_end(uow: UnitOfWork, session: Session, words: str) -> None:
    uow.log(session.id, "flow_ended", why=words)
    say(uow, session, "said", markdown=words)


def put_step(uow: UnitOfWork, session: Session, new: NewStep) -> Step:
    """Put a step to the engineer."""
    step = Step(
        id=uow.new_id(),
        account_id=session.account_id,
        session_id=session.id,
        number=len(uow.steps.of(session.id)) + 1,
        kind=new.kind,
        text=new.text,
        detail=new.detail,
        options=new.options,
        flow_id=new.flow_id,
        node=new.node,
        skip=new.skip,
        created_at=uow.now,
    )
    uow.steps.add(step)
    say(uow, session, "step", step.id)
    return step


def new_step(flow_id: str, node: FlowStep) -> NewStep:
    """A flow's node as a step of a session."""
    return NewStep(
        kind=StepKind(node.kind),
        text=node.text,
        detail=_paragraphs(node.why, _how_to(node)),
        options=tuple(
            StepOption(label=option.label, fact=option.fact or "", next=option.next) for option in node.options
        ),
        flow_id=flow_id,
        node=node.id,
        skip=node.skip or "",
    )


def new_fix(flow_id: str, node: Solution) -> NewFix:
    """A flow's solution as a fix."""
    return NewFix(
        title=node.title,
        description=node.description,
        detail=_how_to(node),
        cause=node.cause,
        confidence=node.confidence,
        flow_id=flow_id,
        node=node.id,
    )


def _how_to(node: FlowStep | Solution) -> str:
    """The warning stands before the commands (SPEC 6)."""
    commands = (f"```{command.language}\n{command.text.rstrip()}\n```" for command in node.commands)
    return _paragraphs(
        f"⚠️ **{node.warning}**" if node.warning else None, *commands, f"By hand: {node.gui}" if node.gui else None
    )


def _paragraphs(*parts: str | None) -> str:
    return "\n\n".join(part for part in parts if part)
