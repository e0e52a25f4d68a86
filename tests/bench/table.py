"""Lines of results, and the markdown table they are printed as."""

import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Line", "Target", "at_least", "at_most", "milliseconds", "print_head", "print_lines", "rate"]

_HEADS = ("what", "ours", "baseline", "ratio", "target", "met")


@dataclass(frozen=True, slots=True)
class Target:
    """What a number must be, and what it was."""

    words: str
    met: bool

    def __and__(self, other: "Target") -> "Target":
        return Target(f"{self.words}; {other.words}", self.met and other.met)


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One measurement. A line without a target is for information."""

    what: str
    ours: str
    baseline: str = ""
    ratio: float | None = None
    target: Target | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """As it is printed."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        words, met = ("", "") if self.target is None else (self.target.words, "yes" if self.target.met else "no")
        return self.what, self.ours, self.baseline, ratio, words, met


def _compared(
    value: float, limit: float, unit: str, name: str, sign: str, fits: Callable[[float, float], bool]
) -> Target:
    return Target(" ".join(filter(None, (name, f"{sign} {limit:g}", unit))), fits(value, limit))


def at_least(value: float, limit: float, unit: str = "", *, name: str = "") -> Target:
    """A number that may not be smaller."""
    return _compared(value, limit, unit, name, "≥", operator.ge)


def at_most(value: float, limit: float, unit: str = "", *, name: str = "") -> Target:
    """A number that may not be larger."""
    return _compared(value, limit, unit, name, "≤", operator.le)


def milliseconds(seconds: float) -> str:
    """As people read it: 0.43 ms, 12 ms."""
    value = seconds * 1000
    return f"{value:.2f} ms" if value < 10 else f"{value:.0f} ms"


def rate(per_second: float, p50: float, p99: float) -> str:
    """Rate and latency in one cell."""
    return f"{per_second:,.0f}/s, p50 {milliseconds(p50)}, p99 {milliseconds(p99)}"


def print_head(title: str, notes: Iterable[str] = ()) -> None:
    """The title of a topic and what is to be known of it."""
    print(f"\n### {title}\n")
    for note in notes:
        print(f"{note}\n")


def print_lines(lines: Sequence[Line]) -> None:
    """A markdown table."""
    print("|" + "|".join(f" {head} " for head in _HEADS) + "|")
    print("|" + "---|" * len(_HEADS))
    for line in lines:
        print("|" + "|".join(f" {cell} " for cell in line.cells) + "|", flush=True)
