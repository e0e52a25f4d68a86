"""The resolution note: it says what the outcome allows, in words a customer can read."""

from dataclasses import replace

import pytest

from core.documents.bundle import Bundle, BundleFact, DocumentKind
from core.documents.check import check
from core.documents.drafts import draft
from core.facts.model import SourceType
from core.fixes.model import FixStatus
from core.text.split import shorten
from tests.unit.documents.bundles import BARE, EARLIER, FIX, NAMES, TICKET, TYPICAL, with_fix

TITLE = "clear the print queue and restart the spooler on PRT01"
WORKED = "It has been applied and is confirmed to have worked. This closes the issue."


def note(bundle: Bundle) -> str:
    return draft(DocumentKind.RESOLUTION, bundle, NAMES)


def section(text: str, heading: str) -> str:
    return text.split(f"## {heading}\n")[1].split("\n## ")[0].strip()


def test_a_success_reads_as_a_whole() -> None:
    """The typical note, word for word."""
    assert note(with_fix(FixStatus.SUCCESS)) == (
        "## Problem\n\n"
        "Jane's print jobs to HP-LJ-2 stay in the queue since this morning. The ticket says: Cannot print to HP-LJ-2. "
        "The affected device is WS-114. It was reported by Jane Doe (Contoso).\n\n"
        "## What we confirmed\n\n"
        "- The Print Spooler on PRT01 stops every few minutes.\n"
        "- Do other printers have the problem? No.\n\n"
        "## Root cause\n\n"
        "A corrupt job blocked the queue.\n\n"
        "## Resolution\n\n"
        "The fix was to clear the print queue and restart the spooler on PRT01. In detail: Stop the Print Spooler, "
        r"delete the files in `C:\Windows\System32\spool\PRINTERS`, start it again."
        f"\n\n{WORKED}\n"
    )


@pytest.mark.parametrize(
    ("bundle", "said", "unsaid"),
    [
        (with_fix(FixStatus.SUCCESS), [f"The fix was to {TITLE}.", WORKED], ["provisional"]),
        (
            with_fix(FixStatus.PROPOSED),
            [f"The fix applied was to {TITLE}.", "not confirmed yet, so this resolution is provisional."],
            ["confirmed to have worked", "awaited"],
        ),
        (
            with_fix(FixStatus.PENDING, "waiting for Jane to print after lunch"),
            ["this resolution is provisional. What is awaited: Jane to print after lunch."],
            ["confirmed to have worked", "closes"],
        ),
        (
            with_fix(FixStatus.PARTIAL, "two more workstations"),
            ["It settled the problem only in part. What is left to do: two more workstations."],
            ["closes", "confirmed to have worked"],
        ),
        (
            with_fix(FixStatus.FAILED, "the queue fills up again"),
            [
                f"We tried the following, which did not solve the problem: C{TITLE[1:]}. "
                "Reason: the queue fills up again.",
                "No working fix has been confirmed so far.",
            ],
            ["The fix was", "closes", "resolved"],
        ),
        (
            with_fix(FixStatus.DISMISSED, applied=False),
            ["No working fix has been confirmed so far."],
            [TITLE, "The fix was", "resolved"],
        ),
        (
            with_fix(FixStatus.PROPOSED, applied=False),
            [f"No fix has been applied so far. One has been suggested: C{TITLE[1:]}."],
            ["The fix was", "The fix applied", "resolved"],
        ),
        (replace(TYPICAL, active=None), ["No fix has been applied so far."], ["resolved", TITLE]),
    ],
    ids=["success", "verifying", "pending", "partial", "failed", "dismissed", "proposed", "none"],
)
def test_the_resolution_says_what_the_outcome_allows(bundle: Bundle, said: list[str], unsaid: list[str]) -> None:
    """Success closes, the rest says what is open, and only what was applied is described as applied."""
    resolution = section(note(bundle), "Resolution")
    assert [text for text in said if text not in resolution] == []
    assert [text for text in unsaid if text in resolution] == []


