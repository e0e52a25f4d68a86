"""What somebody wrote in Slack, as plain markdown: mentions by name, links, entities, Slack's own bold and strike."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.slack.payloads import part, parts, word

__all__ = ["Said", "attached", "mentioned_in", "passed_on", "read_words", "to_markdown"]

#: Fenced blocks and code spans stay as they are.
_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_MARKED = re.compile(r"<([^<>\n]+)>")
_BOLD = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]*[^\s*])\*(?![\w*])")
_STRUCK = re.compile(r"(?<![\w~])~(?=[^\s~])([^~\n]*[^\s~])~(?![\w~])")
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)>")
_OPENING = re.compile(r"\s*<(?:@([UW][A-Z0-9]+)|!subteam\^)")

#: The name of a person by their id.
NameOf = Callable[[str], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A message: its words without the bot's mention, and to whom they are."""

    text: str
    mentioned: bool
    to_others: bool


def read_words(text: str, *, bot: str, name_of: NameOf) -> Said:
    """What a message says. `bot` is the bot's user id."""
    mention = re.compile(rf"<@{re.escape(bot)}(?:\|[^<>]*)?>[ \t]*[:,]?[ \t]*")
    without, count = mention.subn("", text)
    opening = _OPENING.match(text)
    return Said(
        text=to_markdown(without, name_of).strip(),
        mentioned=count > 0,
        to_others=opening is not None and opening[1] != bot,
    )


def attached(message: Mapping[str, Any]) -> str:
    """The words of a message that has no text of its own, such as an alert: those of its attachments and blocks."""
    found: list[str] = []
    for holder in (message, *parts(message, "attachments")):
        own = [word(holder, name) for name in ("pretext", "title", "text")] if holder is not message else []
        for block in parts(holder, "blocks"):
            own += [word(part(block, "text"), "text"), *(word(field, "text") for field in parts(block, "fields"))]
        said = [text for text in own if text]
        found += said or [word(holder, "fallback")]
    return "\n".join(text for text in found if text)


def passed_on(message: Mapping[str, Any]) -> str:
    """The words of the message that this one passes on; what Slack shows of an address is none."""
    shared = [entry for entry in parts(message, "attachments") if entry.get("is_share") is True]
    return attached({"attachments": shared}) if shared else ""


def mentioned_in(text: str) -> list[str]:
    """The ids of the people who are mentioned without their name."""
    return _MENTION.findall(text)


def to_markdown(text: str, name_of: NameOf) -> str:
    """Slack's mrkdwn as markdown. In code only mentions, links and entities are undone."""
    pieces = _CODE.split(text)
    return "".join(_plain(piece, name_of, code=index % 2 == 1) for index, piece in enumerate(pieces))


def _plain(text: str, name_of: NameOf, *, code: bool) -> str:
    if not code:
        text = _STRUCK.sub(r"~~\1~~", _BOLD.sub(r"**\1**", text))
    text = _MARKED.sub(lambda found: _unmarked(found[1], name_of, code=code), text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _unmarked(inner: str, name_of: NameOf, *, code: bool) -> str:
    target, _, label = inner.partition("|")
    match target[:1]:
        case "@":
            return f"@{label or name_of(target[1:])}"
        case "#":
            return f"#{label or target[1:]}"
        case "!":
            return label or _special(target[1:])
    return target.removeprefix("mailto:") if _same(target, label) or code else f"[{label}]({target})"


def _special(name: str) -> str:
    """`!here`, `!date^…^…|fallback` without its fallback, and the like."""
    return f"@{name.partition('^')[0]}"


def _same(target: str, label: str) -> bool:
    """Whether Slack made the link by itself, out of words that look like one."""
    bare = re.sub(r"^(?:https?://|mailto:|tel:)", "", target).rstrip("/")
    return not label or label.rstrip("/") in (target, target.rstrip("/"), bare)
