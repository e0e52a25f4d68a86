"""Every kind of mistake in a flow is told with its line, all at once."""

import pytest

from tests.unit.flows.samples import SMALL, problems_of

HUGE = "x" * (256 * 1024 + 1)
MANY_NODES = "".join(f"  n{number}:\n    question: q\n" for number in range(201))


def changed(old: str, new: str) -> str:
    """The small flow with one text replaced."""
    assert SMALL.count(old) >= 1
    return SMALL.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "empty"),
        ("# nothing\n", 1, "empty"),
        ("just a word", 1, "a flow must be a table"),
        ("- a\n- b", 1, "a flow must be a table"),
        (HUGE, 1, "too large"),
        (changed("title: No sound", "title: 'No sound"), 2, "a quote is opened here and never closed"),
        (changed("title: No sound", "title: No sound: at all"), 2, "a colon inside a text"),
        (changed("  plugged:\n    question", "  plugged:\n\tquestion"), 11, "a tab where YAML wants spaces"),
        (SMALL + "---\nslug: b\n", 39, "more than one document"),
        (changed("No sound", "No\x07sound"), 2, "a character that YAML does not allow"),
        (changed("title: No sound", 'title: "No\\0sound"'), 2, "title holds the character U+0000"),
        (changed("title: No sound", 'title: "No\\uD800sound"'), 2, "title holds the character U+D800"),
        (changed("title: No sound", 'title: "\\UFFFFFFFF"'), 2, "out of range"),
        (changed("title: No sound", "title: &t No sound"), 2, "anchors (&t) are not allowed"),
        (changed("summary: The speakers stay silent.", "summary: *t"), 3, "aliases (*t) are not allowed"),
        (changed("title: No sound", "title: !!python/name:os.system x"), 2, "tags (tag:yaml.org,2002:python/name"),
        (changed("tags: [audio]", "tags: " + "[" * 20 + "]" * 20), 4, "nested too deep"),
        (changed("title: No sound", "title: A\ntitle: B"), 3, "key “title” is repeated, first on line 2"),
        (changed("  unmute:", "  plugged:"), 20, "key “plugged” is repeated, first on line 10"),
        (changed("title: No sound", "titel: No sound"), 2, "unknown key “titel”: did you mean “title”?"),
        (changed("tags: [audio]", "colour: red"), 4, "unknown key “colour” in a flow; known are slug"),
        (changed("fact: The", "facts: The"), 15, "did you mean “fact”?"),
        (changed("    cause: The plug was out.\n", ""), 34, "a solution has no “cause”"),
        (changed("title: No sound\n", ""), 1, "a flow has no “title”"),
        (changed("        next: plug-in\n", ""), 17, "an option has no “next”"),
        (changed("title: No sound", "title: [No, sound]"), 2, "title must be text"),
        (changed("title: No sound", "title:"), 2, "title is empty"),
        (changed("title: No sound", "title: ~"), 2, "title is empty"),
        (changed("title: No sound", "title: ''"), 2, "title is empty"),
        (changed("tags: [audio]", "tags: audio"), 4, "tags must be a list"),
        (changed("tags: [audio]", "tags: []"), 4, "tags must not be empty"),
        (changed("tags: [audio]", f"tags: [{', '.join(map(str, range(30)))}]"), 4, "tags has 30 entries, at most 20"),
        (changed("title: No sound", f"title: {'x' * 121}"), 2, "title is too long: 121 characters, at most 120"),
        (changed("slug: no-sound", "slug: No sound!"), 1, "slug “No sound!” must be lower-case letters"),
        (changed("0.9", "90"), 37, "confidence must be a number from 0 to 1"),
        (changed("0.9", "nan"), 37, "confidence must be a number from 0 to 1"),
        (changed("0.9", "likely"), 37, "confidence must be a number from 0 to 1"),
        (changed("  plug-in:", "  42:"), 33, "a key must be text “42”"),
        (changed("  plug-in:", "  ? [a]\n  :"), 33, "a key must be text"),
        (changed("  plug-in:", "  Plug in:"), 33, "a node's name “Plug in” must be lower-case"),
        (changed("  plug-in:", "  escalate:"), 33, "“escalate” is what ends a flow"),
        (changed("next: plug-in", "next: plugin"), 18, "there is no node “plugin”: did you mean “plug-in”?"),
        (changed("skip: unmute", "skip: somewhere"), 19, "there is no node “somewhere”"),
        (changed("if_failed: unmute", "if_failed: unmuted"), 38, "there is no node “unmuted”"),
        (changed("start: plugged", "start: escalate"), 8, "start must be a node"),
        (changed("next: plug-in", "next: unmute"), 33, "node “plug-in” is never reached from “plugged”"),
        (changed("nodes:\n", "nodes: {}\nrest:\n"), 9, "nodes must not be empty"),
        (changed("nodes:\n", "nodes: none\nrest:\n"), 9, "nodes must be a table"),
        ("nodes:\n" + MANY_NODES, 2, "too many nodes: 201, at most 200"),
        (changed('label: "No"', "label: YES!"), 17, "“YES!” is an answer already, of option 1"),
        (changed('label: "No"', "label: Plugged in"), 17, "“Plugged in” is an answer already, of option 1"),
        (changed('label: "No"', 'label: "1"'), 17, "“1” is also the number of another option"),
        (changed('label: "No"', "label: '---'"), 17, "“---” needs a letter or a digit"),
        (changed("question: Is the plug in?", "quest: Is the plug in?"), 11, "must have exactly one of question"),
        (changed("question: Is the", "action: x\n    question: Is the"), 11, "must have exactly one of"),
        (changed("cmd: |", "dos: |"), 25, "unknown key “dos” in a command"),
        (changed("- powershell: Start", "- cmd: x\n        powershell: Start"), 24, "a command has exactly one of"),
        (changed("phrasings:\n  - I hear nothing\n  - speakers are dead\n", ""), 1, "a flow has no “phrasings”"),
        (changed("- speakers are dead", "- i HEAR nothing"), 7, "phrasings has “i HEAR nothing” twice"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, line: int, message: str) -> None:
    """The line is the one to mend, the message says how."""
    problems = problems_of(text)
    assert any(found == line and message in told for found, told in problems), problems


