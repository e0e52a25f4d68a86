"""Cards in every state of what they are about: sessions, steps, fixes, escalations, notes, timers, failed work."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from core.commands import LinkTicket
from core.documents.bundle import DocumentKind
from core.documents.model import Note
from core.escalation.model import Escalation, EscalationStatus, Urgency
from core.fixes import model
from core.fixes.model import Decision, Fix, FixStatus
from core.fixes.suggest import suggest_fix
from core.flows.guide import put_step
from core.people.model import Role
from core.ports import UnitOfWork
from core.sessions.model import OPEN, Session, SessionStatus, Step, StepKind, StepOption
from core.turns.model import NewFix, NewStep
from core.work.model import WorkState
from tests.fakes.faulty_psa import FaultyPsa, Refused
from tests.support.album import Album

__all__ = ["escalations", "failures", "fixes", "notes", "people_of", "sessions", "steps", "suggest"]


async def people_of(album: Album) -> dict[str, str]:
    """The engineers' names → their ids."""
    users = await album.desk.look(lambda uow: uow.users.with_role(*Role))
    return {user.name: user.id for user in users}


async def suggest(album: Album) -> Fix:
    """Suggest a fix in the session."""
    words, session = album.words, await album.session()
    new = NewFix(title=words.line, description=words.text, detail=words.code, cause=words.line, confidence=0.85)
    return await album.change(lambda uow: suggest_fix(uow, session, new))


async def sessions(album: Album) -> None:
    """The head card in every status, with and without a ticket; what is said about a session; its answers."""
    await _heads(album, "")
    session = await _heads(album, "/ticket")
    await album.show("resolved", "came_back", session.id)
    await album.stand(SessionStatus.ACTIVE)
    words, flows = album.words, await album.desk.look(lambda uow: uow.flows.all())
    offered = {f"flow{index}": record.id for index, record in enumerate(flows[:10])}
    await album.show("words", "said", session.id, markdown=words.text)
    await album.show("words", "answer", "2", markdown=words.text)
    await album.show("code", "answer", "2", markdown=words.code)
    await album.show("one flow", "answer", "2", markdown=words.text, flow0=flows[0].id)
    await album.show("flows", "answer", "2", markdown=words.text, **offered)
    await album.show("flows alone", "answer", "2", markdown="", **offered)
    await album.show("off", "broken_off")
    await album.show("end", "flow_end", session.id, flow=words.line)
    await album.show("words", "conclusion", session.id, markdown=words.text)
    await album.show("nothing open", "resumed", session.id)
    await album.stand(SessionStatus.ACTIVE, flow_id=flows[0].id)
    await album.show("used", "answer", "2")
    await _chats(album)
    others = await album.desk.look(lambda uow: uow.sessions.page(tuple(SessionStatus), after="", limit=3))
    found = {f"session{index}": other.id for index, other in enumerate(others)}
    await album.show("found", "alike", session.id, **found)


async def _chats(album: Album) -> None:
    """A chat, its answers, and what it became."""
    words, session = album.words, await album.session()
    for status in (SessionStatus.CHAT, SessionStatus.ACTIVE):
        await album.stand(status, flow_id=None)
        await album.show(f"{status}", "chat", session.id)
        await album.show(f"chat/{status}", "answer", "2", markdown=words.text)
        await album.show(f"chat/{status}/answered", "answer", "2")


async def _heads(album: Album, ticket: str) -> Session:
    session = await album.begin(f"sessions{ticket}", ticket=bool(ticket))
    for status in SessionStatus:
        await album.stand(status)
        await album.show(f"{status}{ticket}", "session", session.id)
        await album.show(f"{status}{ticket}", "remind", session.id)
    return session


