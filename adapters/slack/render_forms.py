"""Core's forms as modals, and what people entered in them as one flat mapping of names to texts."""

import json
import re
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from adapters.slack import limits
from adapters.slack.blocks import Piece, Rows, common, section, sections
from adapters.slack.plain import Json, plain
from core.codec import encode
from core.views import Block, Choice, Form, Input, Option, Person, Text

__all__ = ["CALLBACK", "field_errors", "metadata_of", "render_form", "suggested", "values_of"]

#: The callback id of every modal.
CALLBACK = "fp"
#: Slack takes no empty option value.
_EMPTY = "fp:empty"
#: `text#2:1`: the second part of `text`, which one line break parts from the first.
_PART = re.compile(r"(?P<name>.*)#(?P<number>\d+):(?P<breaks>\d+)", re.DOTALL)
_BREAKS = re.compile(r"\n+")
_SHORTENED = Piece(block=section("_This is shortened: there is more than fits here._"))


def render_form(form: Form) -> Json:
    """The view for views.open, views.update and response actions. Without `submit` nothing is asked, only shown."""
    pieces = list(_pieces(form))
    view: Json = {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": plain(form.title, limits.VIEW_TITLE),
        "close": plain(form.cancel, limits.VIEW_TITLE),
        "private_metadata": _metadata(form),
        "blocks": [piece.block for piece in _within(pieces)],
    }
    if form.surface:
        view["external_id"] = form.surface
    if form.submit is not None:
        view["submit"] = plain(form.submit, limits.VIEW_TITLE)
    return view


def metadata_of(view: Mapping[str, object]) -> tuple[str, str]:
    """The encoded action and the surface of a view that came back; empty where they cannot be read."""
    try:
        data = json.loads(str(view.get("private_metadata") or ""))
    except (ValueError, RecursionError):
        return "", ""
    if not isinstance(data, dict):
        return "", ""
    action, surface = data.get("a"), data.get("s")
    return _compact(action) if isinstance(action, dict) else "", surface if isinstance(surface, str) else ""


def _metadata(form: Form) -> str:
    """The action as an object: a text within a text would double its quotes, and be more than Slack takes."""
    return _compact({"a": json.loads(encode(form.action)), "s": form.surface})


def values_of(view_state: Mapping[str, object]) -> dict[str, str]:
    """The inputs by name, from a view's `state`. A pick of nothing is left out; an empty text is "".

    Texts that were spread over several inputs are one again: unchanged ones exactly as they were.
    """
    values: dict[str, str] = {}
    parts: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for block_id, text in _entered(view_state):
        part = _PART.fullmatch(block_id)
        if part is None:
            values[block_id] = text
        else:
            parts[part["name"]].append((int(part["number"]), int(part["breaks"]), text))
    return values | {name: _joined(sorted(entered)) for name, entered in parts.items()}


def field_errors(view: Mapping[str, object], fields: Mapping[str, str]) -> dict[str, str]:
    """`errors` of a response action: by block id. What has no input in the view is said at the first one."""
    ids: dict[str, str] = {}
    blocks = view.get("blocks")
    for block in blocks if isinstance(blocks, list) else ():
        if isinstance(block, dict) and block.get("type") == "input":
            block_id = str(block.get("block_id"))
            part = _PART.fullmatch(block_id)
            ids.setdefault(part["name"] if part else block_id, block_id)
    errors: dict[str, str] = {}
    for name, message in fields.items():
        block_id = ids.get(name) or next(iter(ids.values()), name)
        errors[block_id] = f"{errors[block_id]} {message}" if block_id in errors else message
    return errors


