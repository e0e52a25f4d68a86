"""The forms of resolve and escalate, stage by stage."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.commands import (
    AnswerIntercept,
    EditPreview,
    OpenResolve,
    PostEscalation,
    PostResolution,
    PrepareEscalation,
    PrepareResolution,
    RefreshPreview,
    SessionAction,
)
from core.documents.bundle import DocumentKind
from core.documents.model import MAX_NOTE, Surface, ending
from core.documents.previews import digest
from core.fixes.cards import look_again_inputs
from core.fixes.model import MAX_NOTES, Fix, FixStatus
from core.sessions.model import Session
from core.text.neutralise import neutralise
from core.tickets.model import Ticket, TicketStatus
from core.views import (
    Block,
    Button,
    Buttons,
    Choice,
    Divider,
    Form,
    Input,
    Option,
    Person,
    Small,
    Style,
    Text,
)

__all__ = [
    "Preview",
    "busy_form",
    "details_form",
    "outcome_form",
    "preview_form",
    "what_form",
    "worked_form",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What a preview shows beside the note."""

    markdown: str
    drafted_at: datetime
    now: datetime
    from_cache: bool
    fallback: bool
    #: It is in the place of a model's draft that could not be used.
    replaced: bool = False
    ticket: Ticket | None
    ticket_number: str
    #: Whether the account sends resolution notes to the customer.
    visible: bool
    status: TicketStatus | None
    minutes: int
    fix: Fix | None


def what_form(session: Session, surface: Surface, fix: Fix | None) -> Form:
    """No fix is known to have worked: what did?"""
    body: list[Block] = []
    if fix is not None and not fix.tried:
        body.append(Small(markdown=f"“{neutralise(fix.title)}” was suggested and not applied."))
    body.append(
        Input(
            name="resolved_by",
            label="What resolved it?",
            value=surface.data.get("resolved_by", ""),
            multiline=True,
            required=True,
            max_length=1000,
            placeholder="Restarted the print spooler on the server.",
            hint="It goes into the note, and into what we know.",
        )
    )
    action = PrepareResolution(session_id=session.id, surface=surface.id)
    return Form(surface=surface.id, title=f"Resolve {session.ref}", body=tuple(body), action=action, submit="Preview")


_WORDS = {
    FixStatus.SUCCESS: "It worked",
    FixStatus.PARTIAL: "It partly worked",
    FixStatus.PENDING: "Still pending",
    FixStatus.FAILED: "It didn’t work",
    FixStatus.DISMISSED: "Set it aside",
}


def outcome_form(session: Session, surface: Surface, fix: Fix | None) -> Form:
    """The fix has no final outcome: what is it? Asked before an escalation, and where resolving could mean two things."""
    title = neutralise(fix.title) if fix is not None else "The fix"
    resolving = surface.kind == DocumentKind.RESOLUTION
    if resolving:
        keep = (
            "Resolve with what is left" if fix is not None and fix.status is FixStatus.PARTIAL else "Leave it as it is"
        )
        options = [Option(value=FixStatus.SUCCESS, label="Done now: it worked"), Option(value="keep", label=keep)]
        options.append(Option(value=FixStatus.FAILED, label=_WORDS[FixStatus.FAILED]))
        action: SessionAction = PrepareResolution(session_id=session.id, surface=surface.id)
    else:
        options = [Option(value=status, label=words) for status, words in _WORDS.items()]
        done = "partly done" if fix is not None and fix.status is FixStatus.PARTIAL else "no outcome yet"
        options.append(Option(value="anyway", label=f"Escalate anyway, {done}"))
        action = AnswerIntercept(session_id=session.id, surface=surface.id, outcome="")
    body: list[Block] = [
        Text(markdown=f"**{title}** still needs an outcome."),
        Choice(name="outcome", label="What became of it?", options=tuple(options), selected=options[0].value),
        Input(
            name="notes",
            label="Reason or notes",
            multiline=True,
            max_length=MAX_NOTES,
            hint="" if resolving else "Needed for partly and pending.",
        ),
    ]
    if not resolving:
        body.extend(look_again_inputs("If pending, ask again"))
    verb = "Resolve" if resolving else "Escalate"
    return Form(surface=surface.id, title=f"{verb} {session.ref}", body=tuple(body), action=action, submit="Next")


