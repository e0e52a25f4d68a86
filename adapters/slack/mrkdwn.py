"""Markdown as Slack's older "mrkdwn", which is what modals understand. Messages have `markdown` blocks instead.

Whatever Slack would read as a mention or a special link is escaped; links stay for http, https and mailto.
"""

import re
from collections.abc import Iterator
from typing import Final

from core.text.code_spans import Fence, fences, inline_code
from core.text.split import split

__all__ = ["escape", "to_mrkdwn", "to_mrkdwn_parts"]

#: The smallest part that holds any line of code with its fence.
_LEAST: Final = 128
#: Stands for inline code while the rest is converted.
_CODE: Final = "\0"

_INLINE: Final = re.compile(
    r"\\(?P<literal>[\\`*_{}\[\]()#+\-.!>~|])"
    r"|!?\[(?P<label>[^\[\]\n]{1,300})\]\((?P<target>[^()\s]{1,1000})\)"
    r"|<(?P<auto>(?:https?://|mailto:)[^\s<>|]{1,1000})>"
    r"|(?P<both>\*\*\*|___)(?=\S)(?P<both_text>[^\n]{1,2000}?)(?<=\S)(?P=both)"
    r"|(?P<strong>\*\*|__)(?=\S)(?P<strong_text>[^\n]{1,2000}?)(?<=\S)(?P=strong)"
    r"|(?<!\w)(?P<slanted>[*_])(?=[^\s*_])(?P<slanted_text>[^\n*_]{1,2000}?)(?<=\S)(?P=slanted)(?!\w)"
    r"|~~(?=\S)(?P<struck>[^\n~]{1,2000}?)(?<=\S)~~"
)
_HEADING: Final = re.compile(r"[ ]{0,3}#{1,6}[ \t]+(?P<words>.*?)[ \t]*#*[ \t]*")
_BULLET: Final = re.compile(r"(?P<indent>[ \t]*)[-*+][ \t]+(?:\[(?P<box>[ xX])\][ \t]+)?(?P<words>.*)")
_QUOTE: Final = re.compile(r"[ ]{0,3}>[ ]?(?P<words>.*)")
_RULE: Final = re.compile(r"[ ]{0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})")
_WEB: Final = re.compile(r"(?i)(?:https?://|mailto:)[^\s|]+")


def escape(text: str) -> str:
    """The text with nothing in it that Slack reads as its own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def to_mrkdwn(markdown: str) -> str:
    """The text in mrkdwn; it may be longer than it was."""
    markdown = markdown.replace(_CODE, "")
    pieces: list[str] = []
    at = 0
    for fence in fences(markdown):
        pieces += (_prose(markdown[at : fence.start]), _code_block(markdown, fence))
        at = fence.end
    return "".join((*pieces, _prose(markdown[at:])))


def to_mrkdwn_parts(markdown: str, limit: int) -> Iterator[str]:
    """The text in parts of at most `limit` characters of mrkdwn; blank text has none. The least limit is 1,000."""
    yield from _parts(markdown, limit, limit - limit // 8)


def _parts(markdown: str, limit: int, size: int) -> Iterator[str]:
    for part in split(markdown, size):
        converted = to_mrkdwn(part)
        if not converted.strip():
            continue
        if len(converted) <= limit:
            yield converted
        elif size // 2 >= _LEAST:
            yield from _parts(part, limit, size // 2)
        else:
            yield converted[:limit]


def _code_block(text: str, fence: Fence) -> str:
    """Code with its language above it, where it has one: in mrkdwn the block itself has no place for it. Words after a mark that
    nothing follows are kept, too."""
    code = text[fence.body : fence.body_end].strip("\n").replace("```", "`\N{ZERO WIDTH SPACE}``")
    language = f"{escape(fence.info)}\n" if fence.info else ""
    return f"{language}```\n{escape(code)}\n```" if code.strip() else language


def _prose(text: str) -> str:
    """Text without fences: inline code is set aside, so that no other mark is looked for in it."""
    spans = list(inline_code(text, 0, len(text)))
    codes = [text[start:end].strip("`").replace("\n", " ") for start, end in spans]
    converted = "\n".join(_line(line) for line in "".join(_around(text, spans)).split("\n"))
    for code in codes:
        converted = converted.replace(_CODE, f"`{escape(code)}`", 1)
    return converted


def _around(text: str, spans: list[tuple[int, int]]) -> Iterator[str]:
    """The text with _CODE for each span of code."""
    at = 0
    for start, end in spans:
        yield from (text[at:start], _CODE)
        at = end
    yield text[at:]


def _line(line: str) -> str:
    if _RULE.fullmatch(line):
        return "———"
    if heading := _HEADING.fullmatch(line):
        words = _inline(heading["words"]).replace("*", "")
        return f"*{words}*" if words.strip() else ""
    if bullet := _BULLET.fullmatch(line):
        mark = "•" if bullet["box"] is None else "☐" if bullet["box"] == " " else "☑"
        return f"{bullet['indent']}{mark} {_inline(bullet['words'])}"
    if quote := _QUOTE.fullmatch(line):
        return f"> {_inline(quote['words'])}"
    return _inline(line)


def _inline(text: str) -> str:
    pieces: list[str] = []
    at = 0
    for match in _INLINE.finditer(text):
        pieces += (escape(text[at : match.start()]), _marked(match))
        at = match.end()
    return "".join((*pieces, escape(text[at:])))


def _marked(match: re.Match[str]) -> str:
    if match["literal"]:
        return escape(match["literal"])
    if match["target"]:
        return _link(match["label"], match["target"])
    if match["auto"]:
        return f"<{escape(match['auto'])}>"
    if match["both"]:
        return f"*_{_plain(match['both_text'])}_*"
    if match["strong"]:
        return f"*{_inline(match['strong_text']).replace('*', '')}*"
    if match["slanted"]:
        return f"_{_inline(match['slanted_text'])}_"
    return f"~{_inline(match['struck'])}~"


def _plain(text: str) -> str:
    return escape(text.replace("*", "").replace("_", ""))


def _link(label: str, target: str) -> str:
    words = escape(label).replace("|", "¦")
    if not _WEB.fullmatch(target):
        return f"{words} ({escape(target)})"
    return f"<{escape(target)}|{words}>"
