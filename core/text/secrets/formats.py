"""Secrets that are known by their form or their place: cloud keys, recovery keys, headers, URLs with a password.

Every pattern is linear: repeats that could overlap are possessive, and a key is always taken to its very end.
"""

import base64
import binascii
import re
from typing import Final

from core.text.secrets.shapes import is_placeholder
from core.text.secrets.span import Shape
from core.text.secrets.tokens import TOKENS, token

__all__ = ["FORMATS"]


def _has_digit(value: str) -> bool:
    return any(character.isdigit() for character in value)


def _is_product_key(value: str) -> bool:
    """The form that is printed for one (XXXXX-…) has no digit, and few letters."""
    return _has_digit(value) and len(set(value.upper())) > 6


def _is_user_and_password(value: str) -> bool:
    """Basic credentials are base64 of `user:password`; the word "authentication" is not."""
    try:
        return b":" in base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False


def _is_written_out(value: str) -> bool:
    return not is_placeholder(value)


_AWS: Final = (
    token("aws key", "akia", "asia", "abia", "acca", pattern=r"A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}(?!\w)"),
    # The secret part as it is pasted or exported: right behind its id.
    Shape(
        kind="aws key",
        hints=("akia", "asia"),
        pattern=re.compile(r"A(?:KIA|SIA)[A-Z0-9]{16}[\s,:;/|\"']{1,6}(?P<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])"),
    ),
)

#: The letters and digits that nobody takes for each other.
_KEY: Final = "[BCDFGHJKMNPQRTVWXYbcdfghjkmnpqrtvwxy2346789]"

_MICROSOFT: Final = (
    Shape(
        kind="azure key",
        hints=("accountkey", "sharedaccesskey", "sharedsecretvalue"),
        pattern=re.compile(
            r"(?i)(?:AccountKey|SharedAccessKey|SharedSecretValue)\s*+=\s*+[\"']?(?P<secret>[^;\"'\s<>&]{8,}+)"
        ),
        accepts=_is_written_out,
    ),
    Shape(
        kind="azure key",
        hints=("sig=",),
        pattern=re.compile(r"(?i)(?<![a-z0-9])sig=(?P<secret>[a-z0-9%+/=_-]{16,}+)"),
    ),
    # A storage key alone; a package's sha512 integrity has the same length.
    Shape(
        kind="azure key",
        hints=("==",),
        pattern=re.compile(r"(?<![A-Za-z0-9+/=])(?<!sha512-)(?P<secret>[A-Za-z0-9+/]{86}==)(?![\w=])"),
    ),
    token("azure key", "jqqj99", "azfu", pattern=r"[A-Za-z0-9_-]{40,64}(?:JQQJ99|AzFu)[\w=-]{6,}+"),
    Shape(
        kind="client secret",
        hints=("q~",),
        pattern=re.compile(r"(?<![\w~.-])(?P<secret>[\w~.-]{3}\dQ~[\w~.-]{30,}+)"),
    ),
    Shape(
        kind="access code",
        hints=("code=",),
        pattern=re.compile(r"(?i)[?&]code=(?P<secret>[\w%./=~-]{30,}+)"),
    ),
    # Windows and Office: five by five.
    Shape(
        kind="product key",
        hints=tuple("-‐‑–—"),
        pattern=re.compile(
            rf"(?P<secret>{_KEY}(?<![A-Za-z0-9-].){_KEY}{{4}}(?:[-‐‑–—]{_KEY}{{5}}){{4}})(?![A-Za-z0-9-])"
        ),
        accepts=_is_product_key,
    ),
    Shape(
        kind="recovery key",
        hints=tuple("0123456789"),
        pattern=re.compile(r"(?<!\d)(?P<secret>\d{48}|\d{6}(?:\s{0,2}[-‐‑–—]\s{0,2}\d{6}|\s{1,2}\d{6}){7})(?!\d)"),
    ),
)

