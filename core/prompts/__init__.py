"""Everything that FlowPilot tells a model, as constants: one prompt for each purpose, and one for repairs."""

from core.prompts.diagnosis import DIAGNOSIS
from core.prompts.documents import CONCLUSION, ESCALATION, REPAIR, RESOLUTION
from core.prompts.model import Prompt, Purpose

__all__ = ["CONCLUSION", "DIAGNOSIS", "ESCALATION", "PROMPTS", "REPAIR", "RESOLUTION", "SYSTEM", "Prompt", "Purpose"]

#: The system prompt of each purpose.
SYSTEM = {
    Purpose.DIAGNOSIS: DIAGNOSIS,
    Purpose.RESOLUTION: RESOLUTION,
    Purpose.ESCALATION: ESCALATION,
    Purpose.CONCLUSION: CONCLUSION,
}
#: All of them.
PROMPTS = (*SYSTEM.values(), REPAIR)
