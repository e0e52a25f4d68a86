"""What one call to a model used."""

from dataclasses import dataclass

__all__ = ["Tokens", "Usage"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tokens:
    """Tokens of one call. `input`: neither read from the provider's cache nor written to it."""

    input: int = 0
    cached_read: int = 0
    cached_write: int = 0
    output: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """One call: which model, for what (core.prompts.Purpose), with which version of the prompt, and what it used."""

    model: str
    purpose: str
    prompt_version: str
    tokens: Tokens
