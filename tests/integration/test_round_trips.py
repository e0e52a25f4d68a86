"""What goes into a repository comes out of it the same, on both databases."""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from core.documents.bundle import DocumentKind
from core.escalation.model import EscalationStatus, Urgency
from core.facts.model import SourceType
from core.fixes.model import Decision, FixStatus
from core.people.model import Role
from core.sessions.model import SessionStatus, StepKind, StepOption
from core.turns.model import AttachmentState, Author, TurnState
from tests import builders as make
from tests.builders import NOW, Seeded, later
from tests.integration.databases import Store, act, look

#: Quotes, escapes, placeholders and wildcards of SQL; emoji, right-to-left, combining marks, line ends, a byte order mark.
ODD = '\'; DROP TABLE facts; -- "x" \\n %_ ? :name $1 ${x} 👩🏽‍💻 שלום \u202eabc e\u0301 \r\n\t\ufeff\x01\x7f end '
LONG = "ä🙂x" * 33_334


@dataclass(frozen=True)
class Case:
    """A repository, a row with nothing that could be left out, one with everything, and fields that `save` leaves."""

    repository: str
    plain: Callable[[Seeded], Any]
    full: Callable[[Seeded], Any]
    fixed: tuple[str, ...] = ()


CASES = [
    Case(
        "users",
        lambda north: make.a_user(email=None, role=None),
        lambda north: make.a_user(name=ODD, email="É@x.example", role=Role.OWNER, removed=True, zone="Asia/Kolkata"),
    ),
    Case(
        "steps",
        lambda north: make.a_step(options=()),
        lambda north: make.a_step(
            kind=StepKind.VERIFICATION,
            text=ODD,
            detail=LONG,
            options=(StepOption(label=ODD, fact="f", next="n"), StepOption(label="🙂")),
            flow_id="flow",
            node="node",
            skip="other",
            answer=ODD,
            answered_by=north.user.id,
            answered_at=later(seconds=1),
            skipped=True,
            dropped_at=later(seconds=2),
        ),
    ),
    Case(
        "facts",
        lambda north: make.a_fact(created_by=None),
        lambda north: make.a_fact(
            text=LONG,
            source_type=SourceType.QUESTION,
            step_id="step",
            conversation_id="thread",
            ref=ODD,
            updated_at=later(microseconds=1),
            deleted_at=later(days=400),
        ),
        fixed=("source_type", "step_id", "created_by"),
    ),
    Case(
        "fixes",
        lambda north: make.a_fix(confidence=0.0),
        lambda north: make.a_fix(
            title=ODD,
            description=LONG,
            detail=ODD,
            cause=ODD,
            confidence=0.123456789012345,
            status=FixStatus.PARTIAL,
            decision=Decision.BUILD_TEMPLATE,
            notes=ODD,
            applied_at=later(seconds=1),
            applied_by=north.user.id,
            verified_at=later(seconds=2),
            superseded_at=later(seconds=3),
            waiting=True,
            outcome_by=north.user.id,
            outcome_at=later(seconds=4),
            follow_ups=3,
            flow_id="flow",
            node="node",
        ),
        fixed=("title", "description", "detail", "cause", "confidence", "flow_id", "node"),
    ),
    Case(
        "messages",
        lambda north: make.a_message(conversation_id=north.conversation.id, user_id=None),
        lambda north: make.a_message(
            conversation_id=north.conversation.id,
            author=Author.BOT,
            ref=ODD,
            text=LONG,
            turn=TurnState.ANSWERED,
            edited_at=later(seconds=1),
            deleted_at=later(seconds=2),
        ),
        fixed=("user_id", "ref"),
    ),
    Case(
        "attachments",
        lambda north: make.an_attachment(),
        lambda north: make.an_attachment(
            name=ODD, address=LONG, state=AttachmentState.REFUSED, media_type="image/png", why=ODD
        ),
        fixed=("name", "address"),
    ),
    Case(
        "notes",
        lambda north: make.a_note(),
        lambda north: make.a_note(
            kind=DocumentKind.ESCALATION,
            markdown=LONG,
            edited=True,
            internal=True,
            ticket_id="4711",
            status="Resolved",
            minutes=90,
            marker=ODD,
            link=ODD,
            posted_at=later(seconds=1),
            results={"note": ODD, "": "", "🙂": LONG},
        ),
        fixed=("kind", "markdown", "edited", "marker", "link", "posted_at"),
    ),
    Case(
        "surfaces",
        lambda north: make.a_surface(handle=""),
        lambda north: make.a_surface(
            kind="escalate",
            platform="teams",
            workspace=ODD,
            channel=ODD,
            thread=ODD,
            person=ODD,
            handle=LONG,
            data={"a": ODD},
            waits_for=ODD,
            expires_at=later(days=1),
        ),
        fixed=("kind", "platform", "workspace", "channel", "thread", "person"),
    ),
    Case(
        "escalations",
        lambda north: make.an_escalation(),
        lambda north: make.an_escalation(
            status=EscalationStatus.CLAIMED,
            reason=ODD,
            person_id=north.user.id,
            queue=ODD,
            urgency=Urgency.URGENT,
            package=LONG,
            claimed_by=north.user.id,
            claimed_at=later(seconds=1),
            reminders=2,
        ),
        fixed=("package",),
    ),
    Case(
        "flows",
        lambda north: make.a_flow(),
        lambda north: make.a_flow(
            slug="other",
            title=ODD,
            words=LONG,
            source=ODD,
            matched=1,
            used=2,
            worked=3,
            failed=4,
            matched_at=later(seconds=1),
            updated_at=later(seconds=2),
        ),
        fixed=("slug", "matched", "used", "worked", "failed", "matched_at"),
    ),
]
cases = pytest.mark.parametrize("case", CASES, ids=lambda case: case.repository)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.repository)
def test_the_full_row_leaves_nothing_at_its_default(case: Case) -> None:
    """Or the round trips below would not be of every field."""
    seeded: Any = type("Seeded", (), {"user": make.a_user(), "conversation": make.a_message})
    seeded.conversation = type("Conversation", (), {"id": "c"})
    row = case.full(seeded)
    for field in fields(row):
        assert getattr(row, field.name) is not None, field.name
        assert field.default is MISSING or getattr(row, field.name) != field.default, field.name


