"""The check of drafts: each rule of SPEC 5 is seen, and a good note passes."""

from dataclasses import replace

import pytest

from core.documents.bundle import Bundle, BundleFact, DocumentKind, Said
from core.documents.check import check
from core.documents.drafts import draft
from core.facts.model import SourceType
from core.fixes.model import FixStatus
from core.prompts import PROMPTS, Prompt
from core.text.leak import RUN
from tests.unit.documents.bundles import BARE, EARLIER, FIX, NAMES, with_fix

SUCCESS = with_fix(FixStatus.SUCCESS)
GOOD = """## Problem

Jane Doe at Contoso could not print to HP-LJ-2 since this morning; her jobs stayed in the queue.

## What we confirmed

- The Print Spooler service on PRT01 kept stopping.
- Other printers were not affected.

## Root cause

A corrupt job blocked the queue.

## Resolution

We stopped the Print Spooler, deleted the files in `C:\\Windows\\System32\\spool\\PRINTERS` and started it again.
Printing works again, and the issue is resolved. No more steps are needed, e.g. on Windows 11 or with TLS 1.2.
"""


def violations(markdown: str, bundle: Bundle = SUCCESS, kind: DocumentKind = DocumentKind.RESOLUTION) -> str:
    return "\n".join(check(kind, markdown, bundle, NAMES))


def resolution(text: str) -> str:
    """The good note with another resolution."""
    return f"{GOOD.split('We stopped')[0]}{text}\n"


def test_a_good_note_passes() -> None:
    """In a model's own words."""
    assert violations(GOOD) == ""


@pytest.mark.parametrize(
    ("markdown", "violation"),
    [
        (GOOD.replace("## Root cause\n", ""), "The heading “Root cause” is missing."),
        (GOOD.replace("## Root cause", "## Root Cause"), "The heading “Root cause” is missing."),
        (GOOD.replace("## Root cause", "### Root cause"), "The heading “Root cause” is missing."),
        (f"{GOOD}\n## Next steps\n\nNone at all.\n", "The heading “Next steps” does not belong here."),
        (f"{GOOD}\n# Title\n", "“# Title” stands as a heading and is none."),
        (f"{GOOD}\n- ## Title\n", "“- ## Title” stands as a heading and is none."),
        (f"{GOOD}\n**Next steps:**\n", "“**Next steps:**” stands as a heading and is none."),
        (f"{GOOD}\nNext steps\n=====\n", "“=====” stands as a heading and is none."),
        (f"{GOOD}\n## Problem\n\nAgain.\n", "A heading stands there twice."),
        (f"Here is the note.\n\n{GOOD}", "There is text before the first heading."),
        (GOOD.replace("A corrupt job blocked the queue.", ""), "The section “Root cause” is empty."),
        (GOOD.replace("A corrupt job blocked the queue.", "---"), "The section “Root cause” is empty."),
        (GOOD.replace("- Other printers were not affected.", "-"), "There is an empty bullet."),
        (GOOD.replace("- Other printers were not affected.", "2. "), "There is an empty bullet."),
    ],
)
def test_headings_sections_and_bullets_are_held_to_the_form(markdown: str, violation: str) -> None:
    """None missing, none added, none empty."""
    assert violation in violations(markdown)


def test_sections_have_their_order() -> None:
    """The same headings in another order are not the same document."""
    head, problem, *others = GOOD.split("## ")
    swapped = "## ".join([head, others[0], problem, *others[1:]])
    assert violations(swapped) == "The headings are not in their order."


def test_a_comment_in_fenced_code_is_no_heading() -> None:
    """Shell comments start like headings."""
    assert "heading" not in violations(f"{GOOD}\n```\n# restart\n```\n")


@pytest.mark.parametrize(
    "text",
    [
        "Ask <customer name> first.",
        "[insert date here]",
        "TBD",
        "{{resolution}}",
        "Lorem ipsum dolor.",
        "N/A",
        "- n/a",
    ],
)
def test_placeholders_are_seen_unless_the_input_holds_them(text: str) -> None:
    """A token that somebody really typed is no placeholder."""
    assert violations(f"{GOOD}\n{text}\n") != ""
    typed = replace(SUCCESS, facts=(BundleFact(text=text, source_type=SourceType.NOTE),))
    assert violations(f"{GOOD}\n{text}\n", typed) == ""


