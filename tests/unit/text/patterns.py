"""Find patterns that could take exponential time: an unbounded repeat inside an unbounded one."""

import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

# The parser of `re` has no public name.
_PARSER = import_module("re._parser")
_CONSTANTS = import_module("re._constants")


def trouble_in(pattern: str, flags: int) -> list[str]:
    """What is wrong with a pattern, in words; empty if nothing is. Possessive repeats and atomic groups are safe."""
    return list(_trouble(_PARSER.parse(pattern, flags & ~re.DEBUG), inside=False))


def _trouble(tree: Any, *, inside: bool) -> Iterator[str]:
    for operation, argument in tree:
        name = str(operation)
        unbounded = name in {"MAX_REPEAT", "MIN_REPEAT"} and argument[1] is _CONSTANTS.MAXREPEAT
        if unbounded and inside:
            yield f"{name} without an upper bound inside another one"
        safe = name in {"POSSESSIVE_REPEAT", "ATOMIC_GROUP"}
        for part in _parts(argument):
            yield from _trouble(part, inside=not safe and (inside or unbounded))


def _parts(argument: Any) -> Iterator[Any]:
    if isinstance(argument, _PARSER.SubPattern):
        yield argument
    elif isinstance(argument, tuple | list):
        for part in argument:
            yield from _parts(part)
