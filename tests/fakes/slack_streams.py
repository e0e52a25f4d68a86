"""Streams as Slack documents them: for whom, how long, how much at once, how often; and the errors with which it refuses."""

from collections import Counter
from typing import Any

__all__ = ["Limited", "Refused", "Streams"]

Json = dict[str, Any]

#: Calls a minute.
_RATES = {"chat.startStream": 20, "chat.stopStream": 20, "chat.appendStream": 100}


class Refused(Exception):
    """An answer with `ok: false`."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.more = more


class Limited(Exception):
    """A 429 with Retry-After."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Streams:
    """All calls fall into one minute, until `minute_passes`."""

    def __init__(self) -> None:
        self._this_minute: Counter[str] = Counter()

    def minute_passes(self) -> None:
        """Rates begin anew."""
        self._this_minute.clear()

    def count(self, method: str) -> None:
        """Take a call. Raises Limited."""
        self._this_minute[method] += 1
        if self._this_minute[method] > _RATES.get(method, 10_000):
            raise Limited(30)

    def started(self, fields: Json, ts: str, bot: str) -> Json:
        """The message that is begun."""
        if "metadata" in fields or not fields.get("thread_ts"):
            raise Refused("invalid_arguments")
        for needed in ("recipient_user_id", "recipient_team_id") if not fields["channel"].startswith("D") else ():
            if not fields.get(needed):
                raise Refused(f"missing_{needed}")
        if not fields.get("recipient_team_id", "T").startswith("T"):  # an organisation is no team
            raise Refused("invalid_arguments")
        message = {"type": "message", "user": bot, "ts": ts, "text": "", "blocks": [], "streaming": True}
        return message | {"thread_ts": fields["thread_ts"]}

    def append(self, message: Json, text: str) -> None:
        """More of its text."""
        self._check(message)
        if not 0 < len(text) <= 12_000:
            raise Refused("msg_too_long" if text else "no_text")
        message["text"] += text
        message["blocks"] = [{"type": "markdown", "text": message["text"]}]
        message["edits"] = message.get("edits", 0) + 1

    def stop(self, message: Json) -> None:
        """Nothing more comes."""
        self._check(message)
        del message["streaming"]

    def _check(self, message: Json) -> None:
        if "streaming" not in message:
            raise Refused("message_not_in_streaming_state")