@cases
@pytest.mark.parametrize("kind", ["plain", "full"])
async def test_a_row_comes_back_as_it_was_added(case: Case, kind: str, store: Store, north: Seeded) -> None:
    """Every field, in its own type."""
    row = getattr(case, kind)(north)

    def add(uow: Any) -> None:
        getattr(uow, case.repository).add(row)
        uow.log(north.session.id, "tested")

    await act(store, north, add)
    found = await look(store, north, lambda uow: getattr(uow, case.repository).get(row.id))
    assert found == row
    assert [type(getattr(found, field.name)) for field in fields(row)] == [
        type(getattr(row, field.name)) for field in fields(row)
    ]


@cases
@pytest.mark.parametrize(("first", "then"), [("plain", "full"), ("full", "plain")])
async def test_saving_changes_all_that_may_change(
    case: Case, first: str, then: str, store: Store, north: Seeded
) -> None:
    """What a row was made with stays; the rest is written, also back to nothing."""
    before, after = getattr(case, first)(north), getattr(case, then)(north)

    def change(uow: Any) -> None:
        getattr(uow, case.repository).add(before)
        getattr(uow, case.repository).save(after)
        uow.log(north.session.id, "tested")

    await act(store, north, change)
    found = await look(store, north, lambda uow: getattr(uow, case.repository).get(before.id))
    assert found == replace(after, **{name: getattr(before, name) for name in case.fixed})


