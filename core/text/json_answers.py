"""JSON out of a model's answer."""

import json
import re

__all__ = ["json_of"]

_FENCED = re.compile(r"\A\s*```[ \t]*\w*[ \t]*\n(.*?)\n?[ \t]*```\s*\Z", re.DOTALL)


def json_of(text: str) -> object:
    """What the text says, with or without a fence around it. Raises ValueError for what is no JSON."""
    fenced = _FENCED.match(text)
    try:
        value: object = json.loads(fenced[1] if fenced else text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return value
