"""Secrets inside commands, scripts and settings that support engineers paste."""

import re
from typing import Final

from core.text.secrets.devices import DEVICES
from core.text.secrets.shapes import is_placeholder, looks_like_password, names_no_password
from core.text.secrets.span import Shape

__all__ = ["COMMANDS"]

#: What stands behind an option in a sentence about it: "use the -Password parameter".
_TALK: Final = frozenset({
    "the", "and", "for", "not", "that", "with", "parameter", "parameters", "flag", "option", "options", "switch",
    "argument", "prompt", "prompts", "does", "needs", "instead",
})  # fmt: skip

#: A value as a shell or PowerShell takes it: in quotes, or up to the next blank. Brackets and variables are none.
_VALUE: Final = (
    r"(?:\\?[\"'])?(?P<secret>(?<=\")[^\"\n]{1,200}?(?=\\?\")|(?<=')[^'\n]{1,200}(?=')"
    r"|(?<![\"'])[^\s\"'`;|()<>]{3,}+)"
)
_CLOSED: Final = r"(?:\\?[\"'])?"
_BLANK: Final = r"[ \t]++"
_WITHIN_LINE: Final = r"[^\n|;]{0,200}?"
_OPTION: Final = r"(?<![^\s\"'`(])--?[a-z-]{0,30}"
_NAME: Final = r"(?:\"[^\"\n]{1,60}\"|[^\s/\"]{1,60})"


def _is_value(value: str) -> bool:
    return not is_placeholder(value) and value.lower() not in _TALK


def _command(kind: str, *hints: str, before: str, after: str = "") -> Shape:
    pattern = re.compile(f"(?i){before}{_VALUE}{after}")
    return Shape(kind=kind, hints=hints, pattern=pattern, accepts=_is_value)


_OPTIONS: Final = (
    _command(
        "password",
        *("pass", "pw"),
        before=r"(?<![^\s\"'`(])(?:--?|/)[a-z-]{0,30}(?:password|passwd|passphrase|passwort|pwd|pw|pass|passin|passout)"
        r"(?:[ \t]++|[=:])(?:pass:)?",
    ),
    _command("secret", "secret", before=_OPTION + r"secret(?:-?(?:value|key))?(?:[ \t]++|[=:])"),
    _command("token", "token", before=_OPTION + r"token(?:[ \t]++|[=:])"),
    _command("api key", "key", before=_OPTION + r"(?:api|account|access)-?key(?:[ \t]++|[=:])"),
    _command(
        "password", "psexec", "paexec", before=r"\b(?:ps|pa)exec(?:64)?(?:\.exe)?\b" + _WITHIN_LINE + r"\s-p[ \t]*+"
    ),
    _command("password", "winrs", before=r"\bwinrs\b" + _WITHIN_LINE + r"\s[-/]p(?:assword)?:"),
    _command(
        "password",
        *("sshpass", "sqlcmd", "osql", "bcp", "docker", "az ", "mongo"),
        before=r"\b(?:sshpass|sqlcmd|osql|bcp|docker login|az login|mongo(?:sh|dump|restore)?)\b"
        + _WITHIN_LINE
        + r"\s-p[ \t]*+",
    ),
    _command("password", "mysql", "mariadb", before=r"\b(?:mysql|mariadb)\w{0,10}\b" + _WITHIN_LINE + r"\s-p"),
    _command("password", "7z", before=r"\b7za?(?:\.exe)?\b" + _WITHIN_LINE + r"\s-p"),
    _command("password", "ldap", before=r"\bldap(?:search|modify|add|whoami)\b" + _WITHIN_LINE + r"\s-w[ \t]++"),
    _command("password", "schtasks", before=r"\bschtasks\b" + _WITHIN_LINE + r"\s/r?p[ \t]++"),
    _command(
        "password",
        *("curl", "smbclient"),
        before=r"\b(?:curl|smbclient)\b" + _WITHIN_LINE + r"\s(?:-u|--user)[ \t]*+[\"']?[^\s:%\"']{1,80}[:%]",
    ),
)

_NET_USER: Final = r"net1?(?:\.exe)?" + _BLANK + "user" + _BLANK + _NAME + _BLANK + "(?![/*])"
_NET_USE: Final = r"\bnet1?(?:\.exe)?" + _BLANK + r"use\b"

_WINDOWS: Final = (
    # net user bob P@ss /add; without a switch behind it only where the line holds nothing else.
    _command("password", "net", before=r"\b" + _NET_USER, after=_CLOSED + r"(?=[ \t]++/)"),
    Shape(
        kind="password",
        hints=("net",),
        pattern=re.compile(rf"(?i)(?:\A|[\n>`#$])[ \t]*+{_NET_USER}{_VALUE}{_CLOSED}(?=[ \t]*+(?:[\n`]|\Z))"),
        accepts=lambda value: not names_no_password(value),
    ),
    Shape(
        kind="password",
        hints=("net",),
        pattern=re.compile(r"(?i)\b" + _NET_USER + r"(?P<secret>[^\s\"'`]{3,}+)"),
        accepts=looks_like_password,
    ),
    # net use Z: \\server\share P@ss /user:bob, or net use \\server\share /user:bob P@ss
    _command(
        "password", "net", before=_NET_USE + r"[^\n]{0,120}?\\\\[^\s\"]{1,120}\"?[ \t]++(?![/*])", after=r"(?=[ \t]++/)"
    ),
    _command("password", "net", before=_NET_USE + r"[^\n]{0,200}?/u(?:ser)?:\S{1,80}[ \t]++(?![/*])"),
    _command(
        "password",
        "securestring",
        before=r"ConvertTo-SecureString(?:[ \t]++-(?:String|AsPlainText|Force))*+[ \t]*+\(?[ \t]*+(?![-$])",
    ),
    Shape(
        kind="password",
        hints=("securestring",),
        pattern=re.compile(
            r"(?i)(?P<quote>[\"'])(?P<secret>[^\"'\n]{1,200})(?P=quote)[ \t]*+\|[ \t]*+ConvertTo-SecureString"
        ),
        accepts=_is_value,
    ),
    _command(
        "password", "credential", before=r"(?:Network|PS)Credential\([ \t]*+[\"'][^\"'\n]{0,80}[\"'][ \t]*+,[ \t]*+"
    ),
)

#: Connection strings: the value may hold blanks where a semicolon or a quote ends it.
_CONNECTION_STRINGS: Final = (
    Shape(
        kind="password",
        hints=("password", "pwd"),
        pattern=re.compile(
            r"(?i)[;\"'][ \t]*+(?:password|pwd)[ \t]*+=[ \t]*+"
            r"(?P<secret>[^;\"'{}\s][^;\"'{}\n]{0,127})(?=[;\"'])"
        ),
        accepts=lambda value: not names_no_password(value.split()[0]),
    ),
)

COMMANDS: Final = (*_OPTIONS, *_WINDOWS, *_CONNECTION_STRINGS, *DEVICES)
