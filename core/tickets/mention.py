"""Tickets named in what people write: `CW #4711`, `#4711`, `T-1001`, `ticket 4711`, `T20260101.0001`, a ticket's URL.

Pure text: whether there is such a ticket, and whether a URL is of the account's own PSA, only the Psa's find_ticket knows.
"""

import re
from itertools import takewhile

__all__ = ["MOST", "bare_number", "is_address", "named_first", "ticket_mentions"]

#: More mentions than this are a list, not a ticket that somebody works on.
MOST = 10

_URL = re.compile(r"https?://[^\s<>|\"'`\])}]+", re.IGNORECASE)
#: What the vendors' ticket pages have in their addresses: a path, a fragment or a parameter with the number or id.
_TICKET_URL = re.compile(
    r"[/#](?:tickets?|issues?|cases?|incidents?)/(?:T-?)?[0-9]"
    r"|/tickets?\?(?:[^#]{0,200}&)?id=[0-9]"
    r"|[?&](?:ticket_?id|ticket_?number|service_recid|recid)=(?:T-?)?[0-9]",
    re.IGNORECASE,
)

#: A whole number of three to nine digits: no part of a word, a larger or broken number, a date, an address or an amount.
_NUMBER = r"[1-9][0-9]{2,8}(?![^\W_]|[#%°])(?![.,:/-][0-9])"
#: Words after which a number names a ticket without any `#`.
_TICKET = r"(?:tickets?|incident|service[ ]request|CW)"
_NAMED = re.compile(
    rf"(?<![^\W_]|[.-])(?P<autotask>T[0-9]{{8}}\.[0-9]{{4,6}})(?![^\W_]|-)(?!\.[0-9])"
    rf"|(?<![^\W_]|[.-])T-(?P<local>{_NUMBER})(?!-\w)"
    rf"|(?<![^\W_]|-){_TICKET}[ ]{{0,2}}(?:no\.?|nr\.?|number|id)?[ ]{{0,2}}[:#]?[ ]{{0,2}}(?P<worded>{_NUMBER})"
    rf"|(?<![^\W_]|[#&/=@<.])#(?P<hash>{_NUMBER})",
    re.IGNORECASE,
)
#: Words after which `#4711` is something else: a colour, an extension, a room, a build.
_NO_TICKET = re.compile(
    r"\b(?:colou?r|background|fill|ext|extension|phone|tel|fax|room|suite|floor|apt|port|build|version|rev|revision|PR"
    r"|pull[ ]request|PO|order|invoice|error|event(?:[ ]id)?|code|page|line|step|slide|serial|asset|option)[ ]?[.:=]?[ ]?\Z",
    re.IGNORECASE,
)
_BEFORE = 20

_BARE = re.compile(
    rf"(?:(?:{_TICKET}|case|issue|ConnectWise|Autotask|Halo(?:PSA)?)[ ]?)?(?:no\.?|nr\.?|number|id)?[ ]?[:#]?[ ]?"
    r"([1-9][0-9]{0,8})",
    re.IGNORECASE,
)


def ticket_mentions(text: str) -> tuple[str, ...]:
    """The tickets that a text names, in order, each once: as `#4711`, `T-1001`, `T20260101.0001`, or the URL as it stands."""
    found: list[tuple[int, str]] = []
    for match in _URL.finditer(text):
        url = match[0].rstrip(".,;:!?*_~")
        if _TICKET_URL.search(url):
            found.append((match.start(), url))
    words = _URL.sub(lambda match: " " * len(match[0]), text)
    found += [(match.start(), _name(match)) for match in _NAMED.finditer(words) if not _is_something_else(words, match)]
    return tuple(dict.fromkeys(name for _, name in sorted(found)))[:MOST]


def named_first(text: str) -> tuple[str, ...]:
    """What may name the ticket of a text: its first mention, and where that is an address, which may be of another system, those
    behind it up to the first number."""
    mentions = ticket_mentions(text)
    addresses = list(takewhile(is_address, mentions))
    return mentions[: len(addresses) + 1]


def is_address(text: str) -> bool:
    """Whether it is a web address, and no number."""
    return text.lower().startswith(("http://", "https://"))


def bare_number(text: str) -> int | None:
    """The number in a text that is nothing but one: `4711`, `#4711`, `CW #4711`, `ticket 4711`."""
    match = _BARE.fullmatch(text.strip())
    return None if match is None else int(match[1])


def _name(match: re.Match[str]) -> str:
    if match["autotask"]:
        return match["autotask"].upper()
    return f"T-{match['local']}" if match["local"] else f"#{match['worded'] or match['hash']}"


def _is_something_else(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - _BEFORE) : match.start()]
    return bool(match["hash"]) and _NO_TICKET.search(before) is not None
