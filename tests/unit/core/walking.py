"""Steps that many tests of these take: a session, a flow, a fix in a state, a posted note."""

from core.commands import ApplyFix, RecordOutcome
from core.fixes.model import Fix, FixStatus
from core.fixes.suggest import suggest_fix
from core.people.model import Role
from core.ports import UnitOfWork
from core.sessions.model import Session
from core.turns.model import NewFix
from core.views import Close, Form, Reply
from tests.fakes.platform import words_of
from tests.support.desk import Desk, form_of

__all__ = [
    "WHY",
    "apply",
    "escalated",
    "fix_in",
    "kinds",
    "outcome",
    "preview",
    "resolved",
    "started",
    "suggested",
    "the_fix",
    "told_to",
    "user_id",
]

#: Why Erin escalates.
WHY = "Needs rights on the mail server"
NEW_FIX = NewFix(
    title="Empty the outbox",
    description="Delete the stuck message and send again.",
    cause="A stuck message blocked the outbox.",
    confidence=0.8,
)


async def started(desk: Desk, text: str = "Outlook does not send since Monday", *, thread: str = "1") -> Session:
    """Erin's session, its first turn answered."""
    before = await desk.look(lambda uow: uow.sessions.page(["active"], after="", limit=1))  # type: ignore[list-item]
    await desk.say("erin", text, mention=True, thread=thread)
    await desk.work()
    (newest,) = await desk.look(lambda uow: uow.sessions.page(["active"], after="", limit=1))  # type: ignore[list-item]
    assert not before or newest.id != before[0].id, "no session was started"
    return newest


async def suggested(desk: Desk, session: Session, *, title: str = NEW_FIX.title, confidence: float = 0.8) -> Fix:
    """A fix as a model suggests it."""
    new = NewFix(title=title, description=NEW_FIX.description, cause=NEW_FIX.cause, confidence=confidence)

    def suggest(uow: UnitOfWork) -> Fix:
        current = uow.sessions.get(session.id)
        assert current is not None
        return suggest_fix(uow, current, new)

    fix = await desk.change(suggest)
    await desk.work()
    return fix


async def the_fix(desk: Desk, fix: Fix) -> Fix:
    """The fix as it stands."""
    found = await desk.look(lambda uow: uow.fixes.get(fix.id))
    assert found is not None
    return found


async def apply(desk: Desk, fix: Fix, *, who: str = "erin") -> Reply:
    """Click Apply."""
    return await desk.send(who, ApplyFix(session_id=fix.session_id, fix_id=fix.id))


async def outcome(desk: Desk, fix: Fix, status: FixStatus, notes: str = "", *, who: str = "erin", **more: str) -> Reply:
    """Record an outcome with its button."""
    return await desk.send(
        who, RecordOutcome(session_id=fix.session_id, fix_id=fix.id, status=status, notes=notes, **more)
    )


async def user_id(desk: Desk, name: str) -> str:
    def read(uow: UnitOfWork) -> str:
        return next(user.id for user in uow.users.with_role(*Role) if user.name == name)

    return await desk.look(read)


async def escalated(desk: Desk, session: Session, *, to: str = "", queue: str = "", urgency: str = "normal") -> Form:
    """Erin's session, handed over."""
    form = form_of(await desk.type("erin", f"escalate {session.ref}"))
    person = await user_id(desk, to) if to else ""
    form = form_of(await desk.submit("erin", form, reason=WHY, person=person, queue=queue, urgency=urgency))
    form = await preview(desk, form)
    assert isinstance(await desk.submit("erin", form), Close)
    await desk.work()
    return form


def told_to(desk: Desk, who: str) -> str:
    """What was said to one person alone."""
    return "\n".join(words_of(notice) for person, notice in desk.platform.told if person == who)


async def fix_in(desk: Desk, session: Session, state: str) -> Fix | None:
    """A fix in a row of SPEC 4's table; none for "none"."""
    if state == "none":
        return None
    fix = await suggested(desk, session)
    if state == "verifying":
        await apply(desk, fix)
    elif state == "dismissed":
        await outcome(desk, fix, FixStatus.DISMISSED)
    elif state != "proposed":
        notes = {"pending": "the vendor", "partial": "the phone still fails", "failed": "same error"}.get(state, "")
        await outcome(desk, fix, FixStatus(f"applied_{state}"), notes)
    desk.clock.pass_by(seconds=1)
    await desk.work()
    return await the_fix(desk, fix)


async def preview(desk: Desk, form: Form) -> Form:
    """The form once its draft is there."""
    await desk.work()
    return desk.platform.filled.get(form.surface, form)


async def resolved(desk: Desk, session: Session, *, resolved_by: str = "Restarted the spooler", **inputs: str) -> None:
    """Resolve with words of one's own."""
    form = form_of(await desk.type("erin", f"resolve {session.ref}"))
    if any(getattr(block, "name", "") == "resolved_by" for block in form.body):
        form = form_of(await desk.submit("erin", form, resolved_by=resolved_by))
    form = await preview(desk, form)
    reply = await desk.submit("erin", form, **inputs)
    assert isinstance(reply, Close), reply
    await desk.work()


async def kinds(desk: Desk, session: Session) -> list[str]:
    """What the timeline holds, in order."""
    return [event.kind for event in await desk.look(lambda uow: uow.timeline.of(session.id))]
