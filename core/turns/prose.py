"""The visible part of a model's answer, grown a character at a time: never taken back, and no fence around a block."""

__all__ = ["Prose"]

#: Characters of a line that may still be the opening of a fence ("```powershell").
_LONGEST_FENCE = 16


class Prose:
    """What an engineer reads of an answer. Text only grows: what `text` returned once is a prefix of what it returns later.

    Blank space, and a line that may be the fence around a block, are held back until it is known what follows.
    """

    def __init__(self) -> None:
        self._said: list[str] = []
        self._space = ""
        #: A line of backticks with at most a word behind them, and the blank space after it.
        self._fence = ""
        self._after = ""
        #: A block stood here.
        self._gap = False
        #: Whether the text so far leaves a code block open, and whether the opening of a fence around a block was left out.
        self._in_code = False
        self._owed = False

    @property
    def text(self) -> str:
        """All of it so far."""
        return "".join(self._said)

    def put(self, char: str) -> None:
        """One more character outside of blocks."""
        if char.isspace():
            self._put_space(char)
            return
        if self._fence and not self._after and self._goes_on(char):
            self._fence += char
            return
        self._settle()
        if char == "`" and self._at_line_start():
            self._fence = char
            return
        self._say(char)

    def block(self) -> None:
        """A block begins here; it leaves no trace."""
        if self._fence.startswith("```") and not self._in_code and not self._closes():
            self._owed = True
            self._fence = ""
            self._space += self._after
            self._after = ""
        else:
            self._settle()
        self._gap = True

    def end(self) -> str:
        """Nothing follows: the whole text, without blank space at its ends."""
        self._settle()
        return self.text

    def _put_space(self, char: str) -> None:
        if not self._fence:
            self._space += char
        elif self._fence.startswith("```"):
            self._after += char
        else:
            self._settle()
            self._space += char

    def _goes_on(self, char: str) -> bool:
        """Whether the held line may still be a fence with this character."""
        if not self._fence.startswith("```"):
            return char == "`"
        return char.isalnum() and len(self._fence) < _LONGEST_FENCE

    def _settle(self) -> None:
        """The held line is text after all; or the end of a fence around blocks, which goes as its opening went."""
        if not self._fence:
            return
        if self._closes():
            self._owed = False
        else:
            fence = self._fence
            self._say(fence)
            if fence.startswith("```"):
                self._in_code = not self._in_code
        self._fence = ""
        self._space += self._after
        self._after = ""

    def _closes(self) -> bool:
        return self._owed and not self._in_code and self._fence == "```"

    def _at_line_start(self) -> bool:
        return "\n" in self._space or self._gap or not self._said

    def _say(self, words: str) -> None:
        if self._said:
            self._said.append(self._between() if self._gap else self._space)
        self._space = ""
        self._gap = False
        self._said.append(words)

    def _between(self) -> str:
        """What parts the text before a block from the text after it, so that they make no new marker between them."""
        return "\n" * min(self._space.count("\n"), 2) or " "