@pytest.mark.parametrize(
    "token",
    [
        "KB5034441",
        "`sfc /scannow`",
        r"C:\Temp\x.log",
        r"\\prt02\print$",
        "/var/log/syslog",
        r"HKLM\SOFTWARE\Print",
        r"%APPDATA%\Teams",
        "https://contoso.sharepoint.com/x",
        "print.contoso.com",
        "PRT02",
        "HP-LJ-3",
        "dc-01",
        "ws1145",
        "10.0.0.5",
        "fe80::1",
        "2001:db8:0:0:0:0:0:1",
        "0x80070005",
        "ERR_CONNECTION_RESET",
        "AADSTS50076",
        "CVE-2024-3094",
        "error 1603",
        "Event ID 7031",
        "ticket #9999",
    ],
)
def test_identifiers_are_not_invented(token: str) -> None:
    """What the input does not hold is seen, what it holds passes."""
    markdown = f"{GOOD}\nSee {token}.\n"
    assert "does not occur in what is known" in violations(markdown)
    for known in (f"it was {token}", f"saw ({token}), twice"):
        bundle = replace(SUCCESS, facts=(BundleFact(text=known, source_type=SourceType.NOTE),))
        assert violations(markdown, bundle) == ""


def test_part_of_a_longer_identifier_is_another_one() -> None:
    """PRT0 is not PRT01, and 10.0.0.5 is not 10.0.0.55."""
    bundle = replace(SUCCESS, facts=(BundleFact(text="10.0.0.55 and KB50344419", source_type=SourceType.NOTE),))
    assert "10.0.0.5”" in violations(f"{GOOD}\n10.0.0.5\n", bundle)
    assert "KB5034441”" in violations(f"{GOOD}\nKB5034441\n", bundle)


@pytest.mark.parametrize(
    "text",
    [
        "Windows 11, Office 365, M365, TLS 1.2, IPv4, SHA256 and WPA2 are fine, and/or UTF-8.",
        "It takes 24/7 and 12:30:45, i.e. 3.5 hours at 80 % on 2026-03-02 for step 2.",
        "The user e-mailed us; a follow-up (a/b) is not needed. Node.js and ASP.NET are not involved.",
    ],
)
def test_ordinary_words_are_no_identifiers(text: str) -> None:
    """False alarms cost a good note."""
    assert violations(f"{GOOD}\n{text}\n") == ""


@pytest.mark.parametrize(
    ("text", "violation"),
    [
        ("Anna Kovacs did it.", "“Anna Kovacs” is the name of an engineer."),
        ("anna kovacs did it.", "“anna kovacs” is the name of an engineer."),
        ("We thank Will.", "“Will” is the name of an engineer."),
        ("As in FP-7.", "“FP-7” refers to a session."),
        ("FlowPilot did it.", "“FlowPilot” names the bot."),
        ("Ask the bot.", "“the bot” names the bot."),
        ("As an AI language model, I cannot.", "is how a model speaks."),
    ],
)
def test_people_the_bot_and_sessions_are_not_named(text: str, violation: str) -> None:
    """Also when the input names them."""
    bundle = replace(SUCCESS, facts=(BundleFact(text=text, source_type=SourceType.NOTE),))
    assert violation in violations(f"{GOOD}\n{text}\n", bundle)


@pytest.mark.parametrize("text", ["Jane will call.", "Log on to Ops-Bob-PC.", "See `C:\\Users\\Anna Kovacs`."])
def test_a_name_within_a_word_or_in_code_is_left_alone(text: str) -> None:
    """ "will" is a word, and a profile's path is a path."""
    bundle = replace(SUCCESS, facts=(BundleFact(text=text, source_type=SourceType.NOTE),))
    assert violations(f"{GOOD}\n{text}\n", bundle) == ""


SAID = "so I went over to her desk and saw that the little lamp on the printer was blinking red again"


def test_runs_from_the_chat_are_seen() -> None:
    """Fifteen words in a row, from intake or transcript, across a line break too."""
    told = SAID.replace("desk and", "desk\nand")
    for bundle in (
        replace(SUCCESS, intake=f"hi, {SAID}"),
        replace(SUCCESS, transcript=(Said(who="engineer", text=SAID.upper(), number=3),)),
    ):
        assert "is copied from the chat." in violations(f"{GOOD}\n{told}.\n", bundle)
        assert violations(f"{GOOD}\n{' '.join(SAID.split()[:14])}.\n", bundle) == ""


