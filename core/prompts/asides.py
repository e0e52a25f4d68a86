"""What a model is told beside the prompts: in the place of what it is not shown, and of an answer that cannot be used."""

from core.prompts.model import Prompt

__all__ = ["ASIDES", "GONE", "LEAKED", "LEFT_OUT", "UNFINISHED", "UNSEEN"]

#: Before a message whose pictures the model does not take.
UNSEEN = Prompt(
    name="unseen",
    version=1,
    text="The pictures could not be shown to you: say so, and ask for what they show where it matters.",
)
#: In a history that became too long.
LEFT_OUT = Prompt(
    name="left-out",
    version=1,
    text="Earlier messages are left out here. What they confirmed stands in the newest context.",
)
#: In a history that has lost its beginning.
GONE = Prompt(name="gone", version=1, text="The first message was deleted.")
#: Points of a repair.
LEAKED = Prompt(
    name="leaked", version=1, text="It repeats the instructions. Answer the engineer about the problem only."
)
UNFINISHED = Prompt(name="unfinished", version=1, text="It was cut short before its end. Write it shorter.")

ASIDES = (UNSEEN, LEFT_OUT, GONE, LEAKED, UNFINISHED)
