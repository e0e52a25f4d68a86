"""Models that tests script: they count what they are asked, and answer, wait, or fail as told."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field

from core.documents.bundle import Bundle, DocumentKind
from core.documents.drafts import draft
from core.ports import Drafted, Flawed, Said, Synthesised
from core.sessions.model import Step
from core.turns.model import Answer, TurnContext
from core.usage.model import Usage, Used, uncounted

__all__ = ["ScriptedModel", "StreamingModel"]


async def _nothing() -> None:
    """Nothing happens meanwhile."""


@dataclass
class ScriptedModel:
    """core.ports.Model. Its drafts are the deterministic ones, under its own name, so they are sound."""

    prompt_version: str = "scripted-1"
    #: What was asked to be drafted, in order.
    drafted: list[DocumentKind] = field(default_factory=list)
    #: What turns were answered.
    turns: list[TurnContext] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    #: Set when the first draft is begun.
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    #: Called before each draft; may raise.
    trouble: Callable[[], None] = lambda: None
    #: Waited for before each draft.
    hold: asyncio.Event | None = None
    #: In the place of the next drafts.
    texts: list[str] = field(default_factory=list)

    #: Steps whose facts were asked for, in order.
    synthesised: list[tuple[Step, ...]] = field(default_factory=list)
    #: What their answers confirm, by the step's text and answer.
    statements: dict[str, str] = field(default_factory=dict)
    #: Awaited before each statement is given; may raise.
    meanwhile: Callable[[], Awaitable[None]] = _nothing

    #: Told of before each answer, draft or statement is given.
    calls: list[Usage] = field(default_factory=list)

    async def answer(self, turn: TurnContext, said: Said, used: Used = uncounted) -> Answer:
        """The next scripted answer, or a plain one."""
        self.turns.append(turn)
        for call in self.calls:
            used(call)
        return self.answers.pop(0) if self.answers else Answer(prose="Noted.")

    async def draft(
        self,
        kind: DocumentKind,
        bundle: Bundle,
        names: Collection[str],
        used: Used = uncounted,
        flawed: Flawed | None = None,
    ) -> Drafted:
        """A sound draft, unless told otherwise."""
        self.drafted.append(kind)
        self.begun.set()
        if self.hold is not None:
            await self.hold.wait()
        for call in self.calls:
            used(call)
        self.trouble()
        markdown = self.texts.pop(0) if self.texts else draft(kind, bundle, names)
        return Drafted(markdown=markdown, source="scripted")

    async def synthesise(
        self, steps: Sequence[Step], used: Used = uncounted, flawed: Flawed | None = None
    ) -> Synthesised:
        """The statements that are scripted for the steps, the same ones however flawed they are."""
        self.synthesised.append(tuple(steps))
        for call in self.calls:
            used(call)
        await self.meanwhile()
        return Synthesised(
            statements={step.id: self.statements.get(f"{step.text} {step.answer}", "") for step in steps}
        )


async def _at_once(text: str) -> None:
    """Nobody is waited for."""


@dataclass
class StreamingModel(ScriptedModel):
    """Says each text of `says` while it makes an answer, and after each waits for `seen`; then it fails, or answers."""

    says: list[str] = field(default_factory=list)
    seen: Callable[[str], Awaitable[None]] = _at_once
    #: Called before each answer is given; may raise.
    fault: Callable[[], None] = lambda: None

    async def answer(self, turn: TurnContext, said: Said, used: Used = uncounted) -> Answer:
        """As it is told; unless told otherwise, what was said last."""
        for text in self.says:
            said(text)
            await self.seen(text)
        self.fault()
        if self.says and not self.answers:
            self.answers.append(Answer(prose=self.says[-1]))
        return await ScriptedModel.answer(self, turn, said, used)
