"""The two jobs in a local Slack: from a mention to the note on the ticket, and a hand-over that somebody claims."""

from tests.e2e.slack.conftest import Desk
from tests.e2e.slack.local_slack import BOT, ERIN, SAM, until

PROBLEM = f"<@{BOT}> T-1001 Outlook will not open, it stops at Loading profile"


async def until_the_fix(desk: Desk) -> str:
    """A session that has followed a flow to its fix; the ts of its thread."""
    thread = await desk.slack.say(ERIN, PROBLEM)
    for label in ("Use this flow", "Yes, webmail works", "Opens in safe mode"):
        await desk.slack.press(ERIN, label)
    await desk.slack.button("Apply")
    return thread


async def test_from_a_mention_to_the_resolution_note_on_the_ticket(desk: Desk) -> None:
    """The thread, the modal, the post, and the ticket."""
    slack = desk.slack
    thread = await until_the_fix(desk)
    assert (await slack.said("FP-1"))["thread_ts"] == thread
    await slack.press(ERIN, "Apply")
    await slack.said("verifying")
    await slack.press(ERIN, "Resolve…")
    form = await slack.modal("will be recorded as")
    assert form["submit"]["text"] == "Post"
    assert await slack.submit(ERIN) is None
    await slack.no_modal()
    await slack.said("status Resolved, verified")
    notes = desk.bot.rows("select text, internal from local_notes where text like '%ref %'")
    assert len(notes) == 1
    assert "Outlook opens in safe mode" in notes[0][0]


async def test_an_escalation_is_claimed_by_somebody_else(desk: Desk) -> None:
    """Why is asked first; a field that is missing is said at the field; the claimer owns the session."""
    slack = desk.slack
    await until_the_fix(desk)
    await slack.press(ERIN, "Escalate…")
    await slack.modal("Why escalate?")
    wrong = await slack.submit(ERIN, reason="  ")
    assert wrong is not None
    assert list(wrong) == ["reason"]
    await slack.submit(ERIN, reason="Needs Exchange rights that I do not have")
    await slack.modal("What we")
    await slack.submit(ERIN)
    await slack.no_modal()
    await slack.said("Suggested next steps")
    await slack.press(SAM, "Claim")
    await slack.said("Sam Engineer has taken over FP-1")

    async def owned() -> bool:
        return desk.bot.rows("select u.name, s.status from sessions s join users u on u.id = s.owner_id") == [
            ("Sam Engineer", "active")
        ]

    await until(owned, "Sam to own the session")
    assert len(desk.bot.rows("select id from users where email = 'sam@northwind.example'")) == 1
