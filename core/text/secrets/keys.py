"""Keys behind a label: "client secret: …", `"apiKey": "…"`, "the API key for Datto is …", "Wi-Fi Guest, key=…".

A key is never a word, so behind each of these labels a value has to look like one.
"""

import re
from collections.abc import Iterator
from typing import Final

from core.text.secrets.shapes import is_reference, looks_like_key, names_no_password, stands_out
from core.text.secrets.signs import GAP, IS, LINE_BREAK, SIGN
from core.text.secrets.span import Span
from core.text.secrets.values import value_at, whole

__all__ = ["labelled_keys"]

_LABEL: Final = re.compile(
    r"""(?x)
    (?i:(?P<client>(?:client|app|application)[ _-]?secret)(?:[ _-]?value)?
        | (?P<secret>secret)(?:[ _-]?(?:access[ _-]?)?(?:key|value|text|token))?
        | (?P<key>(?:api|access|account|auth|subscription|encryption|storage|master|admin|function|integration|signing
            |rest|app|host|service|license[ ]api)[ _-]?key)
        | (?P<token>(?:(?:access|auth|api|refresh|bearer|session|security|bot|app|oauth|id|sas|device|registration
            |enrollment|deploy|personal[ _-]access)[ _-]?|(?<![a-zA-Z]))token))
    (?![A-Za-z0-9_]|-[A-Za-z0-9])
    | (?P<pat>(?<![A-Za-z0-9])PAT)(?![A-Za-z0-9_-])
    | (?P<plain>(?<![A-Za-z0-9])(?i:key))(?=\s{0,3}[=:])
    """
)
#: A text with none of these is not searched.
_HINTS: Final = ("secret", "key", "token", "pat")
_KINDS: Final = {
    "client": "client secret", "secret": "secret", "key": "api key", "plain": "key", "token": "token", "pat": "token",
}  # fmt: skip

#: "the API key for Datto is …"
_OWNER: Final = re.compile(rf"(?i) (?:for|of|to|in|on|from)(?: [^\s:]{{1,40}}){{1,4}}?(?:: ?| (?:is|was|=)[: ]{GAP}*+)")
_BLANK: Final = re.compile(rf"{GAP}++")
_NETWORK_TALK: Final = re.compile(r"(?i)wi-?fi|wlan|ssid|wpa|hotspot")


def labelled_keys(text: str) -> Iterator[Span]:
    """Every key, token or client secret that stands behind a word for one."""
    lowered = text.lower()
    reached = 0
    for label in _LABEL.finditer(text) if any(hint in lowered for hint in _HINTS) else ():
        span = _key(text, label) if label.start() >= reached else None
        if span:
            yield span
            reached = span.end


def _key(text: str, label: re.Match[str]) -> Span | None:
    sign = SIGN.match(text, label.end()) or IS.match(text, label.end()) or _OWNER.match(text, label.end())
    link = sign or _BLANK.match(text, label.end())
    below = LINE_BREAK.match(text, link.end()) if link else None
    assigned = bool(sign and sign.groupdict().get("equals"))
    found = value_at(text, (below or link).end(), assigned=assigned) if link else None
    if not found:
        return None
    value = text[found[0] : found[1]]
    kind = _KINDS[label.lastgroup or "plain"]
    if label["plain"] and _NETWORK_TALK.search(text, max(0, label.start() - 60), label.start()):
        kind = "network key"
        convinces = not names_no_password(value) and not is_reference(value)
    elif label["plain"] and not assigned:
        convinces = False
    elif sign:
        convinces = looks_like_key(value)
    else:
        convinces = _speaks_for_itself(value, label)
    return Span(*whole(text, *found[:2]), kind) if convinces else None


def _speaks_for_itself(value: str, label: re.Match[str]) -> bool:
    """Right beside its label a key has to be longer: a serial number could stand there too."""
    if label["secret"] or label["client"]:
        return stands_out(value) or (len(value) >= 16 and looks_like_key(value))
    return len(value) >= (24 if label["token"] else 16) and looks_like_key(value)
