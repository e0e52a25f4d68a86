"""The guard over every prompt: nothing literal that a model could take for a fact, and a version for each."""

import hashlib
import re

import pytest

from core.prompts import PROMPTS, SYSTEM, Prompt, Purpose
from core.turns.markers import NAMES

#: What must not stand in a prompt, by what people call it.
LITERALS = {
    "an address": r"\b\d{1,3}(?:\.\d{1,3}){3}\b|\b[\w.+-]+@[\w-]+\.\w+",
    "a host": r"\b[A-Z]{2,}[A-Z0-9]*-?\d+\b|\b[\w-]+\.(?:com|net|org|local|lan|internal|corp|io)\b|https?://",
    "a path": r"\b[A-Za-z]:\\|\\\\\w|(?<![\w<])/(?:etc|var|usr|home|opt|tmp)\b|%\w+%",
    "a command": r"`[^`]*`|\b(?:Get|Set|Restart|Stop|Start|Remove|New|Invoke|Test)-[A-Z]\w+"
    r"|\b(?:ipconfig|gpupdate|sfc|netsh|systemctl|sudo|reg|dism)\b",
    "an id": r"\bFP-\d|#\d{2,}|\bKB ?\d{4,}|\b0x[0-9A-Fa-f]+|\b[0-9a-f]{8}-[0-9a-f]{4}",
    "a person": r"\b(?:John|Jane|Alice|Bob|Dana|Erin|Sam|Smith|Doe|Contoso|Acme|Fabrikam)\b",
    "a number in digits": r"\d",
}
BLOCK = re.compile(rf"\[({'|'.join(NAMES)})\](.*?)\[/\1\]", re.DOTALL)
KEY = re.compile(r'"[a-z_]+"\s*:')


def digest(prompt: Prompt) -> str:
    return hashlib.sha256(prompt.text.encode()).hexdigest()[:12]


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt.name)
@pytest.mark.parametrize("what", LITERALS)
def test_no_prompt_holds_anything_that_could_be_taken_for_a_fact(prompt: Prompt, what: str) -> None:
    """A model repeats what it was shown, in the next customer's note too."""
    assert re.findall(LITERALS[what], prompt.text) == []


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt.name)
def test_blocks_in_prompts_hold_placeholders_only(prompt: Prompt) -> None:
    """Every value of the JSON is a `<placeholder>`."""
    for name, payload in BLOCK.findall(prompt.text):
        bare = KEY.sub("", payload)
        left = re.sub(r'"?<[a-z][a-z ,]*>"?', "", bare)
        assert re.fullmatch(r"[\[\]{},\s\\]*", left), f"{name}: {left}"


def test_the_diagnosis_prompt_explains_every_kind_of_block() -> None:
    shown = {name for name, _ in BLOCK.findall(SYSTEM[Purpose.DIAGNOSIS].text)}
    assert shown == set(NAMES)


def test_every_purpose_has_a_prompt_of_its_own_name() -> None:
    assert {purpose.value: prompt.name for purpose, prompt in SYSTEM.items()} == {p.value: p.value for p in Purpose}


def test_a_changed_prompt_has_a_new_version() -> None:
    """What is stored with a version must be what that version said. Changed words: raise the version, then this list."""
    assert {(prompt.name, prompt.version): digest(prompt) for prompt in PROMPTS} == VERSIONS


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("an address", "ping 10.0.0.5"),
        ("a host", "restart DC01"),
        ("a host", "see portal.example.com"),
        ("a path", r"clear C:\Temp"),
        ("a command", "run Get-Service"),
        ("an id", "error 0x80070005"),
        ("a person", "Jane cannot print"),
    ],
)
def test_the_guard_sees_what_it_looks_for(what: str, text: str) -> None:
    assert re.search(LITERALS[what], text)


VERSIONS = {
    ("diagnosis", 3): "d5e72b616c8c",
    ("ask", 1): "31120b69b1c0",
    ("resolution", 2): "c0f639fd1080",
    ("escalation", 1): "2101d780a6ed",
    ("conclusion", 1): "e9aa749b5810",
    ("fact_synthesis", 1): "c8ff99f29796",
    ("repair", 1): "b5d1216857bd",
    ("unseen", 1): "02bd9f04ffb3",
    ("left-out", 1): "711c86b82915",
    ("gone", 1): "36b5e76d6ea6",
    ("leaked", 1): "e81c0b13ee1f",
    ("unfinished", 1): "4788531870bf",
}
