"""What holds for redaction of any text whatever."""

import re
from types import ModuleType

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.text import code_spans, invisible, neutralise, redact, split
from core.text.secrets import (
    codes,
    commands,
    devices,
    formats,
    keys,
    labels,
    pairs,
    pem,
    prose,
    shapes,
    side_by_side,
    signs,
    values,
)
from core.text.secrets.codes import CODES
from core.text.secrets.commands import COMMANDS
from core.text.secrets.formats import FORMATS
from core.text.secrets.pairs import PAIRS
from core.text.secrets.side_by_side import NAMED
from tests.unit.text.patterns import trouble_in

MODULES: list[ModuleType] = [
    *(code_spans, invisible, neutralise, redact, split),
    *(codes, commands, devices, formats, keys, labels, pairs, pem, prose, shapes, side_by_side, signs, values),
]
PATTERNS = {
    **{
        f"{module.__name__}.{name}": value
        for module in MODULES
        for name, value in vars(module).items()
        if isinstance(value, re.Pattern)
    },
    **{
        f"{shape.kind} {number}": shape.pattern
        for number, shape in enumerate((*FORMATS, *COMMANDS, *PAIRS, *NAMED, *CODES))
    },
}

PIECES = [
    *("password", "password:", "pw", "passphrase: ", "PIN", "is", "to", "reset", "or", "=", ":", "-p", "psexec"),
    *(
        "otp ",
        "recovery code: ",
        "a1b2c-d3e4f",
        "483920",
        "$6$",
        "reset it to ",
        "snmp-server community ",
        "enable secret 5 ",
    ),
    *("jane@contoso.com", "user jane", "CONTOSO\\jane", "admin:", "Password1!", "W269N-WFGWX-", "YVC9B-4J6C9-T83GX"),
    *("net user bob", "/add", "secret", "token", "key=", "api key", "creds", "ssid", "Summer2026!", "1234", "xyz"),
    *("AKIA" + "A" * 16, "ghp_" + "A" * 36, "A" * 86 + "==", "abcd1234efgh", "a://b:c@h", "[redacted: password]"),
    *("[redacted:", "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "MIIE", "123456-" * 8, "\ue000"),
    *(" ", "\n", '"', "'", "`", "(", ")", ".", ",", ";", "&", "|", "<password>", "</", "otpauth://t?secret=", "@"),
]
SECRETIVE = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=24).map("".join)
TEXTS = SECRETIVE | st.text()


@given(TEXTS)
@example("password: [redacted: password]")
@example("key=AKIA" + "A" * 16 + "is")
def test_a_redacted_text_comes_back_unchanged(text: str) -> None:
    """Redaction may run again on the way to the store, the model and the note."""
    once = redact.redact(text)
    again = redact.redact(once.text)
    assert (again.text, again.found) == (once.text, ())


@given(TEXTS)
def test_something_is_found_exactly_when_the_text_changes(text: str) -> None:
    """Whoever is told about a secret sees a mark for it."""
    redacted = redact.redact(text)
    assert bool(redacted.found) == (redacted.text != text)
    assert all(f"[redacted: {kind}]" in redacted.text for kind in redacted.found)


HOSTILE = [
    *("a", "0", " ", "\n", "-", "=", "<", '"', "`", "A1", "123456-", "\ud800"),
    *("password ", "password: ", "password for a ", "password (", "pwd=a1;", "key=", "passphrase: a b ", "token is "),
    *("psexec -p", "net user ", "net use \\\\", "mysql -p", "curl -u a:", "ConvertTo-SecureString -Force "),
    *("-----BEGIN PRIVATE KEY-----\n", "AKIA" + "A" * 16, "a://b:c@", "eyJaaaaaaaa.", "otpauth://a?b&", "x is the "),
    *(
        "[redacted: ",
        "[redacted: password]",
        "otp is ",
        "recovery code: 123456 ",
        "$6$a",
        "reset it to A",
        "set vpn ipsec ",
    ),
    *("snmpwalk -v2c ", "tacacs-server host ", "Password\n", "community is ", ":::", "isakmp key "),
    *("jane@contoso.com ", "a@b.c", "@b.c:", "user jane ", "user:", "CONTOSO\\jane", "admin / A1!", "BCDFG-", "aB1!c-"),
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_long_hostile_texts_are_read_to_the_end(unit: str) -> None:
    """A hundred thousand characters that nearly match: with a pattern that backtracks, this would not return."""
    text = unit * (100_000 // len(unit))
    redacted = redact.redact(text)
    assert bool(redacted.found) == (redacted.text != text)


@pytest.mark.parametrize("name", PATTERNS)
def test_no_pattern_can_backtrack_without_bound(name: str) -> None:
    """No unbounded repeat stands inside another one, unless it never gives back what it took."""
    assert trouble_in(PATTERNS[name].pattern, PATTERNS[name].flags) == []


@pytest.mark.parametrize("pattern", [r"(a+)+b", r"(?:a*|b)*c", r"(\w+\s?)*$", r"(a{1,9}b*)*"])
def test_the_rule_sees_a_pattern_that_backtracks(pattern: str) -> None:
    """The rule above would not hold by chance."""
    assert trouble_in(pattern, 0) != []