@pytest.mark.parametrize("status", [s for s in FixStatus if s is not FixStatus.SUCCESS])
def test_a_cause_is_named_only_on_success(status: FixStatus) -> None:
    """A suspected cause is not the cause."""
    cause = section(note(with_fix(status, "something", applied=False)), "Root cause")
    assert cause.startswith("The root cause has not been confirmed")
    assert FIX.cause not in cause


def test_an_unknown_cause_is_said_to_be_unknown() -> None:
    """Also when the fix worked."""
    bundle = replace(TYPICAL, active=replace(FIX, cause="", status=FixStatus.SUCCESS, applied=True))
    cause = section(note(bundle), "Root cause")
    assert cause == "The root cause is not known; the fix was confirmed without establishing it."


@pytest.mark.parametrize(
    "bundle",
    [
        replace(TYPICAL, active=None),
        with_fix(FixStatus.PROPOSED, applied=False),
        with_fix(FixStatus.FAILED),
        with_fix(FixStatus.DISMISSED, applied=False),
    ],
    ids=["none", "proposed", "failed", "dismissed"],
)
def test_the_engineers_own_account_resolves_what_no_fix_did(bundle: Bundle) -> None:
    """ "What resolved it?" leads, and a fix that did not work is still only an attempt."""
    resolution = section(note(replace(bundle, resolved_by="the user rebooted the laptop")), "Resolution")
    assert resolution.startswith("The problem was resolved as follows: the user rebooted the laptop.")
    assert "has been suggested" not in resolution
    assert "No fix" not in resolution
    if bundle.state == "failed":
        assert "Before that, we tried the following, which did not solve the problem: Clear" in resolution


def test_the_account_is_not_repeated_among_the_findings() -> None:
    """It is stored as an engineer's note, which is a fact too."""
    noted = BundleFact(text="The user rebooted the laptop.", source_type=SourceType.NOTE)
    text = note(replace(BARE, facts=(noted,), resolved_by="the user rebooted the laptop"))
    assert "Nothing further was confirmed" in section(text, "What we confirmed")


def test_earlier_attempts_stand_below_the_fix() -> None:
    """One as a sentence, several as a list with each outcome."""
    one = section(note(replace(with_fix(FixStatus.SUCCESS), tried=(EARLIER,))), "Resolution")
    assert one.endswith(
        "Before that, we tried the following, which did not solve the problem: Reinstall the printer driver. "
        "Reason: same symptom after a reboot."
    )
    helped = replace(EARLIER, title="Swap the cable", status=FixStatus.PARTIAL, notes="still slow")
    two = section(note(replace(with_fix(FixStatus.SUCCESS), tried=(EARLIER, helped))), "Resolution")
    assert two.endswith(
        "Before that, we tried the following:\n\n"
        "- Reinstall the printer driver. This did not solve the problem. Reason: same symptom after a reboot.\n"
        "- Swap the cable. This helped only in part. Still open: still slow."
    )


def test_with_nothing_known_every_section_still_says_so() -> None:
    """The barest session makes a whole note."""
    assert note(BARE) == (
        "## Problem\n\nVPN is down.\n\n"
        "## What we confirmed\n\nNothing further was confirmed beyond the problem as reported.\n\n"
        "## Root cause\n\nThe root cause has not been confirmed.\n\n"
        "## Resolution\n\nNo fix has been applied so far.\n"
    )


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("Restart Outlook.", "The fix was to restart Outlook."),
        ("Switch the port to VLAN 10", "The fix was to switch the port to VLAN 10."),
        ("Switch port replacement", "The fix was the following: Switch port replacement."),
        ("DNS cache flush", "The fix was the following: DNS cache flush."),
        ("Reboot", "The fix was the following: Reboot."),
        ("", "The fix was the one suggested."),
    ],
)
def test_only_a_title_that_is_an_instruction_is_bent_into_one(title: str, sentence: str) -> None:
    """ "The fix was to DNS cache flush" is no English."""
    assert sentence in note(replace(TYPICAL, active=replace(FIX, title=title, status=FixStatus.SUCCESS, applied=True)))


