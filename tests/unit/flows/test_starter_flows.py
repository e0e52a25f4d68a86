"""The flows every new account begins with: sound, safe, and found by how people ask."""

import re
from collections import Counter
from dataclasses import replace

import pytest

from core.flows.advice import advise, is_risky
from core.flows.keywords import fits
from core.flows.model import ESCALATE, Command, Flow, Node, Solution, Step
from core.flows.source import parse_flow
from core.flows.terms import search_words, terms
from core.flows.walk import follow, match_answer
from tests.unit.flows.samples import SMALL, STARTERS, starter_flows

FLOWS = starter_flows()
each_flow = pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.slug)
#: Modules that Microsoft has switched off, tools that Windows no longer has.
RETIRED = re.compile(r"\w+-(Msol|AzureAD)\w*|\bGet-MessageTrace\b|\bwmic\b|\bwuauclt\b|Search-Mailbox\b", re.IGNORECASE)
NEEDED = {
    "account-lockout",
    "backup-failed",
    "bitlocker-recovery",
    "compromised-mailbox",
    "disk-full",
    "dns-no-internet",
    "m365-licence",
    "mailbox-full",
    "mfa-reset",
    "onedrive-not-syncing",
    "outlook-password-prompt",
    "outlook-wont-open",
    "password-reset",
    "printer-not-printing",
    "shared-mailbox-access",
    "slow-pc",
    "teams-audio",
    "vpn-wont-connect",
    "wifi-problem",
}


def texts(node: Node) -> list[str]:
    """Everything a node shows."""
    shown = [node.gui, node.warning, *(command.text for command in node.commands)]
    if isinstance(node, Solution):
        return [text for text in (node.title, node.description, node.cause, *shown) if text]
    options = [text for option in node.options for text in (option.label, option.fact)]
    return [text for text in (node.text, node.why, *shown, *options) if text]


def steps_to_an_end(flow: Flow) -> dict[str, int]:
    """How many answers it takes at most from each node to an end, if every answer leads on the shortest way."""
    distance = {node.id: 0 for node in flow.solutions} | {ESCALATE: 0}
    for _ in flow.nodes:
        for step in flow.steps:
            known = [distance[target] + 1 for target in step.targets if target in distance]
            if known:
                distance[step.id] = min(known)
    return distance


def test_what_service_desks_get_is_covered() -> None:
    """At least the nineteen usual problems have a flow."""
    assert {flow.slug for flow in FLOWS} >= NEEDED


@each_flow
def test_a_flow_leaves_its_author_nothing_to_wish(flow: Flow) -> None:
    """Five to ten phrasings, facts in every step, a warning before every command that can do harm."""
    assert advise(flow) == ()


@each_flow
def test_a_flow_is_short_and_has_several_ends(flow: Flow) -> None:
    """Five to twelve nodes, two solutions at least, each with a cause, and a way to hand over."""
    assert 5 <= len(flow.nodes) <= 12
    assert len(flow.solutions) >= 2
    assert len({solution.cause for solution in flow.solutions}) == len(flow.solutions)
    assert all(0.5 <= solution.confidence <= 0.95 for solution in flow.solutions)
    assert any(ESCALATE in node.targets for node in flow.nodes.values())
    assert isinstance(flow.nodes[flow.start], Step)


@each_flow
def test_every_walk_ends(flow: Flow) -> None:
    """From the start every node is reached, and from every node an end in a few answers."""
    reached, waiting = set(), [flow.start]
    while waiting:
        node = follow(flow, waiting.pop())
        if node is not None and node.id not in reached:
            reached.add(node.id)
            waiting.extend(node.targets)
    assert reached == set(flow.nodes)
    assert max(steps_to_an_end(flow)[node] for node in flow.nodes) <= 5


@each_flow
def test_every_answer_can_be_typed(flow: Flow) -> None:
    """Label, number and each synonym of an option choose that option."""
    for step in flow.steps:
        for number, option in enumerate(step.options, start=1):
            for said in (option.label, option.label.upper(), str(number), *option.synonyms):
                assert match_answer(step, said) == option, f"{step.id}: {said}"


@each_flow
def test_every_option_of_a_starter_flow_tells_a_fact_or_says_nothing_new(flow: Flow) -> None:
    """A fact is one sentence, and no two options of a step claim the same."""
    facts = [option.fact for step in flow.steps for option in step.options if option.fact]
    assert all(fact.endswith(".") and len(fact) <= 150 for fact in facts)
    for step in flow.steps:
        told = Counter(option.fact for option in step.options if option.fact)
        assert max(told.values(), default=1) == 1, step.id


