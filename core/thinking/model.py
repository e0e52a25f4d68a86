"""A request to a model and its completion, in nobody's wire format."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from core.prompts import Purpose
from core.usage.model import Tokens

__all__ = ["Completion", "Image", "Request", "Role", "Said", "Stop"]


class Role(StrEnum):
    """Who speaks in a request."""

    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, kw_only=True, slots=True)
class Image:
    """A picture, such as a screenshot of the thread. `media_type`: image/png, image/jpeg, image/gif or image/webp."""

    media_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One message of a request."""

    role: Role
    text: str
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What a model is asked. Roles alternate; the first and the last message are the user's.

    `system` and all messages but the last `passing` ones stay the same, byte for byte, from one request of a session to the
    next, so a provider can keep them cached.
    """

    purpose: Purpose
    system: str
    messages: tuple[Said, ...]
    #: Of the prompt, as it is stored with what comes of it.
    prompt_version: str
    #: Tokens of the answer at most.
    max_tokens: int
    #: Seconds that one try may take.
    timeout: float
    #: The JSON schema of the answer, where it must be one object; None for free text.
    schema: Mapping[str, Any] | None = None
    #: The messages at the end with which no later request begins: the newest one, and what a repair puts behind it.
    passing: int = 1


class Stop(StrEnum):
    """Why a completion ended."""

    END = "end"
    #: It reached `max_tokens`.
    LENGTH = "length"
    #: The model declined.
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Completion:
    """A whole answer."""

    text: str
    stop: Stop
    tokens: Tokens
