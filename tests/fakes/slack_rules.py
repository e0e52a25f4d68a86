"""What Slack documents about sizes and shapes, as the errors with which it refuses."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

__all__ = ["elements_of", "submitted", "wrong_blocks", "wrong_message", "wrong_metadata", "wrong_view"]

Data = Mapping[str, Any]

#: Undocumented; seen near 13,000 characters.
TOTAL = 13_000
#: In a list option or radio button.
_OPTION_VALUE = 150


def wrong_message(fields: Data, *, update: bool = False) -> str:
    """What is wrong with a message, as Slack's error; "" for nothing."""
    text, blocks = fields.get("text") or "", fields.get("blocks") or []
    if not text and not blocks:
        return "no_text"
    if len(text) > (4_000 if update else 40_000):
        return "msg_too_long"
    if wrong := wrong_blocks(blocks, 50):
        return wrong
    if any(block["type"] == "input" for block in blocks):
        return "invalid_blocks"
    if sum(len(text) for text in _texts(blocks)) > TOTAL:
        return "msg_blocks_too_long"
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > 12_000:
        return "invalid_blocks"
    return wrong_metadata(fields.get("metadata"))


def wrong_metadata(metadata: Any) -> str:
    """Metadata has a type and a flat payload."""
    if metadata is None:
        return ""
    if not isinstance(metadata, dict) or not metadata.get("event_type"):
        return "invalid_metadata_format"
    payload = metadata.get("event_payload")
    flat = isinstance(payload, dict) and all(isinstance(value, (str, int, bool)) for value in payload.values())
    return "" if flat else "invalid_metadata_schema"


def wrong_view(view: Data) -> str:
    """What is wrong with a modal or a home tab."""
    if len(json.dumps(view)) > 250_000:
        return "view_too_large"
    try:
        View(**view).to_dict()
    except (SlackObjectFormationError, TypeError):
        return "invalid_arguments"
    blocks = view.get("blocks") or []
    if wrong_blocks(blocks, 100) or any(block["type"] == "markdown" for block in blocks):
        return "invalid_arguments"
    asks = any(block["type"] == "input" for block in blocks)
    if asks and view["type"] == "modal" and not view.get("submit"):
        return "invalid_arguments"
    return "invalid_arguments" if len(view.get("external_id") or "") > 255 else ""


def wrong_blocks(blocks: Sequence[Data], most: int) -> str:
    """What is wrong with blocks: their number, their sizes, ids that are there twice."""
    if len(blocks) > most or any(_wrong_block(block) for block in blocks):
        return "invalid_blocks"
    ids = [element["action_id"] for block in blocks for element in elements_of(block)]
    named = [block["block_id"] for block in blocks if block.get("block_id")]
    acting = [element["action_id"] for block in blocks if block["type"] == "actions" for element in elements_of(block)]
    twice = len(set(acting)) < len(acting) or len(set(named)) < len(named)
    return "invalid_blocks" if twice or any(len(id) > 255 for id in ids) else ""


def elements_of(block: Data) -> Sequence[Data]:
    """What can be clicked or filled in."""
    if block["type"] == "actions":
        elements: Sequence[Data] = block["elements"]
        return elements
    return [block["element"]] if block["type"] == "input" else []


def submitted(view: Data, typed: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The `state` that Slack sends for a view that is submitted as it stands; `typed` is what was typed, by block id."""
    values: dict[str, dict[str, dict[str, object]]] = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element, id = block["element"], block["block_id"]
        state: dict[str, object] = {"type": element["type"]}
        if element["type"] == "plain_text_input":
            state["value"] = (typed or {}).get(id, element.get("initial_value"))
        else:
            state["selected_option"] = element.get("initial_option")
        values[id] = {element["action_id"]: state}
    return {"values": values}


def _wrong_block(block: Data) -> bool:
    try:
        parsed = Block.parse(dict(block))
        if parsed is None:
            return True
        parsed.to_dict()
    except (SlackObjectFormationError, TypeError, KeyError):
        return True
    return any(not text or len(text) > _most(block) for text in _texts([block])) or any(
        _wrong_element(element) for element in elements_of(block)
    )


def _wrong_element(element: Data) -> bool:
    options = list(element.get("options") or ())
    for group in element.get("option_groups") or ():
        if not 1 <= len(group["options"]) <= 100:
            return True
        options += group["options"]
    kinds = ("static_select", "radio_buttons")
    if element["type"] in kinds and not options:
        return True
    if element["type"] == "plain_text_input" and len(element.get("initial_value") or "") > element["max_length"]:
        return True
    initial = element.get("initial_option")
    if initial is not None and initial not in options:
        return True
    return any(not option["value"] or len(option["value"]) > _OPTION_VALUE for option in options)


def _most(block: Data) -> int:
    if block["type"] == "section" and block.get("fields"):
        return 2_000
    return 12_000 if block["type"] in ("markdown", "rich_text") else 3_000


def _texts(value: Any) -> Iterator[str]:
    """Every text that is shown, wherever it stands."""
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "text" and isinstance(item, str):
                yield item
            else:
                yield from _texts(item)
