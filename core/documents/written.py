"""A document as a model writes it: one JSON object with a field for each heading; the headings are put by the program."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from core.documents.bundle import Bundle, DocumentKind
from core.documents.drafts.text import as_bullets, as_numbers, sections
from core.documents.rules.structure import headings
from core.text.json_answers import json_of

__all__ = ["assembled", "field_of", "schema_of"]

#: Headings whose text is a list, and of these the numbered ones.
_LISTS = {
    "What we confirmed",
    "What we've confirmed",
    "What we've tried",
    "Suggested next steps",
    "Steps Taken",
    "Engineer Notes",
    "Key Findings",
    "Next Steps (for resumption)",
    "Escalation Details",
}
_NUMBERED = {"Suggested next steps", "Steps Taken", "Next Steps (for resumption)"}
_SENTENCE = re.compile(r"No(?:thing| diagnostic) [a-z ]+ yet\.")


def field_of(heading: str) -> str:
    """The name of a heading's field: "What we've tried" is what_we_ve_tried."""
    return "_".join(re.findall(r"[a-z]+", heading.lower()))


def schema_of(kind: DocumentKind, bundle: Bundle) -> Mapping[str, Any]:
    """The JSON schema of a document of this bundle."""
    fields = {
        field_of(heading): {"type": "array", "items": {"type": "string"}} if heading in _LISTS else {"type": "string"}
        for heading in headings(kind, bundle)
    }
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def assembled(kind: DocumentKind, bundle: Bundle, text: str) -> str:
    """The document in markdown. A text that is no JSON object is taken for the document itself; what is missing stays
    missing, for the check to see."""
    try:
        written = json_of(text)
    except ValueError:
        return text
    if not isinstance(written, dict):
        return text
    parts = [
        (heading, body)
        for heading in headings(kind, bundle)
        if (body := _body(heading, written.get(field_of(heading))))
    ]
    if kind is not DocumentKind.CONCLUSION:
        return sections(parts)
    return "\n\n".join(_labelled(heading, body) for heading, body in parts) + "\n"


def _body(heading: str, value: object) -> str:
    if heading not in _LISTS:
        return value.strip() if isinstance(value, str) else ""
    listed: Sequence[object] = value if isinstance(value, list) else [value]
    lines = [" ".join(line.split()) for line in listed if isinstance(line, str) and line.strip()]
    if len(lines) == 1 and _SENTENCE.fullmatch(lines[0]):
        return lines[0]
    return as_numbers(lines) if heading in _NUMBERED else as_bullets(lines)


def _labelled(heading: str, body: str) -> str:
    return f"**{heading}:**\n\n{body}" if heading in _LISTS else f"**{heading}:** {body}"
