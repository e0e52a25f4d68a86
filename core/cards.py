"""Every card by its name: built when it is posted or brought up to date, from the state of that time."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from core.chats.cards import chat_card, way_on
from core.codec import fitting
from core.commands import OpenEscalate, RetryWork, StartSession, UseFlow
from core.documents.cards import conclusion_card, note_card, receipt_card
from core.escalation.cards import briefing_card, escalation_card, reminder_card
from core.escalation.model import Escalation
from core.fixes.asked import newer_than
from core.fixes.cards import confirm_card, fix_card, follow_up_card, nudge_card
from core.fixes.model import Fix, FixStatus, correctable, in_time
from core.flows.source import parse_flow
from core.ports import UnitOfWork
from core.sessions.cards import came_back_card, remind_card, resumed_card, session_card
from core.sessions.model import Session, SessionStatus
from core.sessions.start import CAME_BACK
from core.sessions.step_card import step_card
from core.text.neutralise import neutralise
from core.turns.model import Author
from core.turns.offered import offered_flows, proposed_outcome
from core.usage.cards import low_card
from core.usage.warning import WARNING
from core.views import Block, Button, Buttons, Card, Notice, Small, Style, Text
from core.work.model import WorkState

__all__ = ["CARDS", "OLDER", "build", "notice_of"]

#: Of a message that shows what a newer one in its thread shows, too: the name of a detail.
OLDER = "older"

Builder = Callable[[UnitOfWork, Session, str, Mapping[str, str]], Card | None]


def build(uow: UnitOfWork, session_id: str, card: str, subject: str, details: Mapping[str, str]) -> Card | None:
    """The card of that name; None when what it is about is gone."""
    session = uow.sessions.get(session_id)
    built = None if session is None else CARDS[card](uow, session, subject, details)
    return None if built is None else replace(built, fallback=neutralise(built.fallback or _first_words(built)))


def _first_words(card: Card) -> str:
    """What a notification says of a card that has no words of its own for it."""
    texts = (block.markdown for block in card.body if isinstance(block, Text | Small))
    return card.title or next(texts, "")


def notice_of(card: Card) -> Notice:
    """A card as a private message."""
    return Notice(markdown=f"**{card.title}**" if card.title else "", body=card.body)


def _name(uow: UnitOfWork, user_id: str | None) -> str:
    user = uow.users.get(user_id) if user_id else None
    return "" if user is None else user.name


def _session(uow: UnitOfWork, session: Session, subject: str, details: Mapping[str, str]) -> Card:
    """Whose ticket it is, is not for guests, who may be another customer's."""
    watched = any(thread.guests for thread in uow.conversations.of(session.id))
    ticket = None if watched else uow.tickets.get(session.id)
    words = "" if ticket is None else " · ".join(filter(None, (ticket.company, ticket.contact, ticket.summary)))
    return session_card(session, owner=_name(uow, session.owner_id), ticket=words)


def _said(uow: UnitOfWork, session: Session, subject: str, details: Mapping[str, str]) -> Card:
    words = neutralise(details["markdown"])
    return Card(body=(Text(markdown=words),), fallback=words)


def _answer(uow: UnitOfWork, session: Session, subject: str, details: Mapping[str, str]) -> Card:
    """The answer to a turn, with the flows it offers; once one is used, the answer says which."""
    if "markdown" not in details:
        return _answered(uow, session, subject)
    return _offering(uow, session, subject, details)


def _way_on(uow: UnitOfWork, session: Session, number: str) -> list[Block]:
    """On the latest answer of a chat, the button that makes a session of it."""
    if session.status is not SessionStatus.CHAT or not session.talks:
        return []
    answers = [message for message in uow.messages.recent(session.id, 200) if message.author is Author.BOT]
    return [way_on(session)] if answers and str(answers[-1].number) == number else []


def _chat(uow: UnitOfWork, session: Session, subject: str, details: Mapping[str, str]) -> Card:
    return chat_card(session, by=_name(uow, session.owner_id))


def _offering(uow: UnitOfWork, session: Session, subject: str, details: Mapping[str, str]) -> Card:
    body: list[Block] = [Text(markdown=neutralise(details["markdown"]))] if details["markdown"] else []
    chat = session.status is SessionStatus.CHAT
    for index in range(10 if session.talks else 0):
        record = uow.flows.get(details.get(f"flow{index}", ""))
        if record is None:
            break
        rate = "" if record.success_rate is None else f" · worked in {round(record.success_rate * 100)} %"
        about = f"\n{neutralise(parse_flow(record.source, record.slug).summary)}" if chat else ""
        use = UseFlow(session_id=session.id, flow_id=record.id, offer=subject)
        style = Style.PRIMARY if index == 0 else Style.DEFAULT
        body.append(Text(markdown=f"**{neutralise(record.title)}**{rate}{about}"))
        body.append(Buttons(items=(Button(label="Use this flow", action=use, style=style),)))
    return Card(body=(*body, *_way_on(uow, session, subject)), fallback=details["markdown"])


