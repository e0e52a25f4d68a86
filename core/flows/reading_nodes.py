"""Reads the nodes of a flow, gathering where each of them leads."""

import re
from collections.abc import Mapping
from typing import Final, get_args

from core.flows.composing import Node as Yaml
from core.flows.composing import Table
from core.flows.model import (
    Action,
    Command,
    Language,
    Node,
    Option,
    Question,
    Solution,
    Step,
    Verification,
)
from core.flows.problems import Problems, quoted
from core.flows.reading import Reading
from core.flows.soundness import Edge
from core.flows.walk import plain

__all__ = ["SLUG", "NodeReading"]

SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
#: Slack shows at most 75 characters on a button.
_LABEL: Final = 75
_STEPS: Final[Mapping[str, type[Step]]] = {kind.kind: kind for kind in (Question, Action, Verification)}
_KINDS: Final = (*_STEPS, "solution")
_LANGUAGES: Final[Mapping[str, Language]] = {language: language for language in get_args(Language)}


class NodeReading(Reading):
    """Reads nodes one by one; `edges` then holds every target with its place."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(problems)
        self.edges: list[Edge] = []
        #: False once a target could not be read: then nobody knows what is reached.
        self.edges_complete = True

    def node(self, name: str, node: Yaml) -> Node | None:
        """The node, or None when it does not say of which kind it is."""
        keys = [key.text for key, _ in node.pairs if hasattr(key, "text")] if isinstance(node, Table) else []
        kinds = [kind for kind in _KINDS if kind in keys]
        if len(kinds) == 1:
            return self._solution(name, node) if kinds == ["solution"] else self._step(name, node, kinds[0])
        self.edges_complete = False
        self.problems.add(node.mark, f"node {quoted(name)} must have exactly one of {', '.join(_KINDS)}")
        return None

    def _step(self, name: str, node: Yaml, kind: str) -> Step:
        found = self.table(node, f"a {kind}", (kind, "options"), ("why", "warning", "commands", "gui", "skip"))
        return _STEPS[kind](
            id=name,
            text=self.text(found.get(kind), kind, 1000),
            why=self.line(found.get("why"), "why", 300) or None,
            warning=self.text(found.get("warning"), "warning", 500) or None,
            commands=self._commands(found.get("commands")),
            gui=self.text(found.get("gui"), "gui", 1000) or None,
            options=self._options(name, found.get("options")),
            skip=self._target(name, found["skip"], "skip") if "skip" in found else None,
        )

    def _solution(self, name: str, node: Yaml) -> Solution:
        found = self.table(
            node,
            "a solution",
            ("solution", "description", "cause", "confidence"),
            ("warning", "commands", "gui", "script", "if_failed"),
        )
        return Solution(
            id=name,
            title=self.line(found.get("solution"), "solution", 120),
            description=self.text(found.get("description"), "description", 2000),
            cause=self.text(found.get("cause"), "cause", 500),
            confidence=self.ratio(found.get("confidence"), "confidence"),
            warning=self.text(found.get("warning"), "warning", 500) or None,
            commands=self._commands(found.get("commands")),
            gui=self.text(found.get("gui"), "gui", 1000) or None,
            script=self.name(found.get("script"), "script", SLUG) or None,
            if_failed=self._target(name, found["if_failed"], "if_failed") if "if_failed" in found else None,
        )

    def _options(self, name: str, node: Yaml | None) -> tuple[Option, ...]:
        items = self.items(node, "options", 20)
        options = tuple(self._option(name, item) for item in items)
        self.edges_complete = self.edges_complete and bool(items)
        owners: dict[str, int] = {}
        for number, (option, item) in enumerate(zip(options, items, strict=True), start=1):
            for said in filter(None, (option.label, *option.synonyms)):
                words = plain(said)
                if not words:
                    self.problems.add(item.mark, f"{quoted(said)} needs a letter or a digit to be answered with")
                elif owners.get(words, number) != number:
                    self.problems.add(item.mark, f"{quoted(said)} is an answer already, of option {owners[words]}")
                elif words.isdecimal() and int(words) != number and 1 <= int(words) <= len(items):
                    self.problems.add(item.mark, f"{quoted(said)} is also the number of another option")
                owners.setdefault(words, number)
        return options

    def _option(self, name: str, node: Yaml) -> Option:
        found = self.table(node, "an option", ("label", "next"), ("synonyms", "fact"))
        return Option(
            label=self.line(found.get("label"), "label", _LABEL),
            next=self._target(name, found.get("next"), "next"),
            synonyms=self.lines(found.get("synonyms"), "synonyms", each=_LABEL, most=20),
            fact=self.line(found.get("fact"), "fact", 300) or None,
        )

    def _target(self, name: str, node: Yaml | None, what: str) -> str:
        target = self.line(node, what, 64)
        if node is None or not target:
            self.edges_complete = False
        else:
            self.edges.append(Edge(source=name, target=target, mark=node.mark))
        return target

    def _commands(self, node: Yaml | None) -> tuple[Command, ...]:
        return tuple(command for item in self.items(node, "commands", 10) for command in self._command(item))

    def _command(self, node: Yaml) -> list[Command]:
        found = self.table(node, "a command", (), tuple(_LANGUAGES))
        if isinstance(node, Table) and len(node.pairs) != 1:
            self.problems.add(node.mark, f"a command has exactly one of {', '.join(_LANGUAGES)}")
        return [
            Command(text=self.text(value, f"a {language} command", 4000), language=_LANGUAGES[language])
            for language, value in found.items()
        ]