@pytest.mark.parametrize(
    ("notes", "line"),
    [
        ("waiting for the user to reboot", "What is awaited: the user to reboot."),
        ("Pending: reboot tonight", "What is awaited: reboot tonight."),
        ("user is travelling", "What is awaited: user is travelling."),
        ("open the port on the firewall", "What is awaited: open the port on the firewall."),
        ("waiting", "What is awaited: waiting."),
    ],
)
def test_what_is_awaited_is_not_said_twice(notes: str, line: str) -> None:
    """People write "waiting for" into a field that asks what is waited for."""
    assert line in note(with_fix(FixStatus.PENDING, notes))


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        ("Yes, only the desktop app", "- Is it one app? Yes, only the desktop app."),
        ("Outlook", "- Is it one app? Outlook."),
        ("Outlook asks for the password", "- Outlook asks for the password."),
    ],
)
def test_a_terse_answer_comes_with_its_question(answer: str, line: str) -> None:
    """A bare "yes" confirms nothing to a reader."""
    fact = BundleFact(text=answer, source_type=SourceType.QUESTION, question="Is it one app?")
    assert line in note(replace(BARE, facts=(fact,))).splitlines()


def test_a_ticket_number_before_the_problem_is_left_out() -> None:
    """The note stands on that ticket."""
    problem = section(note(replace(BARE, title="CW #4711 - user can't sign in")), "Problem")
    assert problem == "User can't sign in."


URL = "https://psa.example.com/tickets/4711"


@pytest.mark.parametrize("pointer", ["#4711", URL])
@pytest.mark.parametrize(
    "told",
    [
        "Outlook will not open {}",
        "{} Outlook will not open",
        "Outlook will not open, see {}.",
        "Outlook will not open ({})",
    ],
)
def test_what_only_points_to_the_ticket_is_left_out(told: str, pointer: str) -> None:
    """The note stands on that ticket."""
    assert section(note(replace(BARE, title=told.format(pointer))), "Problem") == "Outlook will not open."


@pytest.mark.parametrize(
    "told",
    [
        "{} is open again.",
        "Outlook fails since {} was closed.",
        "Same crash as {}.",
        "Nobody works on {}.",
        "Error code #4711.",
    ],
)
@pytest.mark.parametrize("pointer", ["#4711", URL])
def test_a_sentence_that_needs_the_ticket_keeps_it(told: str, pointer: str) -> None:
    """It would be broken without."""
    assert section(note(replace(BARE, title=told.format(pointer))), "Problem") == told.format(pointer)


@pytest.mark.parametrize("pointer", ["#4711", URL])
def test_a_problem_that_is_nothing_but_the_ticket_is_still_stated(pointer: str) -> None:
    """In its words, where it could be read; else as it was said."""
    assert section(note(replace(BARE, title=pointer)), "Problem").startswith(pointer)
    ticket = replace(TICKET, summary="VPN drops at home", company="", contact="", device="")
    problem = section(note(replace(BARE, title=pointer, ticket=ticket)), "Problem")
    assert problem == "VPN drops at home."


def test_the_session_states_its_problem_and_the_ticket_its_own() -> None:
    """What was worked on is not lost behind what the ticket is called."""
    ticket = replace(TICKET, summary="VPN drops at home", company="", contact="", device="")
    for title in (
        "T-1002 Outlook will not open",
        "Outlook will not open (ticket T-1002)",
        "Outlook will not open, see T-1002",
    ):
        problem = section(note(replace(BARE, title=title, ticket=ticket)), "Problem")
        assert problem == "Outlook will not open. The ticket says: VPN drops at home."
    problem = section(note(replace(BARE, title="", ticket=ticket)), "Problem")
    assert problem == "VPN drops at home."


def test_a_long_first_message_is_told_in_whole_clauses() -> None:
    """Its title ends in the middle of a phrase; the note does not, and keeps the error code."""
    said = (
        "Since the update last night Outlook hangs at loading profile, and the user sees 0x80070005 whenever she tries "
        "to open a shared calendar of the finance team. She is in a hurry."
    )
    bundle = replace(BARE, title=shorten(said, 100), intake=said)
    problem = section(note(bundle), "Problem")
    assert problem == "Since the update last night Outlook hangs at loading profile. It shows 0x80070005."
    assert check(DocumentKind.RESOLUTION, note(bundle), bundle) == ()
