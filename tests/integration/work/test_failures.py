"""What becomes of work that fails: tried again at the right time and in its place, or dead with a word in the thread."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from core.commands import RetryWork
from core.errors import Fault, Rejected, Unavailable, Uncertain
from core.operations import JOBS
from core.people.model import ConversationRef, WorkspaceRef
from core.ports import Inbound, PersonRef
from core.work.model import MAX_ATTEMPTS, Work, WorkState, backoff
from tests.fakes.platform import buttons_of, words_of
from tests.integration.work.yard import Yard, counted


def failing(times: int, error: Exception, kind: str = "first") -> Callable[[Work], Exception | None]:
    """Fails rows of a kind so often."""
    left = [times]

    def fail(work: Work) -> Exception | None:
        if work.kind != kind or not left[0]:
            return None
        left[0] -= 1
        return error

    return fail


async def test_a_lane_waits_for_a_row_that_is_tried_again_and_others_go_on(yard: Yard) -> None:
    """The retry keeps its place: what was said later is not seen earlier."""
    done: list[str] = []
    job = counted(done, failing(1, Unavailable("busy", retry_after=30)))
    worker = yard.worker({"first": job, "second": job, "elsewhere": job})
    await yard.add("first", "second", lane="thread")
    await yard.add("elsewhere")
    await worker.drain()
    assert done == ["elsewhere"]
    row = await yard.row("first")
    assert (row.state, row.error) == (WorkState.OPEN, "busy")
    assert row.due_at == yard.clock.now() + timedelta(seconds=30)

    yard.clock.pass_by(seconds=29)
    await worker.drain()
    assert done == ["elsewhere"]
    yard.clock.pass_by(seconds=1)
    await worker.drain()
    assert done == ["elsewhere", "first", "second"]


@pytest.mark.parametrize("error", [Unavailable("no"), Uncertain("perhaps"), ValueError("never thought of")])
async def test_after_eight_tries_a_row_is_dead_and_its_lane_free(yard: Yard, error: Exception) -> None:
    """Whatever it failed with; waiting longer each time."""
    done: list[str] = []
    job = counted(done, failing(MAX_ATTEMPTS, error))
    worker = yard.worker({"first": job, "second": job})
    await yard.add("first", "second", lane="thread")
    waits = []
    for _ in range(MAX_ATTEMPTS - 1):
        await worker.drain()
        due = (await yard.row("first")).due_at
        waits.append((due - yard.clock.now()).total_seconds())
        yard.clock.pass_by(seconds=waits[-1])
    assert done == []
    await worker.drain()
    assert (await yard.row("first")).state is WorkState.DEAD
    assert done == ["second"]
    assert all(2.0**n / 2 <= wait <= 2.0**n for n, wait in enumerate(waits))
    assert [end for kind, end in yard.ends if kind == "first"] == ["retried"] * 7 + ["dead"]


def test_waits_differ_and_are_never_shorter_than_asked_for() -> None:
    """Jitter keeps replicas from coming back all at once; a Retry-After is a promise."""
    assert len({backoff(5) for _ in range(20)}) > 10
    assert {backoff(1, retry_after=120.0) for _ in range(20)} == {timedelta(seconds=120)}
    assert max(backoff(50) for _ in range(20)) <= timedelta(minutes=5)


async def test_what_is_rejected_is_dead_at_once_and_the_thread_says_so_with_retry(yard: Yard) -> None:
    """No other try would fare better. Retry does it before what waits in its lane."""
    done: list[str] = []
    job = counted(done, failing(1, Rejected("The ticket is locked."), kind="psa_note"))
    worker = yard.worker({**JOBS, "psa_note": job, "later": job})
    await yard.add("psa_note", lane="ticket", session=True)
    await worker.drain()
    assert (await yard.row("psa_note")).state is WorkState.DEAD
    (card,) = [post.card for post in yard.platform.posts]
    assert "Writing the note to the ticket failed.** The ticket is locked." in words_of(card)

    await yard.add("later", lane="ticket")
    (retry,) = [button.action for button in buttons_of(card)]
    assert isinstance(retry, RetryWork)
    await yard.application.handle(click(yard, retry))
    await worker.drain()
    assert done == ["psa_note", "later"]
    assert words_of(yard.platform.posts[0].card) == "A failed delivery was tried again."


def click(yard: Yard, action: RetryWork) -> Inbound:
    """A click by the session's owner in its thread."""
    conversation, workspace = yard.seeded.conversation, yard.seeded.workspace
    return Inbound(
        keys=("click:1",),
        workspace=WorkspaceRef(platform=workspace.platform, external_id=workspace.external_id),
        person=PersonRef(external_id=yard.seeded.identity.external_id, name="", member=True),
        place=ConversationRef(
            platform=workspace.platform,
            workspace=workspace.external_id,
            channel=conversation.channel,
            thread=conversation.thread,
        ),
        command=action,
    )


async def test_an_unexpected_error_is_not_shown_and_a_known_one_without_secrets(yard: Yard) -> None:
    """The insides stay in the log; texts that no database takes are made such that it does."""
    errors: dict[str, Exception] = {
        "strange": KeyError("password=hunter2hunter2"),
        "known": Rejected("The server said: password=Tr0ub4dor&3 is wrong"),
        "odd": Rejected("half \ud800 and \0 nothing"),
    }
    worker = yard.worker(dict.fromkeys(errors, counted([], lambda work: errors[work.kind])))
    await yard.add(*errors)
    await worker.drain()
    said = {row.kind: row.error for row in await yard.rows()}
    assert said["strange"].startswith("Something unexpected went wrong; the log has it as work ")
    assert "Tr0ub4dor" not in said["known"]
    assert said["odd"] == "half ? and  nothing"


async def test_a_row_that_nobody_ever_ended_is_dead_after_eight_leases(yard: Yard) -> None:
    """One that takes its worker down with it does not do so for ever."""
    await yard.add("first")
    for number in range(MAX_ATTEMPTS):
        claimed = await claim(yard, f"worker-{number}")
        assert [row.attempts for row in claimed] == [number]
        yard.clock.pass_by(seconds=61)
    done: list[str] = []
    await yard.worker({"first": counted(done)}).drain()
    row = await yard.row("first")
    assert (row.state, row.error) == (WorkState.DEAD, "It was begun 8 times and never came to an end.")
    assert done == []


async def claim(yard: Yard, worker: str) -> list[Work]:
    """Lease what there is, as a worker that then dies."""
    now = yard.clock.now()
    rows = await yard.store.write(
        lambda tx: tx.queue.claim(worker=worker, now=now, lease=timedelta(seconds=60), kinds=("first",), limit=9)
    )
    return list(rows)


async def test_a_notice_that_cannot_be_made_does_not_keep_a_row_open(yard: Yard) -> None:
    """The row is dead all the same, and the lane free."""
    done: list[str] = []
    job = counted(done, failing(1, Rejected("no"), kind="turn"))
    worker = yard.worker({"turn": job, "second": job})
    await yard.add("turn", "second", lane="thread", session=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.worker.say_dead", broken)
        await worker.drain()
    assert (await yard.row("turn")).state is WorkState.DEAD
    assert done == ["second"]


def broken(*given: object) -> None:
    """A notice with a mistake in it."""
    raise Fault("cannot be said")