def _answered(uow: UnitOfWork, session: Session, number: str) -> Card:
    said = [message for message in uow.messages.recent(session.id, 200) if str(message.number) == number]
    if session.flow_id is None and session.talks and said:
        flows = offered_flows(uow, session, number)
        if flows:
            return _offering(uow, session, number, {"markdown": said[0].text, **flows})
    record = uow.flows.get(session.flow_id) if session.flow_id else None
    prose = neutralise(said[0].text) if said else ""
    chosen = "" if record is None else f"→ **{neutralise(record.title)}**"
    body = (*(Text(markdown=words) for words in (prose, chosen) if words), *_way_on(uow, session, number))
    return Card(body=body or (Small(markdown="Flows were offered here. `flows` lists the library."),), fallback=prose)


def _broken_off(uow: UnitOfWork, session: Session, subject: str, details: Mapping[str, str]) -> Card:
    """Where an answer was being made that does not come."""
    return Card(body=(Small(markdown="This answer was not finished."),))


def _step(uow: UnitOfWork, session: Session, subject: str, details: Mapping[str, str]) -> Card | None:
    step = uow.steps.get(subject)
    if step is None:
        return None
    answered = [
        other for other in uow.steps.of(session.id) if other.dropped_at is None and (other.answer or other.skipped)
    ]
    latest = max(answered, key=lambda other: other.number, default=None)
    changeable = latest is not None and latest.id == step.id and session.status is SessionStatus.ACTIVE
    flow = uow.flows.get(step.flow_id) if step.flow_id else None
    return step_card(
        session,
        step,
        by=_name(uow, step.answered_by),
        flow="" if flow is None else flow.title,
        changeable=changeable and OLDER not in details,
        again=OLDER in details,
    )


def _fix(uow: UnitOfWork, session: Session, subject: str, details: Mapping[str, str]) -> Card | None:
    fix = uow.fixes.get(subject)
    if fix is None:
        return None
    waiting = uow.fixes.waiting(session.id)
    newer = newer_than(uow, fix) if in_time(fix, at=uow.now) else ()
    may_correct = correctable(fix, at=uow.now, newer=newer)
    return fix_card(session, fix, recorder=_recorder(uow, fix), waiting=waiting, correctable=may_correct)


def _recorder(uow: UnitOfWork, fix: Fix) -> str:
    return _name(uow, fix.outcome_by or fix.applied_by)


def _confirm(uow: UnitOfWork, session: Session, subject: str, details: Mapping[str, str]) -> Card | None:
    fix = uow.fixes.get(subject)
    if fix is None:
        return None
    status, notes = (
        (FixStatus(details["status"]), details.get("notes", "")) if "status" in details else proposed_outcome(uow, fix)
    )
    return confirm_card(session, fix, status, notes, recorder=_recorder(uow, fix))


def _nudge(uow: UnitOfWork, session: Session, subject: str, details: Mapping[str, str]) -> Card | None:
    fix = uow.fixes.get(subject)
    return None if fix is None else nudge_card(session, fix, recorder=_recorder(uow, fix))


def _follow_up(uow: UnitOfWork, session: Session, subject: str, details: Mapping[str, str]) -> Card | None:
    fix = uow.fixes.get(subject)
    return None if fix is None else follow_up_card(session, fix, recorder=_recorder(uow, fix))


def _flow_end(uow: UnitOfWork, session: Session, subject: str, details: Mapping[str, str]) -> Card:
    words = f"*{neutralise(details['flow'])}* ends here: this needs somebody with other means."
    escalate = Button(label="Escalate…", action=OpenEscalate(session_id=session.id), style=Style.PRIMARY)
    return Card(body=(Text(markdown=words), Buttons(items=(escalate,))), fallback=words)


def _resumed(uow: UnitOfWork, session: Session, subject: str, details: Mapping[str, str]) -> Card:
    steps = uow.steps.open_in(session.id)
    return resumed_card(session, fix=uow.fixes.active(session.id), step=steps[-1] if steps else None)