async def steps(album: Album) -> None:
    """Each kind open, answered, skipped and dropped."""
    await album.begin("steps")
    words, session = album.words, await album.session()
    people, flows = await people_of(album), await album.desk.look(lambda uow: uow.flows.all())
    options = tuple(StepOption(label=f"{number} {words.line}", fact=words.line) for number in range(1, 8))

    def put(uow: UnitOfWork, kind: StepKind, **more: str) -> Step:
        new = NewStep(kind=kind, text=words.text[:2000], detail=words.code, options=options)
        return put_step(uow, session, replace(new, **more))  # type: ignore[arg-type]

    step = None
    for kind in StepKind:
        step = await album.change(partial(put, kind=kind))
        await album.show(f"{kind}/open", "step", step.id)
        await album.show(f"{kind}/asked again", "step", step.id, older="yes")
        await album.stand(SessionStatus.PAUSED)
        await album.show(f"{kind}/open/paused", "step", step.id)
        await album.stand(SessionStatus.ACTIVE)
        now = album.desk.clock.now()
        done = replace(step, answer=options[0].label, answered_by=people["Erin"], answered_at=now)
        states = {
            "answered": done,
            "answered/in words": replace(done, answer=words.text[:1000]),
            "skipped": replace(done, answer=None, skipped=True),
            "dropped": replace(done, dropped_at=now),
            "dropped/open": replace(step, dropped_at=now),
            "answered/last": done,
        }
        for name, state in states.items():
            await album.change(partial(_save_step, state))
            await album.show(f"{kind}/{name}", "step", step.id)
    assert step is not None
    await album.stand(SessionStatus.RESOLVED)
    await album.show("closed", "step", step.id)
    await album.stand(SessionStatus.ACTIVE)
    flow = await album.change(lambda uow: put(uow, StepKind.QUESTION, flow_id=flows[0].id))
    await album.show("of a flow", "step", flow.id)
    await album.show("answered, not last", "step", step.id)
    await album.show("step open", "resumed", session.id)


def _save_step(step: Step, uow: UnitOfWork) -> None:
    uow.steps.save(step)


def fix_states(fix: Fix, by: str, words: str) -> dict[str, Fix]:
    """A proposed fix in every state that the table of SPEC 4 leads it to."""
    now = fix.created_at
    verifying = model.apply(fix, by=by, at=now)
    recorded = {
        status: model.record(verifying, status, notes=words, by=by, at=now)
        for status in FixStatus
        if status is not FixStatus.PROPOSED
    }
    failed = recorded[FixStatus.FAILED]
    states = {f"decided/{way}": replace(fix, decision=way) for way in Decision if way is not Decision.DISMISSED}
    states |= {fix.state: fix for fix in recorded.values()}
    return states | {
        "proposed": fix,
        "proposed/surely": replace(fix, confidence=1.0),
        "proposed/hardly": replace(fix, confidence=0.0),
        "verifying": verifying,
        "failed/without words": replace(failed, notes=""),
        "dismissed/unapplied": model.record(fix, FixStatus.DISMISSED, by=by, at=now),
        "corrected": model.correct(failed, FixStatus.SUCCESS, by=by, by_admin=False, at=now),
        "superseded": model.supersede(failed, at=now),
        "waiting": replace(fix, waiting=True),
        "success/late": replace(recorded[FixStatus.SUCCESS], outcome_at=now - timedelta(minutes=11)),
        "failed/late": replace(failed, outcome_at=now - timedelta(minutes=11)),
    }


async def fixes(album: Album) -> None:
    """Each status and decision, alone and with another behind it, while the session goes on and after; and what asks."""
    session = await album.begin("fixes")
    fix = await suggest(album)
    people = await people_of(album)
    states = fix_states(fix, people["Erin"], album.words.text[:1000])

    async def save(state: Fix) -> None:
        await album.change(lambda uow: uow.fixes.save(state))

    for name, state in states.items():
        await save(state)
        await album.show(name, "fix", fix.id)
    for status in FixStatus:
        await album.show(status, "confirm", fix.id, status=status, notes=album.words.text[:200])
    await save(states["verifying"])
    await album.show("verifying", "nudge", fix.id)
    await album.show("fix undecided", "resumed", session.id)
    await save(states["pending"])
    await album.show("pending", "follow_up", fix.id)
    behind = await suggest(album)
    await album.show("behind", "fix", behind.id)
    for name in ("verifying", "pending", "partial", "success", "failed", "superseded"):
        await save(states[name])
        await album.show(f"{name}/with one behind", "fix", fix.id)
    for standing in SessionStatus:
        await album.stand(standing)
        for name in ("verifying", "success") if standing in OPEN else ("verifying", "success", "failed", "partial"):
            await save(states[name])
            await album.show(f"{name}/{standing}", "fix", fix.id)


