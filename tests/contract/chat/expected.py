"""What must be seen of a view, whatever the platform: its texts in their order, its buttons, files and inputs."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from core.codec import decode, encode
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
from tests.contract.chat.surroundings import SeenButton, SeenForm, SeenMessage, Traits

__all__ = ["buttons_of", "letters", "missing", "missing_of_form", "parts_of"]

Part = tuple[str, str]
_OTHERS = re.compile(r"[\W_]+")


@lru_cache(maxsize=2048)
def letters(text: str) -> str:
    """The letters and digits of a text: what is left of it in any markup."""
    return _OTHERS.sub("", text)


def parts_of(view: Card | Notice | Form) -> list[Part]:
    """The view's texts from top to bottom, each with its kind (Traits.kept)."""
    return [part for part in _parts(view) if part[1]]


def _parts(view: Card | Notice | Form) -> Iterator[Part]:
    match view:
        case Card():
            yield "title", view.title
            if view.badge is not None:
                yield "badge", view.badge.text
        case Notice():
            yield "text", view.markdown
        case Form():
            yield "title", view.title
            yield "small", view.busy
    for block in view.body:
        yield from _of_block(block)


def _of_block(block: Block) -> Iterator[Part]:
    match block:
        case Text(markdown=words):
            yield "text", words
        case Small(markdown=words):
            yield "small", words
        case Fields(items=items):
            for label, value in items:
                yield "field", label
                yield "field", value
        case Badge(text=words):
            yield "badge", words
        case Buttons(items=buttons):
            for button in buttons:
                yield "label", button.label
        case File(name=name):
            yield "title", name
        case Picture(name=name, alt=words):
            yield "title", name
            yield "small", words
        case Choice(label=label, options=options, hint=hint) | Person(label=label, people=options, hint=hint):
            yield "label", label
            yield "hint", hint
            for option in options:
                yield "option", option.label
        case Input(label=label, hint=hint):
            yield "label", label
            yield "hint", hint
        case Divider():
            return


def buttons_of(view: Card | Notice | Form) -> list[Button]:
    """Every button, in order."""
    return [button for block in view.body if isinstance(block, Buttons) for button in block.items]


def missing(view: Card | Notice, messages: Sequence[SeenMessage], traits: Traits) -> list[str]:
    """What of the view the messages do not show; nothing when all is well."""
    if not messages:
        return ["nothing is seen at all"]
    text = "\n".join(message.text for message in messages)
    seen = [button for message in messages for button in message.buttons]
    files = {file.name: file.content for message in messages for file in message.files}
    wrong = [*_missing_texts(parts_of(view), text, traits), *_wrong_buttons(buttons_of(view), seen, traits)]
    wrong += [
        f"the file {block.name} is not as it was"
        for block in view.body
        if isinstance(block, File) and not _same(files.get(block.name, ""), block.content, "file", traits)
    ]
    pictures = {picture.name: picture.data for message in messages for picture in message.pictures}
    wrong += [
        f"the picture {block.name} is not as it was"
        for block in view.body
        if isinstance(block, Picture) and pictures.get(block.name) != block.data
    ]
    wrong += [f"{message.ref} pings {message.pings}" for message in messages if message.pings]
    return wrong


def missing_of_form(form: Form, seen: SeenForm, traits: Traits) -> list[str]:
    """What of the form is not before the person."""
    wrong = [
        *_missing_texts(parts_of(form), seen.text, traits),
        *_wrong_buttons(buttons_of(form), seen.buttons, traits),
    ]
    fields = [block for block in form.body if isinstance(block, (Choice, Person, Input))]
    if list(seen.inputs) != [block.name for block in fields]:
        wrong.append(f"its fields are {list(seen.inputs)}")
    for block in fields:
        if isinstance(block, Input):
            if not _same(seen.inputs.get(block.name, ""), block.value, "value", traits):
                wrong.append(f"the value of {block.name} is {seen.inputs.get(block.name, '')!r}")
            continue
        options = block.options if isinstance(block, Choice) else block.people
        if seen.options.get(block.name) != tuple(option.value for option in options):
            wrong.append(f"{block.name} offers {seen.options.get(block.name)}")
        if seen.inputs.get(block.name, "") != (block.selected or ""):
            wrong.append(f"{block.name} has {seen.inputs.get(block.name)!r} selected")
    if seen.action != decode(encode(form.action)):
        wrong.append(f"it hands in {seen.action}")
    if seen.can_submit != (form.submit is not None):
        wrong.append("it can be submitted" if seen.can_submit else "it cannot be submitted")
    return wrong


def _missing_texts(parts: Sequence[Part], text: str, traits: Traits) -> Iterator[str]:
    """Texts that do not follow each other in what is seen."""
    seen, at = letters(text), 0
    for kind, words in parts:
        wanted = letters(_kept(words, kind, traits.kept))
        found = seen.find(wanted, at)
        if found < 0:
            where = "is out of its order" if wanted in seen else "is not seen"
            yield f"the {kind} {words[:60]!r} {where}"
        else:
            at = found + len(wanted)


def _kept(words: str, kind: str, kept: Mapping[str, int]) -> str:
    """The part of a text that must be seen: all of it, or what surely is before the cut."""
    limit = kept.get(kind)
    return words if limit is None or len(words) <= limit else words[: limit // 2]


def _same(seen: str, wanted: str, kind: str, traits: Traits) -> bool:
    return letters(seen).startswith(letters(_kept(wanted, kind, traits.kept))) and bool(seen) == bool(wanted)


def _wrong_buttons(wanted: Sequence[Button], seen: Sequence[SeenButton], traits: Traits) -> Iterator[str]:
    if len(wanted) != len(seen):
        yield f"{len(seen)} of {len(wanted)} buttons are seen"
    for button, shown in zip(wanted, seen, strict=False):
        if shown.action != decode(encode(button.action)):
            yield f"the button {button.label!r} does {shown.action}"
        if not _same(shown.label, button.label, "label", traits):
            yield f"the button {button.label!r} is called {shown.label!r}"
        if not _same(shown.confirm, button.confirm or "", "confirm", traits):
            yield f"the button {button.label!r} asks {shown.confirm!r}"
