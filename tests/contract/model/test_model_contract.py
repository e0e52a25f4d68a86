"""What every Model keeps to: documents by the rules, answers out of what it was given, nothing decided for the engineer."""

from dataclasses import replace
from itertools import pairwise, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.documents.bundle import Bundle, DocumentKind
from core.documents.check import check
from core.documents.judging import judged
from core.documents.model import DETERMINISTIC, DETERMINISTIC_VERSION
from core.facts import judging as facts
from core.facts.model import MAX_FACT, SourceType
from core.facts.statements import breaches
from core.fixes.model import FixStatus
from core.ports import Model
from core.prompts import Purpose
from core.turns.model import Answer, TurnContext
from core.usage.model import Usage
from tests.builders import a_step, later
from tests.contract.model.conftest import MODELS
from tests.contract.model.turns import FIXES, HOSTILE, OFFERS, turn, unheard
from tests.unit.documents.bundles import BARE, BUNDLES, EARLIER, NAMES, TYPICAL, with_fix

STATES = [(status, applied) for status, applied in product(FixStatus, (True, False))]
HURRIED = settings(
    max_examples=5,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def unsound(answer: Answer, given: TurnContext) -> list[str]:
    """What in an answer is none of the model's to say."""
    wrong = [f"it offers {offer.flow_id}" for offer in answer.offers if offer not in given.offers]
    wrong += [f"a fact of {len(fact.text)} characters" for fact in answer.facts if not 0 < len(fact.text) <= MAX_FACT]
    steps = {step.id for step in given.steps}
    wrong += [f"a fact of the step {fact.step_id}" for fact in answer.facts if fact.step_id not in (None, *steps)]
    if answer.outcome is not None and (given.fix is None or not given.fix.active):
        wrong.append("an outcome of no fix")
    if answer.confidence is not None and not 0 <= answer.confidence <= 1:
        wrong.append(f"a confidence of {answer.confidence}")
    return wrong


class TestDrafting:
    @pytest.mark.parametrize("kind", DocumentKind)
    @pytest.mark.parametrize(("status", "applied"), STATES)
    async def test_a_document_of_every_outcome_keeps_the_rules(
        self, model: Model, kind: DocumentKind, status: FixStatus, applied: bool
    ) -> None:
        """Headings, nothing invented, no claim that the record does not bear, no name."""
        full = with_fix(status, "waiting for the user", applied=applied)
        for bundle in (full, replace(full, tried=(EARLIER,), ticket=None), replace(full, facts=(), checks=())):
            drafted = await judged(model, kind, bundle, NAMES)
            assert check(kind, drafted.markdown, bundle, NAMES) == ()
            assert drafted.source

    @pytest.mark.parametrize("kind", DocumentKind)
    @pytest.mark.parametrize("status", ["active", "paused", "escalated", "resolved", "abandoned"])
    async def test_a_document_of_next_to_nothing_keeps_the_rules(
        self, model: Model, kind: DocumentKind, status: str
    ) -> None:
        """A session with no fact and no fix, and a full one, in every status."""
        for bundle in (replace(BARE, status=status), replace(TYPICAL, status=status, resolved_by="rebooted it")):
            drafted = await judged(model, kind, bundle, ())
            assert check(kind, drafted.markdown, bundle) == ()

    @pytest.mark.parametrize("name", MODELS)
    @HURRIED
    @given(kind=st.sampled_from(DocumentKind), bundle=BUNDLES)
    async def test_a_document_of_hostile_words_keeps_the_rules(
        self, name: str, kind: DocumentKind, bundle: Bundle
    ) -> None:
        """Whatever people have pasted."""
        async with MODELS[name]() as model:
            drafted = await judged(model, kind, bundle, NAMES)
        assert check(kind, drafted.markdown, bundle, NAMES) == ()

    def test_the_prompt_version_is_a_short_stable_text(self, model: Model) -> None:
        """It is part of every draft's key: no space, no colon, and the same in every process."""
        version = model.prompt_version
        assert version == model.prompt_version
        assert 0 < len(version) <= 64
        assert version.isascii()
        assert not set(version) & set(": \n\0")


class TestAnswering:
    @pytest.mark.parametrize("text", HOSTILE)
    @pytest.mark.parametrize("fix", FIXES)
    async def test_hostile_words_are_answered_and_change_nothing(self, model: Model, text: str, fix: str) -> None:
        """First and later, one message and several, with and without a step open and flows to offer."""
        words = HOSTILE[text]
        turns = [
            turn(words, first=first, step=step, fix=FIXES[fix], offers=offers, sure=sure)
            for first, step, offers, sure in product((1, 5), (None, a_step()), ((), OFFERS), (True, False))
        ]
        turns.append(turn(words, *HOSTILE.values(), fix=FIXES[fix], offers=OFFERS))
        answers = [await model.answer(each, unheard) for each in turns]
        assert [unsound(answer, each) for answer, each in zip(answers, turns, strict=True)] == [[]] * len(turns)

    @pytest.mark.parametrize("sure", [True, False])
    async def test_only_flows_that_it_was_given_are_offered(self, model: Model, sure: bool) -> None:
        """In their order; none where there are none."""
        for count in range(len(OFFERS) + 1):
            answer = await model.answer(turn("Outlook hangs", first=1, offers=OFFERS[:count], sure=sure), unheard)
            assert {offer.flow_id for offer in answer.offers} <= {offer.flow_id for offer in OFFERS[:count]}

    async def test_every_answer_says_or_asks_something(self, model: Model) -> None:
        """Silence would leave the engineer waiting."""
        for first, step, offers in product((1, 2), (None, a_step()), ((), OFFERS)):
            answer = await model.answer(turn("Outlook hangs", first=first, step=step, offers=offers), unheard)
            assert answer.prose.strip() or answer.steps or answer.fix or answer.ask_again

    async def test_what_is_said_meanwhile_grows_into_the_prose(self, model: Model) -> None:
        """Each time the whole text so far, so that whoever shows it may leave out any but the last."""
        heard: list[str] = []
        answer = await model.answer(turn("Outlook hangs", first=1, offers=OFFERS), heard.append)
        assert all(later.startswith(earlier) for earlier, later in pairwise(heard))
        assert all(answer.prose.startswith(text.strip()) for text in heard)


class TestSynthesising:
    @pytest.mark.parametrize("text", HOSTILE)
    async def test_only_sound_statements_of_the_steps_that_were_asked_come_back(self, model: Model, text: str) -> None:
        """Whatever stands in them; none that is empty."""
        asked = replace(a_step(number=1), answer="All", answered_at=later())
        hostile = replace(asked, id="hostile", number=2, text=HOSTILE[text], detail=HOSTILE[text], answer=HOSTILE[text])
        for steps in ((asked,), (hostile,), (asked, hostile)):
            found = await facts.judged(model, steps)
            by_id = {step.id: step for step in steps}
            assert found.keys() <= by_id.keys()
            assert all(found.values())
            assert [breaches(said, by_id[id]) for id, said in found.items()] == [()] * len(found)

    async def test_what_it_takes_is_told(self, model: Model) -> None:
        """By purpose, so that it is counted; nothing where nobody is asked."""
        calls: list[Usage] = []
        await facts.judged(model, [replace(a_step(), answer="All", answered_at=later())], calls.append)
        assert {call.purpose for call in calls} <= {Purpose.FACTS}
        assert bool(calls) is (model.prompt_version != DETERMINISTIC_VERSION)


class TestByRule:
    """What holds where no model thinks: guidance by flows, and words kept as notes."""

    async def test_the_same_is_drafted_again(self, ruled: Model) -> None:
        """So that a draft may be kept under its key, whose version says that no model made it."""
        for kind in DocumentKind:
            drafted = await ruled.draft(kind, TYPICAL, NAMES)
            assert drafted == await ruled.draft(kind, TYPICAL, NAMES)
            assert (drafted.source, drafted.fallback) == (DETERMINISTIC, False)
        assert ruled.prompt_version.startswith(DETERMINISTIC)

    async def test_words_at_an_open_step_are_kept_as_notes_and_it_is_asked_again(self, ruled: Model) -> None:
        """They are no answer to it: the engineer picks one."""
        answer = await ruled.answer(turn("It also\n beeps", "And it is hot", step=a_step(), offers=OFFERS), unheard)
        assert answer.ask_again
        notes = [(fact.text, fact.source_type) for fact in answer.facts]
        assert notes == [("It also beeps", SourceType.NOTE), ("And it is hot", SourceType.NOTE)]
        assert (answer.steps, answer.fix, answer.offers) == ((), None, ())

    async def test_an_answered_or_dropped_step_is_not_asked_again(self, ruled: Model) -> None:
        """Only an open one is."""
        done = replace(a_step(), answer="All")
        for step in (done, replace(a_step(), skipped=True), replace(a_step(), dropped_at=done.created_at)):
            answer = await ruled.answer(turn("It beeps", step=step), unheard)
            assert not answer.ask_again

    @pytest.mark.parametrize("fix", FIXES)
    async def test_no_outcome_is_proposed(self, ruled: Model, fix: str) -> None:
        """Not even when it is said in so many words: the engineer says so on the card."""
        for words in (HOSTILE["worked"], HOSTILE["instruction"], "worked", "did not work, same error"):
            answer = await ruled.answer(turn(words, fix=FIXES[fix]), unheard)
            assert (answer.outcome, answer.fix, answer.steps) == (None, None, ())

    @pytest.mark.parametrize("first", [1, 3])
    async def test_words_that_nobody_asked_for_are_offered_flows_and_are_no_note(
        self, ruled: Model, first: int
    ) -> None:
        """The problem is kept as the intake already; of what comes later nobody knows whether it is confirmed."""
        answer = await ruled.answer(turn("Outlook hangs", first=first, offers=OFFERS), unheard)
        assert answer.facts == ()
        assert answer.offers == OFFERS

    async def test_what_is_said_at_a_question_is_a_note(self, ruled: Model) -> None:
        """Of that message, and of whoever said it."""
        asked = turn("It beeps", step=a_step())
        answer = await ruled.answer(asked, unheard)
        assert [(fact.text, fact.message_id) for fact in answer.facts] == [("It beeps", asked.pending[0].id)]

    async def test_what_an_answer_means_is_not_guessed(self, ruled: Model) -> None:
        """Flows say it themselves; of other steps the notes list question and answer."""
        said = await ruled.synthesise([replace(a_step(), answer="All", answered_at=later())])
        assert list(said.statements.values()) == [""]

    async def test_that_no_model_is_configured_is_said_once(self, ruled: Model) -> None:
        """At the start of a session only."""
        first = await ruled.answer(turn("Outlook hangs", first=1), unheard)
        later = await ruled.answer(turn("It still does", first=2), unheard)
        assert "No model is configured" in first.prose
        assert "No model is configured" not in later.prose
