"""The private views: forms in every stage, notices, refusals. Each is the answer to what an engineer did."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from core.commands import (
    AddFact,
    AnswerIntercept,
    ApplyFix,
    Ask,
    ClaimSession,
    Conclude,
    CorrectOutcome,
    EditPreview,
    JoinSession,
    ListFacts,
    ListFlows,
    ListSessions,
    OpenCorrection,
    OpenEscalate,
    OpenFact,
    OpenOutcome,
    OpenPreview,
    OpenRating,
    OpenResolve,
    OpenRetarget,
    OpenSettings,
    PostResolution,
    PrepareResolution,
    RecordOutcome,
    RefreshPreview,
    ResumeSession,
    ShowDocumentation,
    ShowHelp,
    ShowSession,
    ShowUsage,
    StartSession,
    TypeWords,
)
from core.documents.forms import Preview, preview_form
from core.facts.handlers import add_facts
from core.facts.model import SourceType
from core.fixes.model import FixStatus
from core.ports import UnitOfWork
from core.refusals import fault_notice
from core.sessions.model import SessionStatus
from core.usage.warning import WARNING
from core.views import Close, Form, Nothing
from tests.builders import a_surface, a_ticket, a_usage
from tests.support.album import Album
from tests.support.card_states import people_of, suggest

__all__ = ["escalating", "facts", "late_drafts", "lists", "outcomes", "previews", "refusals", "resolving"]


async def resolving(album: Album) -> None:
    """The resolve form from every state of the fix, through all its stages, up to the closing of the session."""
    words = album.words
    session = await album.begin("resolving")
    what = await album.ask("resolve/what", OpenResolve(session_id=session.id))
    busy = await album.submit("resolve/busy", what, resolved_by=words.text[:1000])
    shown = await album.filled("resolve/preview", busy)
    await album.ask("resolve/editing", EditPreview(session_id=session.id, surface=shown.surface))
    again = await album.ask("resolve/busy again", RefreshPreview(session_id=session.id, surface=shown.surface))
    await album.filled("resolve/fresh", again)
    await album.desk.send("erin", AddFact(session_id=session.id, text=words.line), thread=album.thread)
    post = PostResolution(session_id=session.id, surface=shown.surface, text=f"## Problem\n\n{words.text}"[:30_000])
    moved = await album.ask("resolve/moved", post)
    mine = await album.filled("resolve/mine or new", moved)
    assert await album.desk.submit("erin", mine, thread=album.thread) == Close(
        notice=f"{session.ref} is resolved. Posting the note."
    )
    await album.desk.work()

    session = await album.begin("resolving-unapplied")
    fix = await suggest(album)
    await album.ask("resolve/what, one suggested", OpenResolve(session_id=session.id))
    await album.desk.send("erin", ApplyFix(session_id=session.id, fix_id=fix.id), thread=album.thread)
    verifying = await album.filled(
        "resolve/verifying", await album.ask("resolve/verifying/busy", OpenResolve(session_id=session.id))
    )
    change = PrepareResolution(session_id=session.id, surface=verifying.surface, outcome="change")
    form = await album.ask("resolve/outcome", change)
    failed = await album.submit("resolve/what, it failed", form, outcome="applied_failed")
    await album.filled("resolve/failed", await album.submit("resolve/failed/busy", failed, resolved_by=words.line))
    for status in (FixStatus.PARTIAL, FixStatus.SUCCESS):
        record = RecordOutcome(session_id=session.id, fix_id=fix.id, status=status, notes=words.text[:1000])
        await album.desk.send("erin", record, thread=album.thread)
        await album.ask(f"resolve/{status}", OpenResolve(session_id=session.id))


async def previews(album: Album) -> None:
    """Notes shown without posting, and forms for a session with a ticket."""
    session = await album.begin("previews", ticket=True)
    for kind in ("resolution", "escalation"):
        busy = await album.ask(f"preview/{kind}/busy", OpenPreview(session_id=session.id, kind=kind))
        await album.filled(f"preview/{kind}", busy)
        await album.ask(f"preview/{kind}/cached", OpenPreview(session_id=session.id, kind=kind))
    fix = await suggest(album)
    await album.desk.send("erin", ApplyFix(session_id=session.id, fix_id=fix.id), thread=album.thread)
    album.desk.clock.pass_by(minutes=25)
    busy = await album.ask("resolve/ticket/busy", OpenResolve(session_id=session.id))
    await album.filled("resolve/ticket", busy)
    await album.desk.send("erin", Conclude(session_id=session.id), thread=album.thread)
    await album.desk.work()
    album.keep("conclusion/active", album.desk.card("Current Status"))
    await album.ask("documentation", ShowDocumentation(session_id=session.id))


async def late_drafts(album: Album) -> None:
    """Previews whose draft the model did not make in time, or made badly, fresh and from the cache."""
    session = await album.begin("late drafts", ticket=True)
    now = album.desk.clock.now()
    for kind in ("resolution", "escalation"):
        surface = a_surface(kind=kind, session_id=session.id, data={"stage": "preview"})
        preview = Preview(
            markdown=f"## Problem\n\n{album.words.text}",
            drafted_at=now - timedelta(minutes=3),
            now=now,
            from_cache=False,
            fallback=True,
            ticket=a_ticket(summary=album.words.line),
            ticket_number=session.ticket_number,
            visible=True,
            status=None,
            minutes=0,
            fix=None,
        )
        album.keep(f"{kind}/late draft", preview_form(session, surface, preview))
        album.keep(f"{kind}/replaced draft", preview_form(session, surface, replace(preview, replaced=True)))
        cached = replace(preview, from_cache=True, fallback=False, ticket=None)
        album.keep(f"{kind}/cached draft", preview_form(session, surface, cached))


async def escalating(album: Album) -> None:
    """The escalate form in every stage, what claimers are told, and aiming elsewhere."""
    desk, words, people = album.desk, album.words, await people_of(album)
    session = await album.begin("escalating-worked")
    fix = await suggest(album)
    await desk.send("erin", ApplyFix(session_id=session.id, fix_id=fix.id), thread=album.thread)
    asked = await album.ask("escalate/intercept", OpenEscalate(session_id=session.id))
    await album.submit("escalate/worked", asked, outcome="applied_success")

    session = await album.begin("escalating", ticket=True)
    fix = await suggest(album)
    await desk.send("erin", ApplyFix(session_id=session.id, fix_id=fix.id), thread=album.thread)
    asked = await album.ask("escalate/intercept again", OpenEscalate(session_id=session.id))
    assert isinstance(asked, Form)
    anyway = AnswerIntercept(session_id=session.id, surface=asked.surface, outcome="anyway")
    details = await album.ask("escalate/details", anyway)
    busy = await album.submit(
        "escalate/busy", details, reason=words.text[:1000], person=people["Sam"], urgency="urgent"
    )
    shown = await album.filled("escalate/preview", busy)
    editing = await album.ask("escalate/editing", EditPreview(session_id=session.id, surface=shown.surface))
    assert isinstance(editing, Form)
    assert isinstance(await desk.submit("erin", editing, thread=album.thread), Close)
    await desk.work()
    await album.ask("retarget", OpenRetarget(session_id=session.id))
    await album.ask("claim/own", ClaimSession(session_id=session.id))
    await album.ask("claim/aimed elsewhere", ClaimSession(session_id=session.id), "adam")
    await album.ask("claim/package", ClaimSession(session_id=session.id), "sam")
    await album.ask("claim/too late", ClaimSession(session_id=session.id), "adam")


async def outcomes(album: Album) -> None:
    """The forms that ask for an outcome's words, and what a stale card says."""
    session = await album.begin("outcomes")
    fix = await suggest(album)
    for status in FixStatus:
        await album.ask(f"outcome/{status}", OpenOutcome(session_id=session.id, fix_id=fix.id, status=status))
    await album.ask("outcome/typed", RecordOutcome(session_id=session.id, status=FixStatus.PENDING))
    for status in (FixStatus.PENDING, FixStatus.PARTIAL):
        record = RecordOutcome(session_id=session.id, fix_id=fix.id, status=status, notes=album.words.text[:1000])
        assert await album.desk.send("erin", record, thread=album.thread) == Close()
        await album.ask(f"outcome/{status}/again", OpenOutcome(session_id=session.id, fix_id=fix.id, status=status))
    record = RecordOutcome(session_id=session.id, fix_id=fix.id, status=FixStatus.SUCCESS)
    await album.desk.send("erin", record, thread=album.thread)
    await album.ask("outcome/stale", record)
    await album.ask("correction/worked", OpenCorrection(session_id=session.id, fix_id=fix.id))
    correct = CorrectOutcome(session_id=session.id, fix_id=fix.id, status=FixStatus.FAILED)
    assert await album.desk.send("erin", correct, thread=album.thread) == Close()
    correcting = OpenCorrection(session_id=session.id, fix_id=fix.id)
    await album.ask("correction/failed", correcting)
    newer = await suggest(album)
    await album.ask("correction/replaced", correcting)
    await album.desk.send("erin", ApplyFix(session_id=session.id, fix_id=newer.id), thread=album.thread)
    await album.ask("correction/overtaken", correcting)
    await album.stand(SessionStatus.RESOLVED)
    for score in (1, 5):
        await album.ask(f"rating/{score}", OpenRating(session_id=session.id, score=score))