def test_a_run_that_is_also_a_fact_passes() -> None:
    """Part of a longer fact is enough."""
    fact = BundleFact(text=f"Jane says: {SAID}, twice", source_type=SourceType.NOTE)
    assert violations(f"{GOOD}\n{SAID}.\n", replace(SUCCESS, intake=SAID, facts=(fact,))) == ""


FAILED = with_fix(FixStatus.FAILED)
PENDING = with_fix(FixStatus.PENDING, "Jane to print after lunch")
UNKNOWN = {"A corrupt job blocked the queue.": "The root cause is not known."}


def unsettled(text: str) -> str:
    return resolution(text).replace(*next(iter(UNKNOWN.items())))


@pytest.mark.parametrize(
    "bundle",
    [FAILED, with_fix(FixStatus.DISMISSED), with_fix(FixStatus.PROPOSED, applied=False), PENDING],
    ids=["failed", "dismissed", "proposed", "pending"],
)
@pytest.mark.parametrize(
    "claim",
    [
        "The issue is now resolved.",
        "Clearing the queue fixed the problem.",
        "We restarted it, which fixed it.",
        "The problem no longer occurs.",
        "Printing is working again.",
        "This closes the issue.",
    ],
)
def test_a_success_is_claimed_only_when_one_is_recorded(bundle: Bundle, claim: str) -> None:
    """Unless something else resolved it, or the input says so in these words."""
    note = unsettled(f"{claim} This is provisional.")
    assert "claims a success" in violations(note, bundle)
    assert "claims a success" not in violations(note, replace(bundle, resolved_by="a new cable"))
    worked = replace(EARLIER, status=FixStatus.SUCCESS)
    assert "claims a success" not in violations(note, replace(bundle, tried=(worked,)))
    fact = BundleFact(text=claim, source_type=SourceType.NOTE)
    assert "claims a success" not in violations(note, replace(bundle, facts=(fact,)))


@pytest.mark.parametrize(
    "text",
    [
        "The fix was applied but did not resolve the issue.",
        "The problem has not been resolved.",
        "We will confirm whether the issue is resolved; this is provisional.",
        "Once Jane has printed, the issue is resolved. Until then this is provisional.",
    ],
)
def test_a_denial_or_a_condition_is_no_claim(text: str) -> None:
    """The same words with a "not" or an "if" are honest."""
    assert violations(unsettled(f"The print queue was cleared, without success. {text}"), FAILED) == ""


def test_a_suggested_fix_is_not_described_as_applied() -> None:
    """It was merely proposed."""
    bundle = with_fix(FixStatus.PROPOSED, applied=False)
    assert "only suggested" in violations(unsettled("The fix was applied this morning."), bundle)
    assert violations(unsettled("The fix was not applied."), bundle) == ""


def test_an_unsettled_fix_has_to_be_called_so() -> None:
    """Pending is provisional, partial leaves something, and an unconfirmed cause is none."""
    applied = "The queue was cleared."
    assert "has to say that it is provisional" in violations(unsettled(applied), PENDING)
    assert "has to say what is left" in violations(unsettled(applied), with_fix(FixStatus.PARTIAL, "two PCs"))
    assert "root cause has to be said to be unconfirmed" in violations(resolution(applied), FAILED)
    assert violations(unsettled(f"{applied} Two PCs remain."), with_fix(FixStatus.PARTIAL, "two PCs")) == ""


def package(**changes: str) -> str:
    """A good escalation package for BARE, with some sections changed."""
    bodies = {
        "Problem": "VPN is down.",
        "What we've confirmed": "Nothing confirmed yet.",
        "What we've tried": "No diagnostic actions run yet.",
        "Current hypothesis": "No leading hypothesis yet — symptoms are still being narrowed.",
        "Suggested next steps": "1. Look at the client's log.\n   - and the server's\n2. Ask who else is affected.",
    }
    bodies.update({name: changes[key] for name in bodies if (key := name.split()[-1]) in changes})
    return "\n\n".join(f"## {name}\n\n{body}" for name, body in bodies.items())


