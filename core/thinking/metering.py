"""What one call uses, as far as it came: told by the provider, else counted roughly."""

from core.ports.provider import Heard
from core.thinking.model import Request
from core.usage.model import End, Tokens, Usage

__all__ = ["Meter"]

#: Characters of a token, where a provider does not say what a call used before its end.
_CHARACTERS = 4
#: Stands with such a call: its input was sent, and who thinks in silence is not told from who never took it.
_ESTIMATED = "Its tokens are estimated from its texts: the provider had not said."


class Meter:
    """Of one call. What a provider tells is taken as it is; a call that is stopped before that is estimated from its texts."""

    def __init__(self, request: Request, model: str, provider: str) -> None:
        self._request = request
        self._model = model
        self._provider = provider
        self._told: Tokens | None = None
        self._heard = 0

    def hearing(self, heard: Heard) -> Heard:
        """Hears what `heard` does."""

        def both(piece: str) -> None:
            self._heard += len(piece)
            heard(piece)

        return both

    def counted(self, tokens: Tokens) -> None:
        """What the call has used so far (core.ports.provider.Counted)."""
        self._told = tokens

    def done(self, tokens: Tokens) -> Usage:
        """It came to its end."""
        return self._usage(tokens, End.DONE)

    def failed(self, why: str) -> Usage:
        """It failed; what it used is known as far as it was told."""
        return self._usage(self._told or Tokens(), End.FAILED, why)

    def stopped(self) -> Usage:
        """It was cut off by who asked. Providers charge what was made until then."""
        output = self._heard // _CHARACTERS
        told = self._told
        if told is None:
            texts = (self._request.system, *(message.text for message in self._request.messages))
            tokens = Tokens(input=sum(map(len, texts)) // _CHARACTERS, output=output)
            return self._usage(tokens, End.STOPPED, _ESTIMATED)
        tokens = Tokens(
            input=told.input,
            cached_read=told.cached_read,
            cached_write=told.cached_write,
            output=max(told.output, output),
            kept_hour=told.kept_hour,
        )
        return self._usage(tokens, End.STOPPED)

    def _usage(self, tokens: Tokens, end: End, error: str = "") -> Usage:
        return Usage(
            model=self._model,
            provider=self._provider,
            purpose=self._request.purpose,
            prompt_version=self._request.prompt_version,
            tokens=tokens,
            end=end,
            error=error,
        )
