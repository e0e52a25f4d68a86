"""What people see, free of any platform: cards, forms and notices made of a dozen primitives.

Core builds a view once; each adapter renders the primitives in its own way, splits what exceeds its limits, never drops
a button, and returns a form's inputs as one flat mapping of names to strings.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.commands import Action

__all__ = [
    "Badge",
    "Block",
    "Button",
    "Buttons",
    "Card",
    "Choice",
    "Close",
    "Divider",
    "FieldErrors",
    "Fields",
    "File",
    "Form",
    "Input",
    "Nothing",
    "Notice",
    "Option",
    "Options",
    "Person",
    "Picture",
    "Replace",
    "Reply",
    "Small",
    "Style",
    "Text",
    "Tone",
]


class Tone(StrEnum):
    """How a badge should feel."""

    NEUTRAL = "neutral"
    INFO = "info"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


class Style(StrEnum):
    """How a button should look. At most one primary a card."""

    DEFAULT = "default"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """A paragraph or more of markdown, already redacted and neutralised."""

    markdown: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Small:
    """Small print: one line of markdown in a quiet tone."""

    markdown: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Fields:
    """Short label and value pairs."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Badge:
    """One or two words of state."""

    text: str
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True, kw_only=True, slots=True)
class Button:
    """A click that hands in `action`. `confirm`, when set, is asked first."""

    label: str
    action: Action
    style: Style = Style.DEFAULT
    confirm: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Buttons:
    """Buttons side by side."""

    items: tuple[Button, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One entry of a choice."""

    value: str
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """A pick of one option in a form."""

    name: str
    label: str
    options: tuple[Option, ...]
    selected: str | None = None
    required: bool = True
    hint: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A pick of one person of the account; the value is core's user id. `people` are those who may be picked.

    `query`, when set: there are more of them. It is a read with a field `text` for what was typed, and is answered with Options.
    """

    name: str
    label: str
    people: tuple[Option, ...]
    query: Action | None = None
    selected: str | None = None
    required: bool = False
    hint: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Input:
    """A text field in a form."""

    name: str
    label: str
    value: str = ""
    multiline: bool = False
    required: bool = False
    max_length: int = 3000
    placeholder: str = ""
    hint: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """A small text file to download."""

    name: str
    media_type: str
    content: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A small PNG. `alt` says in words what it shows."""

    name: str
    alt: str
    data: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Divider:
    """A thin line."""


Block = Text | Small | Fields | Badge | Buttons | Choice | Person | Input | File | Picture | Divider


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """A message in a thread. `title` is its heading; `fallback` is what a notification or a screen reader says."""

    title: str = ""
    badge: Badge | None = None
    body: tuple[Block, ...] = ()
    fallback: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A private form (a modal where the platform has them). Submitting it hands in `action` with the inputs by name.

    `submit` is None while there is nothing to submit yet (the draft is being made: `busy` says so).
    """

    surface: str
    title: str
    body: tuple[Block, ...]
    action: Action
    submit: str | None = "Save"
    cancel: str = "Cancel"
    busy: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Nothing:
    """The click or message is taken; there is nothing private to say."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """A private message to the one who acted. `error` marks refusals and faults."""

    markdown: str
    body: tuple[Block, ...] = ()
    error: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldErrors:
    """The form stays open; each field says what is wrong with it."""

    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Replace:
    """The open form is replaced by this one."""

    form: Form


@dataclass(frozen=True, kw_only=True, slots=True)
class Close:
    """The form is done; `notice` says so when there is something to say. `now`: the private message in which it was opened, or
    where something was clicked, as it is now; it takes that one's place."""

    notice: str = ""
    now: Notice | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What a field's query found."""

    items: tuple[Option, ...]


Reply = Nothing | Notice | Form | FieldErrors | Replace | Close | Options
