"""Codes that let somebody in once, codes for when nothing else does, and the hashes of passwords."""

import re
from itertools import pairwise
from typing import Final

from core.text.secrets.shapes import is_reference
from core.text.secrets.span import Shape

__all__ = ["CODES"]

#: Between a label and its code: a sign, "is", or nothing but a blank.
_SIGN: Final = r"[ \t]*+(?:(?:is|was|now|are)\b[ \t]*+)?(?:[:=]|->|→)?[ \t]*+[\"'`*(]{0,3}"
_RECOVERY: Final = r"[A-Za-z0-9]{4,8}(?:-[A-Za-z0-9]{4,8}){1,7}|\d{6,12}"


def _is_one_time(value: str) -> bool:
    """Six digits in a row are what everybody writes for one."""
    digits = [int(digit) for digit in value if digit.isdigit()]
    return len({after - before for before, after in pairwise(digits)}) > 1


def _is_recovery(value: str) -> bool:
    return any(character.isdigit() for character in value) and not is_reference(value)


CODES: Final = (
    # the otp is 483920, MFA code 483 920
    Shape(
        kind="one-time code",
        hints=("otp", "one-time", "one time", "ion code", "tor code", "fa code", "sms code", "in code"),
        pattern=re.compile(
            r"(?i)(?<![a-z0-9])(?:t?otp(?:[ -]code)?|one[- ]time[ -](?:pass)?(?:code|word|pin)"
            r"|(?:verification|mfa|2fa|sms|authenticator|authentication|sign-?in|log-?in) code)s?\b"
            rf"{_SIGN}(?P<secret>\d{{3}}[ -]?\d{{3}}(?:\d{{1,2}})?)(?![\w.:/-])"
        ),
        accepts=_is_one_time,
    ),
    # Recovery code: a1b2c-d3e4f
    Shape(
        kind="recovery code",
        hints=("recovery", "backup", "scratch", "emergency"),
        pattern=re.compile(
            r"(?i)(?<![a-z0-9])(?:recovery|backup|scratch|emergency)[ -](?:code|key)s?[ \t]*+"
            r"(?:(?:is|was|are)\b[ \t]*+:?|[:=]|->|→)"
            rf"\s*+[\"'`*]{{0,3}}(?P<secret>(?:{_RECOVERY})(?![\w-])(?:[,;]?\s{{1,3}}(?:{_RECOVERY})(?![\w-])){{0,19}})"
        ),
        accepts=_is_recovery,
    ),
    # root:$6$salt$hash, $2b$12$…
    Shape(
        kind="password hash",
        hints=("$1$", "$2", "$5$", "$6$", "$y$", "$gy$", "$7$", "$apr1$", "$argon2"),
        pattern=re.compile(r"(?P<secret>\$(?:1|2[abxy]?|5|6|7|g?y|apr1|argon2(?:id|i|d))\$[A-Za-z0-9./$=,+-]{8,}+)"),
    ),
    # Administrator:500:aad3b435…:31d6cfe0…:::
    Shape(
        kind="password hash",
        hints=(":::",),
        pattern=re.compile(r"(?i)(?P<secret>[0-9a-f]{32}:[0-9a-f]{32})(?=:::)"),
    ),
)