_HEADERS: Final = (
    Shape(
        kind="token",
        hints=("bearer",),
        pattern=re.compile(r"(?i)(?<![a-z0-9])bearer[ \t]++(?P<secret>[a-z0-9._~+/=-]{16,}+)"),
        accepts=_has_digit,
    ),
    Shape(
        kind="password",
        hints=("basic",),
        pattern=re.compile(r"(?i)(?<![a-z0-9])basic[ \t]++(?P<secret>[a-z0-9+/]{8,}+={0,2})"),
        accepts=_is_user_and_password,
    ),
    Shape(
        kind="token",
        hints=("authorization",),
        pattern=re.compile(
            r"(?i)authorization[\"']?\s*+[:=]\s*+[\"']?(?:[a-z]{3,20}[ \t]++)?(?P<secret>[^\s\"',;]{8,}+)"
        ),
        accepts=lambda value: len(value) >= 20 or _has_digit(value),
    ),
    Shape(
        kind="cookie",
        hints=("cookie:",),
        pattern=re.compile(r"(?i)(?<![a-z0-9])cookie:[ \t]*+(?P<secret>[^\s=;:\"']{1,60}=[^\s\"']{8}[^\n\"']*+)"),
    ),
)

_LINKS: Final = (
    # scheme://user:password@host; up to the last @ before the path, since passwords hold that character too.
    Shape(
        kind="password",
        hints=("://",),
        pattern=re.compile(
            r"(?i)(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,30}://[^\s:/@?#\"'<>]{0,100}:"
            r"(?P<secret>[^\s/\"<>`|]{1,200})@(?=[\w\[.-])"
        ),
        accepts=_is_written_out,
    ),
    # The same with a slash in the password, where no port can be meant.
    Shape(
        kind="password",
        hints=("postgres", "sql", "mongodb", "redis", "amqp", "ftp://"),
        pattern=re.compile(
            r"(?i)(?<![a-z0-9+.-])(?:postgres|[a-z]{0,10}sql|mongodb|rediss?|amqps?|s?ftps?)(?:\+[a-z0-9]{1,20})?://"
            r"[^\s:/@?#\"'<>]{0,100}:(?!\d{1,5}/)(?P<secret>[^\s\"<>`|@]{1,200})@(?=[\w\[.-])"
        ),
        accepts=_is_written_out,
    ),
    Shape(
        kind="webhook",
        hints=("webhook", "hooks.slack"),
        pattern=re.compile(
            r"(?i)(?:hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)"
            r"|webhook\.office(?:365)?\.com/webhookb2|outlook\.office(?:365)?\.com/webhook"
            r"|discord(?:app)?\.com/api/webhooks)/(?P<secret>[\w@/-]{8,}+)"
        ),
    ),
    Shape(
        kind="totp secret",
        hints=("otpauth",),
        pattern=re.compile(
            r"(?i)otpauth(?:-migration)?://[^\s\"'<>?]{0,300}\?(?:[^\s\"'<>&]{0,300}&){0,8}?(?:secret|data)="
            r"(?P<secret>[^\s\"'<>&]{4,}+)"
        ),
    ),
    Shape(
        kind="totp secret",
        hints=("otp", "2fa", "mfa", "authenticator", "setup", "secret", "manual"),
        pattern=re.compile(
            r"(?i)(?:t?otp|2fa|mfa|authenticator|setup|secret|manual entry)[ _-]?(?:app[ _-])?(?:secret[ _-]key|setup[ _-]key|"
            r"secret|seed|key|code)[ \t]*+(?:is|:|=|->)[ \t]*+[\"'`]?"
            r"(?P<secret>[a-z2-7]{16,}+|[a-z2-7]{4}(?:[ -][a-z2-7]{4}){3,15})(?![a-z0-9])"
        ),
    ),
)

#: In order of how much each says: where two find the same place, the first names the kind.
FORMATS: Final = (*_AWS, *_MICROSOFT, *TOKENS, *_LINKS, *_HEADERS)
