"""The primitives as blocks: what messages and modals have in common."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count

from adapters.slack import limits
from adapters.slack.mrkdwn import escape, to_mrkdwn, to_mrkdwn_parts
from adapters.slack.plain import Json, line, mrkdwn, plain, sendable
from core.codec import encode
from core.views import Badge, Button, Buttons, Divider, Fields, File, Picture, Small, Style, Tone

__all__ = ["Common", "Piece", "Rows", "common", "section", "sections"]

Common = Small | Fields | Badge | Buttons | File | Picture | Divider

_TONES = {Tone.NEUTRAL: "⚪", Tone.INFO: "🔵", Tone.GOOD: "🟢", Tone.WARN: "🟡", Tone.BAD: "🔴"}
_CUT = "\n…"


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A block. `follows`: it belongs with what stands before it. `text`: it is words alone, and no means to act."""

    block: Json
    follows: bool = False
    text: bool = False

    @property
    def size(self) -> int:
        """Its characters, marks of the format included."""
        if self.block["type"] == "markdown":
            return len(str(self.block["text"])) + 40
        return len(json.dumps(self.block, ensure_ascii=False))


@dataclass(frozen=True, kw_only=True, slots=True)
class Rows:
    """Numbers the buttons of one view, since Slack wants each `action_id` once a message."""

    numbers: "count[int]" = field(default_factory=count)

    def of(self, buttons: Iterable[Button]) -> Iterator[Piece]:
        """The buttons in as many rows as they need; each keeps what it does."""
        row: list[Json] = []
        size = 0
        for button in buttons:
            element = _button(button, next(self.numbers))
            more = len(json.dumps(element, ensure_ascii=False))
            if row and (len(row) == limits.BUTTONS or size + more > limits.BUTTON_ROW):
                yield _row(row)
                row, size = [], 0
            row.append(element)
            size += more
        if row:
            yield _row(row)


def common(block: Common, rows: Rows) -> Iterator[Piece]:
    """The pieces of a primitive that looks the same everywhere."""
    match block:
        case Small():
            for part in to_mrkdwn_parts(block.markdown, limits.CONTEXT):
                yield Piece(block=_context(part), text=True)
        case Fields():
            yield from _fields(block)
        case Badge():
            yield Piece(
                block=_context(f"{_TONES[block.tone]} *{escape(line(block.text, limits.HEADER))}*"), follows=True
            )
        case Buttons():
            yield from rows.of(block.items)
        case File():
            yield from _file(block)
        case Picture():  # the picture itself is sent beside the message
            yield Piece(block=_context(f"🖼 *{escape(line(block.name, limits.HEADER))}*"), text=True)
            for part in to_mrkdwn_parts(block.alt, limits.CONTEXT):
                yield Piece(block=_context(part), follows=True, text=True)
        case Divider():
            yield Piece(block={"type": "divider"}, text=True)


def section(text: str) -> Json:
    """A paragraph of mrkdwn."""
    return {"type": "section", "text": mrkdwn(text)}


def sections(markdown: str) -> Iterator[Piece]:
    """Markdown as paragraphs of mrkdwn."""
    for part in to_mrkdwn_parts(markdown, limits.SECTION):
        yield Piece(block=section(part), text=True)


def _context(text: str) -> Json:
    return {"type": "context", "elements": [mrkdwn(text)]}


def _fields(block: Fields) -> Iterator[Piece]:
    """Pairs side by side; a pair that is too long for that stands by itself, whole."""
    waiting: list[str] = []
    for label, value in block.items:
        shown = f"*{escape(' '.join(label.split()))}*\n{to_mrkdwn(value)}"
        if len(shown) > limits.FIELD:
            yield from _side_by_side(waiting)
            waiting = []
            yield from sections(f"**{' '.join(label.split())}**\n{value}")
            continue
        if len(waiting) == limits.FIELDS or sum(map(len, waiting)) + len(shown) > limits.SECTION:
            yield from _side_by_side(waiting)
            waiting = []
        waiting.append(shown)
    yield from _side_by_side(waiting)


def _side_by_side(fields: list[str]) -> Iterator[Piece]:
    if fields:
        yield Piece(block={"type": "section", "fields": [mrkdwn(text) for text in fields]}, text=True)


def _file(block: File) -> Iterator[Piece]:
    yield Piece(block=_context(f"📄 *{escape(line(block.name, limits.HEADER))}*"), text=True)
    content = sendable(block.content)
    if len(content) > limits.PREVIEW:
        cut = content[: limits.PREVIEW - len(_CUT)]
        content = cut[: cut.rfind("\n") if "\n" in cut else len(cut)] + _CUT
    if content.strip():
        code = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": content}]}
        yield Piece(block={"type": "rich_text", "elements": [code]}, follows=True, text=True)


def _row(elements: list[Json]) -> Piece:
    return Piece(block={"type": "actions", "elements": elements}, follows=True)


def _button(button: Button, number: int) -> Json:
    element: Json = {
        "type": "button",
        "action_id": f"fp:{number}",
        "text": plain(button.label, limits.LABEL),
        "value": encode(button.action),
    }
    if button.style is not Style.DEFAULT:
        element["style"] = button.style.value
    if button.confirm:
        element["confirm"] = {
            "title": plain(button.label, limits.CONFIRM_TITLE),
            "text": plain(button.confirm, limits.CONFIRM),
            "confirm": plain(button.label, limits.CONFIRM_BUTTON),
            "deny": plain("Cancel", limits.CONFIRM_BUTTON),
        }
    return element
