"""What the model says in these tests: a question, a fix, and the note."""

import json
from typing import Any

__all__ = ["BEGINS", "ENDS", "FIXTURES", "PROBLEM", "QUESTION"]

PROBLEM = "T-1001 Dana's Outlook does not send mail"
QUESTION = "Is a message stuck there?"
#: The first and last words of the first answer, which takes some seconds.
BEGINS, ENDS = "Open the outbox first", "before anything else is changed."
_FIRST = (
    f"{BEGINS}: a message that cannot leave holds up all those behind it. Look at the one on top, how large it is and to "
    "whom it goes, and whether Outlook says that it is sending. A large attachment or an address that does not exist is the "
    "usual reason. "
    f"Tell me what stands there {ENDS}"
)
_ASKS = [{"text": QUESTION, "options": ["Yes", "No"]}]
_FIX = {
    "title": "Empty the outbox",
    "description": "Delete the stuck message and send again.",
    "confidence_pct": 85,
    "cause": "A stuck message blocked the outbox.",
}
_NOTE = {
    "problem": "Outlook did not send mail.",
    "what_we_confirmed": ["A message was stuck in the outbox."],
    "root_cause": "A stuck message blocked the outbox.",
    "resolution": "The stuck message was deleted, and mail is sent again.",
}
_KNOWN = [{"text": "A message is stuck in the outbox", "source": "s1"}]

#: The first that fits is taken.
FIXTURES: list[dict[str, Any]] = [
    {"match": {"systemMessage": "You write the resolution note"}, "response": {"content": json.dumps(_NOTE)}},
    {
        "match": {"userMessage": "answered: Yes"},
        "response": {
            "content": f"That is it.\n[PROMOTE]{json.dumps(_KNOWN)}[/PROMOTE]\n[SUGGEST_FIX]{json.dumps(_FIX)}[/SUGGEST_FIX]"
        },
    },
    {
        "match": {"systemMessage": "You troubleshoot IT problems", "userMessage": PROBLEM},
        "response": {"content": f"{_FIRST}\n[QUESTIONS]{json.dumps(_ASKS)}[/QUESTIONS]\n[CONFIDENCE]30[/CONFIDENCE]"},
        "latency": 150,
        "chunkSize": 16,
    },
]
