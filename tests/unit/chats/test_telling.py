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
)


@pytest.mark.parametrize("text", QUESTIONS)
def test_who_wants_to_know_something_asks(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize("text", PROBLEMS)
def test_whoever_may_have_a_problem_has_one(text: str) -> None:
    """A session keeps the record; a chat keeps none, so in doubt it is a problem."""
    assert not asks(text)


@pytest.mark.parametrize(
    "text", ["hi", "Hello!", "hey there", "good morning", "thanks a lot!", "ok", "👍", "Hi FlowPilot 👋"]
)
def test_greetings_and_thanks_are_no_problems(text: str) -> None:
    assert greets(text)


@pytest.mark.parametrize(
    "text", ["hi, Outlook is broken", "test mail does not arrive", "ok, it is back", "printer", ""]
)
def test_whatever_says_more_is_no_greeting(text: str) -> None:
    assert not greets(text)
