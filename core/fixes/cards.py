"""How fixes are shown: the one live card, its forms, the reminders."""

from collections.abc import Sequence

from core.commands import (
    Action,
    ApplyFix,
    ConfirmOutcome,
    CorrectOutcome,
    OpenCorrection,
    OpenEscalate,
    OpenOutcome,
    OpenResolve,
    RecordOutcome,
    ReopenSession,
    ReplaceFix,
    ResumeSession,
    StillChecking,
)
from core.fixes.look_again import CHOICES
from core.fixes.model import MAX_NOTES, Decision, Fix, FixStatus
from core.sessions.model import WORKED_ON, Session, SessionStatus
from core.text.neutralise import neutralise
from core.views import (
    Badge,
    Block,
    Button,
    Buttons,
    Card,
    Choice,
    Divider,
    Form,
    Input,
    Notice,
    Option,
    Small,
    Style,
    Text,
    Tone,
)

__all__ = [
    "REPLACED_AS",
    "STATES",
    "confirm_card",
    "correction_form",
    "decided_notice",
    "fix_card",
    "follow_up_card",
    "look_again_inputs",
    "no_fix_notice",
    "nudge_card",
    "outcome_form",
    "overtaken_notice",
    "recorded_words",
    "replace_form",
]

#: What each state of a fix is called.
STATES = {
    "proposed": ("Suggested", Tone.INFO),
    "verifying": ("Applied, verifying", Tone.INFO),
    "pending": ("Pending", Tone.WARN),
    "partial": ("Partly worked", Tone.WARN),
    "success": ("Worked", Tone.GOOD),
    "failed": ("Didn’t work", Tone.BAD),
    "dismissed": ("Set aside", Tone.NEUTRAL),
    "superseded": ("Replaced", Tone.NEUTRAL),
}
_LABELS = {
    FixStatus.SUCCESS: "Worked",
    FixStatus.PARTIAL: "Partly",
    FixStatus.PENDING: "Pending…",
    FixStatus.FAILED: "Didn’t work…",
    FixStatus.DISMISSED: "Dismiss",
}
_DECISIONS = {
    Decision.ONE_OFF: "run once",
    Decision.DRAFT_TEMPLATE: "draft a template of it",
    Decision.BUILD_TEMPLATE: "build a template of it",
}


def fix_card(session: Session, fix: Fix, *, recorder: str, waiting: Fix | None, correctable: bool) -> Card:
    """The card of a fix in its state, with the buttons that the state allows while the session goes on."""
    label, tone = STATES[fix.state]
    body: list[Block] = [Text(markdown=neutralise(fix.description))]
    if fix.detail and fix.active:
        body.append(Text(markdown=neutralise(fix.detail)))
    body.append(Small(markdown=_standing(fix, recorder)))
    if session.status in WORKED_ON:
        body.extend(_buttons(session, fix, correctable=correctable))
        if waiting is not None and fix.active:
            body.extend(_waiting(session, waiting))
    return Card(
        title=f"Fix: {neutralise(fix.title)}",
        badge=Badge(text=label, tone=tone),
        body=tuple(body),
        fallback=f"{label}: {fix.title}",
    )


def _standing(fix: Fix, recorder: str) -> str:
    words = [f"Confidence {round(fix.confidence * 100)} %"]
    if fix.decision is not None and fix.decision is not Decision.DISMISSED:  # which is the outcome, too
        words.append(f"to {_DECISIONS[fix.decision]}")
    if fix.state not in ("proposed", "superseded") or fix.status.final:
        words.append(recorded_words(fix, recorder))
    return " · ".join(words)


def recorded_words(fix: Fix, by: str) -> str:
    """What was recorded, by whom."""
    if fix.state == "superseded" and not fix.status.final:
        return "Replaced by another fix"
    label = STATES[fix.status.removeprefix("applied_") if fix.status.final else fix.state][0]
    who = f" ({neutralise(by)})" if by else ""
    notes = f": {neutralise(fix.notes)}" if fix.notes else ""
    return f"{label}{who}{notes}"


def decided_notice(fix: Fix) -> Notice:
    """How the fix will be run, to who has decided it; its card may be out of sight."""
    assert fix.decision is not None, "it was just decided"
    return Notice(markdown=f"Noted for **{neutralise(fix.title)}**: {_DECISIONS[fix.decision]}.")


def overtaken_notice(fix: Fix, by: Fix) -> Notice:
    """Why an outcome is not corrected any more: another fix came after it."""
    word = "worked" if fix.status is FixStatus.SUCCESS else "failed"
    words = (
        f"**{neutralise(fix.title)}** stays recorded as {word}: **{neutralise(by.title)}** came after it and was tried."
    )
    return Notice(markdown=words)


