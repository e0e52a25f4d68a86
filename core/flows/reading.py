"""Reads typed values out of YAML nodes, noting what is wrong and going on with something harmless."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from core.flows.composing import Items, Node, Scalar, Table
from core.flows.problems import Problems, nearest, quoted

__all__ = ["Reading"]

#: Control characters, separators of lines that editors do not show, halves of surrogate pairs.
_REFUSED_CATEGORIES: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
_NUMBER: Final = re.compile(r"\d{0,3}\.?\d{1,9}")


class Reading:
    """Typed reading with one list of problems; a missing value (None) was noted before and reads as empty."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems

    def table(
        self, node: Node | None, what: str, required: Sequence[str], optional: Sequence[str] = ()
    ) -> dict[str, Node]:
        """The known keys of a table; notes keys that are unknown, repeated, no text or missing."""
        if not isinstance(node, Table):
            if node is not None:
                self.problems.add(node.mark, f"{what} must be a table of keys and values")
            return {}
        known = (*required, *optional)
        found: dict[str, Node] = {}
        for key, value in self.pairs(node):
            if key.text in known:
                found[key.text] = value
            else:
                meant = nearest(key.text, known)
                hint = f": did you mean “{meant}”?" if meant else f" in {what}; known are {', '.join(known)}"
                self.problems.add(key.mark, f"unknown key {quoted(key.text)}{hint}")
        for name in required:
            if name not in found:
                self.problems.add(node.mark, f"{what} has no “{name}”")
        return found

    def pairs(self, node: Table) -> list[tuple[Scalar, Node]]:
        """The entries of a table whose keys are text and new."""
        kept: dict[str, tuple[Scalar, Node]] = {}
        for key, value in node.pairs:
            if not isinstance(key, Scalar) or key.kind != "str":
                shown = f" {quoted(key.text)}: put it in quotes" if isinstance(key, Scalar) else ""
                self.problems.add(key.mark, f"a key must be text{shown}")
            elif key.text in kept:
                first = kept[key.text][0].mark.line
                self.problems.add(key.mark, f"key {quoted(key.text)} is repeated, first on line {first}")
            else:
                kept[key.text] = (key, value)
        return list(kept.values())

    def items(self, node: Node | None, what: str, most: int) -> tuple[Node, ...]:
        """The entries of a list that is not empty and has at most `most`."""
        if node is None:
            return ()
        if not isinstance(node, Items):
            self.problems.add(node.mark, f"{what} must be a list (lines that begin with “- ”)")
            return ()
        if not node.items:
            self.problems.add(node.mark, f"{what} must not be empty")
        if len(node.items) > most:
            self.problems.add(node.mark, f"{what} has {len(node.items)} entries, at most {most} are allowed")
        return node.items[:most]

    def text(self, node: Node | None, what: str, most: int) -> str:
        """Text with its line breaks, without blanks around it."""
        if node is None:
            return ""
        if not isinstance(node, Scalar):
            self.problems.add(node.mark, f"{what} must be text")
            return ""
        for character in node.text:
            if unicodedata.category(character) in _REFUSED_CATEGORIES and character not in "\n\t":
                self.problems.add(node.mark, f"{what} holds the character U+{ord(character):04X}")
                return ""
        text = "\n".join(line.rstrip() for line in node.text.split("\n")).strip()
        if not text or node.kind == "null":
            self.problems.add(node.mark, f"{what} is empty")
            return ""
        if len(text) > most:
            self.problems.add(node.mark, f"{what} is too long: {len(text)} characters, at most {most}")
        return text

    def line(self, node: Node | None, what: str, most: int) -> str:
        """Text on one line, blanks between words made single."""
        return " ".join(self.text(node, what, most).split())

    def lines(self, node: Node | None, what: str, each: int, most: int) -> tuple[str, ...]:
        """A list of lines, no two the same but for case."""
        read: dict[str, str] = {}
        for item in self.items(node, what, most):
            line = self.line(item, f"an entry of {what}", each)
            if line.casefold() in read:
                self.problems.add(item.mark, f"{what} has {quoted(line)} twice")
            elif line:
                read[line.casefold()] = line
        return tuple(read.values())

    def name(self, node: Node | None, what: str, form: re.Pattern[str]) -> str:
        """A word of the given form, or empty."""
        name = self.line(node, what, 64)
        if node is not None and name and not form.fullmatch(name):
            self.problems.add(node.mark, f"{what} {quoted(name)} must be lower-case letters, digits and hyphens")
            return ""
        return name

    def ratio(self, node: Node | None, what: str) -> float:
        """A number from 0 to 1."""
        text = self.line(node, what, 20)
        if node is None or not text:
            return 0.0
        value = float(text) if _NUMBER.fullmatch(text) else -1.0
        if not 0.0 <= value <= 1.0:
            self.problems.add(node.mark, f"{what} must be a number from 0 to 1, such as 0.85")
        return value