def worked_form(session: Session, surface: Surface) -> Form:
    """It worked after all: resolving is what is wanted, escalating still possible."""
    resolve = Button(label="Resolve instead…", action=OpenResolve(session_id=session.id), style=Style.PRIMARY)
    on = AnswerIntercept(session_id=session.id, surface=surface.id, outcome="anyway")
    body = (
        Text(markdown="Recorded as worked. Then this can be resolved."),
        Buttons(items=(resolve, Button(label="Escalate all the same", action=on))),
    )
    return Form(surface=surface.id, title=f"Escalate {session.ref}", body=body, action=on, submit=None)


def details_form(session: Session, surface: Surface, *, person: Person, queues: Sequence[str]) -> Form:
    """Why, to whom, how urgent."""
    body: list[Block] = [
        Input(
            name="reason",
            label="Why escalate?",
            value=surface.data.get("reason", ""),
            multiline=True,
            required=True,
            max_length=1000,
            placeholder="Needs rights on the mail server that the desk does not have.",
        ),
        person,
    ]
    if queues:
        options = (Option(value="", label="No queue"), *(Option(value=name, label=name) for name in queues))
        body.append(Choice(name="queue", label="Queue", options=options, selected="", required=False))
    urgencies = (Option(value="normal", label="Normal"), Option(value="urgent", label="Urgent: remind after 5 minutes"))
    body.append(Choice(name="urgency", label="Urgency", options=urgencies, selected="normal"))
    action = PrepareEscalation(session_id=session.id, surface=surface.id, reason="")
    return Form(surface=surface.id, title=f"Escalate {session.ref}", body=tuple(body), action=action, submit="Preview")


def busy_form(session: Session, surface: Surface) -> Form:
    """The note is being drafted."""
    action = RefreshPreview(session_id=session.id, surface=surface.id)
    return Form(
        surface=surface.id,
        title=_title(session, surface),
        body=(),
        action=action,
        submit=None,
        busy="Drafting the note…",
    )


def _title(session: Session, surface: Surface) -> str:
    if surface.data.get("only_show"):
        return f"Preview of {session.ref}"
    return f"{'Resolve' if surface.kind == DocumentKind.RESOLUTION else 'Escalate'} {session.ref}"


def preview_form(session: Session, surface: Surface, preview: Preview) -> Form:
    """The note as it will be posted, and what else posting does."""
    body: list[Block] = []
    if surface.data.get("moved"):
        body.append(Text(markdown="**The session changed meanwhile.** This is the new note."))
    body.extend(_recording(session, surface, preview.fix))
    body.extend(_note(session, surface, preview))
    body.append(Small(markdown=_drafted(preview)))
    if surface.data.get("only_show"):
        body.extend(_below(surface, preview))
        action: SessionAction = RefreshPreview(session_id=session.id, surface=surface.id)
        return Form(
            surface=surface.id,
            title=_title(session, surface),
            body=tuple(body),
            action=action,
            submit=None,
            cancel="Close",
        )
    body.extend(_ticket(surface, preview))
    action = (
        PostResolution(session_id=session.id, surface=surface.id, shown=digest(preview.markdown))
        if surface.kind == DocumentKind.RESOLUTION
        else PostEscalation(session_id=session.id, surface=surface.id, shown=digest(preview.markdown))
    )
    return Form(surface=surface.id, title=_title(session, surface), body=tuple(body), action=action, submit="Post")


_RECORDS = {
    FixStatus.SUCCESS.value: "will be recorded as *worked*",
    FixStatus.FAILED.value: "will be recorded as *did not work*",
    "keep": "keeps the outcome that it has",
}


