"""Escalating, and what becomes of it: claimed, returned, withdrawn, aimed at somebody else (SPEC 5)."""

from contextlib import suppress
from dataclasses import replace

from core.commands import (
    AnswerIntercept,
    ClaimSession,
    OpenEscalate,
    OpenRetarget,
    PostEscalation,
    PrepareEscalation,
    RetargetEscalation,
    ReturnSession,
    WithdrawEscalation,
)
from core.documents.bundle import DocumentKind
from core.documents.forms import worked_form
from core.documents.model import Surface
from core.documents.posting import Wanted, post_note, text_to_post
from core.documents.surfaces import form_of, keep_typed, open_surface, show, surface_of
from core.errors import InvalidInput, NotFound, Refused, WrongState
from core.escalation.calling import announce, call
from core.escalation.cards import confirm_claim_notice, package_notice, retarget_form
from core.escalation.closing import close_escalation
from core.escalation.model import Escalation, EscalationStatus, Urgency, reminder_after
from core.facts.model import MAX_FACT
from core.fixes.handlers import follow_up_on, set_outcome
from core.fixes.model import FixStatus
from core.fixes.notes import notes_of
from core.fixes.reminders import unpark
from core.people.finding import pick_engineer
from core.people.model import Role
from core.ports import UnitOfWork
from core.rules import AccountSettings
from core.say import ESCALATION_CARDS, refresh, say, say_inside
from core.sessions.activating import activate
from core.sessions.live import refresh_live, show_live, who_ended
from core.sessions.model import Session, SessionStatus
from core.sessions.threads import take_threads
from core.text.split import shorten
from core.turns.model import Conversation
from core.views import Close, Form, Nothing, Notice, Replace, Reply

__all__ = [
    "CLAIM_REMINDER",
    "answer_intercept",
    "arm_reminder",
    "claim_session",
    "open_escalate",
    "open_retarget",
    "post_escalation",
    "prepare_escalation",
    "retarget_escalation",
    "return_session",
    "withdraw_escalation",
]

#: The timer that reminds of an escalation nobody has claimed.
CLAIM_REMINDER = "claim_reminder"


def open_escalate(uow: UnitOfWork, session: Session, command: OpenEscalate) -> Reply:
    """Ask for the fix's outcome first where it lacks one; then why and to whom."""
    fix = uow.fixes.active(session.id)
    stage = "intercept" if fix is not None and fix.undecided and not command.anyway else "details"
    passed = fix.id if fix is not None and command.anyway else ""
    return form_of(uow, session, open_surface(uow, session, DocumentKind.ESCALATION, stage=stage, passed=passed))


def answer_intercept(uow: UnitOfWork, session: Session, command: AnswerIntercept) -> Reply:
    """Any answer passes. *Worked* offers Resolve instead."""
    surface = surface_of(uow, session, command.surface, DocumentKind.ESCALATION)
    fix = uow.fixes.active(session.id)
    if command.outcome != "anyway":
        if command.outcome not in set(FixStatus) or command.outcome == FixStatus.PROPOSED:
            raise InvalidInput({"outcome": "Choose one of the options."})
        if fix is not None and fix.undecided:
            status, notes = FixStatus(command.outcome), notes_of(uow, command.notes)
            fix = set_outcome(uow, session, fix, status, notes, ending_in=DocumentKind.ESCALATION)
            follow_up_on(uow, fix, command.look_again, command.look_again_on)
        if fix is not None and fix.status is FixStatus.SUCCESS:
            return Replace(form=worked_form(session, surface))
    return Replace(form=_at(uow, session, surface, stage="details", passed="" if fix is None else fix.id))


def _must_ask(uow: UnitOfWork, session: Session, surface: Surface) -> bool:
    """Whether there is a fix without an outcome that this form has not asked about: it may be newer than the form."""
    fix = uow.fixes.active(session.id)
    return fix is not None and fix.undecided and surface.data.get("passed") != fix.id


def prepare_escalation(uow: UnitOfWork, session: Session, command: PrepareEscalation) -> Reply:
    """Keep why and to whom, and show the package."""
    surface = surface_of(uow, session, command.surface, DocumentKind.ESCALATION)
    reason = shorten(command.reason, MAX_FACT)
    if not reason:
        raise InvalidInput({"reason": "Say why, in a few words."})
    _check_target(uow, command)
    data = {"reason": reason, "person": command.person, "queue": command.queue, "urgency": command.urgency}
    if _must_ask(uow, session, surface):
        return Replace(form=_at(uow, session, surface, stage="intercept", **data))
    return Replace(form=show(uow, session, replace(surface, data={**surface.data, **data})))


def _check_target(uow: UnitOfWork, command: PrepareEscalation | RetargetEscalation) -> None:
    if command.urgency not in set(Urgency):
        raise InvalidInput({"urgency": "Choose normal or urgent."})
    if command.queue and command.queue not in AccountSettings.of(uow.accounts.get().settings).queues:
        raise InvalidInput({"queue": "Choose one of your account’s queues."})
    if command.person == uow.actor.user_id:
        raise InvalidInput({"person": "You cannot escalate to yourself."})
    if not command.person:
        return
    user = uow.users.get(command.person)
    if user is None or user.role is None or not user.role.covers(Role.ENGINEER):
        raise InvalidInput({"person": "Choose an engineer of your account."})


