"""Judging what a model drafts (SPEC 5), whichever Model it is: here, and nowhere else.

A model only writes. What breaks a rule goes back to it once, with the reasons; what does so again is replaced by the
deterministic draft, which always passes. So no Model has to be trusted, and none checks what is checked here anyway.
"""

import logging
from collections.abc import Collection

from core.documents.bundle import Bundle, DocumentKind
from core.documents.check import check
from core.documents.drafts import draft
from core.documents.model import REPLACED
from core.ports import Drafted, Flawed, Model
from core.prompts import UNFINISHED
from core.usage.model import Used, uncounted

__all__ = ["LONGEST", "judged"]

log = logging.getLogger(__name__)

#: Seconds that a model has for a document, with its repair and all tries: what comes late takes the place of what stood in, for
#: whoever looks next.
LONGEST = 60.0


async def judged(
    model: Model, kind: DocumentKind, bundle: Bundle, names: Collection[str], used: Used = uncounted
) -> Drafted:
    """A document that keeps the rules: the model's, its repaired one, or else the deterministic one, marked so. Raises the
    model's faults."""
    drafted = await model.draft(kind, bundle, names, used)
    wrong = _wrong(drafted, kind, bundle, names)
    if wrong:
        flawed = Flawed(answer=drafted.answer or drafted.markdown, wrong=wrong)
        drafted = await model.draft(kind, bundle, names, used, flawed)
        wrong = _wrong(drafted, kind, bundle, names)
    if not wrong:
        return drafted
    log.warning("draft.replaced", extra={"kind": kind, "why": "; ".join(wrong)})
    return Drafted(markdown=draft(kind, bundle, names), source=REPLACED, fallback=True)


def _wrong(drafted: Drafted, kind: DocumentKind, bundle: Bundle, names: Collection[str]) -> tuple[str, ...]:
    """What is wrong with it, a sentence each; nothing, when it may be shown."""
    unfinished = () if drafted.whole else (UNFINISHED.text,)
    return (*unfinished, *check(kind, drafted.markdown, bundle, names))
