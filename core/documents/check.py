"""Whether a document keeps SPEC 5's rules: asked of every model draft before anyone sees it.

What becomes of a draft with violations is decided in core.documents.judging; the deterministic one has none.
"""

from collections.abc import Collection, Iterator

from core.documents.bundle import Bundle, DocumentKind
from core.documents.drafts.scrub import printable
from core.documents.model import MAX_NOTE
from core.documents.rules.outcome import claims, escalation_rules, resolution_rules
from core.documents.rules.sources import identities, input_text, quotations
from core.documents.rules.structure import parse, structure
from core.documents.rules.told import told
from core.prompts import PROMPTS
from core.text.grounding import inventions, placeholders
from core.text.leak import LeakGuard
from core.text.neutralise import neutralise

__all__ = ["check"]

_GUARD = LeakGuard([prompt.text for prompt in PROMPTS])


def check(kind: DocumentKind, markdown: str, bundle: Bundle, names: Collection[str] = ()) -> tuple[str, ...]:
    """The violations, one sentence each; none when the document is fine. `names`: those of the engineers."""
    return tuple(dict.fromkeys(_violations(kind, markdown, bundle, names)))


def _violations(kind: DocumentKind, markdown: str, bundle: Bundle, names: Collection[str]) -> Iterator[str]:
    if len(neutralise(markdown)) > MAX_NOTE:
        yield f"It is longer than {MAX_NOTE:,} characters."
    parsed = parse(kind, markdown)
    known = input_text(bundle, names)
    yield from structure(kind, parsed, bundle)
    yield from placeholders(markdown, known)
    yield from inventions(markdown, known)
    yield from identities(markdown, bundle, names)
    yield from quotations(markdown, bundle)
    yield from claims(markdown, bundle, known)
    yield from told(kind, parsed, printable(bundle, names))
    if run := _GUARD.found(markdown, [known]):
        yield f"“{run}” is from the instructions."
    match kind:
        case DocumentKind.RESOLUTION:
            yield from resolution_rules(parsed, bundle)
        case DocumentKind.ESCALATION:
            yield from escalation_rules(parsed, bundle)