def _recording(session: Session, surface: Surface, fix: Fix | None) -> Sequence[Block]:
    """What resolving will record, with the means to change it."""
    if surface.kind != DocumentKind.RESOLUTION or fix is None or surface.data.get("only_show"):
        return ()
    words = _RECORDS.get(surface.data.get("outcome", ""), "")
    if not words or not fix.undecided:
        return ()
    change = PrepareResolution(session_id=session.id, surface=surface.id, outcome="change")
    return (
        Text(markdown=f"**{neutralise(fix.title)}** {words}."),
        Buttons(items=(Button(label="Change", action=change),)),
    )


def _note(session: Session, surface: Surface, preview: Preview) -> Sequence[Block]:
    refresh = Button(label="Refresh", action=RefreshPreview(session_id=session.id, surface=surface.id))
    edit = Button(label="Edit", action=EditPreview(session_id=session.id, surface=surface.id))
    mine = surface.data.get("mine", "")
    if surface.data.get("only_show"):
        return Text(markdown=neutralise(preview.markdown)), Buttons(items=(refresh,))
    if mine:
        options = (Option(value="", label="Post mine"), Option(value="yes", label="Use new"))
        return (
            Text(markdown=neutralise(preview.markdown)),
            Divider(),
            Choice(name="use_new", label="Your edited text is kept below.", options=options, selected=""),
            Input(name="text", label="Your note", value=mine, multiline=True, required=True, max_length=MAX_NOTE),
        )
    if surface.data.get("editing"):
        note = Input(
            name="text", label="Note", value=preview.markdown, multiline=True, required=True, max_length=MAX_NOTE
        )
        return (note,)  # no Refresh: it would throw away what was typed
    return Text(markdown=neutralise(preview.markdown)), Buttons(items=(edit, refresh))


def _drafted(preview: Preview) -> str:
    minutes = int((preview.now - preview.drafted_at).total_seconds() // 60)
    age = "fresh"
    if preview.from_cache:
        age = f"drafted {minutes} min ago" if minutes else "drafted just now"
    words = [age.capitalize()]
    if preview.replaced:
        words.append("drafted from the record: what the model wrote could not be used")
    elif preview.fallback:
        words.append("drafted from the record, without the model")
    return " · ".join(words)


def _below(surface: Surface, preview: Preview) -> Sequence[Block]:
    """The lines that stand below the note on the ticket, as they will stand there."""
    if not preview.ticket_number:
        return ()
    link, marker = surface.data.get("link", ""), surface.data.get("marker", "")
    lines = " and ".join(f"`{line}`" for line in ending(link, marker))
    either = link and surface.kind == DocumentKind.RESOLUTION and preview.visible
    customer = f" For the customer: `{marker}` alone." if either else ""
    return (Small(markdown=f"Below it on the ticket: {lines}.{customer}"),)


def _ticket(surface: Surface, preview: Preview) -> Sequence[Block]:
    if not preview.ticket_number:
        return (Divider(), Small(markdown="No ticket is linked: the note goes to the thread only."))
    body: list[Block] = [Divider(), Text(markdown=f"**Ticket {neutralise(preview.ticket_number)}**")]
    if preview.ticket is not None:
        body.append(Small(markdown=f"{neutralise(preview.ticket.summary)} · {neutralise(preview.ticket.status)}"))
    if surface.kind == DocumentKind.RESOLUTION and preview.visible:
        options = (
            Option(value="internal", label="Internal"),
            Option(value="customer", label="Visible to the customer"),
        )
        body.append(Choice(name="visibility", label="Note", options=options, selected="customer"))
    else:
        body.append(Small(markdown="It goes on the ticket as an internal note."))
    body.extend(_below(surface, preview))
    statuses = () if preview.ticket is None else preview.ticket.statuses
    if statuses:
        kept = Option(value="", label="Leave as it is")
        choices = (kept, *(Option(value=status.id, label=status.name) for status in statuses))
        selected = preview.status.id if preview.status is not None else ""
        body.append(
            Choice(name="ticket_status", label="New status", options=choices, selected=selected, required=False)
        )
    body.append(
        Input(
            name="minutes",
            label="Minutes",
            value=str(preview.minutes) if preview.minutes else "",
            max_length=4,
            hint="Active time so far. Empty writes no time entry.",
        )
    )
    return body
