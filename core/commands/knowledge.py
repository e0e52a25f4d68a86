"""Operations on flows, steps and facts."""

from dataclasses import dataclass

from core.commands.base import Action, SessionAction

__all__ = [
    "AddFact",
    "AnswerStep",
    "ChangeAnswer",
    "DeleteFact",
    "EditFact",
    "ListFacts",
    "ListFlows",
    "ListScripts",
    "OpenFact",
    "SkipStep",
    "UseFlow",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class UseFlow(SessionAction):
    """Follow a flow of the library from its start. `offer` is the message that offered it, which then says so."""

    flow_id: str
    offer: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ListFlows(Action):
    """The account's flow library; `search` narrows it."""

    search: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerStep(SessionAction):
    """Choose an option (0 is the first) of a step."""

    step_id: str
    option: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SkipStep(SessionAction):
    """Go on without an answer."""

    step_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeAnswer(SessionAction):
    """Take an answer back: the facts of the step, and in a flow those of the steps after it, are deleted."""

    step_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ListScripts(SessionAction):
    """The commands of the session's fixes and steps."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ListFacts(SessionAction):
    """What we know, with the means to add, edit and delete."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenFact(SessionAction):
    """The form to add a fact, or to edit the one named."""

    fact_id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AddFact(SessionAction):
    """Add an engineer's note to what we know. `message_ref`: the message that it is, if it was written as one; `listed`:
    it was added from the list of facts."""

    text: str
    message_ref: str = ""
    listed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class EditFact(SessionAction):
    """Change one of the engineers' own notes."""

    fact_id: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DeleteFact(SessionAction):
    """Delete a fact (softly)."""

    fact_id: str
