"""What a prompt is: what it is for, which version, and its words."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Prompt", "Purpose"]


class Purpose(StrEnum):
    """What a model is asked for. Each has a model of its own in the settings."""

    DIAGNOSIS = "diagnosis"
    ASK = "ask"
    RESOLUTION = "resolution"
    ESCALATION = "escalation"
    CONCLUSION = "conclusion"
    FACTS = "fact_synthesis"


@dataclass(frozen=True, kw_only=True, slots=True)
class Prompt:
    """Constant words. `version` is stored with what they produced: raise it with every change of the words."""

    name: str
    version: int
    text: str