def _buttons(session: Session, fix: Fix, *, correctable: bool) -> Sequence[Block]:
    correct = (Button(label="Correct…", action=OpenCorrection(session_id=session.id, fix_id=fix.id)),)
    last = correct if correctable else ()
    if not fix.active or fix.status is FixStatus.FAILED:
        escalate = Button(label="Escalate…", action=OpenEscalate(session_id=session.id))
        ahead = (escalate,) if fix.active and session.status is SessionStatus.ACTIVE else ()
        return (Buttons(items=(*ahead, *last)),) if ahead or last else ()
    if fix.status is FixStatus.SUCCESS:
        resolve = Button(label="Resolve…", action=OpenResolve(session_id=session.id), style=Style.PRIMARY)
        return (Buttons(items=(resolve, *last)),)
    apply = Button(label="Apply", action=ApplyFix(session_id=session.id, fix_id=fix.id), style=Style.PRIMARY)
    outcomes = tuple(_outcome_button(session, fix, status) for status in _LABELS)
    return (Buttons(items=outcomes if fix.tried else (apply, *outcomes)),)


def _outcome_button(session: Session, fix: Fix, status: FixStatus) -> Button:
    label = _LABELS[status]
    if fix.status is status:
        label = "New reason…" if status is FixStatus.PENDING else "New notes…"
    elif status is FixStatus.PARTIAL:
        label = "Partly…"
    action: Action = OpenOutcome(session_id=session.id, fix_id=fix.id, status=status)
    if status in (FixStatus.SUCCESS, FixStatus.DISMISSED):
        action = RecordOutcome(session_id=session.id, fix_id=fix.id, status=status)
    style = Style.PRIMARY if status is FixStatus.SUCCESS and fix.tried else Style.DEFAULT
    return Button(label=label, action=action, style=style)


def _waiting(session: Session, waiting: Fix) -> Sequence[Block]:
    words = f"**A newer suggestion waits: {neutralise(waiting.title)}** ({round(waiting.confidence * 100)} %)"
    replace = Button(label="Replace?", action=ReplaceFix(session_id=session.id, fix_id=waiting.id))
    return (Divider(), Text(markdown=words), Buttons(items=(replace,)))


_ASKS = {
    FixStatus.SUCCESS: ("It worked", "Anything to add?", False, ""),
    FixStatus.PENDING: ("Pending", "What are you waiting on?", True, "The user signs in again after lunch."),
    FixStatus.PARTIAL: ("It partly worked", "What is left to do?", True, "Desktop is fine, the phone still fails."),
    FixStatus.FAILED: ("It didn’t work", "What happened instead?", False, "Same error after the restart."),
    FixStatus.DISMISSED: ("Set this fix aside", "Why? (optional)", False, ""),
    FixStatus.PROPOSED: ("Outcome", "What happened?", False, ""),
}


def outcome_form(session: Session, fix: Fix, status: FixStatus, *, surface: str) -> Form:
    """The form that asks for an outcome's words, and for pending when to look again."""
    title, label, required, example = _ASKS[status]
    body: list[Block] = [
        Small(markdown=neutralise(fix.title)),
        Input(
            name="notes",
            label=label,
            value=fix.notes if fix.status is status else "",
            multiline=True,
            required=required,
            max_length=MAX_NOTES,
            placeholder=example,
        ),
    ]
    if status is FixStatus.PENDING:
        body.extend(look_again_inputs("Ask again"))
    action = RecordOutcome(session_id=session.id, fix_id=fix.id, status=status)
    return Form(surface=surface, title=title, body=tuple(body), action=action, submit="Record")


def look_again_inputs(label: str) -> tuple[Block, ...]:
    """When to ask whether a pending fix has held."""
    options = tuple(Option(value=value, label=words) for value, words in CHOICES.items())
    hint = "At 09:00 of a day such as 2026-12-24."
    return (
        Choice(name="look_again", label=label, options=options, selected="4h", required=False),
        Input(name="look_again_on", label="Or on a day", max_length=10, hint=hint),
    )


#: What may have become of a fix that another is to replace.
REPLACED_AS = (FixStatus.FAILED, FixStatus.SUCCESS, FixStatus.DISMISSED)


def replace_form(session: Session, fix: Fix, waiting: Fix, *, surface: str) -> Form:
    """What became of the fix that has no final outcome yet, before another takes its place."""
    options = tuple(Option(value=status, label=_ASKS[status][0]) for status in REPLACED_AS)
    body = (
        Text(markdown=f"**{neutralise(fix.title)}** still needs an outcome."),
        Choice(name="outcome", label="What became of it?", options=options, selected=REPLACED_AS[0]),
        Input(name="notes", label="Reason or notes", multiline=True, max_length=MAX_NOTES),
    )
    action = ReplaceFix(session_id=session.id, fix_id=waiting.id)
    return Form(surface=surface, title="Replace the fix", body=body, action=action, submit="Replace")