def _entered(view_state: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    values = view_state.get("values")
    for block_id, actions in values.items() if isinstance(values, dict) else ():
        for state in actions.values() if isinstance(actions, dict) else ():
            if not isinstance(state, dict):
                continue
            if state.get("type") == "plain_text_input":
                yield block_id, str(state.get("value") or "")
            elif isinstance(option := state.get("selected_option"), dict):
                value = str(option.get("value"))
                yield block_id, "" if value == _EMPTY else value


def _joined(parts: Sequence[tuple[int, int, str]]) -> str:
    text = ""
    for _, breaks, part in parts:
        if part:
            text += "\n" * breaks + part if text else part
    return text


def _pieces(form: Form) -> Iterator[Piece]:
    if form.busy:
        yield from sections(f"⏳ {form.busy}")
    rows = Rows()
    for block in form.body:
        yield from _block(block, rows, asked=form.submit is not None)


def _block(block: Block, rows: Rows, *, asked: bool) -> Iterator[Piece]:
    match block:
        case Text():
            yield from sections(block.markdown)
        case Input():
            yield from _input(block) if asked else sections(f"**{block.label}**\n{block.value}")
        case Choice() | Person():
            yield from _choice(block, block.options if isinstance(block, Choice) else block.people, asked=asked)
        case _:
            yield from common(block, rows)


def _within(pieces: Sequence[Piece]) -> list[Piece]:
    """At most as many as a view holds: the last words give way, never what is asked or can be clicked."""
    kept = list(pieces) or [Piece(block=section("…"))]
    if _fits(kept):
        return kept
    words = [number for number, piece in enumerate(kept) if piece.text]
    while words and not _fits([*kept, _SHORTENED]):
        last = words.pop()
        del kept[last]
    kept.insert(words[-1] + 1 if words else 0, _SHORTENED)
    return kept


def _fits(pieces: Sequence[Piece]) -> bool:
    if len(pieces) > limits.VIEW_BLOCKS:
        return False
    return sum(len(json.dumps(piece.block)) for piece in pieces) <= limits.VIEW_BYTES


def _input(block: Input) -> Iterator[Piece]:
    """A text field; a value that is too long for one is spread over several, cut at lines."""
    parts = list(_spread(block.value)) if len(block.value) > limits.INPUT_FILLED else [(0, block.value)]
    for number, (breaks, value) in enumerate(parts, start=1):
        several = len(parts) > 1
        element: Json = {
            "type": "plain_text_input",
            "action_id": _action_id(value),
            "multiline": block.multiline,
            "max_length": limits.INPUT if several else max(1, min(block.max_length, limits.INPUT)),
        }
        if value:
            element["initial_value"] = value
        if block.placeholder.strip():
            element["placeholder"] = plain(block.placeholder, limits.PLACEHOLDER)
        label = f"{block.label} ({number} of {len(parts)})" if several else block.label
        name = f"{block.name}#{number}:{breaks}" if several else block.name
        hint = block.hint if number == len(parts) else ""
        yield _asked(name, label, element, hint, required=block.required and number == 1)


def _spread(value: str) -> Iterator[tuple[int, str]]:
    """Parts of a text with the number of line breaks before each."""
    breaks = start = 0
    while len(value) - start > limits.INPUT_FILLED:
        reach = start + limits.INPUT_FILLED
        cuts = [match for match in _BREAKS.finditer(value, start + 1, reach) if match.end() < reach]
        cut = next((match for match in reversed(cuts) if match.start() > start + limits.INPUT_FILLED // 2), None)
        end, after = (cut.start(), cut.end()) if cut else (reach, reach)
        yield breaks, value[start:end]
        start, breaks = after, after - end
    yield breaks, value[start:]


def _choice(block: Choice | Person, options: Sequence[Option], *, asked: bool) -> Iterator[Piece]:
    chosen = next((option for option in options if option.value == block.selected), None)
    query = block.query if isinstance(block, Person) else None
    if not asked or not options:
        yield from sections(f"**{block.label}**\n{chosen.label if chosen else 'Nothing to choose from.'}")
        return
    element: Json = {"action_id": _action_id(block.selected or "")}
    if query is not None:
        element = {"type": "external_select", "action_id": encode(query), "min_query_length": 0}
    elif isinstance(block, Choice) and len(options) <= limits.RADIO:
        element |= {"type": "radio_buttons", "options": [_option(option) for option in options]}
    else:
        element |= {"type": "static_select", **_listed(options)}
    if chosen is not None:
        element["initial_option"] = _option(chosen)
    yield _asked(block.name, block.label, element, block.hint, required=block.required)


def _listed(options: Sequence[Option]) -> Json:
    """The options of a menu, in groups where there are more than one list may hold."""
    if len(options) <= limits.OPTIONS:
        return {"options": [_option(option) for option in options]}
    groups = []
    for at in range(0, min(len(options), limits.OPTIONS**2), limits.OPTIONS):
        part = options[at : at + limits.OPTIONS]
        label = f"{at + 1} to {at + len(part)}"
        groups.append({"label": plain(label, limits.OPTION_LABEL), "options": [_option(option) for option in part]})
    return {"option_groups": groups}


def _option(option: Option) -> Json:
    """Raises ValueError for a value that is too long: a mistake of the form's, not of the engineer's."""
    if len(option.value) > limits.OPTION_VALUE:
        raise ValueError(f"{option.label[:50]!r} has a value too long for an option: {len(option.value)} characters")
    return {"text": plain(option.label, limits.OPTION_LABEL), "value": option.value or _EMPTY}


def suggested(options: Sequence[Option]) -> Json:
    """The answer to a block_suggestion."""
    return {"options": [_option(option) for option in options[: limits.OPTIONS]]}


def _asked(name: str, label: str, element: Json, hint: str, *, required: bool) -> Piece:
    block: Json = {
        "type": "input",
        "block_id": name,
        "label": plain(label, limits.INPUT_LABEL),
        "element": element,
        "optional": not required,
    }
    if hint.strip():
        block["hint"] = plain(hint, limits.INPUT_LABEL)
    return Piece(block=block)


def _action_id(value: str) -> str:
    """Another one for another value: Slack keeps what was typed where block and action ids stay the same."""
    return f"v:{zlib.crc32(value.encode('utf-8', 'replace')):08x}"


def _compact(data: Json) -> str:
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False)
