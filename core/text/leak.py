"""The output guard: words of our own instructions must not stand in what people read (SPEC 5, "the leak guard")."""

import re
from collections.abc import Collection, Iterator

__all__ = ["RUN", "LeakGuard"]

#: So many words in a row, shared with a prompt, are a leak.
RUN = 10

_WORD = re.compile(r"\w+(?:['’]\w+)*")


class LeakGuard:
    """Knows the runs of words of some prompts."""

    def __init__(self, prompts: Collection[str]) -> None:
        self._secret = frozenset(run for prompt in prompts for run in _runs(prompt))

    def found(self, text: str, known: Collection[str] = ()) -> str:
        """The first run that the text shares with a prompt and with nothing in `known` (the input); "" when there is none."""
        shared = [run for run in _runs(text) if run in self._secret]
        if not shared:
            return ""
        held = {run for one in known for run in _runs(one)}
        return next((" ".join(run) for run in shared if run not in held), "")


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return (tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1))
