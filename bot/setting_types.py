"""The types of settings, as they are written in the environment and in the file."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

__all__ = ["Days", "Floors", "Gaps", "LogLevel", "Port", "Secrets", "Weights", "Words"]

Three = tuple[float, float, float]


def _split(value: object) -> object:
    """A comma-separated text as its parts; a list as it is."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _keep(value: object) -> object:
    """The word for "never delete" as None."""
    return None if isinstance(value, str) and value.strip().lower() == "keep" else value


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


def _counting(value: Three) -> Three:
    """Recency alone is no match."""
    if not any(value[:2]):
        raise ValueError("")
    return value


def _falling(value: Three) -> Three:
    """What is sure is likely, too."""
    if value[0] < value[1]:
        raise ValueError("")
    return value


Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Secrets = Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_split)]
Days = Annotated[Annotated[int, Field(ge=1, le=36500)] | None, BeforeValidator(_keep)]
Port = Annotated[int, Field(ge=0, le=65535)]
LogLevel = Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)]

Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
#: Of the semantic, the keyword and the recency score.
Weights = Annotated[tuple[Weight, Weight, Weight], NoDecode, BeforeValidator(_split), AfterValidator(_counting)]
Floors = Annotated[tuple[Share, Share, Share], NoDecode, BeforeValidator(_split)]
#: The lead that makes a match sure, the one that makes it likely, the least cosine.
Gaps = Annotated[tuple[Share, Share, Share], NoDecode, BeforeValidator(_split), AfterValidator(_falling)]
