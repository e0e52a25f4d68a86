"""The documents drafted without a model: always there, at once, under the same rules as a model's drafts."""

from collections.abc import Collection

from core.documents.bundle import Bundle, DocumentKind
from core.documents.drafts.conclusion import conclusion
from core.documents.drafts.escalation import escalation_package
from core.documents.drafts.resolution import resolution_note
from core.documents.drafts.scrub import printable

__all__ = ["draft"]


def draft(kind: DocumentKind, bundle: Bundle, names: Collection[str] = ()) -> str:
    """The document as markdown with SPEC 5's headings. `names`: the engineers', which are left out of it."""
    clean = printable(bundle, names)
    match kind:
        case DocumentKind.RESOLUTION:
            return resolution_note(clean)
        case DocumentKind.ESCALATION:
            return escalation_package(clean)
        case DocumentKind.CONCLUSION:
            return conclusion(clean)
