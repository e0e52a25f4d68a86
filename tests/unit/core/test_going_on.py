"""A session that stopped goes on: what had been said to it is answered then (SPEC 2, 5)."""

import pytest

from core.commands import ClaimSession, ReturnSession
from core.sessions.model import Session, SessionStatus
from core.turns.model import TurnState
from core.views import Close
from tests.support.desk import Desk, form_of
from tests.unit.core.models import ScriptedModel
from tests.unit.core.walking import WHY, preview, started

SAID = "It also crashes in safe mode"


async def stopped_before_the_turn(desk: Desk, session: Session, way: str) -> None:
    """Erin says something, and the session stops before anything of it was begun."""
    if way == "pause":
        await desk.say("erin", SAID)
        await desk.say("erin", "pause")
    else:
        form = form_of(await desk.type("erin", f"escalate {session.ref}"))
        form = await preview(desk, form_of(await desk.submit("erin", form, reason=WHY, person="", urgency="normal")))
        await desk.say("erin", SAID)
        assert isinstance(await desk.submit("erin", form), Close)
    await desk.work()


async def goes_on(desk: Desk, session: Session, way: str) -> None:
    """By one of the ways in which a session becomes active again."""
    if way in ("claim", "return"):
        await desk.send("sam", ClaimSession(session_id=session.id))
        if way == "return":
            await desk.send("sam", ReturnSession(session_id=session.id))
    else:
        await desk.say("erin", way)
    await desk.work()


@pytest.mark.parametrize(
    ("stop", "way"), [("pause", "resume"), ("escalate", "withdraw"), ("escalate", "claim"), ("escalate", "return")]
)
async def test_what_was_pending_is_answered_when_the_session_goes_on(
    scripted: Desk, model: ScriptedModel, stop: str, way: str
) -> None:
    """Once, and not while it is stopped."""
    desk, session = scripted, await started(scripted)
    await stopped_before_the_turn(desk, session, stop)
    assert len(model.turns) == 1
    await goes_on(desk, session, way)
    assert (await desk.session()).status is SessionStatus.ACTIVE
    assert [[message.text for message in turn.pending] for turn in model.turns[1:]] == [[SAID]]
    said = await desk.look(lambda uow: uow.messages.recent(session.id, 10))
    assert [message.turn for message in said if message.text == SAID] == [TurnState.ANSWERED]


async def test_a_claim_and_a_return_are_answered_for_once(scripted: Desk, model: ScriptedModel) -> None:
    """What was answered to the claimer is not answered again to whom it is given back."""
    desk, session = scripted, await started(scripted)
    await stopped_before_the_turn(desk, session, "escalate")
    await goes_on(desk, session, "claim")
    await desk.send("sam", ReturnSession(session_id=session.id))
    await desk.work()
    assert len(model.turns) == 2