def _at(uow: UnitOfWork, session: Session, surface: Surface, **data: str) -> Form:
    surface = replace(surface, data={**surface.data, **data})
    uow.surfaces.save(surface)
    return form_of(uow, session, surface)


def post_escalation(uow: UnitOfWork, session: Session, command: PostEscalation) -> Reply:
    """Hand the session over: package in the thread, internal note on the ticket, a card to claim, in one transaction."""
    if session.status is SessionStatus.ESCALATED or not session.open:
        return Close(notice=who_ended(uow, session))
    surface = surface_of(uow, session, command.surface, DocumentKind.ESCALATION)
    if _must_ask(uow, session, surface):
        return Replace(form=_at(uow, session, keep_typed(surface, command.text), stage="intercept"))
    if not surface.data.get("reason"):
        return Replace(form=_at(uow, session, keep_typed(surface, command.text), stage="details"))
    posted = text_to_post(uow, session, surface, text=command.text, use_new=command.use_new, shown=command.shown)
    if posted is None:
        return Replace(form=show(uow, session, keep_typed(surface, command.text)))
    markdown, edited = posted
    status, minutes = command.ticket_status, command.minutes
    wanted = Wanted.of(uow, session, visibility="internal", status=status, minutes=minutes)
    close_escalation(uow, session)
    escalation = _made(uow, session, surface, markdown)
    fix = uow.fixes.active(session.id)
    if session.status is SessionStatus.PAUSED and fix is not None:
        unpark(uow, fix)  # the pause is over, and with it what it put off
    session = replace(session, status=SessionStatus.ESCALATED, previous_owner_id=session.owner_id, paused_at=None)
    uow.sessions.save(session)
    uow.log(session.id, "escalated", reason=escalation.reason, to=escalation.queue)
    note = post_note(uow, session, surface, markdown, edited=edited, wanted=wanted)
    _hand_over(uow, session, escalation, note.id)
    if note.ticket_id is None:
        say(uow, session, "receipt", note.id)
    uow.surfaces.save(replace(surface, expires_at=uow.now, waits_for=""))
    return Close(notice=f"{session.ref} is escalated. Posting the package.")


def _made(uow: UnitOfWork, session: Session, surface: Surface, package: str) -> Escalation:
    data = surface.data
    escalation = Escalation(
        id=uow.new_id(),
        account_id=session.account_id,
        session_id=session.id,
        reason=data.get("reason", ""),
        person_id=data.get("person") or None,
        queue=data.get("queue", ""),
        urgency=Urgency(data.get("urgency") or Urgency.NORMAL),
        package=package,
        created_by=uow.actor.user_id,
        created_at=uow.now,
    )
    uow.escalations.add(escalation)
    arm_reminder(uow, session, escalation)
    return escalation


def _hand_over(uow: UnitOfWork, session: Session, escalation: Escalation, note_id: str) -> None:
    """Post the package and the card to claim; where guests read along, both go to the engineers only."""
    say_inside(uow, session, "note", note_id, line=f"{session.ref} was escalated.")
    refresh_live(uow, session)
    announce(uow, session, escalation)


def arm_reminder(uow: UnitOfWork, session: Session, escalation: Escalation) -> None:
    """See that somebody is reminded while nobody claims."""
    uow.work.add(
        CLAIM_REMINDER,
        lane=f"timer:{escalation.id}",
        session_id=session.id,
        subject=escalation.id,
        payload={"stage": str(escalation.reminders)},
        dedupe_key=f"{CLAIM_REMINDER}:{escalation.id}:{escalation.reminders}",
        due_at=uow.now + reminder_after(escalation.urgency),
    )


def claim_session(uow: UnitOfWork, session: Session, command: ClaimSession) -> Reply:
    """The first claim wins; the claimer gets the package and becomes the owner."""
    escalation = uow.escalations.latest(session.id)
    if escalation is None or session.status is not SessionStatus.ESCALATED:
        return _too_late(uow, session, escalation)
    if escalation.created_by == uow.actor.user_id:
        raise Refused("You escalated this yourself. Withdraw it to go on with it.")
    aimed_elsewhere = escalation.person_id not in (None, uow.actor.user_id)
    if aimed_elsewhere and not command.confirmed:
        person = uow.users.get(escalation.person_id or "")
        return confirm_claim_notice(session, "" if person is None else person.name)
    taken = replace(escalation, status=EscalationStatus.CLAIMED, claimed_by=uow.actor.user_id, claimed_at=uow.now)
    uow.escalations.save(taken)
    session = activate(uow, replace(session, previous_owner_id=session.owner_id, owner_id=uow.actor.user_id))
    uow.sessions.join(session.id, uow.actor.user_id, uow.now)
    _take_threads(uow, session)
    here = _link_here(uow, session)
    uow.log(session.id, "claimed", name=uow.actor.name)
    say(uow, session, "said", markdown=f"{uow.actor.name} has taken over {session.ref}.")
    if here is not None:
        show_live(uow, session, here)
    return package_notice(session, taken)


