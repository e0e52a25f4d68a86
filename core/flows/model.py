"""A flow: one troubleshooting tree of the team's library, as it is walked with an engineer.

Every node but a solution is a *step*: a text, its options as buttons, free text matched against them.
A step may tell why it asks, and may carry commands; its warning is shown before them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

__all__ = [
    "ESCALATE",
    "Action",
    "Command",
    "FactSource",
    "Flow",
    "Language",
    "Node",
    "NodeKind",
    "Option",
    "Question",
    "Solution",
    "Step",
    "Verification",
]

Language = Literal["powershell", "cmd", "bash"]
NodeKind = Literal["question", "action", "verification", "solution"]
FactSource = Literal["question", "diagnostic_check"]

#: The target that ends a flow without a solution: the desk hands over.
ESCALATE: Final = "escalate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Lines to run, with `<placeholders>` for what differs by customer."""

    text: str
    language: Language = "powershell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer to a step."""

    label: str
    #: A node id, or ESCALATE.
    next: str
    synonyms: tuple[str, ...] = ()
    #: What is known once this is chosen, as one confirmed statement.
    fact: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What every step has; made only as Question, Action or Verification."""

    kind: ClassVar[NodeKind]
    #: The source type of the facts that its answers confirm.
    fact_source: ClassVar[FactSource]

    id: str
    text: str
    options: tuple[Option, ...]
    #: One sentence.
    why: str | None = None
    #: Shown before the commands.
    warning: str | None = None
    commands: tuple[Command, ...] = ()
    #: The same by hand, for engineers who prefer the console to the shell.
    gui: str | None = None
    #: Where skipping leads, a node id or ESCALATE; without it the step cannot be skipped.
    skip: str | None = None

    @property
    def targets(self) -> tuple[str, ...]:
        """Every place this step can lead to, in reading order, repeats kept."""
        skipped = () if self.skip is None else (self.skip,)
        return (*(option.next for option in self.options), *skipped)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Step):
    """Something to ask the user or to look up."""

    kind: ClassVar[NodeKind] = "question"
    fact_source: ClassVar[FactSource] = "question"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Step):
    """Something to do, whose result decides how to go on."""

    kind: ClassVar[NodeKind] = "action"
    fact_source: ClassVar[FactSource] = "diagnostic_check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification(Step):
    """A check that what was done had its effect."""

    kind: ClassVar[NodeKind] = "verification"
    fact_source: ClassVar[FactSource] = "diagnostic_check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """A fix to suggest, and the cause it stands for; the flow ends here."""

    kind: ClassVar[NodeKind] = "solution"

    id: str
    title: str
    description: str
    #: The root cause, as the resolution note tells it when the fix worked.
    cause: str
    #: From 0 to 1.
    confidence: float
    warning: str | None = None
    commands: tuple[Command, ...] = ()
    gui: str | None = None
    #: The slug of a script template.
    script: str | None = None
    #: Where to go on when the fix did not hold: a node id or ESCALATE.
    if_failed: str | None = None

    @property
    def targets(self) -> tuple[str, ...]:
        """Where a failed fix leads, if anywhere."""
        return () if self.if_failed is None else (self.if_failed,)


Node = Step | Solution


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A troubleshooting tree. In a parsed one all targets exist and every node is reachable and can end."""

    slug: str
    title: str
    summary: str
    #: How people write when they have this problem; what matching reads.
    phrasings: tuple[str, ...]
    start: str
    nodes: Mapping[str, Node]
    domain: str = "general"
    tags: tuple[str, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """The nodes that are put to the engineer, in the order they are written."""
        return tuple(node for node in self.nodes.values() if isinstance(node, Step))

    @property
    def solutions(self) -> tuple[Solution, ...]:
        """The fixes this flow can end with, in the order they are written."""
        return tuple(node for node in self.nodes.values() if isinstance(node, Solution))
