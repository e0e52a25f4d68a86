"""The words that an engineer gives with an outcome."""

from core.commands import AnswerIntercept, CorrectOutcome, PrepareResolution, RecordOutcome, ReplaceFix
from core.errors import InvalidInput
from core.fixes.model import MAX_NOTES
from core.ports import UnitOfWork
from core.text.split import shorten

__all__ = ["notes_of"]

#: What comes in from a form with a field for them.
_FORMS = (AnswerIntercept, CorrectOutcome, PrepareResolution, RecordOutcome, ReplaceFix)


def notes_of(uow: UnitOfWork, text: str) -> str:
    """The words as they are kept, at most MAX_NOTES characters. Every outcome's notes go through here.

    Typed words are shortened: all of them stand in the thread. A form says what is wrong with its field: InvalidInput.
    """
    notes = text.strip()
    if len(notes) <= MAX_NOTES:
        return notes
    if uow.origin is not None and isinstance(uow.origin.command, _FORMS):
        raise InvalidInput({"notes": f"Keep it under {MAX_NOTES:,} characters. The thread is the place for more."})
    return shorten(notes, MAX_NOTES)
