"""Everything that FlowPilot tells a model, as constants: one prompt for each purpose, one for repairs, and a few asides."""

from core.prompts.asides import ASIDES, GONE, LEAKED, LEFT_OUT, UNFINISHED, UNSEEN
from core.prompts.ask import ASK
from core.prompts.diagnosis import DIAGNOSIS
from core.prompts.documents import CONCLUSION, ESCALATION, REPAIR, RESOLUTION
from core.prompts.facts import FACTS
from core.prompts.model import Prompt, Purpose

__all__ = [
    "ASK",
    "CONCLUSION",
    "DIAGNOSIS",
    "ESCALATION",
    "FACTS",
    "GONE",
    "LEAKED",
    "LEFT_OUT",
    "PROMPTS",
    "REPAIR",
    "RESOLUTION",
    "SYSTEM",
    "UNFINISHED",
    "UNSEEN",
    "Prompt",
    "Purpose",
]

#: The system prompt of each purpose.
SYSTEM = {
    Purpose.DIAGNOSIS: DIAGNOSIS,
    Purpose.ASK: ASK,
    Purpose.RESOLUTION: RESOLUTION,
    Purpose.ESCALATION: ESCALATION,
    Purpose.CONCLUSION: CONCLUSION,
    Purpose.FACTS: FACTS,
}
#: All of them.
PROMPTS = (*SYSTEM.values(), REPAIR, *ASIDES)