def test_going_in_circles_is_refused() -> None:
    """Loops back are legal, but from every node an end must be reachable."""
    circles = SMALL.replace("next: escalate", "next: plugged").replace("next: plug-in", "next: unmute")
    told = problems_of(circles)
    assert (10, "node “plugged” goes in circles: no solution or escalation is reached from it") in told
    assert (20, "node “unmute” goes in circles: no solution or escalation is reached from it") in told
    assert (33, "node “plug-in” is never reached from “plugged”") in told


def test_all_mistakes_are_told_at_once_by_line() -> None:
    """One reading finds all that is wrong, in the order of the file."""
    text = SMALL.replace("title", "titel").replace("0.9", "9").replace("next: escalate", "next: escalade")
    assert [line for line, _ in problems_of(text)] == [1, 2, 30, 37]


def test_a_misspelt_target_brings_no_further_complaints() -> None:
    """The node that was meant is not also told as unreachable."""
    assert problems_of(changed("next: plug-in", "next: plugg-in")) == [
        (18, "there is no node “plugg-in”: did you mean “plug-in”?")
    ]


def test_an_unread_target_brings_no_further_complaints() -> None:
    """Where a node could not be read, nobody knows what it leads to, so nothing is said of it."""
    assert problems_of(changed("    question: Is", "    quest: Is")) == [
        (11, "node “plugged” must have exactly one of question, action, verification, solution")
    ]


def test_a_bomb_of_aliases_is_refused_where_it_begins() -> None:
    """References are not followed, so nothing grows."""
    lines = ["a: &a [x, x]", *(f"{b}: &{b} [*{a}, *{a}, *{a}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True))]
    problems = problems_of("\n".join(lines))
    assert problems[0] == (1, "a flow has no “nodes”")
    assert (2, "aliases (*a) are not allowed: write the value out") in problems


def test_a_hostile_file_ends_after_a_hundred_problems() -> None:
    """Nobody reads more, and guessing what was meant by each would take long."""
    keys = "\n".join(f"slag{number}: x" for number in range(20_000))
    assert len(problems_of(keys)) == 100
