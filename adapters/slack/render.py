"""Core's cards and notices as Slack messages: in as many as their sizes need, no button lost, no code fence broken."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adapters.slack import limits
from adapters.slack.blocks import Piece, Rows, common, section
from adapters.slack.mrkdwn import escape, to_mrkdwn_parts
from adapters.slack.plain import Json, line, plain, sendable
from core.text.split import split
from core.views import Block, Card, Choice, File, Input, Notice, Person, Picture, Small, Text

__all__ = ["Message", "Rendered", "render_card", "render_notice"]

#: The notification of a message without any words.
_NAMELESS = "A message from FlowPilot"
_MENTION = re.compile(r"<(?=@\w|#[CG]\w|!(?:here|channel|everyone|group|subteam|date)\b)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One message: its blocks, and the words of its notification in mrkdwn."""

    blocks: tuple[Json, ...]
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendered:
    """At least one message, in order; the files that are too long to be shown whole, and the pictures."""

    messages: tuple[Message, ...]
    files: tuple[File | Picture, ...] = ()


def render_card(card: Card) -> Rendered:
    """A card: heading, badge, then its body."""
    rows = Rows()
    pieces = list(_title(card.title))
    if card.badge is not None:
        pieces += common(card.badge, rows)
    pieces += _body(card.body, rows)
    return _rendered(pieces, card.body, card.fallback or card.title)


def render_notice(notice: Notice) -> Rendered:
    """A private message."""
    words = f"⚠️ {notice.markdown}" if notice.error and notice.markdown else notice.markdown
    pieces = [*_text(words), *_body(notice.body, Rows())]
    return _rendered(pieces, notice.body, notice.markdown or _first_words(notice.body))


def _first_words(body: Sequence[Block]) -> str:
    """What a notification says of a message that has no words of its own above its blocks."""
    words = (block.markdown for block in body if isinstance(block, Text | Small) and block.markdown.strip())
    return next(words, _NAMELESS)


def _title(title: str) -> Iterator[Piece]:
    """A heading; one that is too long for that is a bold paragraph."""
    if 0 < len(title.strip()) <= limits.HEADER:
        yield Piece(block={"type": "header", "text": plain(title, limits.HEADER)}, text=True)
        return
    for part in to_mrkdwn_parts(title and f"**{title}**", limits.SECTION):
        yield Piece(block=section(part), text=True)


def _body(body: Sequence[Block], rows: Rows) -> Iterator[Piece]:
    for block in body:
        match block:
            case Text():
                yield from _text(block.markdown)
            case Choice() | Person():  # a message cannot be submitted: what is asked in a form is only shown here
                options = block.options if isinstance(block, Choice) else block.people
                chosen = (option.label for option in options if option.value == block.selected)
                yield from _text(f"**{block.label}** {next(chosen, '')}")
            case Input():
                yield from _text(f"**{block.label}** {block.value}")
            case _:
                yield from common(block, rows)


def _text(markdown: str) -> Iterator[Piece]:
    for part in split(_inert(sendable(markdown)), limits.MARKDOWN):
        yield Piece(block={"type": "markdown", "text": part}, text=True)


def _inert(markdown: str) -> str:
    """Core lets no mention through; should one come by another way, it is text here, with nothing of it lost."""
    return _MENTION.sub("<\N{ZERO WIDTH SPACE}", markdown)


def _rendered(pieces: Sequence[Piece], body: Sequence[Block], fallback: str) -> Rendered:
    words = escape(line(fallback, limits.FALLBACK))
    pages = _pages(pieces) or [[Piece(block=section(words))]]
    messages = tuple(
        Message(
            blocks=tuple(piece.block for piece in page),
            text=words if len(pages) == 1 else f"{words} ({number}/{len(pages)})",
        )
        for number, page in enumerate(pages, start=1)
    )
    return Rendered(messages=messages, files=tuple(_files(body)))


def _files(body: Sequence[Block]) -> Iterator[File | Picture]:
    for block in body:
        if isinstance(block, Picture) or (isinstance(block, File) and len(block.content) > limits.PREVIEW):
            yield block


def _pages(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """The pieces by message. What belongs together moves together, where it fits one message at all."""
    pages: list[list[Piece]] = []
    for group in _groups(pieces):
        if pages and _fits([*pages[-1], *group]):
            pages[-1] += group
        elif _fits(group):
            pages.append(group)
        else:
            for piece in group:
                if pages and _fits([*pages[-1], piece]):
                    pages[-1].append(piece)
                else:
                    pages.append([piece])
    return pages


def _groups(pieces: Sequence[Piece]) -> list[list[Piece]]:
    groups: list[list[Piece]] = []
    for piece in pieces:
        if piece.follows and groups:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return groups


def _fits(pieces: Sequence[Piece]) -> bool:
    return len(pieces) <= limits.BLOCKS and sum(piece.size for piece in pieces) <= limits.MESSAGE
