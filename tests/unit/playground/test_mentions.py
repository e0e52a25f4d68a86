"""Slash commands and mentions, as people type them."""

import pytest

from adapters.playground.mentions import Typed, read_command, read_words
from core.local import LocalPerson

PEOPLE = [
    LocalPerson(workspace="w", id="sam", name="Sam Engineer"),
    LocalPerson(workspace="w", id="vera", name="Vera Viewer"),
]


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/resolve", Typed(name="resolve", text="")),
        ("/FlowPilot  Outlook\nwill not open ", Typed(name="flowpilot", text="Outlook\nwill not open")),
        ("/escalate FP-12", Typed(name="escalate", text="FP-12")),
        ("/unknown thing", Typed(name="unknown", text="thing")),
        ("// only for the humans", None),
        ("/etc/hosts is empty", None),
        ("/ resolve", None),
        ("resolve", None),
        ("please /resolve", None),
    ],
)
def test_a_command_is_a_slash_and_a_word_at_the_start(text: str, command: Typed | None) -> None:
    assert read_command(text) == command


@pytest.mark.parametrize(
    ("text", "words", "mentioned", "to_others"),
    [
        ("@FlowPilot Outlook hangs", "Outlook hangs", True, False),
        ("Outlook hangs, @flowpilot can you look", "Outlook hangs, can you look", True, False),
        ("@FlowPilot", "", True, False),
        ("@FlowPilots are nice", "@FlowPilots are nice", False, False),
        ("mail me@flowpilot.example", "mail me@flowpilot.example", False, False),
        ("@Sam Engineer have a look", "@Sam Engineer have a look", False, True),
        ("@sam have a look", "@sam have a look", False, True),
        ("@Samantha have a look", "@Samantha have a look", False, False),
        ("I asked @Sam Engineer", "I asked @Sam Engineer", False, False),
        ("@Sam @FlowPilot resolve", "@Sam resolve", True, True),
        ("@nobody knows", "@nobody knows", False, False),
        ("Outlook hangs", "Outlook hangs", False, False),
    ],
)
def test_mentions_say_to_whom_it_is_said(text: str, words: str, mentioned: bool, to_others: bool) -> None:
    said = read_words(text, PEOPLE)
    assert (said.text, said.mentioned, said.to_others) == (words, mentioned, to_others)
