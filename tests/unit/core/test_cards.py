"""Every view in every state, filled with hostile and long words: buttons that fit the wire, texts that ping nobody."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from core.cards import CARDS
from core.codec import MAX_BYTES, decode, encode
from core.text.neutralise import neutralise
from core.views import Button, Card, Form, Input, Style
from tests.fakes.platform import buttons_of
from tests.support.album import View


@pytest.fixture
def own(views: Mapping[str, View]) -> dict[str, View]:
    """By name: what it is, in which state, with which words. The primitives are shown as they are given."""
    return {name: view for name, view in views.items() if "primitives/" not in name}


def shown(part: Any, *, inputs: bool = False) -> Iterator[str]:
    """All the texts that a view shows, but for what stands in fields that the engineer edits, and actions."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, (tuple, list)):
        for item in part:
            yield from shown(item)
    elif isinstance(part, (Button, Input)):
        yield part.label
    elif is_dataclass(part) and not isinstance(part, type):
        for field in fields(part):
            if field.name not in ("action", "surface", "value", "selected", "name"):
                yield from shown(getattr(part, field.name))


def test_the_walk_meets_every_card(own: dict[str, View]) -> None:
    """So that a new card is looked at as well."""
    names = " ".join(own)
    assert len(own) > 100
    assert len(CARDS) >= 20
    assert "hostile" in names
    assert "longest" in names


def test_every_action_fits_its_button_and_comes_back(own: dict[str, View]) -> None:
    """Within 1,500 bytes, whatever the words."""
    for name, view in own.items():
        actions = [button.action for button in buttons_of(view)]
        if isinstance(view, Form):
            actions.append(view.action)
        for action in actions:
            wire = encode(action)
            assert len(wire.encode()) <= MAX_BYTES, name
            assert decode(wire) == action, name


def test_no_view_pings_anybody(own: dict[str, View]) -> None:
    """What is shown is neutral already: titles, texts, badges, labels, fallbacks."""
    loud = [
        (name, text)
        for name, view in own.items()
        for text in shown(view)
        if neutralise(text) != text and not (isinstance(view, Form) and text == view.title)
    ]
    assert loud == []


def test_cards_are_well_made(own: dict[str, View]) -> None:
    """At most one primary button, every button has a label, every card says something where only text is read."""
    for name, view in own.items():
        buttons = list(buttons_of(view))
        assert sum(button.style is Style.PRIMARY for button in buttons) <= 1, name
        assert all(button.label.strip() for button in buttons), name
        if isinstance(view, Card):
            assert view.title or view.body, name
