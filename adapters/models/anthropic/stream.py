"""What comes of one stream of the Messages API: its text as it comes, why it ended, and what it used."""

from typing import Any

from adapters.models.unreadable import count_of, unreadable
from core.errors import Unavailable
from core.ports import Counted, Heard
from core.thinking.model import Completion, Stop
from core.usage.model import Tokens

__all__ = ["Coming", "Paused"]

_STOPS = {"max_tokens": Stop.LENGTH, "model_context_window_exceeded": Stop.LENGTH, "refusal": Stop.REFUSED}
_KINDS = ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens", "output_tokens")
_HOUR = "ephemeral_1h_input_tokens"


class Paused(Unavailable):
    """The provider wants to be asked to go on with what it looks up."""


class Coming:
    """Takes the events of a stream. One that is not known is passed over: the API may add some. One of another shape than the
    API's raises what reading it ends in (adapters.models.unreadable)."""

    def __init__(self, heard: Heard, counted: Counted) -> None:
        self._heard = heard
        self._counted = counted
        self._text: list[str] = []
        self._stop = ""
        self._begun = False
        self._ended = False
        self._used: dict[str, int] = {}

    def take(self, event: Any) -> None:
        """The next event."""
        match event.type:
            case "message_start":
                self._begun = True
                self._count(event.message.usage)
            case "content_block_start" if event.content_block.type == "text" and self._text:
                self._say("\n\n")  # between two texts something was looked up
            case "content_block_delta" if event.delta.type == "text_delta":
                self._say(event.delta.text)
            case "message_delta":
                self._stop = event.delta.stop_reason or self._stop
                self._count(event.usage)
            case "message_stop":
                self._ended = True

    def completion(self) -> Completion:
        """All of it. Raises Unavailable when the stream ended before its end was said, or was none."""
        if not self._begun:
            raise unreadable()
        if not self._ended:
            raise Unavailable("The connection to the language model was cut.")
        if self._stop == "pause_turn":
            raise Paused("The language model did not come to an end.")
        return Completion(text="".join(self._text), stop=_STOPS.get(self._stop, Stop.END), tokens=self._tokens())

    def _tokens(self) -> Tokens:
        return Tokens(
            input=self._used.get("input_tokens", 0),
            cached_read=self._used.get("cache_read_input_tokens", 0),
            cached_write=self._used.get("cache_creation_input_tokens", 0),
            output=self._used.get("output_tokens", 0),
            kept_hour=self._used.get(_HOUR, 0),
        )

    def _say(self, text: object) -> None:
        if not isinstance(text, str):
            raise TypeError("a text that is none")
        self._text.append(text)
        self._heard(text)

    def _count(self, usage: Any) -> None:
        """Counts are cumulative: the last one of a kind is the sum."""
        said = {kind: getattr(usage, kind, None) for kind in _KINDS}
        said[_HOUR] = getattr(getattr(usage, "cache_creation", None), _HOUR, None)
        self._used |= {kind: count_of(count) for kind, count in said.items() if count is not None}
        self._counted(self._tokens())
