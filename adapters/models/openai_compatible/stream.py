"""What comes of one stream of `chat/completions`: its text as it comes, without thoughts, why it ended, and what it used."""

from collections.abc import Mapping
from typing import Any

from adapters.models.openai_compatible.errors import fault_of_status
from adapters.models.openai_compatible.thoughts import Thoughts
from adapters.models.unreadable import count_of
from core.errors import Unavailable
from core.ports import Counted, Heard
from core.thinking.model import Completion, Stop
from core.usage.model import Tokens

__all__ = ["Coming"]

_STOPS = {"length": Stop.LENGTH, "content_filter": Stop.REFUSED}


class Coming:
    """What came of a stream; what is not known in it is passed over. What has another shape than the API's raises what reading it
    ends in (adapters.models.unreadable)."""

    def __init__(self, heard: Heard, counted: Counted, model: str, thoughts: Thoughts) -> None:
        self._heard = heard
        self._counted = counted
        self._model = model
        self._thoughts = thoughts
        self._text: list[str] = []
        self._stop = ""
        self._tokens = Tokens()

    def take(self, event: Mapping[str, Any]) -> None:
        """Raises a Fault for an error that comes in the middle."""
        if error := event.get("error"):
            status = error.get("code") if isinstance(error, dict) else None
            raise fault_of_status(status if isinstance(status, int) else 500, str(error), "", self._model)
        if isinstance(used := event.get("usage"), dict):
            self._tokens = _tokens(used)
            self._counted(self._tokens)
        for choice in event.get("choices") or ():
            delta = choice.get("delta") or {}
            if isinstance(piece := delta.get("content"), str) and piece:
                self._say(self._thoughts.take(piece))
            self._stop = choice.get("finish_reason") or self._stop

    @property
    def began_in_thought(self) -> bool:
        """Whether it began in the middle of a thought, which was heard."""
        return self._thoughts.answer(self._said) != self._said

    def completion(self) -> Completion:
        """Raises Unavailable when the stream ended before its end was said, or was none."""
        if not self._stop:
            raise Unavailable("The connection to the language model was cut.")
        self._say(self._thoughts.end())
        text = self._thoughts.answer(self._said)
        return Completion(text=text, stop=_STOPS.get(self._stop, Stop.END), tokens=self._tokens)

    @property
    def _said(self) -> str:
        return "".join(self._text)

    def _say(self, text: str) -> None:
        if text:
            self._text.append(text)
            self._heard(text)


def _tokens(used: Mapping[str, Any]) -> Tokens:
    """Endpoints count what they read from a cache within the input."""
    details = used.get("prompt_tokens_details")
    cached = count_of(details.get("cached_tokens")) if isinstance(details, dict) else 0
    read, written = count_of(used.get("prompt_tokens")), count_of(used.get("completion_tokens"))
    return Tokens(input=max(0, read - cached), cached_read=cached, output=written)
