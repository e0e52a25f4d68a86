"""Texts that PostgreSQL cannot hold are refused on both databases, in the same words."""

from dataclasses import replace
from functools import partial

import pytest

from core.documents.model import Surface
from core.errors import InvalidInput
from core.ports import Transaction, UnitOfWork
from tests import builders as make
from tests.builders import NOW, Seeded
from tests.integration.databases import Store, act, look

NUL, HALF_A_PAIR = "before\0after", "before\ud83dafter"
unstorable = pytest.mark.parametrize("text", [NUL, HALF_A_PAIR, "\0", "\udfff"], ids=ascii)


@unstorable
async def test_a_row_that_cannot_be_stored_is_refused_by_field(text: str, store: Store, north: Seeded) -> None:
    """The refusal names the field, and nothing is stored."""
    with pytest.raises(InvalidInput) as refused:
        await act(store, north, lambda uow: uow.facts.add(make.a_fact(text=text)))
    assert refused.value.fields == {"text": "It holds a character that cannot be stored."}
    assert await look(store, north, lambda uow: uow.facts.of(north.session.id)) == []


@unstorable
async def test_a_change_that_cannot_be_stored_is_refused(text: str, store: Store, north: Seeded) -> None:
    """Also where the session is written at the end of the command."""

    def rename(uow: UnitOfWork) -> None:
        session = uow.sessions.get(north.session.id)
        assert session is not None
        uow.sessions.save(replace(session, title=text))
        uow.log(session.id, "renamed")

    with pytest.raises(InvalidInput, match="cannot be stored"):
        await act(store, north, rename)
    assert await look(store, north, lambda uow: uow.sessions.get(north.session.id)) == north.session


def _add_surface(surface: Surface, north: Seeded, transaction: Transaction) -> None:
    make.unit(transaction, north).surfaces.add(surface)


@unstorable
async def test_data_that_cannot_be_stored_is_refused(text: str, store: Store, north: Seeded) -> None:
    """In a JSON object, as key and as value."""
    for data in ({"text": text}, {text: "text"}):
        surface = make.a_surface(data=data)
        with pytest.raises(InvalidInput, match="cannot be stored"):
            await store.write(partial(_add_surface, surface, north))
    assert await look(store, north, lambda uow: uow.surfaces.get("north-surface")) is None


async def test_what_only_looks_like_nul_is_stored(store: Store, north: Seeded) -> None:
    """The escape of NUL, written out, is an ordinary text."""
    surface = make.a_surface(data={"text": r"\u0000", r"\u0000": r"\\u0000"})
    await act(store, north, lambda uow: uow.surfaces.add(surface))
    assert await look(store, north, lambda uow: uow.surfaces.get(surface.id)) == surface


@unstorable
async def test_a_question_that_cannot_be_asked_is_refused(text: str, store: Store, north: Seeded) -> None:
    """A tampered id finds nothing on one database and an error on the other; here it is refused on both."""
    with pytest.raises(InvalidInput, match="cannot be stored"):
        await look(store, north, lambda uow: uow.sessions.get(text))
    with pytest.raises(InvalidInput, match="cannot be stored"):
        await store.read(lambda tx: tx.directory.actor("slack", "T-north", text))
    assert await look(store, north, lambda uow: uow.sessions.get(north.session.id)) == north.session


@unstorable
async def test_several_rows_of_which_one_cannot_be_stored_are_refused(text: str, store: Store, north: Seeded) -> None:
    """Timeline entries are written together."""

    def log(uow: UnitOfWork) -> None:
        uow.log(north.session.id, "fine", text="fine")
        uow.log(north.session.id, text)

    with pytest.raises(InvalidInput, match="cannot be stored"):
        await act(store, north, log)
    assert await look(store, north, lambda uow: uow.timeline.of(north.session.id)) == []


@unstorable
async def test_a_refused_text_harms_nothing_after_it(text: str, store: Store, north: Seeded) -> None:
    """The connection serves the next command, and what is done instead is stored."""

    def instead(uow: UnitOfWork) -> str:
        uow.log(north.session.id, "refused")
        return "refused"

    def add(uow: UnitOfWork) -> str:
        uow.log(north.session.id, "before")
        uow.facts.add(make.a_fact(text=text))
        return "added"

    answer = await store.write(
        lambda tx: add(make.unit(tx, north)), lambda tx, error: instead(make.unit(tx, north, NOW))
    )
    assert answer == "refused"
    events = await look(store, north, lambda uow: uow.timeline.of(north.session.id))
    assert [event.kind for event in events] == ["refused"]


@pytest.mark.parametrize("number", [0, -1, 2**31, 2**63, 10**30])
async def test_a_number_that_no_session_can_have_is_nobodys(number: int, store: Store, north: Seeded) -> None:
    """FP-99999999999 is typed by people; a column of 32 bits is no reason for an error."""
    assert await look(store, north, lambda uow: uow.sessions.by_number(number)) is None
    assert await look(store, north, lambda uow: uow.sessions.by_number(1)) == north.session


@pytest.mark.parametrize("id", [0, -1, 2**63, 10**30])
async def test_an_id_that_no_work_row_can_have_is_nobodys(id: int, store: Store, north: Seeded) -> None:
    """Ids come back from buttons and the command line."""
    assert await look(store, north, lambda uow: uow.work.get(id)) is None
    assert await store.read(lambda tx: tx.queue.get(id)) is None
    assert not await act(store, north, lambda uow: uow.work.revive(id, NOW))
    assert not await store.write(lambda tx: tx.queue.revive(id, NOW))
