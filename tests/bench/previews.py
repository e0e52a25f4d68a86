"""Opening a preview: the draft is there, or it has to be made first."""

from functools import partial

from core.commands import OpenPreview
from core.views import Form
from tests.bench.house import House, open_house
from tests.bench.measure import Rounds, drive
from tests.bench.options import Options
from tests.bench.places import Place
from tests.bench.rows import Size, fill, id_of
from tests.bench.table import Line, milliseconds

__all__ = ["NOTES", "TITLE", "measure"]

TITLE = "Previews"
NOTES = (
    "From the click to the note on the screen, one at a time. Baseline: the deterministic draft made first, by the worker, "
    "which fills the form; a model of its own would take seconds in its place.",
)
SESSIONS = 300


async def measure(options: Options) -> list[Line]:
    """All places."""
    return [await _compared(options, place) for place in options.places.values()]


async def _compared(options: Options, place: Place) -> Line:
    url = await place.database()
    await fill(url, Size(sessions=SESSIONS, users=SESSIONS))
    drafted, shown = Rounds(), Rounds()
    async with open_house(url, users=SESSIONS) as house:
        each = SESSIONS // options.rounds
        for turn in range(options.rounds):
            sessions = range(turn * each + 1, (turn + 1) * each + 1)
            for rounds, act in ((drafted, _drafted), (shown, _opened)):
                rounds.all.append(await drive([partial(act, house, session) for session in sessions], at_once=1))
    ours, baseline = shown.quantile(0.5), drafted.quantile(0.5)
    return Line(
        what=f"{place.name}: preview of a draft that is there, against one that is made first",
        ours=f"p50 {milliseconds(ours)}, p99 {milliseconds(shown.quantile(0.99))}",
        baseline=f"p50 {milliseconds(baseline)}, p99 {milliseconds(drafted.quantile(0.99))}",
        ratio=ours / baseline,
    )


async def _opened(house: House, session: int) -> None:
    reply = await house.application.handle(house.click(session, OpenPreview(session_id=id_of("session", session))))
    assert isinstance(reply, Form), reply


async def _drafted(house: House, session: int) -> None:
    filled = house.platform.calls
    await _opened(house, session)
    await house.worker.drain()
    assert house.platform.calls > filled, "the form was filled"