def _alike(uow: UnitOfWork, session: Session, subject: str, details: Mapping[str, str]) -> Card | None:
    """Earlier resolved sessions, with what fixed them."""
    lines = []
    for index in range(10):
        other = uow.sessions.get(details.get(f"session{index}", ""))
        if other is None:
            break
        fix = uow.fixes.active(other.id)
        worked = f": {neutralise(fix.title)}" if fix is not None and fix.status is FixStatus.SUCCESS else ""
        lines.append(f"- **{other.ref}** {neutralise(other.title)}{worked}")
    if not lines:
        return None
    return Card(body=(Small(markdown="Resolved before, and looks alike:"), Text(markdown="\n".join(lines))))


def _note(uow: UnitOfWork, session: Session, subject: str, details: Mapping[str, str]) -> Card | None:
    note = uow.notes.get(subject)
    return None if note is None else note_card(session, note, by=_name(uow, note.posted_by))


def _receipt(uow: UnitOfWork, session: Session, subject: str, details: Mapping[str, str]) -> Card | None:
    note = uow.notes.get(subject)
    return None if note is None else receipt_card(session, note)


def _conclusion(uow: UnitOfWork, session: Session, subject: str, details: Mapping[str, str]) -> Card:
    return conclusion_card(session, details["markdown"])


def _to(uow: UnitOfWork, escalation: Escalation) -> str:
    return escalation.aimed_at(_name(uow, escalation.person_id))


def _escalation(uow: UnitOfWork, session: Session, subject: str, details: Mapping[str, str]) -> Card | None:
    escalation = uow.escalations.get(subject)
    if escalation is None:
        return None
    by, claimed_by = _name(uow, escalation.created_by), _name(uow, escalation.claimed_by)
    home = uow.conversations.get(session.conversation_id)
    thread = "" if home is None else home.permalink
    return escalation_card(session, escalation, to=_to(uow, escalation), by=by, claimed_by=claimed_by, thread=thread)


def _briefing(uow: UnitOfWork, session: Session, subject: str, details: Mapping[str, str]) -> Card | None:
    escalation = uow.escalations.get(subject)
    return None if escalation is None else briefing_card(session, escalation)


def _claim_reminder(uow: UnitOfWork, session: Session, subject: str, details: Mapping[str, str]) -> Card | None:
    escalation = uow.escalations.get(subject)
    return None if escalation is None else reminder_card(session, escalation, to=_to(uow, escalation))


def _dead(uow: UnitOfWork, session: Session, subject: str, details: Mapping[str, str]) -> Card | None:
    """A delivery that failed for good, with Retry while it is dead."""
    work = uow.work.get(int(subject))
    if work is None:
        return None
    if work.state is not WorkState.DEAD:
        return Card(body=(Small(markdown="A failed delivery was tried again."),))
    retry = Button(label="Retry", action=RetryWork(session_id=session.id, work_id=work.id), style=Style.PRIMARY)
    words = f"**{details.get('what', 'A delivery')} failed.** {neutralise(work.error)}"
    return Card(body=(Text(markdown=words), Buttons(items=(retry,))), fallback=words)


def _came_back(uow: UnitOfWork, session: Session, subject: str, details: Mapping[str, str]) -> Card:
    returned = next((event for event in uow.timeline.of(session.id) if event.kind == CAME_BACK), None)
    if returned is not None:
        return Card(body=(Small(markdown=f"The problem of {session.ref} came back: {returned.data['to']}."),))
    text = details.get("text", "")
    start = fitting(lambda words: StartSession(text=words), text) if text else None
    return came_back_card(session, start if isinstance(start, StartSession) else None)


def _quota_low(uow: UnitOfWork, session: Session, subject: str, details: Mapping[str, str]) -> Card:
    return low_card(details["markdown"])


def _remind(uow: UnitOfWork, session: Session, subject: str, details: Mapping[str, str]) -> Card:
    return remind_card(session)


CARDS: Mapping[str, Builder] = {
    "alike": _alike,
    "answer": _answer,
    "briefing": _briefing,
    "broken_off": _broken_off,
    "came_back": _came_back,
    "chat": _chat,
    "claim_reminder": _claim_reminder,
    "conclusion": _conclusion,
    "confirm": _confirm,
    "dead": _dead,
    "escalation": _escalation,
    "fix": _fix,
    "flow_end": _flow_end,
    "follow_up": _follow_up,
    "note": _note,
    "nudge": _nudge,
    WARNING: _quota_low,
    "receipt": _receipt,
    "remind": _remind,
    "resumed": _resumed,
    "said": _said,
    "session": _session,
    "step": _step,
}
