"""What is wrong with a flow's source: every problem at its place, all of them at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

__all__ = ["FlowInvalid", "Mark", "Problem", "Problems", "StopReading", "nearest", "quoted"]

#: Nobody reads more, and reading a hostile file must end.
MOST_PROBLEMS: Final = 100


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in the source, counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Problem:
    """One thing to mend, in words for the person who wrote the file."""

    line: int
    column: int
    message: str


class FlowInvalid(ValueError):
    """The source is no flow; `problems` says all that is wrong with it, in the order of its lines."""

    def __init__(self, problems: Iterable[Problem], name: str = "") -> None:
        self.problems = tuple(problems)
        self.name = name
        super().__init__(self.problems, name)

    def __str__(self) -> str:
        """One line a problem: `name.yaml:12: message`."""
        before = f"{self.name}:" if self.name else "line "
        return "\n".join(f"{before}{problem.line}: {problem.message}" for problem in self.problems)


class StopReading(Exception):
    """Reading on makes no sense; what was found so far is told."""


class Problems:
    """Collects problems while a source is read."""

    def __init__(self) -> None:
        self._found: set[Problem] = set()

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, mark: Mark, message: str) -> None:
        """Note one; raises StopReading when there are more than anybody would read."""
        self._found.add(Problem(line=mark.line, column=mark.column, message=message))
        if len(self._found) >= MOST_PROBLEMS:
            raise StopReading

    def in_order(self) -> tuple[Problem, ...]:
        """All of them, by line."""
        return tuple(sorted(self._found))


def quoted(text: str, limit: int = 40) -> str:
    """A value as a message shows it: on one line, not too long."""
    line = " ".join(text.split())
    return f"“{line if len(line) <= limit else line[: limit - 1] + '…'}”"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant."""
    close = get_close_matches(word[:64], list(known), n=1, cutoff=0.7)
    return close[0] if close else None
