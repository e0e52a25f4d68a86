"""Telling questions and greetings from problems, by their words alone."""

import re

from core.tickets.mention import ticket_mentions

__all__ = ["asks", "greets"]

#: Characters of a question at most; whoever writes more tells what has happened.
LONGEST = 300

#: As people type it, and as Slack writes it.
_EMOJI = r"(?:[👋👍🙏🙂😀👌🎉]|:[+\w'-]+:)"
_HELLO = r"(?:hi|hey|hello|hallo|good (?:morning|afternoon|evening)|morning)"
_THANKS = r"(?:thanks|thank you|thx|ty|cheers)"
_TO = r"(?: (?:there|all|team|flowpilot|a lot|so much|very much|in advance))?"
_GREETING = re.compile(
    rf"(?:{_HELLO}|{_THANKS}|ok|okay|test|ping|{_EMOJI}){_TO}(?:[\s.!,]|{_EMOJI})*",
    re.IGNORECASE,
)
#: What stands before a question, and behind it.
_OPENING = re.compile(
    rf"(?:{_HELLO}{_TO}(?:[\s.!,:-]|{_EMOJI})+)?(?:(?:(?:a |just a )?(?:quick|general) )?question[\s,:-]+)?",
    re.IGNORECASE,
)
_CLOSING = re.compile(rf"[\s,.!]*(?<=[?\s,.!])(?:please|pls|{_THANKS}{_TO})(?:[\s.!]|{_EMOJI})*\Z", re.IGNORECASE)
#: How a question begins that wants to know something. One that asks why tells what is wrong.
_ASKING = re.compile(
    r"(?:how (?:do|does|can|could|should|would|to|long|much|many|often|is|are)(?! it that)"
    r"|what(?:['’]s| is| are| does| do)|what \w+ (?:do|does|is|are|can|should)|which"
    r"|where (?:do|does|can|is|are|should)|who (?:is|are|can|may|do|does)|when (?:do|does|should|is|are|will)"
    r"|why (?:do|should) (?:i|we|you)|is (?:there|it possible|it safe|it ok)|are there|(?:can|could) (?:i|we|one)"
    r"|do (?:i|we|you)|does (?:it|anyone|somebody|anybody)|should (?:i|we)|may (?:i|we)|difference between"
    r"|(?:can you |could you )?(?:explain|remind me|tell me (?:how|what|where|which|about))(?! why))\b",
    re.IGNORECASE,
)
#: How one begins about something that is to be mended, or that somebody is to do.
_TO_MEND = re.compile(
    r"(?:\w+ ){1,3}?(?:fix|repair|solve|resolve|troubleshoot|diagnose|debug|investigate|stop|clean|un(?:lock|block)|get rid of"
    r"|get (?:\S+ ){1,4}(?:back|to|up|online|running|working))\b"
    r"|what(?:['’]s| is| are) (?:up|wrong|going on|happening|causing|eating|using|the (?:status|state))\b"
    r"|what (?:(?:do|should|can|could) (?:i|we) (?:do|check|look|try)|now|to do)\b"
    r"|(?:can|could|may) (?:i|we) (?:please |also |just )?"
    r"(?:get|have|give|send|talk|speak|look|check|see|reboot|restart|bounce|bring|close)\b"
    r"|do (?:i|we|you) (?:see|know (?:why|what)|have (?:any|time|a (?:min|moment|sec))|need to (?:reboot|restart)|escalate)"
    r"|is there (?:some|any)(?:one|body|thing)\b|does (?:anyone|anybody|somebody) else\b",
    re.IGNORECASE,
)
#: What is said of something that is not as it should be, or has happened.
_TROUBLE = re.compile(
    r"\b(?:errors?|fail(?:s|ed|ing|ure)?|broken?|breaks|crash(?:es|ed|ing)?|freez(?:es|ing)|frozen|hangs?|hanging|stuck"
    r"|slow(?:ly|ness)?|lag(?:s|gy|ging)?|(?:is|are|went|goes|going|keeps going) down|offline|dead"
    r"|un(?:able|reachable|responsive)"
    r"|denied|locked out|lost|los(?:es|ing)|missing|gone|stopped|stops|time[sd]? ?out|stolen|forgot(?:ten)?"
    r"|wrong|issues?|problems?"
    r"|bounc(?:es|ed|ing)|drop(?:s|ped|ping)|disconnect\w*|unplugged|kicked|flicker\w*|beep\w*|blink\w*|led|amber|orange"
    r"|corrupt\w*|bsod|(?:blue|black) ?screens?|safe mode|reboots|restarts|prompts|refuses|complain\w*|logging \w+ out"
    r"|virus\w*|malware|ransom\w*|hacked|phish\w*|clicked|compromised|infected|breached|spammed|black-?listed|pop-?ups?"
    r"|empty|(?:is|are|disk|drive|mailbox|inbox|at \d+ ?%) full|(?:is|are|shows?) red|high (?:cpu|memory|load)|spik\w+|suddenly"
    r"|unexpected\w*|by (?:it|him|her|them)sel(?:f|ves)|on its own|nothing|nobody|never|anymore|affected|outage|help with"
    r"|back (?:up|online|at|in(?:to)?)|was|were|got|whose|who (?:has )?(?:\w+ed)|customer \w+ed"
    r"|(?:do|does|did|is|are|was|were|has|have|wo|ca|could|would)n['’]?t|cannot"
    r"|not (?:\w+ )?(?:work|connect|open|start|print|sync|load|send|receiv|show|respond|find|appear|install)\w*"
    r"|no longer|keeps|again|since (?:this|yesterday|monday|last)|over and over"
    r"|all (?:the time|of a sudden)|every (?:time|hour|few|\d+)"
    r"|today|tonight|yesterday|last (?:night|week)|right now|at the moment|currently|this (?:morning|afternoon|week)|urgent|asap"
    r"|0x[0-9a-f]+)\b|(?:\b(?:back|now)|\bup)\s*\?*\s*\Z",
    re.IGNORECASE,
)
#: Who or what it is about, where that is somebody's and no general thing.
_SOMEBODY = re.compile(
    r"\b(?:she|he|her|him|his|hers|my|this|these)\b|\S@\w"
    r"|(?<!\bwhat)(?<!\bwhere)(?<!\bwho)(?<!\bthat)(?<!\bit)(?<!\ba user)(?<!\ba customer)(?<!\ba client)(?<!\ba tenant)['’]s\b"
    r"|\bthe (?:\w+ )?(?:pc|laptop|machine|workstation|modem|router|switch"
    r"|host|vm|nas|printer|firewall|phones?|user|customer|client)\b",
    re.IGNORECASE,
)
#: Names: of people and customers where no product is called so, and of machines.
_PRODUCTS = (
    r"(?!Teams|Outlook|Exchange|Intune|Azure|Entra|Windows|Defender|Office|Business|Microsoft|Word|Excel|Chrome|Edge|Linux|Android|Apple"
    r"|Server|Active|Hyper|Veeam|Autopilot|Graph|Purview|Conditional)"
)
_NAMED = re.compile(
    rf"\b(?:at|from|for|of|to|on) {_PRODUCTS}[A-Z][a-z]+\b"
    rf"|\bthe {_PRODUCTS}[A-Z][a-z]+ (?:phone|printer|server|share|switch|user|site|office|laptop|line)"
    r"|\b[A-Z][A-Z0-9]+-(?=[A-Z0-9]*\d)(?=[0-9]*[A-Z])[A-Z0-9]+\b|\b(?:SRV|DC|PC|WS|FS|SQL|RDS|NB)\d+\b"
)
#: A second sentence, or a clause of its own: what has happened.
_MORE = re.compile(
    r"[.?!]\s+\S|\n|, (?:it|they|we|i|you|the|all|every\w*|some\w*|users?|clients?|customers?|vms?|phones?|shares?)\b",
    re.IGNORECASE,
)


def asks(text: str) -> bool:
    """Whether the words are a question that is no incident. In doubt they are a problem: from a chat a session is one click,
    but a session that was not made keeps no record."""
    words = text.strip()
    if len(words) > LONGEST:
        return False
    opening = _OPENING.match(words)
    words = _CLOSING.sub("", words[opening.end() :] if opening else words)
    if _ASKING.match(words) is None or _TO_MEND.match(words) is not None or ticket_mentions(words):
        return False
    return not any(told.search(words) for told in (_TROUBLE, _SOMEBODY, _NAMED, _MORE))


def greets(text: str) -> bool:
    """Whether the words are a greeting or thanks, or none at all: a thumbs-up or a question mark is no problem to work on."""
    said = re.sub(_EMOJI, "", text)
    return not any(sign.isalnum() for sign in said) or _GREETING.fullmatch(text.strip()) is not None
