"""Make outgoing text inert: nobody is pinged, no link runs anything, no character hides."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from typing import Final

from core.text.code_spans import code_ranges
from core.text.invisible import ZERO_WIDTH_SPACE, without_invisible

__all__ = ["neutralise"]

#: Slack's and Discord's mentions, between < and >; what the reader saw is behind the bar.
_MENTION: Final = re.compile(
    r"(?i)(?:@[!&]?(?P<user>\w{1,40})|!(?P<word>here|channel|everyone|group)|!subteam\^(?P<team>\w{1,40}))"
    r"(?:\|@?(?P<label>.*))?",
    re.DOTALL,
)
#: Teams' mention.
_AT_TAG: Final = re.compile(r"(?i)(?P<closing>/?)at(?:\s+[\w:-]{1,40}\s*=.*)?\s*/?", re.DOTALL)
_LONGEST_TAG: Final = 200

#: Words that ping a channel. Part of an address they are not (user@here.example.com).
_PING: Final = re.compile(
    r"(?i)(?:@|&#0{0,6}64;|&#x0{0,6}40;|&commat;)(?=(?:here|channel|everyone)(?![a-z0-9_]))"
    r"(?!(?<=[\w.+-]@)\w{4,8}[.-]\w)"
)

_SAFE_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
#: What runs or opens something, however it is written.
_ACTIVE_SCHEME: Final = re.compile(r"(?:javascript|vbscript|data|file|ms-[a-z0-9.+-]*|livescript|mhtml|blob)")
_SCHEME: Final = re.compile(r"(?P<name>[a-z][a-z0-9+.-]*)(?P<colon>:?)")
_AUTOLINK: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,63}:[^\s<>]*(?:\|[^<>\n]*)?>")
_LEADING: Final = re.compile(r"\A[\s<]+")
#: What lenient readers of links also pass over, even inside a scheme.
_SKIPPED: Final = re.compile(r"[\s\\<\x00-\x20\x7f-\xa0\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")
#: [text](target), [label]: target, href="target", <target>: the group ends where the guard goes.
_TARGETS: Final = re.compile(
    r"(?i)(?P<link>\])\(|^(?P<label>[ \t>]{0,16}\[[^\]\n]{1,300}\]):"
    r"|\b(?P<attribute>(?:href|src|action|formaction|background)\s{0,8}=\s{0,8}[\"']?)|(?P<auto><)",
    re.MULTILINE,
)
_TARGET_LENGTH: Final = 240


def neutralise(markdown: str) -> str:
    """The text as it may be posted: it reads the same, and pings nobody, runs nothing and hides nothing.

    - Invisible characters go (see `without_invisible`).
    - Mentions in the platforms' own form are written out: `<@U123|Ann>`, `<!subteam^S1|@ops>` and
      `<at>Ann</at>` become `@Ann`, `@ops` and `@Ann`; `<!here>` becomes `@here`.
    - Behind the `@` of `@here`, `@channel` and `@everyone` stands a zero width space (U+200B), in code too.
    - Links stay for http, https, mailto and tel. In any other one a zero width space parts the text from its
      target, or follows the `<`, so that no renderer makes a link of it: `[x]` + U+200B + `(javascript:…)`.

    In code, links are not touched: apart from mentions, and what cannot be seen, code stays as it is. Any string
    is accepted; text that was neutralised comes back unchanged. The rule is SPEC §9.
    """
    text = _without_mentions(without_invisible(markdown))
    guards = merge(_after_pings(text), _in_links(text))
    return _with_guards(text, guards)


def _with_guards(text: str, positions: Iterable[int]) -> str:
    pieces: list[str] = []
    at = 0
    for position in positions:
        pieces += (text[at:position], ZERO_WIDTH_SPACE)
        at = position
    return "".join((*pieces, text[at:]))


def _without_mentions(text: str) -> str:
    """Tags are closed from the inside out, so that none can be put together from what another leaves."""
    if "<" not in text:
        return text
    pieces: list[str] = []
    opened: list[int] = []
    for piece in filter(None, re.split("([<>])", text)):
        pieces.append(piece)
        if piece == "<":
            opened.append(len(pieces) - 1)
        elif piece == ">" and opened:
            start = opened.pop()
            plain = _plain_mention(_tag(pieces, start))
            if plain is not None:
                pieces[start:] = [plain] if plain else []
    return "".join(pieces)


def _tag(pieces: Sequence[str], start: int) -> str:
    """What stands between the < at pieces[start] and the > at the end; empty if that is too long to be a mention."""
    length, at = 0, len(pieces) - 2
    while at > start and length <= _LONGEST_TAG:
        length += len(pieces[at])
        at -= 1
    return "".join(pieces[start + 1 : -1]) if length <= _LONGEST_TAG else ""


def _plain_mention(tag: str) -> str | None:
    """What a reader sees of a mention; None if the tag is none."""
    if at_tag := _AT_TAG.fullmatch(tag):
        return "" if at_tag["closing"] else "@"
    mention = _MENTION.fullmatch(tag)
    if not mention:
        return None
    return "@" + (mention["label"] or mention["user"] or mention["word"] or mention["team"])


def _after_pings(text: str) -> Iterator[int]:
    return (match.end() for match in _PING.finditer(text))


def _in_links(text: str) -> Iterator[int]:
    """Where to part a link that is none of the web's, outside of code."""
    code: list[tuple[int, int]] | None = None
    number = 0
    for match in _TARGETS.finditer(text):
        if not _leads_elsewhere(text, match):
            continue
        if code is None:
            code = code_ranges(text)
        while number < len(code) and code[number][1] <= match.start():
            number += 1
        if number == len(code) or match.start() < code[number][0]:
            yield match.end(match.lastgroup or 0)


def _leads_elsewhere(text: str, match: re.Match[str]) -> bool:
    """Whether what follows the match is a target with a scheme that is none of the web's."""
    target = text[match.end() : match.end() + _TARGET_LENGTH]
    cut = len(target) == _TARGET_LENGTH
    for _ in range(3):
        target = html.unescape(target)
    is_link = match["auto"] is None or _AUTOLINK.match(text, match.end()) is not None
    if is_link and _scheme_of(_LEADING.sub("", target), cut=cut) not in _SAFE_SCHEMES | {""}:
        return True
    return _ACTIVE_SCHEME.fullmatch(_scheme_of(_SKIPPED.sub("", target), cut=cut)) is not None


def _scheme_of(target: str, *, cut: bool) -> str:
    """The scheme of a link's target in lower case; empty if there is none.

    A target that is nothing else, as far as it is looked at (`cut`), counts as "javascript".
    """
    match = _SCHEME.match(target.lower())
    if cut and len(match[0] if match else "") == len(target):
        return "javascript"
    return match["name"] if match and match["colon"] else ""