async def facts(album: Album) -> None:
    """What is known: nothing, some, more than get buttons; adding and editing; where the session stands."""
    session = await album.begin("facts", ticket=True)
    await album.ask("facts/none", ListFacts(session_id=session.id))
    await album.ask("status/bare", ShowSession(session_id=session.id))
    words = album.words.text[:900]
    for number, source in enumerate([*SourceType, SourceType.NOTE]):
        await album.change(partial(add_facts, session=session, texts=[f"{number} {words}"], source=source))
    known = await album.desk.look(lambda uow: uow.facts.of(session.id))
    await album.ask("facts/some", ListFacts(session_id=session.id))
    await album.ask("facts/edit", OpenFact(session_id=session.id, fact_id=known[-1].id))
    await album.ask("facts/add", OpenFact(session_id=session.id))
    more = [f"{number} {album.words.line}" for number in range(10, 30)]
    await album.change(lambda uow: add_facts(uow, session, more, SourceType.NOTE))
    await album.ask("facts/many", ListFacts(session_id=session.id))
    await suggest(album)
    for status in SessionStatus:
        await album.stand(status)
        await album.ask(f"status/{status}", ShowSession(session_id=session.id))
        await album.ask(f"facts/{status}", ListFacts(session_id=session.id))


async def lists(album: Album) -> None:
    """Lists, help, the library, and questions to it."""
    await album.begin("lists")
    for status in ("open", "all", "abandoned"):
        await album.ask(f"list/{status}", ListSessions(status=status))
    await album.ask("help", ShowHelp())
    await album.ask("settings/own", OpenSettings())
    await album.ask("settings/account", OpenSettings(), "adam")
    await album.ask("usage/none", ShowUsage())
    await usage(album)
    await album.ask("flows", ListFlows())
    await album.ask("flows/none", ListFlows(search="xyzzy"))
    await album.ask("ask", Ask(text=album.words.line))
    await album.ask("ask/none", Ask(text="xyzzy"))
    await album.stand(SessionStatus.CHAT)
    await album.ask("chat", ListFacts(session_id=album.session_id))
    await album.ask("chat/join", JoinSession(session_id=album.session_id), "erin")
    await album.stand(SessionStatus.ACTIVE)
    await album.ask("another problem", StartSession(text=album.words.line))
    await album.ask("another problem/at length", StartSession(text=album.words.text[:3000]))
    await album.ask("another problem/in Chinese", StartSession(text="打印机不能用" * 300))


