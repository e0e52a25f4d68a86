"""The documents drafted without a model: always there, at once, under the same rules as a model's drafts."""

from collections.abc import Callable, Collection, Mapping

from core.documents.bundle import Bundle, DocumentKind
from core.documents.drafts.conclusion import conclusion
from core.documents.drafts.escalation import escalation_package
from core.documents.drafts.resolution import resolution_note
from core.documents.drafts.scrub import printable
from core.documents.drafts.short import within
from core.documents.model import MAX_NOTE

__all__ = ["draft"]

_WRITERS: Mapping[DocumentKind, Callable[[Bundle], str]] = {
    DocumentKind.RESOLUTION: resolution_note,
    DocumentKind.ESCALATION: escalation_package,
    DocumentKind.CONCLUSION: conclusion,
}


def draft(kind: DocumentKind, bundle: Bundle, names: Collection[str] = ()) -> str:
    """The document as markdown with SPEC 5's headings, of at most MAX_NOTE characters. `names`: the engineers', which are
    left out of it."""
    return within(MAX_NOTE, printable(bundle, names), _WRITERS[kind])
