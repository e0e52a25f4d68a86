"""What is evaluated: a document that is asked for, what must and must not stand in it, and what was written."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass

from pydantic_evals import Case

from core.documents.bundle import Bundle, DocumentKind

__all__ = ["NAMES", "Expected", "Situation", "SituationCase", "Written", "strings"]

#: The engineers of the desk.
NAMES = ("Anna Kovacs", "Ben Okafor")


@dataclass(frozen=True, kw_only=True)
class Situation:
    """The input of a case. `answers`: what a recorded model says, in order; the last one again and again."""

    kind: DocumentKind
    bundle: Bundle
    names: tuple[str, ...] = NAMES
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Written:
    """The output of a case: the document as it would be stored."""

    markdown: str
    #: `drafted` without a model; or by one: `kept`, `repaired` or `replaced`.
    came: str
    #: What the model was told to put right, or "".
    told: str = ""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What only this case asks for; the rules ask the rest of every case."""

    #: The row of the table.
    outcome: str
    #: Heading ("" for anywhere) and a regular expression that must be found below it, whatever its case.
    says: tuple[tuple[str, str], ...] = ()
    #: Regular expressions that must not be found anywhere, whatever their case.
    never: tuple[str, ...] = ()
    #: How a recorded answer must end, and part of what the model must have been told; "" asks nothing.
    came: str = ""
    told: str = ""


SituationCase = Case[Situation, Written, Expected]


def strings(value: object) -> Iterator[str]:
    """Every text within a value of core."""
    if isinstance(value, str):
        yield str(value)
    elif isinstance(value, tuple):
        for part in value:
            yield from strings(part)
    elif is_dataclass(value):
        for field in fields(value):
            yield from strings(getattr(value, field.name))
