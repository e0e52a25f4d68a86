"""Telling questions and greetings from problems, by their words alone."""

import re

from core.tickets.mention import ticket_mentions

__all__ = ["asks", "greets"]

#: How a question begins that wants to know something.
_ASKING = re.compile(
    r"(?:how (?:do|does|can|could|should|would|to|long|much|many|often|is|are)"
    r"|what(?:'s| is| are| does| do| was| would| should)|which|where (?:do|does|can|is|are|should)"
    r"|who (?:is|are|has|can|may|do|does)|when (?:do|does|should|is|are|will)|why (?:do|does|is|are|would|should)"
    r"|is (?:there|it possible|it safe|it ok)|are there|(?:can|could) (?:i|we|one)|do (?:i|we|you)"
    r"|does (?:it|anyone|somebody|anybody)|should (?:i|we)|may (?:i|we)|explain|remind me|difference between"
    r"|(?:can you |could you )?(?:tell me|explain|remind me) ?(?:how|what|where|which|about)?)\b",
    re.IGNORECASE,
)
#: What is said of something that does not work as it should.
_TROUBLE = re.compile(
    r"\b(?:errors?|fail(?:s|ed|ing|ure)?|broken?|breaks|crash(?:es|ed|ing)?|freez(?:es|ing)|frozen|hangs?|hanging|stuck"
    r"|slow(?:ly)?|(?:is|are|went|goes|keeps going) down|offline|dead|unable|unreachable|unresponsive|denied|locked out|lost"
    r"|missing|gone|stopped|stops|time[sd]? ?out|(?:do|does|did|is|are|was|were|has|have|wo|ca|could|would)n.?t|cannot"
    r"|not (?:\w+ )?(?:work|connect|open|start|print|sync|load|send|receiv|show|respond|find|appear)\w*"
    r"|no longer|keeps|again|since (?:this|yesterday|monday|last)|urgent|outage|0x[0-9a-f]+)\b",
    re.IGNORECASE,
)
#: As people type it, and as Slack writes it.
_EMOJI = r"(?:[👋👍🙏🙂😀👌🎉]|:[+\w-]+:)"
_GREETING = re.compile(
    r"(?:hi|hey|hello|hallo|good (?:morning|afternoon|evening)|morning|thanks|thank you|thx|ty|cheers|ok|okay|test|ping"
    rf"|{_EMOJI})(?: (?:there|all|team|flowpilot|a lot|so much|very much))?(?:[\s.!,]|{_EMOJI})*",
    re.IGNORECASE,
)


def asks(text: str) -> bool:
    """Whether the words are a question that is no incident. In doubt they are a problem: from a chat a session is one click,
    but a session that was not made keeps no record."""
    words = text.strip()
    return _ASKING.match(words) is not None and _TROUBLE.search(words) is None and not ticket_mentions(words)


def greets(text: str) -> bool:
    """Whether the words are a greeting or thanks, and nothing else."""
    return _GREETING.fullmatch(text.strip()) is not None
