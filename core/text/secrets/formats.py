"""Secrets that are known by their own form: vendors' tokens, storage keys, recovery keys, URLs with a password.

The prefixes are those the vendors publish for secret scanning. Every pattern is linear: repeats that could
overlap are possessive, and a token is always taken to its very end.
"""

import base64
import binascii
import re
from typing import Final

from core.text.secrets.shapes import is_placeholder
from core.text.secrets.span import Shape

__all__ = ["FORMATS"]


def _has_digit(value: str) -> bool:
    return any(character.isdigit() for character in value)


def _has_digit_or_capital(value: str) -> bool:
    return any(character.isdigit() or character.isupper() for character in value)


def _is_user_and_password(value: str) -> bool:
    """Basic credentials are base64 of `user:password`; the word "authentication" is not."""
    try:
        return b":" in base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False


def _is_written_out(value: str) -> bool:
    return not is_placeholder(value)


def _token(kind: str, *hints: str, pattern: str) -> Shape:
    """A token that begins at a border and is the secret as a whole."""
    return Shape(kind=kind, hints=hints, pattern=re.compile(rf"(?<![A-Za-z0-9])(?P<secret>{pattern})"))


_TOKENS: Final = (
    _token("github token", "gh", pattern=r"gh[pousr]_\w{20,}+"),
    _token("github token", "github_pat_", pattern=r"github_pat_\w{20,}+"),
    _token("gitlab token", "gl", pattern=r"gl(?:pat|dt|rt|cbt|ptt|ft|imt|oas|soat|agent|ffct)-[\w.-]{16,}+"),
    _token("slack token", "xox", pattern=r"xox[abcdeoprs](?:\.xox[bp])?-[\w-]{10,}+"),
    _token("slack token", "xapp-", "xwfp-", pattern=r"x(?:app|wfp)-[\w-]{10,}+"),
    _token("google key", "aiza", pattern=r"AIza[\w-]{30,}+"),
    _token("google token", "ya29.", pattern=r"ya29\.[\w.-]{20,}+"),
    _token("google token", "1//0", pattern=r"1//0[\w-]{30,}+"),
    _token("client secret", "gocspx-", pattern=r"GOCSPX-[\w-]{20,}+"),
    _token("anthropic key", "sk-ant-", pattern=r"sk-ant-[\w-]{16,}+"),
    Shape(
        kind="openai key",
        hints=("sk-",),
        pattern=re.compile(r"(?<![\w-])(?P<secret>sk-(?!ant-)[\w-]{20,}+)"),
        accepts=lambda value: _has_digit_or_capital(value[3:]),
    ),
    _token("stripe key", "k_live_", "k_test_", pattern=r"[sr]k_(?:live|test)_\w{10,}+"),
    _token("webhook secret", "whsec_", pattern=r"whsec_[\w+/=]{16,}+"),
    _token("npm token", "npm_", pattern=r"npm_\w{30,}+"),
    _token("pypi token", "pypi-", pattern=r"pypi-[\w-]{32,}+"),
    _token("sendgrid key", "sg.", pattern=r"SG\.[\w-]{16,}+\.[\w-]{16,}+"),
    _token("twilio key", "sk", pattern=r"SK[0-9a-f]{32}(?!\w)"),
    _token("mailgun key", "key-", pattern=r"key-[0-9a-f]{32}(?!\w)"),
    _token("api key", "hf_", "dapi", "ntn_", pattern=r"(?:hf_|dapi|ntn_)[A-Za-z0-9]{30,}+"),
    _token("api key", "atatt3", pattern=r"ATATT3[\w=.-]{20,}+"),
    _token("api key", "dop_v1_", "shp", pattern=r"(?:dop_v1_|shp(?:at|ca|pa|ss)_)[0-9a-f]{32,}+"),
    _token("api key", "tskey-", "hvs.", "glsa_", pattern=r"(?:tskey-|hvs\.|glsa_)[\w-]{20,}+"),
    _token("api key", "dckr_pat_", "nrak-", pattern=r"(?:dckr_pat_|NRAK-)[\w-]{20,}+"),
    _token("private key", "age-secret-key-1", pattern=r"AGE-SECRET-KEY-1[A-Z0-9]{40,}+"),
    _token("token", "eyj", pattern=r"eyJ[\w-]{8,}+\.[\w-]{4,}+(?:\.[\w-]++|\.(?=\.[\w-]))*+"),
)

_AWS: Final = (
    _token("aws key", "akia", "asia", "abia", "acca", pattern=r"A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}(?!\w)"),
    # The secret part as it is pasted or exported: right behind its id.
    Shape(
        kind="aws key",
        hints=("akia", "asia"),
        pattern=re.compile(r"A(?:KIA|SIA)[A-Z0-9]{16}[\s,:;/|\"']{1,6}(?P<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])"),
    ),
)

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
    _token("azure key", "jqqj99", "azfu", pattern=r"[A-Za-z0-9_-]{40,64}(?:JQQJ99|AzFu)[\w=-]{6,}+"),
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
FORMATS: Final = (*_AWS, *_MICROSOFT, *_TOKENS, *_LINKS, *_HEADERS)
