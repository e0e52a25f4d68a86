"""A user name and its password on one line, and product keys: what is replaced, and what only looks alike."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.redact import redact

KEY = "-".join(["W269N", "WFGWX", "YVC9B", "4J6C9", "T83GX"])
BASE_24 = "BCDFGHJKMNPQRTVWXY2346789"

#: § marks the secret.
PAIRS = [
    ("jane@contoso.com §", "Password1!"),
    ("jane@contoso.com §", "Summer2024"),
    ("jane@contoso.com §", "welcome1"),
    ("jane@contoso.com §", "Fluffy2019!"),
    ("jane@contoso.com / §", "Summer2024!"),
    ("jane@contoso.com:§", "xK9#mQ2v"),
    ("jane@contoso.com | §", "Kiwi!42x"),
    ("jane@contoso.com - §", "P@ssw0rd"),
    ("jane@contoso.com\t§", "Blue$Horse7"),
    ("jane@contoso.com, §.", "Blue$Horse7"),
    ("jane@contoso.com `§`", "Blue$Horse7"),
    ("jane@contoso.com (§) works now", "Blue$Horse7"),
    ("[jane@contoso.com](mailto:jane@contoso.com) §", "Password1!"),
    ("her login is jane@contoso.com §, please try", "Password1!"),
    ("login: jane / §", "Summer2024!"),
    ("login: jane §", "Summer2024!"),
    ("login jane §", "Summer2024!"),
    ("user jane pass §", "Summer2024!"),
    ("user jane §", "Summer2024!"),
    ("username: jane §", "tR4!n-set"),
    ("User name = jane / §", "tR4!n-set"),
    ("account jane | §", "tR4!n-set"),
    (r"CONTOSO\jane §", "Summer2024!"),
    (r"CONTOSO\jane / §", "Summer2024!"),
    ("admin / §", "Fw#2291x"),
    ("the firewall is admin:§", "Fw#2291x"),
    ("root | §", "Fw#2291x"),
]

ORDINARY = r"""
jane@contoso.com
jane@contoso.com Contoso
jane@contoso.com cannot log in
jane@contoso.com Thanks!
jane@contoso.com is locked out since 10:30!
jane@contoso.com 1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed
jane@contoso.com {1B9D6BCD-BBFD-4B2D-9B5D-AB8DFBBD4BED}
jane@contoso.com KB5034441!
jane@contoso.com LT-00412
jane@contoso.com DESKTOP-4F7G2K1
jane@contoso.com Laptop1234
jane@contoso.com Printer204
jane@contoso.com LAPTOP-01!
jane@contoso.com iPhone15Pro
jane@contoso.com PF2ABCDE 5CG1234ABC
jane@contoso.com M365-E5
jane@contoso.com Office365!
jane@contoso.com Windows11
jane@contoso.com #4711
jane@contoso.com #Channel2
jane@contoso.com @Frida2
jane@contoso.com <@U12345>
jane@contoso.com AADSTS50126!
jane@contoso.com 0x80070005
jane@contoso.com +1-555-0100
jane@contoso.com 2024-05-01T10:30:00+02:00
jane@contoso.com: Error=0x1F!
jane@contoso.com https://portal.contoso.com/x1?a=B!
jane@contoso.com C:\Users\jane\Documents2!
jane@contoso.com R&D-Team
jane@contoso.com bob@contoso.com
jane@contoso.com;bob2@contoso.com;Ann+1@contoso.com
jane@contoso.com,Jane,Doe,Sales&Ops2,NY
From: jane@contoso.com <Jane.Doe1@contoso.com>
Get-Mailbox jane@contoso.com -Confirm:$false1
login: jane / works again!
login fails with AADSTS50126!
login page: https://portal.contoso.com/A1!
login loops on DESKTOP-4F7G2K1!
user jane reports Error 0x80070005!
User Jane has LAPTOP-01, room 204!
user jane on SRV2019!
username: bob, group: SG-Finance2
account jane is locked!
account lockout threshold is 5!
account jane 2024-05-01T10:30+02:00!
user agent Mozilla/5.0!
CONTOSO\jane cannot log in!
CONTOSO\jane DESKTOP-4F7G2K1
CONTOSO\jane is in SG-Finance2!
C:\Users\jane Summer2024!
\\fs01\share Summer2024!
admin / owner
admin: see Hudu
administrator: disabled!
root cause: DNS2!
root / boot / home2!
XXXXX-XXXXX-XXXXX-XXXXX-XXXXX
BCDFG-HJKMP-QRTVW-XYBCD-FGHJK
12345-67890-12345-67890-12345
W269N-WFGWX-YVC9B-4J6C9
the key ends in T83GX
ABCDE-FGHIJ-KLMNO-PQRST-UVWX1
S-1-5-21-3623811015-3361044348-30300820-1013
serial 5CG12-34ABC
1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed
"""


@pytest.mark.parametrize(("example", "secret"), PAIRS)
def test_the_password_beside_a_user_name_is_replaced(example: str, secret: str) -> None:
    """The name stays, and what stands around it."""
    assert redact(example.replace("§", secret)).text == example.replace("§", "[redacted: password]")


@pytest.mark.parametrize("line", ORDINARY.strip().splitlines())
def test_what_else_stands_beside_a_user_name_comes_through(line: str) -> None:
    """Names of companies, devices, updates and people are no passwords, and no other groups of five a product key."""
    redacted = redact(line)
    assert (redacted.text, redacted.found) == (line, ())


@pytest.mark.parametrize("around", ["§", "Product key: §", "slmgr /ipk §", "key §, activated", "(§)", "“§”."])
@pytest.mark.parametrize("key", [KEY, KEY.lower(), KEY.replace("-", "–")])
def test_a_product_key_is_replaced(around: str, key: str) -> None:
    """Wherever it stands, and as it was copied."""
    redacted = redact(around.replace("§", key))
    assert redacted.text == around.replace("§", "[redacted: product key]")


@pytest.mark.parametrize("around", ["x§", "§x", "A-§", "§-W269N"])
def test_a_part_of_something_longer_is_no_product_key(around: str) -> None:
    """Such as a longer serial number."""
    text = around.replace("§", KEY)
    assert redact(text).text == text


@given(st.integers(0, 2**32))
def test_any_product_key_is_replaced(seed: int) -> None:
    """Whatever its letters and digits are, if there is a digit among them."""
    letters = random.Random(seed).choices(BASE_24, k=24)
    key = "-".join("".join(["7", *letters][at : at + 5]) for at in range(0, 25, 5))
    assert redact(f"it is {key} here").text == "it is [redacted: product key] here"


@given(
    st.from_regex(r"[A-Z][a-z]{2,9}", fullmatch=True), st.sampled_from(["jane@contoso.com ", "user jane ", "admin: "])
)
def test_a_word_beside_a_user_name_stays(word: str, name: str) -> None:
    """It may be a password; it may be a surname."""
    text = f"{name}{word}!"
    assert redact(text).text == text


@given(st.uuids(), st.sampled_from(["jane@contoso.com ", "user jane ", "CONTOSO\\jane / "]))
def test_an_id_beside_a_user_name_stays(id: object, name: str) -> None:
    """In any case."""
    for text in (f"{name}{id}", f"{name}{str(id).upper()}"):
        assert redact(text).text == text
