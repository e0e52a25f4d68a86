"""YAML text to nodes that know their place, refusing what no flow needs: anchors, tags, depth, size."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import yaml

from core.flows.problems import Mark, Problems, StopReading

__all__ = ["Items", "Node", "Scalar", "Table", "compose"]

MOST_BYTES: Final = 256 * 1024
MOST_DEPTH: Final = 10
_TAG: Final = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """A single value, as written; `kind` is what YAML takes it for: str, int, bool, null …"""

    mark: Mark
    text: str
    kind: str = "str"


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list."""

    mark: Mark
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Keys with their values, in order; repeated keys are all here."""

    mark: Mark
    pairs: tuple[tuple["Node", "Node"], ...]


Node = Scalar | Items | Table


def compose(text: str, problems: Problems) -> Node | None:
    """The root of the one document in `text`; None, with a problem added, where there is none to read."""
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        problems.add(Mark(1, 1), f"too large: a flow has at most {MOST_BYTES // 1024} KB")
        return None
    try:
        return _Composer(text, problems).document()
    except yaml.reader.ReaderError as error:
        problems.add(_of_position(text, error.position), "a character that YAML does not allow")
    except yaml.MarkedYAMLError as error:
        if "unexpected end of stream" in str(error.problem):
            problems.add(_mark(error.context_mark), "malformed YAML: a quote is opened here and never closed")
        else:
            problems.add(_mark(error.problem_mark or error.context_mark), _in_words(error))
    return None


class _Composer:
    """Follows nothing: aliases become empty text, anchors and tags are noted and dropped."""

    def __init__(self, text: str, problems: Problems) -> None:
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.SafeLoader)
        self._problems = problems
        self._types = yaml.resolver.Resolver()
        self._last = Mark(1, 1)

    def document(self) -> Node | None:
        self._next()  # the stream begins
        event = self._next()
        if isinstance(event, yaml.StreamEndEvent):
            self._problems.add(Mark(1, 1), "empty: there is no flow here")
            return None
        node = self._node(self._next(), 1)
        self._next()  # the document ends
        event = self._next()
        if not isinstance(event, yaml.StreamEndEvent):
            self._problems.add(self._last, "more than one document (---): a file holds one flow")
        return node

    def _next(self) -> yaml.Event:
        try:
            event = next(self._events)
        except (ValueError, OverflowError):  # an escape beyond Unicode, a version of 5,000 digits
            self._problems.add(self._last, "malformed YAML: after this a number is out of range")
            raise StopReading from None
        self._last = _mark(event.start_mark)
        return event

    def _node(self, event: yaml.Event, depth: int) -> Node:
        mark = self._last
        if depth > MOST_DEPTH:
            self._problems.add(mark, f"nested too deep: more than {MOST_DEPTH} levels")
            raise StopReading
        self._refuse_references(event, mark)
        if isinstance(event, yaml.ScalarEvent):
            plain = event.style is None and event.implicit[0]
            return Scalar(mark=mark, text=event.value, kind=self._kind(event.value) if plain else "str")
        if isinstance(event, yaml.SequenceStartEvent):
            return Items(mark=mark, items=tuple(self._until(yaml.SequenceEndEvent, depth)))
        if isinstance(event, yaml.MappingStartEvent):
            nodes = list(self._until(yaml.MappingEndEvent, depth))
            return Table(mark=mark, pairs=tuple(zip(nodes[::2], nodes[1::2], strict=True)))
        return Scalar(mark=mark, text="", kind="null")

    def _until(self, end: type[yaml.Event], depth: int) -> Iterator[Node]:
        while not isinstance(event := self._next(), end):
            yield self._node(event, depth + 1)

    def _kind(self, text: str) -> str:
        tag = self._types.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
        return str(tag).removeprefix(_TAG)

    def _refuse_references(self, event: yaml.Event, mark: Mark) -> None:
        if isinstance(event, yaml.AliasEvent):
            self._problems.add(mark, f"aliases (*{event.anchor}) are not allowed: write the value out")
        elif isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            self._problems.add(mark, f"anchors (&{event.anchor}) are not allowed: write the value out")
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._problems.add(mark, f"tags ({tag}) are not allowed: write plain text")


def _in_words(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or "cannot be read"
    if "'\\t'" in problem:
        return "a tab where YAML wants spaces: indent with spaces only"
    if "mapping values are not allowed" in problem:
        return "malformed YAML: a colon inside a text, or a wrong indent; put the text in quotes"
    return f"malformed YAML: {problem}"


def _mark(mark: object) -> Mark:
    line, column = getattr(mark, "line", 0), getattr(mark, "column", 0)
    return Mark(line + 1, column + 1)


def _of_position(text: str, position: int) -> Mark:
    before = text[:position]
    return Mark(before.count("\n") + 1, position - before.rfind("\n"))