def _too_late(uow: UnitOfWork, session: Session, escalation: Escalation | None) -> Reply:
    if escalation is not None and escalation.claimed_by is not None and escalation.status is EscalationStatus.CLAIMED:
        refresh(uow, session, escalation.id, *ESCALATION_CARDS)
        holder = uow.users.get(escalation.claimed_by)
        who = (
            "You have" if escalation.claimed_by == uow.actor.user_id else f"{'' if holder is None else holder.name} has"
        )
        return Notice(markdown=f"{who} {session.ref} already.")
    raise WrongState(f"{session.ref} is {session.status}; no escalation of it is open.")


def _take_threads(uow: UnitOfWork, session: Session) -> None:
    """What is said in its threads is said to it again, though another problem had begun there and ended meanwhile."""
    with suppress(WrongState):  # that one still goes on: `resume` takes the thread back when it is over
        take_threads(uow, session)


def _link_here(uow: UnitOfWork, session: Session) -> Conversation | None:
    """A claim elsewhere makes that thread one of the session's, so that status goes to both. The thread, if it was none yet."""
    origin = uow.origin
    if origin is None or origin.place is None or not origin.place.thread:
        return None
    here = uow.conversations.ensure(
        workspace_id=uow.actor.workspace_id,
        channel=origin.place.channel,
        thread=origin.place.thread,
        guests=origin.guests,
    )
    if uow.sessions.open_in(here.id) is not None:
        return None
    known = any(thread.id == here.id for thread in uow.conversations.of(session.id))
    uow.sessions.link(session.id, here.id)
    return None if known else here


def return_session(uow: UnitOfWork, session: Session, command: ReturnSession) -> Reply:
    """Give a claimed session back."""
    escalation = uow.escalations.latest(session.id)
    if escalation is None or escalation.status is not EscalationStatus.CLAIMED:
        raise WrongState(f"{session.ref} was not claimed, so it cannot be returned.")
    if session.owner_id != uow.actor.user_id and not uow.actor.may(Role.ADMIN):
        raise Refused("Only the one who claimed it, or an admin, can return it.")
    _give_back(uow, session, EscalationStatus.RETURNED, f"{uow.actor.name} returned {session.ref}.")
    return Nothing()


def withdraw_escalation(uow: UnitOfWork, session: Session, command: WithdrawEscalation) -> Reply:
    """Take an escalation back before anybody claims it."""
    if session.status is not SessionStatus.ESCALATED:
        return _too_late(uow, session, uow.escalations.latest(session.id))
    _give_back(uow, session, EscalationStatus.WITHDRAWN, f"The escalation of {session.ref} was withdrawn.")
    return Nothing()


def _give_back(uow: UnitOfWork, session: Session, end: EscalationStatus, words: str) -> None:
    close_escalation(uow, session, end)
    owner = session.previous_owner_id or session.owner_id
    session = activate(uow, replace(session, owner_id=owner, previous_owner_id=None))
    uow.sessions.join(session.id, owner, uow.now)
    _take_threads(uow, session)
    uow.log(session.id, end)
    say(uow, session, "said", markdown=words)


def open_retarget(uow: UnitOfWork, session: Session, command: OpenRetarget) -> Reply:
    """The form that aims it elsewhere."""
    if session.status is not SessionStatus.ESCALATED:
        return _too_late(uow, session, uow.escalations.latest(session.id))
    escalation = uow.escalations.latest(session.id)
    person = pick_engineer(uow, without={uow.actor.user_id, "" if escalation is None else escalation.created_by})
    queues = AccountSettings.of(uow.accounts.get().settings).queues
    return retarget_form(session, person=person, queues=queues, surface=uow.new_id())


def retarget_escalation(uow: UnitOfWork, session: Session, command: RetargetEscalation) -> Reply:
    """Aim it at somebody else, and start the reminders again."""
    escalation = uow.escalations.latest(session.id)
    if session.status is not SessionStatus.ESCALATED:
        return _too_late(uow, session, escalation)
    if escalation is None or escalation.status is not EscalationStatus.OPEN:
        raise NotFound("There is no open escalation to aim elsewhere.")
    _check_target(uow, command)
    if command.person == escalation.created_by:
        raise InvalidInput({"person": "They escalated it. Withdraw it to give it back to them."})
    uow.work.drop(escalation.id, [CLAIM_REMINDER], uow.now)
    escalation = replace(
        escalation,
        person_id=command.person or None,
        queue=command.queue,
        urgency=Urgency(command.urgency),
        reminders=0,
    )
    uow.escalations.save(escalation)
    person = uow.users.get(command.person) if command.person else None
    to = escalation.aimed_at("" if person is None else person.name)
    uow.log(session.id, "retargeted", to=to)
    arm_reminder(uow, session, escalation)
    refresh(uow, session, escalation.id, *ESCALATION_CARDS)
    call(uow, session, escalation)
    return Close(notice=f"{session.ref} is now aimed at {to}.")
