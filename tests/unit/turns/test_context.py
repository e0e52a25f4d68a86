"""What a model is told of the session in each turn: nothing that counts is missing without a word about it."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.commands import ApplyFix, RecordOutcome
from core.fixes.model import Fix, FixStatus
from core.prompts import Purpose
from core.thinking.asking import Asker
from core.thinking.budget import tokens_of
from core.thinking.thinker import ThinkingModel
from core.turns.context import FACTS, FIXES, STEPS, context_text
from core.turns.model import TurnContext
from tests.builders import a_fact, a_fix, a_step, later
from tests.contract.model.turns import turn
from tests.fakes.provider import ScriptedProvider
from tests.support.desk import Desk, desk_at


def of(**changes: Any) -> TurnContext:
    return replace(turn("It hangs"), **changes)


def section(text: str, tag: str) -> list[str]:
    return text.partition(f"<{tag}>\n")[2].partition(f"\n</{tag}>")[0].split("\n")


class TestFacts:
    def test_all_of_them_are_told(self) -> None:
        """However many: what counts is their length."""
        facts = tuple(a_fact(id=f"f{number}", text=f"Desk {number} is affected") for number in range(700))
        assert section(context_text(of(facts=facts)), "known") == [f"- {fact.text}" for fact in facts]

    def test_where_they_are_too_long_the_first_and_the_last_are_told_and_how_many_are_not(self) -> None:
        facts = tuple(a_fact(id=f"f{number}", text=f"Fact {number}: " + "word " * 150) for number in range(300))
        told = section(context_text(of(facts=facts)), "known")
        assert told[0].startswith("- Fact 0: ")
        assert told[-1].startswith("- Fact 299: ")
        (mark,) = [line for line in told if "left out" in line]
        assert mark == f"({300 - len(told) + 1} more of these are left out here: the list is too long.)"
        assert 1 < told.index(mark) < len(told) // 2
        assert FACTS * 0.9 < tokens_of("\n".join(told)) <= FACTS


class TestSteps:
    def test_dropped_ones_take_no_others_place(self) -> None:
        standing = [a_step(id=f"s{n}", number=n, answer=f"Yes, {n}", answered_at=later()) for n in range(1, 60)]
        dropped = [replace(step, id=f"d{n}", number=60 + n, dropped_at=later()) for n, step in enumerate(standing)]
        told = section(context_text(of(steps=(*standing, *dropped))), "steps")
        assert [line.partition(" ")[2].partition(" ")[0] for line in told] == [f"s{n}" for n in range(1, 60)]

    def test_those_that_await_an_answer_are_told_however_many_are_done(self) -> None:
        """An answer that asks them again would put them twice."""
        waiting = [a_step(id=f"w{n}", number=n, text=f"Is light {n} on?") for n in (1, 40)]
        done = [a_step(id=f"s{n}", number=n, answer="word " * 4_000, answered_at=later()) for n in range(2, 40)]
        text = context_text(of(steps=(waiting[0], *done, waiting[1])))
        told = section(text, "steps")
        assert [line for line in told if "open: no answer yet" in line] == [
            "- s1 question: Is light 1 on? → open: no answer yet",
            "- s40 question: Is light 40 on? → open: no answer yet",
        ]
        assert sum("more of these are left out here" in line for line in told) == 1
        assert tokens_of("\n".join(told)) <= STEPS + 100
        assert "- s39 question" in text
        assert "characters are left out here" in text


class TestFixes:
    def test_each_that_was_applied_or_set_aside_is_told_with_what_became_of_it(self) -> None:
        gone = later()
        earlier = [
            a_fix(id="1", title="One", status=FixStatus.FAILED, notes="no change", applied_at=gone, superseded_at=gone),
            a_fix(
                id="2", title="Two", status=FixStatus.PARTIAL, notes="the phone", applied_at=gone, superseded_at=gone
            ),
            a_fix(id="3", title="Three", status=FixStatus.DISMISSED, notes="no licence", superseded_at=gone),
            a_fix(id="4", title="Only suggested", superseded_at=gone),
            a_fix(id="5", title="Behind the active one", waiting=True),
        ]
        active = a_fix(id="6", title="Six", status=FixStatus.PENDING, notes="the user", applied_at=gone)
        text = context_text(of(fix=active, fixes=(*earlier, active)))
        does = earlier[0].description
        assert section(text, "earlier_fixes") == [
            f"- One: {does} → failed: no change",
            f"- Two: {does} → partial: the phone",
            f"- Three: {does} → dismissed: no licence",
        ]
        assert section(text, "fix")[:2] == ["Title: Six", "State: pending"]

    def test_many_of_them_are_bounded(self) -> None:
        fix = a_fix(title="Again", description="word " * 500, notes="word " * 4_000, status=FixStatus.DISMISSED)
        many = tuple(replace(fix, id=str(number), superseded_at=later()) for number in range(90))
        told = section(context_text(of(fix=None, fixes=many)), "earlier_fixes")
        assert tokens_of("\n".join(told)) <= FIXES
        assert "left out here" in "\n".join(told)

    @pytest.mark.parametrize(
        ("fixes", "words"),
        [
            ((), "No fix is suggested yet."),
            ((a_fix(status=FixStatus.DISMISSED, superseded_at=later()),), "No fix is suggested now."),
        ],
        ids=["never", "after one was set aside"],
    )
    def test_where_none_is_active_that_is_said_as_it_is(self, fixes: tuple[Fix, ...], words: str) -> None:
        assert section(context_text(of(fix=None, fixes=fixes)), "fix") == [words]


@pytest.fixture
def provider() -> ScriptedProvider:
    return ScriptedProvider()


@pytest.fixture
async def desk(template: Path, tmp_path: Path, provider: ScriptedProvider) -> AsyncIterator[Desk]:
    model = ThinkingModel(Asker(provider=provider, models=dict.fromkeys(Purpose, "big")))
    async with desk_at(tmp_path, template=template, model=model) as opened:
        yield opened


async def suggested(desk: Desk, provider: ScriptedProvider, title: str, words: str) -> Fix:
    """The fix that a model suggests to these words."""
    fix = {"title": title, "description": "As said.", "confidence_pct": 85}
    provider.script = [f"Try it. [SUGGEST_FIX]{json.dumps(fix)}[/SUGGEST_FIX]"]
    await desk.say("erin", words, mention=True)
    await desk.work()
    session = await desk.session()
    active = await desk.look(lambda uow: uow.fixes.active(session.id))
    assert active is not None
    assert active.title == title
    return active


async def test_a_model_is_told_what_failed_and_what_was_set_aside(desk: Desk, provider: ScriptedProvider) -> None:
    """Also when another fix has taken its place, and when none is left."""
    fix = await suggested(desk, provider, "Empty the outbox", "Outlook does not send")
    id = fix.session_id
    await desk.send("erin", ApplyFix(session_id=id, fix_id=fix.id))
    failed = RecordOutcome(session_id=id, fix_id=fix.id, status=FixStatus.FAILED, notes="no change at all")
    await desk.send("erin", failed)
    fix = await suggested(desk, provider, "Restart the router", "And now?")
    aside = RecordOutcome(session_id=id, fix_id=fix.id, status=FixStatus.DISMISSED, notes="not at noon")
    await desk.send("erin", aside)
    await desk.say("erin", "What else?")
    await desk.work()
    text = [request for request in provider.requests if request.purpose is Purpose.DIAGNOSIS][-1].messages[-1].text
    assert section(text, "earlier_fixes") == [
        "- Empty the outbox: As said. → failed: no change at all",
        "- Restart the router: As said. → dismissed: not at noon",
    ]
    assert section(text, "fix") == ["No fix is suggested now."]
