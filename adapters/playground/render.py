"""Core's views as plain JSON, for the page. Buttons carry their action as core.codec encodes it.

Nothing is dropped or shortened: the page has no limits. Escaping is the page's part: it makes text nodes, never HTML.
"""

from base64 import b64encode
from typing import assert_never

from core.codec import encode
from core.views import (
    Badge,
    Block,
    Button,
    Buttons,
    Card,
    Choice,
    Divider,
    Fields,
    File,
    Form,
    Input,
    Notice,
    Person,
    Picture,
    Small,
    Text,
)

__all__ = ["Json", "render_block", "render_card", "render_form", "render_notice"]

Json = dict[str, object]


def render_card(card: Card) -> Json:
    """A card: `{kind, title, badge, body, fallback}`."""
    return {
        "kind": "card",
        "title": card.title,
        "badge": _badge(card.badge) if card.badge else None,
        "body": [render_block(block) for block in card.body],
        "fallback": card.fallback or card.title,
    }


def render_notice(notice: Notice) -> Json:
    """A private message: `{kind, markdown, body, error}`."""
    return {
        "kind": "notice",
        "markdown": notice.markdown,
        "body": [render_block(block) for block in notice.body],
        "error": notice.error,
    }


def render_form(form: Form) -> Json:
    """A form: `{kind, surface, title, body, action, submit, cancel, busy}`; `submit` is null while there is nothing to submit."""
    return {
        "kind": "form",
        "surface": form.surface,
        "title": form.title,
        "body": [render_block(block) for block in form.body],
        "action": encode(form.action),
        "submit": form.submit,
        "cancel": form.cancel,
        "busy": form.busy,
    }


def render_block(block: Block) -> Json:
    """One primitive: `{block: its name, …its fields}`."""
    match block:
        case Text():
            return {"block": "text", "markdown": block.markdown}
        case Small():
            return {"block": "small", "markdown": block.markdown}
        case Fields():
            return {"block": "fields", "items": [list(item) for item in block.items]}
        case Badge():
            return {"block": "badge", **_badge(block)}
        case Buttons():
            return {"block": "buttons", "items": [_button(button) for button in block.items]}
        case Choice() | Person():
            return _choice(block)
        case Input():
            return _input(block)
        case File():
            return {"block": "file", "name": block.name, "media_type": block.media_type, "content": block.content}
        case Picture():
            address = f"data:image/png;base64,{b64encode(block.data).decode()}"
            return {"block": "picture", "name": block.name, "alt": block.alt, "address": address}
        case Divider():
            return {"block": "divider"}
        case _:
            assert_never(block)


def _badge(badge: Badge) -> Json:
    return {"text": badge.text, "tone": badge.tone.value}


def _button(button: Button) -> Json:
    return {
        "label": button.label,
        "value": encode(button.action),
        "style": button.style.value,
        "confirm": button.confirm or "",
    }


def _choice(block: Choice | Person) -> Json:
    options = block.options if isinstance(block, Choice) else block.people
    query = encode(block.query) if isinstance(block, Person) and block.query is not None else ""
    return {
        "block": "choice" if isinstance(block, Choice) else "person",
        "name": block.name,
        "label": block.label,
        "options": [{"value": option.value, "label": option.label} for option in options],
        "query": query,
        "selected": block.selected,
        "required": block.required,
        "hint": block.hint,
    }


def _input(block: Input) -> Json:
    return {
        "block": "input",
        "name": block.name,
        "label": block.label,
        "value": block.value,
        "multiline": block.multiline,
        "required": block.required,
        "max_length": block.max_length,
        "placeholder": block.placeholder,
        "hint": block.hint,
    }
