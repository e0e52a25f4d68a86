"""Private keys as they are pasted: PEM, OpenSSH, PGP and PuTTY, whole or cut off."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from core.text.secrets.span import Span

__all__ = ["private_keys"]

_NAME: Final = r"[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?"
_BEGIN: Final = re.compile(rf"[-—–]{{2,8}} ?BEGIN {_NAME} ?[-—–]{{2,8}}")
_END: Final = re.compile(rf"[-—–]{{2,8}} ?END {_NAME} ?[-—–]{{2,8}}")
#: What can belong to a key whose end is missing: its first line, headers, and runs of base64.
_BODY: Final = re.compile(
    r"""(?x)
    (?:(?:\s|\\[nr]|[>|"'`])*+[A-Za-z0-9+/=]{4,}+(?=\s*?(?:\\[nr]|[\n"'`]|\Z)|\.{3}|…))?
    (?:(?:\s|\\[nr]|[>|])*+
        (?:(?:Proc-Type|DEK-Info|Version|Comment):[^\n]*+ | [A-Za-z0-9+/=]{16,}+ | \.{3} | …))*+
    (?:\s*+[A-Za-z0-9+/]{6,15}={0,2}(?=\s*?(?:\n|\Z)))?
    """
)
_PUTTY: Final = re.compile(
    r"Private-Lines: ?\d{1,3}\s++(?P<secret>[A-Za-z0-9+/=]{4,}+(?![-:])(?:\s++[A-Za-z0-9+/=]{4,}+(?![-:]))*+)"
)


def private_keys(text: str) -> Iterator[Span]:
    """Every private key, its BEGIN and END lines included; one that is cut off reaches as far as it can be seen."""
    if "PRIVATE KEY" in text:
        begins = [match.span() for match in _BEGIN.finditer(text)]
        ends = [match.span() for match in _END.finditer(text)]
        for number, (start, body) in enumerate(begins):
            following = begins[number + 1][0] if number + 1 < len(begins) else len(text)
            at = bisect_left(ends, (body, 0))
            if at < len(ends) and ends[at][0] < following:
                yield Span(start, ends[at][1], "private key")
            else:
                yield Span(start, _cut_off_end(text, body), "private key")
    if "Private-Lines:" in text:
        for match in _PUTTY.finditer(text):
            yield Span(*match.span("secret"), "private key")


def _cut_off_end(text: str, body: int) -> int:
    match = _BODY.match(text, body)
    return match.end() if match else body