def correction_form(session: Session, fix: Fix, *, instead: Fix | None, surface: str) -> Form:
    """The form that changes a final outcome, or its words. `instead`: what was suggested in the fix's place meanwhile."""
    others = [status for status in _LABELS if status is not fix.status]
    options = tuple(Option(value=status, label=_LABELS[status].rstrip("…")) for status in others)
    same = Option(value=fix.status, label=f"{_LABELS[fix.status].rstrip('…')}, in other words")
    words = f"{neutralise(fix.title)}. Both entries stay in the timeline."
    if instead is not None:
        words += f" Unless it didn’t work or is dismissed, {neutralise(instead.title)} is withdrawn."
    body = (
        Small(markdown=words),
        Choice(name="status", label="What is true?", options=(*options, same), selected=others[0]),
        Input(name="notes", label="Reason or notes", multiline=True, max_length=MAX_NOTES),
        *look_again_inputs("If pending, ask again"),
    )
    action = CorrectOutcome(session_id=session.id, fix_id=fix.id, status=others[0])
    return Form(surface=surface, title="Correct the outcome", body=body, action=action, submit="Correct")


def no_fix_notice(session: Session) -> Notice:
    """The answer to a typed outcome where there is no fix to record it on: what to do instead."""
    resolve = Button(label="Resolve…", action=OpenResolve(session_id=session.id), style=Style.PRIMARY)
    resume = Button(label="Resume", action=ResumeSession(session_id=session.id))
    came_back = Button(label="It came back", action=ReopenSession(session_id=session.id))
    instead = "Resolve it if the problem is solved; note what you tried with `fact: …`."
    answers: dict[SessionStatus, tuple[str, tuple[Button, ...]]] = {
        SessionStatus.PAUSED: (f"{session.ref} is paused, and no fix is suggested in it. {instead}", (resolve, resume)),
        SessionStatus.RESOLVED: (f"{session.ref} is resolved. Is the problem back?", (came_back,)),
        SessionStatus.ABANDONED: (f"{session.ref} is abandoned. Mention me with the problem to start again.", ()),
    }
    none = f"No fix is suggested in {session.ref} that this could be recorded on. {instead}"
    words, buttons = answers.get(session.status, (none, (resolve,)))
    return Notice(markdown=words, body=(Buttons(items=buttons),) if buttons else ())


def nudge_card(session: Session, fix: Fix, *, recorder: str = "") -> Card:
    """The one quiet reminder while a fix is being verified; afterwards it says what was recorded."""
    if not fix.verifying or not fix.active or session.status not in WORKED_ON:
        return _answered_card(fix, recorder)
    worked = RecordOutcome(session_id=session.id, fix_id=fix.id, status=FixStatus.SUCCESS)
    failed = OpenOutcome(session_id=session.id, fix_id=fix.id, status=FixStatus.FAILED)
    checking = StillChecking(session_id=session.id, fix_id=fix.id)
    buttons = (
        Button(label="Worked", action=worked, style=Style.PRIMARY),
        Button(label="Didn’t work…", action=failed),
        Button(label="Still checking", action=checking),
    )
    words = f"Any word on **{neutralise(fix.title)}**?"
    return Card(body=(Text(markdown=words), Buttons(items=buttons)), fallback=f"Any word on {fix.title}?")


def follow_up_card(session: Session, fix: Fix, *, recorder: str = "") -> Card:
    """Asks whether a pending fix has held; afterwards it says what was recorded."""
    if fix.status is not FixStatus.PENDING or not fix.active or session.status not in WORKED_ON:
        return _answered_card(fix, recorder)
    words = f"**Did it hold?** {neutralise(fix.title)} was waiting on: {neutralise(fix.notes)}"
    buttons = tuple(_outcome_button(session, fix, status) for status in _LABELS)
    return Card(body=(Text(markdown=words), Buttons(items=buttons)), fallback=f"Did it hold? {fix.title}")


def confirm_card(session: Session, fix: Fix, status: FixStatus | None, notes: str, *, recorder: str = "") -> Card:
    """Asks whether the outcome that was read out of the chat is to be recorded. `status` None: it was answered."""
    if status is None or not fix.active or fix.status.final or session.status not in WORKED_ON:
        return _answered_card(fix, recorder)
    yes = ConfirmOutcome(session_id=session.id, fix_id=fix.id, status=status, notes=notes)
    other = OpenOutcome(session_id=session.id, fix_id=fix.id, status=FixStatus.PENDING)
    words = f"**Confirm outcome?** {neutralise(fix.title)}: {STATES[status.removeprefix('applied_')][0].lower()}"
    buttons = (Button(label="Confirm", action=yes, style=Style.PRIMARY), Button(label="Not yet…", action=other))
    return Card(body=(Text(markdown=words), Buttons(items=buttons)), fallback=f"Confirm outcome of {fix.title}?")


def _answered_card(fix: Fix, recorder: str) -> Card:
    words = f"{neutralise(fix.title)}: {recorded_words(fix, recorder)}"
    return Card(body=(Small(markdown=words),), fallback=words)
