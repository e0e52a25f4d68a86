"""What is a question, a greeting, or a problem."""

import pytest

from core.chats.telling import asks, greets

QUESTIONS = (
    "How do I reset MFA for a user?",
    "how to block macros by policy",
    "What's the retention of a soft-deleted mailbox?",
    "Which port does the RD gateway need",
    "where can I see sign-in logs of a tenant?",
    "Is there a flow for BitLocker?",
    "can we use Teams phones without a license for each?",
    "could you explain what a conditional access session control does?",
    "difference between a shared mailbox and a group",
    "should I use dynamic disks?",
    "Hi, how do I reset MFA for a user?",
    "Hey FlowPilot, is there a flow for BitLocker recovery?",
    "quick question: how do I convert a mailbox to shared? thanks!",
    "what ports does AD replication use",
    "what is our process for offboarding",
    "how do I reset a user's password in Entra",
    "who can approve a new license?",
    "tell me how DKIM works",
    "how do I create a user account",
    "is it safe to reboot a DC during business hours?",
)
PROBLEMS = (
    "Outlook does not open",
    "Jane at Contoso cannot sign in",
    "why does Outlook crash at the start?",
    "how do I fix the VPN, it keeps dropping",
    "What does error 0x80070005 mean on her laptop?",
    "How do I get this printer to print? it's stuck",
    "How do I close T-1001?",
    "can you reset the password of jane@contoso.com",
    "why is the file server slow since Monday?",
    "where is my mailbox? it is gone",
    "what now, the server is down",
    "printer",
    "new laptop for Bob",
    "",
    "Hi! why are emails to gmail bouncing?",
    "why is Jane's Outlook asking for a code",
    "what is wrong with the mail of a customer?",
    "what's up with Teams",
    "is there a problem with Exchange Online?",
    "can we get the old mailbox restored from backup?",
    "can I get some help with a printer",
    "could we check the backups",
    "How do I get into an account? She forgot the password",
    "how do I get rid of a virus",
    "How can I recover a user whose files got encrypted?",
    "how to fix a blue screen on boot",
    "how can I troubleshoot high CPU on SRV-DC01",
    "how do I log in to Contoso's firewall",
    "where is Bob's OneDrive data, he sees an empty folder",
    "who has changed the rule at Contoso?",
    "When will the server be back up?",
    "do you have any ideas on a laptop that reboots",
    "does anyone else see Teams calls dropping?",
    "should I power cycle the modem",
    "Should we reboot SRV-FILE01, shares are red",
    "Can we unlock jane.doe@contoso.com?",
    "how do I reset MFA for Jane",
    "how do I get the Fabrikam printer online",
    "what do I do about a mailbox that sends by itself",
    "how long will the sync take? users see old files",
    "what would make a NAS restart every night?",
    "is there someone who can take a P1 call",
    "explain the alert on the laptop",
    "how is it that a user gets mails from himself",
    "what does this mean\n[12:03] WARN disk 2 degraded",
    "how do I set up a scan to mail " + "and then " * 40,
)


@pytest.mark.parametrize("text", QUESTIONS)
def test_who_wants_to_know_something_asks(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize("text", PROBLEMS)
def test_whoever_may_have_a_problem_has_one(text: str) -> None:
    """A session keeps the record; a chat keeps none, so in doubt it is a problem."""
    assert not asks(text)


@pytest.mark.parametrize(
    "text",
    [
        "hi",
        "Hello!",
        "hey there",
        "good morning",
        "thanks a lot!",
        "ok",
        "👍",
        "Hi FlowPilot 👋",
        ":+1::skin-tone-2:",
        "??",
        "",
    ],
)
def test_greetings_and_thanks_are_no_problems(text: str) -> None:
    assert greets(text)


@pytest.mark.parametrize("text", ["hi, Outlook is broken", "test mail does not arrive", "ok, it is back", "printer"])
def test_whatever_says_more_is_no_greeting(text: str) -> None:
    assert not greets(text)
