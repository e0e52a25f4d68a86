"""An account with several workspaces, on several platforms: what is private reaches people where they are (SPEC 1, 5)."""

from core.commands import ClaimSession, OpenResolve, PrepareResolution
from core.people.model import ConversationRef
from core.sessions.model import SessionStatus
from core.views import Close
from core.work.model import WorkState
from tests.fakes.platform import words_of
from tests.support.desk import Desk, form_of, submitted
from tests.support.elsewhere import known_elsewhere, link_platform
from tests.unit.core.walking import escalated, started

IN_SECOND = ConversationRef(platform="fake", workspace="second", channel="field", thread="7")
IN_TEAMS = ConversationRef(platform="teams", workspace="tenant", channel="field", thread="7")


async def says_what_resolved_it(desk: Desk, where: ConversationRef) -> str:
    """Tom claims Erin's session where he is, and goes on to the note: the form's surface."""
    session = await started(desk)
    await escalated(desk, session)
    await desk.send("tom", ClaimSession(session_id=session.id), at=where)
    surface = form_of(await desk.send("tom", OpenResolve(session_id=session.id), at=where)).surface
    answered = PrepareResolution(session_id=session.id, surface=surface, resolved_by="Restarted the spooler")
    await desk.send("tom", answered, at=where)
    return surface


async def test_a_form_is_filled_in_the_workspace_where_it_was_opened(desk: Desk) -> None:
    """For the person as that workspace names them, though the session's own knows nobody of that name."""
    await known_elsewhere(desk, "Tom")
    surface = await says_what_resolved_it(desk, IN_SECOND)
    await desk.work()
    assert desk.platform.filled_at[surface] == (IN_SECOND, "tom")
    form = desk.platform.filled[surface]
    assert "Restarted the spooler" in words_of(form)
    assert isinstance(await desk.send("tom", submitted(form), at=IN_SECOND), Close)
    assert (await desk.session()).status is SessionStatus.RESOLVED


async def test_a_form_is_filled_on_the_platform_where_it_was_opened(desk: Desk) -> None:
    """Not on the one on which the session began."""
    teams = link_platform(desk, "teams")
    await known_elsewhere(desk, "Tom", workspace="tenant", platform="teams")
    surface = await says_what_resolved_it(desk, IN_TEAMS)
    await desk.work()
    assert teams.filled_at[surface] == (IN_TEAMS, "tom")
    assert "Restarted the spooler" in words_of(teams.filled[surface])
    assert surface not in desk.platform.filled


async def test_a_form_that_cannot_be_filled_is_not_taken_for_filled(desk: Desk) -> None:
    """Its row is dead, and says why."""
    link_platform(desk, "teams")
    await known_elsewhere(desk, "Tom", workspace="tenant", platform="teams")
    surface = await says_what_resolved_it(desk, IN_TEAMS)
    del desk.outside.platforms["teams"]
    await desk.work()
    (work,) = await desk.look(lambda uow: uow.work.open_for(surface, ["fill"]))
    assert work.state is WorkState.DEAD
    assert "teams, which is not connected" in work.error