@each_flow
def test_words_that_command_the_bot_are_no_answers(flow: Flow) -> None:
    """Typed, they would be taken for the command: an option may not need them."""
    commands = {
        *("ask", "help", "list", "show", "status", "doc", "fact", "facts", "apply", "worked", "failed", "partial"),
        *("pending", "dismiss", "preview", "conclude", "resolve", "escalate", "withdraw", "claim", "return", "join"),
        *("leave", "link", "unlink", "pause", "resume", "abandon", "rate", "scripts", "flows", "usage", "settings"),
    }
    said = {
        word.casefold() for step in flow.steps for option in step.options for word in (option.label, *option.synonyms)
    }
    assert said & commands == set()


@each_flow
def test_texts_are_short_and_neutral(flow: Flow) -> None:
    """Engineers are mid-incident; and no article number, address or retired command stands in a flow."""
    for node in flow.nodes.values():
        for text in texts(node):
            assert len(text) <= 900, node.id
            assert not re.search(r"\bKB\d{5,}", text), node.id
            assert not RETIRED.search(text), node.id
            assert not re.search(r"[\w.]+@(?!domain)\w+\.\w+|contoso|fabrikam", text), node.id
        prose = node.description if isinstance(node, Solution) else node.text
        assert len(prose) <= 320, node.id


@each_flow
def test_brackets_and_quotes_in_commands_are_closed(flow: Flow) -> None:
    """A command that was cut off would not run."""
    for node in flow.nodes.values():
        for command in node.commands:
            text = command.text.replace("*{<", "<").replace(".*\\(", "")  # a wildcard and a pattern, no brackets
            for opening, closing in ("()", "{}", "[]"):
                assert text.count(opening) == text.count(closing), f"{node.id}: {command.text}"
            assert text.count('"') % 2 == 0, f"{node.id}: {command.text}"


def test_phrasings_are_distinct_across_flows() -> None:
    """No two flows claim the same words, so that matching can tell them apart."""
    seen: dict[frozenset[str], str] = {}
    for flow in FLOWS:
        for phrasing in flow.phrasings:
            words = frozenset(terms(phrasing))
            assert len(words) >= 2, phrasing
            assert seen.setdefault(words, phrasing) == phrasing
    assert len(seen) >= 5 * len(FLOWS)


def test_causes_and_titles_are_distinct_across_flows() -> None:
    """A title names one flow."""
    assert max(Counter(flow.title for flow in FLOWS).values()) == 1
    assert len(STARTERS) == len(FLOWS)


@pytest.mark.parametrize(
    ("text", "risky"),
    [
        ("Remove-Mailbox -Identity x", True),
        ("Get-Service Spooler | Stop-Service", True),
        ("Set-ADAccountPassword -Identity x", True),
        ("Disable-ADAccount -Identity x", True),
        ("Restart-Computer", True),
        ("manage-bde -off C:", True),
        ("dir\nformat D: /q", True),
        ("del C:\\x", True),
        ("Clear-DnsClientCache", False),
        ("Get-Process | Format-List", False),
        ("manage-bde -status", False),
        ("Get-ChildItem -Filter *.del", False),
        ("ipconfig /all", False),
    ],
)
def test_risky_commands_are_known(text: str, risky: bool) -> None:
    """What can lock out, lose data or cause downtime is seen; looking is not."""
    assert is_risky(Command(text=text)) is risky


def test_advice_names_what_is_missing() -> None:
    """Few phrasings, no fact and a missing warning are told by node."""
    flow = parse_flow(
        SMALL.replace("Start-Service Audiosrv", "Restart-Service Audiosrv").replace(
            "    warning: It may get loud.\n", ""
        )
    )
    assert advise(flow) == (
        "2 phrasings: 5 to 10, in different words, make it easier to find",
        "unmute: commands that can cause harm, without a warning",
        "unmute: no option has a fact, so answering it confirms nothing",
    )


def test_a_phrasing_finds_its_flow_by_the_other_ones() -> None:
    """Each phrasing, looked for while its flow does without it, finds that flow first in four of five cases."""
    texts = {flow.slug: (flow.title, search_words(flow)) for flow in FLOWS}
    places = []
    for flow in FLOWS:
        for phrasing in flow.phrasings:
            others = replace(flow, phrasings=tuple(other for other in flow.phrasings if other != phrasing))
            found = fits(phrasing, {**texts, flow.slug: (flow.title, search_words(others))}, len(FLOWS))
            ranked = sorted(found, key=lambda slug: -found[slug].score)
            places.append(ranked.index(flow.slug) if flow.slug in ranked else len(FLOWS))
    assert sum(place == 0 for place in places) / len(places) >= 0.8
    assert sum(place < 3 for place in places) / len(places) >= 0.9
