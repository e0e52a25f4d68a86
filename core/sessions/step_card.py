"""How a step is shown: its question with buttons, and what was answered."""

from core.commands import AnswerStep, ChangeAnswer, SkipStep
from core.sessions.model import Session, SessionStatus, Step, StepKind
from core.text.neutralise import neutralise
from core.text.split import shorten
from core.views import Block, Button, Buttons, Card, Small, Text

__all__ = ["step_card"]

#: Characters of a button's text (Slack's limit; the answer's words are kept in full).
LABEL = 75
_KINDS = {StepKind.QUESTION: "Question", StepKind.ACTION: "Try this", StepKind.VERIFICATION: "Check"}


def step_card(session: Session, step: Step, *, by: str, flow: str, changeable: bool, again: bool = False) -> Card:
    """A click shows the choice and takes the buttons away; *Change answer* stays on the latest answer. `again`: it was asked
    again since, so that an open one leaves its buttons to the newer card."""
    body: list[Block] = [Text(markdown=f"**{neutralise(step.text)}**")]
    if step.dropped_at is not None:
        body.append(Small(markdown="No longer counts: an earlier answer was changed."))
        return Card(body=tuple(body), fallback=step.text)
    if step.open and again:
        body.append(Small(markdown="Asked again below."))
        return Card(body=tuple(body), fallback=step.text)
    if step.detail:
        body.append(Text(markdown=neutralise(step.detail)))
    if step.open:
        if session.status is SessionStatus.ACTIVE and step.options:
            body.append(Buttons(items=_choices(session, step)))
        small = f"{_KINDS[step.kind]} {step.number}" + (f" · {neutralise(flow)}" if flow else "")
        body.append(Small(markdown=f"{small} · or say it in your own words"))
    else:
        answered = "Skipped" if step.skipped else f"→ **{neutralise(step.answer or '')}**"
        body.append(Text(markdown=answered + (f" ({neutralise(by)})" if by else "")))
        if changeable:
            change = Button(label="Change answer", action=ChangeAnswer(session_id=session.id, step_id=step.id))
            body.append(Buttons(items=(change,)))
    return Card(body=tuple(body), fallback=step.text)


def _choices(session: Session, step: Step) -> tuple[Button, ...]:
    buttons = [
        Button(
            label=shorten(neutralise(option.label), LABEL),
            action=AnswerStep(session_id=session.id, step_id=step.id, option=index),
        )
        for index, option in enumerate(step.options)
    ]
    if step.skip or step.flow_id is None:
        buttons.append(Button(label="Skip", action=SkipStep(session_id=session.id, step_id=step.id)))
    return tuple(buttons)
