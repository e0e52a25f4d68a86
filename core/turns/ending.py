"""The last line of an answer that did not come to its own end."""

from core.text.code_spans import fences

__all__ = ["CUT", "STOPPED", "ended"]

#: The model reached its limit, or stopped within a block.
CUT = "*The answer was cut short here. Say “go on”.*"
#: An engineer said stop.
STOPPED = "*Stopped.*"


def ended(prose: str, line: str) -> str:
    """The prose with that line behind it, outside of a code block that was still open."""
    last = next(iter([*fences(prose)][-1:]), None)
    closing = "" if last is None or last.closed else f"\n{last.indent}{last.mark}"
    return f"{prose.rstrip()}{closing}\n\n{line}".strip()
