"""Every card, form and notice that FlowPilot can show, in every state, on every platform."""

from collections.abc import Callable

from core.cards import CARDS
from core.codec import MAX_BYTES, encode
from core.documents.bundle import DocumentKind
from core.escalation.model import EscalationStatus
from core.fixes.model import FixStatus
from core.sessions.model import SessionStatus, StepKind
from core.views import Button, Card, Choice, Form, Notice, Person, Style
from tests.contract.chat.expected import buttons_of, missing, missing_of_form, parts_of
from tests.contract.chat.surroundings import Surroundings
from tests.support.album import View

#: Characters of a button's label that core itself keeps to, apart from the samples that test adapters.
LABEL = 75
FIX_STATES = ("proposed", "verifying", "pending", "partial", "success", "failed", "dismissed", "superseded", "waiting")


class TestTheSamples:
    def test_they_hold_every_card_in_every_state(self, views: dict[str, View]) -> None:
        """A card or a state that is new must join the samples."""
        wanted = [f"{card}/" for card in CARDS]
        wanted += [f"fix/{state}" for state in FIX_STATES]
        wanted += [f"session/{status}" for status in SessionStatus]
        wanted += [f"step/{kind}/{end}" for kind in StepKind for end in ("open", "answered", "skipped", "dropped")]
        wanted += [f"escalation/{status}/" for status in EscalationStatus]
        wanted += [f"note/{kind}" for kind in DocumentKind]
        wanted += [f"outcome/{status}" for status in FixStatus]
        for words in ("plain", "hostile", "longest"):
            there = [name.removeprefix(f"{words}/") for name in views if name.startswith(f"{words}/")]
            assert [start for start in wanted if not any(name.startswith(start) for name in there)] == []

    def test_every_button_and_form_can_be_sent(self, views: dict[str, View]) -> None:
        """What a click or a submit hands in fits the codec's limit, whatever the words."""
        assert (
            _wrong(views, lambda view: [_size(button) for button in buttons_of(view) if _size(button) > MAX_BYTES])
            == {}
        )
        forms = {name: view for name, view in views.items() if isinstance(view, Form)}
        assert {name for name, form in forms.items() if len(encode(form.action).encode()) > MAX_BYTES} == set()

    def test_every_card_says_something_and_asks_for_one_thing_first(self, views: dict[str, View]) -> None:
        """A card has words, for a notification too (its fallback, else its first text), and at most one primary button."""
        made = {name: view for name, view in views.items() if "/primitives/" not in name}
        assert _wrong(made, _unsound) == {}

    def test_every_pick_offers_what_is_selected(self, views: dict[str, View]) -> None:
        """A selected value that is no option cannot be shown by any platform."""
        assert _wrong(views, _unselectable) == {}


class TestOnThePlatform:
    async def test_every_card_is_seen_whole(self, around: Surroundings, views: dict[str, View]) -> None:
        """Every text in its order, every button with its action, every file."""
        wrong = {}
        for name, card in views.items():
            if isinstance(card, Card):
                before = len([each for each in await around.seen(around.person) if not each.private])
                await around.platform.post(around.place, card, delivery=name)
                seen = [each for each in await around.seen(around.person) if not each.private][before:]
                wrong[name] = missing(card, seen, around.traits)
        assert len(wrong) > 300
        assert {name: problems for name, problems in wrong.items() if problems} == {}

    async def test_every_notice_is_seen_whole(self, around: Surroundings, views: dict[str, View]) -> None:
        """Private messages carry as much as cards."""
        wrong = {}
        for name, notice in views.items():
            if isinstance(notice, Notice):
                before = len(await around.seen(around.person))
                await around.platform.tell(around.place, around.person, notice, delivery=name)
                wrong[name] = missing(notice, (await around.seen(around.person))[before:], around.traits)
        assert len(wrong) > 100
        assert {name: problems for name, problems in wrong.items() if problems} == {}

    async def test_every_form_is_seen_whole(self, around: Surroundings, views: dict[str, View]) -> None:
        """Filled into an open one: texts, buttons, fields with their values, options, and what submitting hands in."""
        wrong = {}
        forms = {name: view for name, view in views.items() if isinstance(view, Form)}
        for name, form in forms.items() if around.platform.capabilities.forms else ():
            handle = await around.open(around.person, form)
            await around.platform.fill(around.place, around.person, handle, form)
            (seen,) = [each for each in await around.forms(around.person) if each.surface == form.surface]
            wrong[name] = missing_of_form(form, seen, around.traits)
            await around.close(around.person, form.surface)
        assert len(wrong) > 100 or not around.platform.capabilities.forms
        assert {name: problems for name, problems in wrong.items() if problems} == {}


def _wrong(views: dict[str, View], look: Callable[[View], object]) -> dict[str, object]:
    return {name: problem for name, view in views.items() if (problem := look(view))}


def _size(button: Button) -> int:
    return len(encode(button.action).encode())


def _unsound(view: View) -> list[str]:
    wrong = []
    if isinstance(view, Card):
        if not (view.title or view.body):
            wrong.append("it is empty")
        if not any((view.fallback.strip(), *(words for kind, words in parts_of(view) if kind != "label"))):
            wrong.append("a notification has nothing to say")
    if len([button for button in buttons_of(view) if button.style is Style.PRIMARY]) > 1:
        wrong.append("it has more than one primary button")
    wrong += [f"a button is called {b.label!r}" for b in buttons_of(view) if not 0 < len(b.label.strip()) <= LABEL]
    return wrong


def _unselectable(view: View) -> list[str]:
    wrong = []
    for block in view.body:
        if isinstance(block, (Choice, Person)):
            options = block.options if isinstance(block, Choice) else block.people
            values = [option.value for option in options]
            if block.selected is not None and block.selected not in values:
                wrong.append(f"{block.name} has {block.selected!r} selected")
            if len(set(values)) < len(values):
                wrong.append(f"{block.name} offers a value twice")
    return wrong
