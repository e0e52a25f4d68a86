"""The cards and forms of the scripted bot: every primitive, as FlowPilot uses them."""

from core.commands import (
    Action,
    AnswerStep,
    ApplyFix,
    FindPeople,
    OpenEscalate,
    OpenPreview,
    OpenResolve,
    PostResolution,
    PrepareEscalation,
    RecordOutcome,
    RefreshPreview,
    SkipStep,
)
from core.fixes.model import FixStatus
from core.views import (
    Badge,
    Button,
    Buttons,
    Card,
    Choice,
    Divider,
    Fields,
    Form,
    Input,
    Option,
    Person,
    Small,
    Style,
    Text,
    Tone,
)

NOTE = """## Problem

Outlook stops at “Loading profile” on Dana Reyes' laptop `NW-LT-0142` since this morning.

## What we confirmed

- Outlook on the web works for the same mailbox.
- `outlook.exe /safe` starts without the profile's add-ins.

## Root cause

A broken navigation pane file (`%AppData%\\Microsoft\\Outlook\\Outlook.xml`).

## Resolution

Started Outlook once with `/resetnavpane`; it opens normally and stays open.
"""


HELP = """**What you can type here**

- `/flowpilot <problem>` starts a session
- `/resolve` and `/escalate` end one
- `fact: …` adds what you know
"""


def button(label: str, action: Action, style: Style = Style.DEFAULT, confirm: str | None = None) -> Button:
    return Button(label=label, action=action, style=style, confirm=confirm)


def session_card(problem: str) -> Card:
    return Card(
        title="FP-12 · Outlook will not open",
        badge=Badge(text="Discovery · 35 %", tone=Tone.INFO),
        body=(
            Text(markdown=problem),
            Fields(
                items=(
                    ("Owner", "Erin Engineer"),
                    ("Ticket", "#4711"),
                    ("Contact", "Dana Reyes"),
                    ("Device", "NW-LT-0142"),
                )
            ),
            Divider(),
            Small(markdown="Similar: **FP-7** *Outlook hangs at start*, solved by a new profile."),
        ),
        fallback="FP-12 started: Outlook will not open",
    )


def question_card() -> Card:
    return Card(
        title="Does Outlook on the web work for the same mailbox?",
        badge=Badge(text="Question"),
        body=(
            Text(
                markdown="It tells a broken mailbox from a broken profile. Ask Dana to open "
                "<https://outlook.office.com> in a private window, or run:\n\n"
                "```powershell\nTest-NetConnection outlook.office365.com -Port 443\n"
                "Get-Process outlook -ErrorAction SilentlyContinue | Stop-Process -Force\n```"
            ),
            Buttons(
                items=(
                    button("Yes, it works", AnswerStep(step_id="1", option=0), Style.PRIMARY),
                    button("No", AnswerStep(step_id="1", option=1)),
                    button("Skip", SkipStep(step_id="1")),
                )
            ),
        ),
        fallback="Question: does Outlook on the web work for the same mailbox?",
    )


def fix_card(badge: Badge) -> Card:
    return Card(
        title="Suggested fix: reset the navigation pane",
        badge=badge,
        body=(
            Text(
                markdown="1. Close Outlook.\n2. Press **Win+R** and run `outlook.exe /resetnavpane`.\n"
                "3. Wait until the profile is loaded.\n\n> Custom groups in the navigation pane are lost."
            ),
            Buttons(
                items=(
                    button("Apply", ApplyFix(fix_id="f"), Style.PRIMARY),
                    button("It worked", RecordOutcome(fix_id="f", status=FixStatus.SUCCESS)),
                    button("Pending…", RecordOutcome(fix_id="f", status=FixStatus.PENDING)),
                    button(
                        "Dismiss",
                        RecordOutcome(fix_id="f", status=FixStatus.DISMISSED),
                        Style.DANGER,
                        "Set this fix aside? It will not be listed as tried.",
                    ),
                )
            ),
            Buttons(
                items=(
                    button("Preview note", OpenPreview()),
                    button("Resolve", OpenResolve()),
                    button("Escalate", OpenEscalate()),
                )
            ),
        ),
        fallback="Suggested fix: reset the navigation pane",
    )


def resolve_form(surface: str, note: str) -> Form:
    return Form(
        surface=surface,
        title="Resolve FP-12",
        body=(
            Small(markdown="A fix that is being verified **will be recorded as worked**. Drafted just now."),
            Input(name="text", label="Resolution note", value=note, multiline=True, required=True, max_length=3000),
            Choice(
                name="visibility",
                label="Who sees the note on #4711",
                options=(
                    Option(value="internal", label="Internal"),
                    Option(value="customer", label="The customer too"),
                ),
                selected="internal",
            ),
            Choice(
                name="ticket_status",
                label="New ticket status",
                options=tuple(
                    Option(value=str(i), label=name)
                    for i, name in enumerate(("Keep", "Resolved", "Waiting", "Closed", "Cancelled"))
                ),
                selected="1",
            ),
            Input(name="minutes", label="Minutes worked", value="14"),
            Buttons(items=(button("Refresh the draft", RefreshPreview(surface=surface)),)),
        ),
        action=PostResolution(surface=surface),
        submit="Post",
    )


def escalate_form(surface: str) -> Form:
    people = (Option(value="u2", label="Sam Engineer"), Option(value="u3", label="Adam Admin"))
    urgency = (Option(value="normal", label="Normal"), Option(value="urgent", label="Urgent: somebody cannot work"))
    return Form(
        surface=surface,
        title="Escalate FP-12",
        body=(
            Input(
                name="reason",
                label="Why",
                required=True,
                multiline=True,
                placeholder="What do you need that you do not have?",
            ),
            Person(
                name="person",
                label="To whom",
                people=people,
                query=FindPeople(),
                hint="Leave it open and anyone may claim it.",
            ),
            Choice(name="urgency", label="How urgent", options=urgency, selected="normal"),
        ),
        action=PrepareEscalation(surface=surface, reason=""),
        submit="Continue",
    )
