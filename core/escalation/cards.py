"""How escalations are shown."""

from collections.abc import Sequence

from core.commands import ClaimSession, OpenRetarget, RetargetEscalation, ReturnSession, WithdrawEscalation
from core.escalation.model import Escalation, EscalationStatus, Urgency
from core.sessions.cards import linked
from core.sessions.model import Session, SessionStatus
from core.text.neutralise import neutralise
from core.views import (
    Badge,
    Block,
    Button,
    Buttons,
    Card,
    Choice,
    Fields,
    Form,
    Notice,
    Option,
    Person,
    Style,
    Text,
    Tone,
)

__all__ = [
    "briefing_card",
    "confirm_claim_notice",
    "escalation_card",
    "package_notice",
    "reminder_card",
    "retarget_form",
]

_ENDS = {
    EscalationStatus.CLAIMED: ("Claimed", Tone.GOOD),
    EscalationStatus.RETURNED: ("Returned", Tone.NEUTRAL),
    EscalationStatus.WITHDRAWN: ("Withdrawn", Tone.NEUTRAL),
    EscalationStatus.CLOSED: ("Closed", Tone.NEUTRAL),
}


def escalation_card(
    session: Session, escalation: Escalation, *, to: str, by: str, claimed_by: str, thread: str
) -> Card:
    """The card to claim by, live: it says who has it once somebody does. `thread`: the address of the session's thread, or ""."""
    urgent = escalation.urgency is Urgency.URGENT
    if escalation.status is EscalationStatus.OPEN:
        badge = Badge(text="Urgent" if urgent else "Escalated", tone=Tone.BAD if urgent else Tone.WARN)
    else:
        label, tone = _ENDS[escalation.status]
        badge = Badge(text=f"{label} by {neutralise(claimed_by)}" if claimed_by else label, tone=tone)
    facts = [("To", neutralise(to)), ("From", neutralise(by))]
    if session.ticket_number:
        facts.append(("Ticket", linked(session.ticket_number, session.ticket_url)))
    if thread:
        facts.append(("Thread", linked(session.ref, thread)))
    body: list[Block] = [
        Fields(items=tuple(facts)),
        Text(markdown=f"**Why** {neutralise(escalation.reason)}"),
    ]
    buttons = _buttons(session, escalation)
    if buttons:
        body.append(Buttons(items=buttons))
    return Card(
        title=f"{session.ref} · {neutralise(session.title)}",
        badge=badge,
        body=tuple(body),
        fallback=f"{session.ref} was escalated to {to}: {escalation.reason}",
    )


def _buttons(session: Session, escalation: Escalation) -> tuple[Button, ...]:
    if escalation.status is EscalationStatus.OPEN:
        claim = Button(label="Claim", action=ClaimSession(session_id=session.id), style=Style.PRIMARY)
        aim = Button(label="Aim elsewhere…", action=OpenRetarget(session_id=session.id))
        return claim, aim, Button(label="Withdraw", action=WithdrawEscalation(session_id=session.id))
    if escalation.status is EscalationStatus.CLAIMED and session.status is SessionStatus.ACTIVE:
        return (Button(label="Return", action=ReturnSession(session_id=session.id)),)
    return ()


def briefing_card(session: Session, escalation: Escalation) -> Card:
    """To the person it is aimed at, privately."""
    claim = Button(label="Claim", action=ClaimSession(session_id=session.id), style=Style.PRIMARY)
    words = f"**{session.ref} is escalated to you.** {neutralise(escalation.reason)}"
    items = (claim,) if escalation.status is EscalationStatus.OPEN else ()
    body: tuple[Block, ...] = (Text(markdown=words), Buttons(items=items)) if items else (Text(markdown=words),)
    return Card(body=body, fallback=f"{session.ref} is escalated to you")


def reminder_card(session: Session, escalation: Escalation, *, to: str) -> Card:
    """Nobody has claimed it; once somebody has, or it came to an end, it says so."""
    if escalation.status is not EscalationStatus.OPEN:
        ended = f"{session.ref}: {_ENDS[escalation.status][0].lower()}."
        return Card(body=(Text(markdown=ended),), fallback=ended)
    claim = Button(label="Claim", action=ClaimSession(session_id=session.id), style=Style.PRIMARY)
    words = f"**{session.ref} is still unclaimed** ({neutralise(to)}). {neutralise(escalation.reason)}"
    return Card(body=(Text(markdown=words), Buttons(items=(claim,))), fallback=f"{session.ref} is still unclaimed")


def package_notice(session: Session, escalation: Escalation) -> Notice:
    """The package as a briefing for the one who claimed."""
    return Notice(
        markdown=f"**{session.ref} is yours.** {neutralise(escalation.reason)}",
        body=(Text(markdown=neutralise(escalation.package)),),
    )


def confirm_claim_notice(session: Session, person: str) -> Notice:
    """It is aimed at somebody else: take it all the same?"""
    claim = ClaimSession(session_id=session.id, confirmed=True)
    take = Button(label="Claim it all the same", action=claim, style=Style.PRIMARY)
    return Notice(markdown=f"{session.ref} is aimed at {neutralise(person)}.", body=(Buttons(items=(take,)),))


def retarget_form(session: Session, *, person: Person, queues: Sequence[str], surface: str) -> Form:
    """Aim an escalation at somebody else."""
    body: list[Block] = [person]
    if queues:
        options = (Option(value="", label="No queue"), *(Option(value=name, label=name) for name in queues))
        body.append(Choice(name="queue", label="Queue", options=options, selected="", required=False))
    urgencies = (Option(value="normal", label="Normal"), Option(value="urgent", label="Urgent"))
    body.append(Choice(name="urgency", label="Urgency", options=urgencies, selected="normal"))
    action = RetargetEscalation(session_id=session.id)
    title = f"Aim {session.ref} elsewhere"
    return Form(surface=surface, title=title, body=tuple(body), action=action, submit="Send")