def escalated(markdown: str, bundle: Bundle) -> str:
    return violations(markdown, bundle, DocumentKind.ESCALATION)


def test_a_good_package_passes() -> None:
    """With the fixed sentences where they must stand."""
    assert escalated(package(), BARE) == ""


@pytest.mark.parametrize("section", ["confirmed", "tried", "hypothesis"])
def test_a_fixed_sentence_must_stand_word_for_word(section: str) -> None:
    """A paraphrase is not enough."""
    assert "is missing." in escalated(package(**{section: "Nothing so far."}), BARE)


def test_a_fixed_sentence_must_not_stand_where_it_is_untrue() -> None:
    """Facts are confirmed, checks were run, and an applied fix is a hypothesis."""
    found = escalated(package(), PENDING)
    assert found.count("is not true here.") == 3


@pytest.mark.parametrize(
    ("steps", "fine"),
    [
        ("1. One step.", False),
        ("Look at the log, then ask.", False),
        ("- One.\n- Two.", True),
        ("1. One.\n2. Two.\n3. Three.\n4. Four.", True),
        ("1. One.\n2. Two.\n3. Three.\n4. Four.\n5. Five.", False),
    ],
)
def test_next_steps_are_two_to_four(steps: str, fine: bool) -> None:
    """Counted as items of a list."""
    assert ("two to four next steps" not in escalated(package(steps=steps), BARE)) is fine


@pytest.mark.parametrize("status", [FixStatus.PROPOSED, FixStatus.DISMISSED])
def test_what_was_not_applied_is_not_listed_as_tried(status: FixStatus) -> None:
    """Unless something of that title was tried before."""
    bundle = with_fix(status, applied=False, bundle=BARE)
    markdown = package(tried=f"- {FIX.title}.", hypothesis="Perhaps the queue.")
    assert f"“{FIX.title}” was not tried: it is {status}." in escalated(markdown, bundle)
    before = replace(EARLIER, title=FIX.title)
    assert "was not tried" not in escalated(markdown, replace(bundle, tried=(before,)))


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("- Reboot", True),
        ("1. **Reboot** was done.", True),
        ("- We did a “reboot” twice.", True),
        ("- Rebooted the laptop.", False),
        ("- The user did a reboot.", False),
    ],
)
def test_a_short_title_counts_only_where_it_stands_as_one(line: str, seen: bool) -> None:
    """One that is an everyday word may well occur in a check."""
    bundle = replace(BARE, active=replace(FIX, title="Reboot"))
    assert ("was not tried" in escalated(package(tried=line), bundle)) is seen


@pytest.mark.parametrize(
    ("change", "violation"),
    [
        (("**Outcome:**", "**Result:**"), "The heading “Outcome” is missing."),
        (("**Outcome:**", "## Outcome\n\n"), "“## Outcome” stands as a heading and is none."),
        (
            ("**Key Findings:**", "**Next Steps (for resumption):**\n\n1. x\n\n**Key Findings:**"),
            "does not belong here",
        ),
        (("**Current Status:** No", "**Current Status:**\n\n**Mood:** No"), "The heading “Mood” does not belong here."),
    ],
)
def test_a_conclusions_labels_are_exact(change: tuple[str, str], violation: str) -> None:
    """In order, and the last ones by status."""
    good = draft(DocumentKind.CONCLUSION, BARE)
    assert violations(good, BARE, DocumentKind.CONCLUSION) == ""
    assert violation in violations(good.replace(*change), BARE, DocumentKind.CONCLUSION)


def test_violations_are_told_once() -> None:
    """They are the reason that a repair is given."""
    assert len(check(DocumentKind.RESOLUTION, f"{GOOD}\nKB5034441 and KB5034441.\n", SUCCESS)) == 1


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt.name)
def test_words_of_a_prompt_are_a_violation(prompt: Prompt) -> None:
    """Even where they keep every other rule. An aside of a few words is what anybody may say."""
    words = prompt.text.split()[:14]
    leaked = "is from the instructions." in violations(GOOD + f"\n{' '.join(words)}.\n")
    assert leaked is (len(words) >= RUN)
    assert "is from the instructions." not in violations(GOOD)