async def test_a_session_comes_back_as_it_was_saved(store: Store, north: Seeded) -> None:
    """Every field of a session; its number, words and home stay."""
    full = replace(
        north.session,
        title=ODD,
        summary=LONG,
        domain=ODD,
        status=SessionStatus.RESOLVED,
        previous_owner_id=north.user.id,
        last_message=7,
        ticket_id=ODD,
        ticket_number="#4711",
        ticket_url="https://psa.example/4711",
        confidence=0.987654321098765,
        flow_id="flow",
        rating=5,
        rating_comment=ODD,
        active_at=later(seconds=1),
        paused_at=later(seconds=2),
        closed_at=later(seconds=3),
    )

    def save(uow: Any) -> None:
        assert uow.sessions.get(full.id) == north.session
        uow.sessions.save(full)
        uow.log(full.id, "tested")

    await act(store, north, save)
    found = await look(store, north, lambda uow: uow.sessions.get(full.id))
    assert found == replace(full, state_version=1, events=1)


async def test_the_account_is_saved(store: Store, north: Seeded) -> None:
    """Name, default role and settings."""
    changed = replace(north.account, name=ODD, default_role=Role.VIEWER, settings={"zone": ODD, "🙂": ""})
    await act(store, north, lambda uow: uow.accounts.save(changed))
    assert await look(store, north, lambda uow: uow.accounts.get()) == changed
    assert await store.read(lambda tx: tx.directory.account(north.account.id)) == changed


async def test_what_is_logged_stands_in_the_timeline(store: Store, north: Seeded) -> None:
    """Kind, data, who, when and from where."""
    await act(store, north, lambda uow: uow.log(north.session.id, "tested", text=ODD, empty=""))
    (event,) = await look(store, north, lambda uow: uow.timeline.of(north.session.id))
    assert (event.kind, event.data, event.at) == ("tested", {"text": ODD, "empty": ""}, NOW)
    assert (event.actor_id, event.platform) == (north.user.id, "slack")


async def test_bytes_come_back_as_they_were_kept(store: Store, north: Seeded) -> None:
    """All of them, NULs too; saving the row again leaves them, and forgetting the message takes them."""
    content = bytes(range(256)) * 4_000
    kept = make.an_attachment(state=AttachmentState.KEPT, media_type="image/png")

    def keep(uow: Any) -> None:
        uow.attachments.add(make.an_attachment())
        uow.attachments.keep(kept, content)
        uow.attachments.save(kept)

    await act(store, north, keep)
    assert await look(store, north, lambda uow: uow.attachments.content(kept.id)) == content
    assert await look(store, north, lambda uow: uow.attachments.of(north.session.id)) == [kept]
    await act(store, north, lambda uow: uow.attachments.forget(north.session.id, "another-message"))
    assert await look(store, north, lambda uow: uow.attachments.content(kept.id)) == content
    await act(store, north, lambda uow: uow.attachments.forget(north.session.id, kept.message_id))
    assert await look(store, north, lambda uow: uow.attachments.content(kept.id)) is None


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 3, 29, 1, 59, 59, 999_999, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 1, tzinfo=UTC),
        datetime(9999, 12, 30, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 3, 2, 12, 0, tzinfo=timezone(timedelta(hours=5, minutes=30))),
    ],
)
async def test_times_are_exact_and_in_utc(moment: datetime, store: Store, north: Seeded) -> None:
    """To the microsecond, whatever zone they came in."""
    await act(store, north, lambda uow: uow.surfaces.add(make.a_surface(expires_at=moment)))
    found = await look(store, north, lambda uow: uow.surfaces.get("north-surface"))
    assert found is not None
    assert found.expires_at == moment
    assert found.expires_at.utcoffset() == timedelta(0)


async def test_a_time_without_a_zone_is_a_bug(store: Store, north: Seeded) -> None:
    """It is refused, not guessed at."""
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(TypeError, match="can't"):
        await act(store, north, lambda uow: uow.surfaces.add(make.a_surface(expires_at=naive)))
