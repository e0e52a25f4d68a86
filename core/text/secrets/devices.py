"""Secrets in what switches, routers and firewalls print, and in the commands that are typed into them."""

import re
from typing import Final

from core.text.secrets.shapes import is_placeholder, looks_like_password, names_no_password
from core.text.secrets.span import Shape

__all__ = ["DEVICES"]

_VALUE: Final = r"[\"']?(?P<secret>[^\s\"'`;|()<>]{3,}+)"
_BLANK: Final = r"[ \t]++"
#: Cisco's number for how what follows is encrypted.
_TYPE: Final = r"(?:[05-9][ \t]++)?"
#: Everybody's community, which says nothing.
_DEFAULTS: Final = frozenset({"public", "private"})


def _is_no_talk(value: str) -> bool:
    return not names_no_password(value)


def _is_encrypted(value: str) -> bool:
    return looks_like_password(value) or value.startswith("$") or value.isdigit()


def _is_community(value: str) -> bool:
    return not is_placeholder(value) and value.lower() not in _DEFAULTS


DEVICES: Final = (
    # Cisco: password 7 0822455D0A16, secret 5 $1$…
    Shape(
        kind="password",
        hints=("password", "secret", "key"),
        pattern=re.compile(r"(?i)\b(?:password|secret|key)[ \t]++[05-9][ \t]++(?P<secret>[^\s\"']{6,}+)"),
        accepts=_is_encrypted,
    ),
    # enable password k3y9f8a7
    Shape(
        kind="password",
        hints=("enable ",),
        pattern=re.compile(
            rf"(?i)\benable{_BLANK}(?:password|secret){_BLANK}(?:level{_BLANK}\d++{_BLANK})?{_TYPE}{_VALUE}"
        ),
        accepts=_is_encrypted,
    ),
    # tacacs-server key …, radius-server host 10.0.0.1 key …
    Shape(
        kind="secret",
        hints=("tacacs", "radius"),
        pattern=re.compile(rf"(?i)\b(?:tacacs|radius)-server\b[^\n]{{0,120}}?\bkey{_BLANK}{_TYPE}{_VALUE}"),
        accepts=_is_no_talk,
    ),
    Shape(
        kind="secret",
        hints=("tacacs", "radius"),
        pattern=re.compile(
            rf"(?i)\b(?:tacacs|radius)\+?{_BLANK}(?:shared{_BLANK})?(?:key|secret){_BLANK}{_TYPE}{_VALUE}"
        ),
        accepts=looks_like_password,
    ),
    # set vpn ipsec site-to-site peer 1.2.3.4 authentication pre-shared-secret …; set psksecret …
    Shape(
        kind="network key",
        hints=("set ",),
        pattern=re.compile(
            rf"(?i)\bset{_BLANK}(?:(?:vpn|security|network|ike|crypto)\b[^\n]{{0,160}}?\bpre-shared-(?:secret|key)|psksecret)"
            rf"{_BLANK}(?:ascii-text{_BLANK}|ENC{_BLANK})?{_VALUE}"
        ),
        accepts=_is_no_talk,
    ),
    # crypto isakmp key … address 10.0.0.1
    Shape(
        kind="network key",
        hints=("isakmp",),
        pattern=re.compile(rf"(?i)\bisakmp{_BLANK}key{_BLANK}{_TYPE}{_VALUE}(?={_BLANK}(?:address|hostname)\b)"),
    ),
    Shape(
        kind="secret",
        hints=("snmp-server",),
        pattern=re.compile(r"(?i)\bsnmp-server[ \t]++community[ \t]++(?P<secret>[^\s\"']{3,}+)"),
        accepts=lambda value: value.lower() in _DEFAULTS or _is_no_talk(value),
    ),
    # snmpwalk -v2c -c … 10.0.0.1; capitals are the passwords of version 3
    Shape(
        kind="secret",
        hints=("snmp",),
        pattern=re.compile(rf"(?i:\bsnmp[a-z]{{2,12}})\b[^\n|;]{{0,200}}?\s-[cAX][ \t]*+{_VALUE}"),
        accepts=_is_community,
    ),
    # snmp community string is …
    Shape(
        kind="secret",
        hints=("community",),
        pattern=re.compile(
            rf"(?i)\bcommunity(?:[ \t-]{{1,3}}(?:string|name))?[ \t]*+(?:(?:is|was|now)\b[ \t]*+:?|[:=]|->|→)[ \t]*+{_VALUE}"
        ),
        accepts=looks_like_password,
    ),
)