async def usage(album: Album) -> None:
    """What calls cost: one's own, the account's, and the word that a quota runs low."""
    erin = (await album.session()).owner_id
    now = album.desk.clock.now()
    account = album.desk.accounts["northwind"]

    def call(uow: UnitOfWork) -> None:
        for number, model in enumerate(("claude-sonnet-5-5", album.words.line)):
            cost = None if number else 12_345
            row = a_usage(
                account, id=uow.new_id(), session_id=album.session_id, user_id=erin, model=model, cost=cost, at=now
            )
            uow.usage.add(row, now.date())

    await album.change(call)
    await album.ask("usage/own", ShowUsage())
    await album.ask("usage/account", ShowUsage(), "adam")
    await album.show("low", WARNING, album.session_id, markdown=album.words.text)


async def refusals(album: Album) -> None:
    """What is said when something cannot be done."""
    session = await album.begin("refusals")
    fix = await suggest(album)
    record = RecordOutcome(
        session_id=session.id, fix_id=fix.id, status=FixStatus.SUCCESS, notes=album.words.text[:1000]
    )
    await album.ask("refused/join first", record, "sam")
    await album.ask("refused/role", ApplyFix(session_id=session.id, fix_id=fix.id), "vera")
    await album.ask("refused/guest", OpenResolve(session_id=session.id), "gus")
    await album.ask("refused/unknown", OpenResolve(session_id="FP-99999"))
    await album.ask("refused/of others", OpenResolve(session_id=session.id), "frida")
    await album.ask("refused/state", OpenRetarget(session_id=session.id))
    await album.ask("refused/no claim", ClaimSession(session_id=session.id), "sam")
    await album.ask("refused/going on already", ResumeSession(session_id=session.id))
    await album.ask("refused/no such fix", ApplyFix(session_id=session.id, fix_id="0" * 32))
    await album.ask("refused/words", TypeWords(name="resolve", text=album.words.line))
    await album.ask("pick one", OpenResolve(), thread="")
    await album.ask("pick one for long words", AddFact(text=album.words.text[:3000]), thread="")
    assert await album.desk.send("sam", JoinSession(session_id=session.id), thread=album.thread) == Nothing()
    await album.ask("joined already", JoinSession(session_id=session.id), "sam")
    album.keep("fault", fault_notice(RuntimeError("broken")))
