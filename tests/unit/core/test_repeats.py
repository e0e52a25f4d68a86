"""The same click, delivered again (ARCHITECTURE 5)."""

from core.commands import OpenResolve, PrepareResolution
from core.views import FieldErrors, Form, Nothing
from tests.support.desk import Desk, form_of
from tests.unit.core.walking import kinds, started

KEYS = ("click:the-same",)


async def test_a_repeat_is_answered_with_the_form_that_the_first_one_opened(desk: Desk) -> None:
    """Its answer may have been lost on the way; nothing else happens again."""
    await desk.say("erin", "The printer prints nothing", mention=True)
    await desk.work()
    first = await desk.send("erin", OpenResolve(session_id="FP-1"), keys=KEYS)
    again = await desk.send("erin", OpenResolve(session_id="FP-1"), keys=KEYS)
    assert isinstance(first, Form)
    assert again == first


async def test_a_repeat_by_somebody_else_shows_them_nothing(desk: Desk) -> None:
    """A form belongs to the one it was opened for."""
    await desk.say("erin", "The printer prints nothing", mention=True)
    await desk.work()
    await desk.send("erin", OpenResolve(session_id="FP-1"), keys=KEYS)
    assert await desk.send("sam", OpenResolve(session_id="FP-1"), keys=KEYS) == Nothing()


async def test_a_repeat_on_a_session_that_is_gone_is_no_refusal(desk: Desk) -> None:
    """What was done once stays done."""
    await desk.say("erin", "The printer prints nothing", mention=True)
    await desk.work()
    session = await desk.session()
    await desk.send("erin", OpenResolve(session_id=session.id), keys=KEYS)
    await desk.change(lambda uow: uow.sessions.erase(session.id))
    assert await desk.send("erin", OpenResolve(session_id=session.id), keys=KEYS) == Nothing()


async def test_a_repeat_of_a_refused_form_is_answered_with_the_same_fields(desk: Desk) -> None:
    """The form stays open with what was typed, whatever has happened to the session since; nothing is done by it."""
    session = await started(desk)
    form = form_of(await desk.send("erin", OpenResolve(session_id=session.id)))
    empty = PrepareResolution(session_id=session.id, surface=form.surface, resolved_by=" ")
    first = await desk.send("erin", empty, keys=KEYS)
    assert isinstance(first, FieldErrors)
    assert list(first.fields) == ["resolved_by"]
    before = await kinds(desk, session)
    assert await desk.send("erin", empty, keys=KEYS) == first
    await desk.say("erin", "abandon")
    assert await desk.send("erin", empty, keys=KEYS) == first
    assert await kinds(desk, session) == [*before, "session_abandoned"]