async def escalations(album: Album) -> None:
    """Each status and urgency, aimed at a person, a queue, both and anyone."""
    session = await album.begin("escalations")
    words, people = album.words, await people_of(album)
    fresh = Escalation(
        id="",
        account_id=session.account_id,
        session_id=session.id,
        reason=words.text[:1000],
        package=words.text,
        created_by=people["Erin"],
        created_at=album.desk.clock.now(),
    )
    aims = {
        "anyone": fresh,
        "person": replace(fresh, person_id=people["Sam"]),
        "queue": replace(fresh, queue="Network"),
        "person and queue": replace(fresh, person_id=people["Sam"], queue="Network"),
    }
    id = ""
    for status in EscalationStatus:
        claimed = people["Sam"] if status in (EscalationStatus.CLAIMED, EscalationStatus.RETURNED) else None
        await album.stand(SessionStatus.ESCALATED if status is EscalationStatus.OPEN else SessionStatus.ACTIVE)
        for aim, escalation in aims.items():
            urgency = Urgency.URGENT if aim == "person" else Urgency.NORMAL
            made = replace(escalation, status=status, urgency=urgency, claimed_by=claimed)

            def add(uow: UnitOfWork, made: Escalation = made) -> str:
                id = uow.new_id()
                uow.escalations.add(replace(made, id=id))
                return id

            id = await album.change(add)
            for card in ("escalation", "briefing", "claim_reminder"):
                await album.show(f"{status}/{aim}", card, id)
    await album.stand(SessionStatus.RESOLVED)
    await album.show("closed/session resolved", "escalation", id)


RESULTS = {
    "done": {"note": "internal note", "status": "status Resolved, verified", "time": "25 min"},
    "to the customer": {"note": "note visible to the customer"},
    "refused": {"note": "internal note", "status": "the ticket refused the status “Resolved”: it is locked"},
    "ignored": {"status": "the ticket did not take the status “Resolved”; it is still New"},
    "underway": {},
}


async def notes(album: Album) -> None:
    """Each kind of note, and its receipt in each result."""
    session = await album.begin("notes", ticket=True)
    people, now = await people_of(album), album.desk.clock.now()

    async def add(what: str, *, cards: tuple[str, ...] = ("receipt",), **more: object) -> None:
        note = Note(
            id="",
            account_id=session.account_id,
            session_id=session.id,
            kind=DocumentKind.RESOLUTION,
            markdown=f"## Problem\n\n{album.words.text}\n\n{album.words.code}",
            edited=False,
            internal=True,
            ticket_id=session.ticket_id,
            status="1",
            minutes=25,
            marker="ref abcd2345",
            posted_by=people["Erin"],
            posted_at=now,
            results={},
        )

        def write(uow: UnitOfWork) -> str:
            id = uow.new_id()
            uow.notes.add(replace(note, id=id, **more))  # type: ignore[arg-type]
            return id

        id = await album.change(write)
        for card in cards:
            await album.show(what, card, id)

    for kind in DocumentKind:
        for edited in (False, True):
            await add(f"{kind}{'/edited' if edited else ''}", cards=("note", "receipt"), kind=kind, edited=edited)
    await album.stand(SessionStatus.RESOLVED)
    for name, results in RESULTS.items():
        await add(name, results=results)
    await add("status left", results={"note": "internal note"}, status="")
    await add("no ticket", ticket_id=None)
    await album.stand(SessionStatus.RESOLVED, rating=4)
    await add("rated", results=RESULTS["done"])


async def failures(album: Album) -> None:
    """A delivery that failed for good, and one that was tried again."""
    session = await album.begin("failures", ticket=True)
    desk, account = album.desk, session.account_id
    faulty = FaultyPsa(desk.psa_for(account))
    faulty.script("find_ticket", Refused(album.words.text[:400]))
    desk.psas[account] = faulty
    await desk.send("erin", LinkTicket(session_id=session.id, ticket="T-1002"), thread=album.thread)
    await desk.work()
    del desk.psas[account]

    rows = await desk.store.read(lambda tx: tx.queue.listed(account_id=account, state=WorkState.DEAD, limit=10))
    (row,) = [str(row.id) for row in rows if row.session_id == session.id]
    await album.show("dead", "dead", row, what="Reading the ticket")
    await album.show("dead/unnamed", "dead", row)
    await album.change(lambda uow: uow.work.revive(int(row), uow.now))
    await album.show("tried again", "dead", row, what="Reading the ticket")
