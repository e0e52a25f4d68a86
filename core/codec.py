"""Buttons and forms on the wire: a command's name and arguments as JSON, and back (ARCHITECTURE 1).

`{"c": "RecordOutcome", "fix_id": "…", "status": "applied_success"}`. Fields at their default are left out. Only actions can be
decoded; whatever else arrives is refused. Whether the session is the sender's is for `core.application` to say.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from enum import StrEnum
from typing import Any, get_type_hints

import core.commands
from core.commands import Action, SessionAction
from core.errors import BadCommand, InvalidInput
from core.text.split import shorten
from core.text.storable import storable

__all__ = ["ACTIONS", "ALIASES", "MAX_BYTES", "UNLIMITED", "decode", "encodable", "encode", "fitting", "pressed"]

#: Bytes of an encoded button (Slack's values hold 2,000 characters; ARCHITECTURE 1).
MAX_BYTES = 1500
#: For actions that are kept here, and not in a button.
UNLIMITED = 2**31

#: Numbers are 64 bits wide.
_LARGEST = 2**63

#: Every action by its name on the wire.
ACTIONS: Mapping[str, type[Action]] = {
    name: cls
    for name in core.commands.__all__
    if isinstance(cls := getattr(core.commands, name), type)
    and issubclass(cls, Action)
    and cls not in (Action, SessionAction)
}

#: Names that older buttons carry → the name now.
ALIASES: Mapping[str, str] = {}


def encode(action: Action, *, most: int = MAX_BYTES) -> str:
    """The action as compact JSON. Raises ValueError when it is too long: a mistake of the card's, not of the engineer's."""
    cls = type(action)
    data: dict[str, Any] = {"c": cls.__name__}
    for field in _fields(cls):
        value = getattr(action, field.name)
        if value != field.default:
            data[field.name] = value
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace").decode()
    if len(text.encode()) > most:
        raise ValueError(f"{cls.__name__} is too long for a button: {len(text.encode())} bytes")
    return text


def encodable(action: Action) -> bool:
    """Whether a button can carry it."""
    try:
        encode(action)
    except ValueError:
        return False
    return True


def fitting(make: Callable[[str], Action], text: str, limit: int = MAX_BYTES) -> Action:
    """The action that `make` makes of the text, which is shortened as far as a button requires."""
    length = min(len(text), limit)
    while length > 0:
        action = make(shorten(text, length))
        if encodable(action):
            return action
        length = length * 3 // 4
    return make("")


def decode(text: str, inputs: Mapping[str, str] | None = None, *, most: int = MAX_BYTES) -> Action:
    """The action of a button, or of a form with its `inputs` by name.

    Raises BadCommand for anything this version did not make, InvalidInput when one of the inputs does not fit its field.
    """
    data = _object(text, most)
    name = data.pop("c", None)
    cls = ACTIONS.get(ALIASES.get(name, name)) if isinstance(name, str) else None
    if cls is None:
        raise BadCommand("This button is not known here. It may come from another version; ask for the card again.")
    known = {field.name: field for field in _fields(cls)}
    if not data.keys() <= known.keys():
        raise BadCommand("This button carries something that it should not.")
    values = {key: _value(value, _TYPES[cls][key]) for key, value in data.items()}
    values.update(_typed(inputs or {}, cls, known))
    if any(name not in values and _needed(field) for name, field in known.items()):
        raise BadCommand("This button lacks a part.")
    return cls(**values)


def pressed(text: str, inputs: Mapping[str, str]) -> Action:
    """The action of a button in a form, with what was typed in the form as far as the button itself leaves it open.

    Raises as `decode` does.
    """
    own = _object(text) if inputs else {}
    return decode(text, {name: typed for name, typed in inputs.items() if name not in own})


def _object(text: str, most: int = MAX_BYTES) -> dict[str, Any]:
    if len(text.encode(errors="surrogatepass")) > most:
        raise BadCommand("This button is too long.")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadCommand("This button cannot be read.") from error
    if not isinstance(data, dict):
        raise BadCommand("This button cannot be read.")
    return data


def _value(value: Any, wanted: type) -> Any:
    """A value of a button. Types must fit exactly: we wrote them."""
    if issubclass(wanted, StrEnum):
        return _member(value, wanted)
    if type(value) is not wanted or (isinstance(value, int) and abs(value) > _LARGEST):
        raise BadCommand("This button carries a value of the wrong kind.")
    return storable(value) if isinstance(value, str) else value


def _member(value: Any, wanted: type[StrEnum]) -> StrEnum:
    if not isinstance(value, str) or value not in set(wanted):
        raise BadCommand("This button carries a value that is not one of its choices.")
    return wanted(value)


def _typed(inputs: Mapping[str, str], cls: type[Action], known: Mapping[str, "Field[Any]"]) -> dict[str, Any]:
    """A form's inputs as the command's fields; inputs that are no field of it are the form's own business."""
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, text in inputs.items():
        if name not in known or name == "session_id":
            continue
        wanted = _TYPES[cls][name]
        try:
            values[name] = _from_text(text, wanted)
        except ValueError:
            wrong[name] = "Choose one of the options." if issubclass(wanted, StrEnum) else "Enter a whole number."
    if wrong:
        raise InvalidInput(wrong)
    return values


def _from_text(text: str, wanted: type) -> Any:
    if issubclass(wanted, StrEnum):
        return wanted(text)
    if wanted is bool:
        return text == "true"
    if wanted is int and len(text) < len(str(_LARGEST)):
        return int(text)
    if wanted is int:
        raise ValueError("too large")
    return storable(text)


def _needed(field: "Field[Any]") -> bool:
    return field.default is MISSING


def _fields(cls: type[Action]) -> "tuple[Field[Any], ...]":
    return fields(cls)


_TYPES: Mapping[type[Action], dict[str, type]] = {cls: get_type_hints(cls) for cls in ACTIONS.values()}
