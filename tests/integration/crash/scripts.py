"""The sessions that are crashed: what people do, step by step."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.integration.crash.browser import Browser

Payload = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One act. `make` looks at the page and says what is sent; `opens`: the answer is a form."""

    name: str
    who: str
    make: Callable[[Browser], Awaitable[Payload]]
    opens: bool = False


def send(name: str, who: str, text: str, *, channel: str, thread_of: str = "", opens: bool = False) -> Step:
    """Write in the channel, or in the thread that was opened with certain words."""

    async def make(page: Browser) -> Payload:
        thread = await page.thread(who, thread_of) if thread_of else ""
        return {"kind": "send", "channel": channel, "thread": thread, "text": text}

    return Step(name, who, make, opens)


def click(name: str, who: str, label: str, *, channel: str, opens: bool = False) -> Step:
    """Click the newest button in the channel whose label starts like this."""
    return Step(name, who, lambda page: page.button(who, label, channel), opens)


def submit(name: str, who: str, *, opens: bool = False, **inputs: str) -> Step:
    """Submit the open form."""
    return Step(name, who, lambda page: page.submit(who, **inputs), opens)


def press(name: str, who: str, label: str, *, opens: bool = False) -> Step:
    """Click a button of the open form."""
    return Step(name, who, lambda page: page.button_of_form(who, label), opens)


PROBLEM = "the printer at reception prints nothing"


def started(channel: str) -> Sequence[Step]:
    """From the problem to a fix that is applied."""
    return (
        send("start", "erin", f"@FlowPilot {PROBLEM}, #1001", channel=channel),
        click("flow", "erin", "Use this flow", channel=channel),
        click("answer", "erin", "Everybody on this printer", channel=channel),
        click("answer again", "erin", "Jam, toner", channel=channel),
        send("a fact", "erin", "fact: The panel says door open.", channel=channel, thread_of=PROBLEM),
        click("apply", "erin", "Apply", channel=channel),
    )


#: From the start to a note, a status and a time entry on the ticket.
RESOLVED: Sequence[Step] = (
    *started("service-desk"),
    click("pending", "erin", "Pending", channel="service-desk", opens=True),
    submit("pending, why", "erin", notes="waiting for a test page"),
    send("resolve", "erin", "resolve", channel="service-desk", thread_of=PROBLEM, opens=True),
    press("refresh", "erin", "Refresh", opens=True),
    submit("post", "erin", minutes="12"),
)
#: Handed to somebody else, and back, where guests read along: the package is told in private.
ESCALATED: Sequence[Step] = (
    *started("shared-contoso"),
    click("partial", "erin", "Partly", channel="shared-contoso", opens=True),
    submit("partial, what", "erin", notes="the door is mended, the toner is not"),
    click("escalate", "erin", "Escalate", channel="shared-contoso", opens=True),
    submit("anyway", "erin", opens=True, outcome="anyway"),
    submit("details", "erin", opens=True, reason="needs the vendor", queue="Network"),
    submit("hand over", "erin", minutes="7"),
    click("claim", "sam", "Claim", channel="escalations"),
    send("return", "sam", "return", channel="shared-contoso", thread_of=PROBLEM),
)
#: Answered by a model whose answers are seen while they are made.
STREAMED: Sequence[Step] = (
    send("start", "erin", f"@FlowPilot {PROBLEM}", channel="service-desk"),
    send("say more", "erin", "It is the one on the second floor", channel="service-desk", thread_of=PROBLEM),
)
QUESTION = "how do I free a full mailbox?"
#: A question that is no incident, until it becomes one.
CHAT: Sequence[Step] = (
    send("ask", "erin", f"@FlowPilot ask: {QUESTION}", channel="service-desk"),
    send("ask more", "erin", "and how is the VPN repaired at home?", channel="service-desk", thread_of=QUESTION),
    click("make a session", "erin", "Make this a session", channel="service-desk"),
    click("flow of a chat", "erin", "Use this flow", channel="service-desk"),
)
SCRIPTS = {"resolved": RESOLVED, "escalated": ESCALATED, "streamed": STREAMED, "chat": CHAT}
