"""What came in is taken once, by either of its keys; what failed is taken again (ARCHITECTURE 5).

All of it holds both ways: asked for by itself, and together with the person it is from, as commands do.
"""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from functools import partial

import pytest

from core.ports import Transaction
from tests.builders import NOW, Seeded, later
from tests.integration.databases import Database, Store

EVENT, MESSAGE = "event:E1", "message:C1:1.1"
#: Whether the directory is asked for the person first, with the keys.
with_person = False


@pytest.fixture(params=[False, True], ids=["by itself", "with its person"], autouse=True)
def asked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways."""
    monkeypatch.setattr(sys.modules[__name__], "with_person", request.param)


def take(keys: Sequence[str], account: str = "north", words: str = "my words") -> "partial[bool]":
    """A command that takes."""
    return partial(_take, keys, account, words)


def _take(keys: Sequence[str], account: str, words: str, transaction: Transaction) -> bool:
    if with_person:
        assert transaction.directory.actor("slack", f"T-{account}", f"U-{account}", keys) is not None
    return transaction.inbox.take(keys, account, "ReceiveMessage", words, NOW)


def marked(keys: Sequence[str], state: str) -> "partial[None]":
    """A command that marks."""
    return partial(_mark, keys, state)


def _mark(keys: Sequence[str], state: str, transaction: Transaction) -> None:
    transaction.inbox.mark(keys, state)


#: What came first, what comes then, and whether it is a repeat.
REPEATS = [
    ((EVENT,), (EVENT,)),
    ((EVENT, MESSAGE), (EVENT, MESSAGE)),
    ((EVENT, MESSAGE), (MESSAGE, EVENT)),
    ((EVENT, MESSAGE), (EVENT,)),
    ((EVENT, MESSAGE), (MESSAGE,)),
    ((EVENT,), (EVENT, MESSAGE)),
    ((MESSAGE,), (EVENT, MESSAGE)),
    # A mention comes twice, as two events about one message.
    ((EVENT, MESSAGE), ("event:E2", MESSAGE)),
    ((EVENT, MESSAGE), (EVENT, "message:C1:2.2")),
    # Keys of another kind, so that the shared one lies in the other column.
    ((EVENT, MESSAGE), (MESSAGE, "zeta:1")),
    ((EVENT, MESSAGE), ("alpha:1", EVENT)),
    ((MESSAGE,), ("alpha:1", MESSAGE)),
]


def pairs() -> Iterator[tuple[list[str], list[str]]]:
    """Every pair, with keys of its own."""
    for number, (first, then) in enumerate(REPEATS):
        yield [f"{key}/{number}" for key in first], [f"{key}/{number}" for key in then]


async def test_a_repeat_is_not_taken(store: Store, database: Database, north: Seeded) -> None:
    """One key in common makes it the same thing; nothing is stored for it."""
    for first, then in pairs():
        assert await store.write(take(first))
        assert not await store.write(take(then)), (first, then)
    assert await database.sql("SELECT count(*) FROM inbox") == [(len(REPEATS),)]


async def test_what_was_refused_is_not_taken_again(store: Store, north: Seeded) -> None:
    """A refusal is an answer."""
    for first, then in pairs():
        assert await store.write(take(first))
        await store.write(marked(first, "refused"))
        assert not await store.write(take(then)), (first, then)


async def test_what_failed_is_taken_again_once(store: Store, database: Database, north: Seeded) -> None:
    """The words are kept; the repeat runs, and a repeat of that does not."""
    for first, then in pairs():
        assert await store.write(take(first))
        await store.write(marked(first, "failed"))
        assert await store.write(take(then)), (first, then)
        assert not await store.write(take(then))
        assert not await store.write(take(first))
    assert await database.sql("SELECT state, words FROM inbox") == [("done", "my words")] * len(REPEATS)


async def test_what_failed_twice_is_taken_a_third_time(store: Store, north: Seeded) -> None:
    """The mark finds the row by the keys of the repeat, too."""
    for first, then in pairs():
        await store.write(take(first))
        await store.write(marked(first, "failed"))
        assert await store.write(take(then)), (first, then)
        await store.write(marked(then, "failed"))
        assert await store.write(take(first)), (first, then)


async def test_other_keys_are_something_else(store: Store, north: Seeded) -> None:
    """No key in common, so both are taken."""
    assert await store.write(take((EVENT, MESSAGE)))
    assert await store.write(take(("event:E2", "message:C1:2.2")))
    assert await store.write(take(("event:E3",)))


async def test_keys_of_two_things_of_which_one_is_done_are_a_repeat(store: Store, north: Seeded) -> None:
    """It was taken before by something that did not fail."""
    assert await store.write(take(("event:E1",)))
    assert await store.write(take(("message:1",)))
    await store.write(marked(("event:E1",), "failed"))
    assert not await store.write(take(("event:E1", "message:1")))


async def test_a_key_given_twice_is_one(store: Store, north: Seeded) -> None:
    """Nothing clashes with itself."""
    assert await store.write(take((EVENT, EVENT)))
    assert not await store.write(take((EVENT,)))


async def test_the_same_thing_at_once_is_taken_once(store: Store, north: Seeded) -> None:
    """However many replicas of it race, by whatever key."""
    both, swapped = take((EVENT, MESSAGE)), take((MESSAGE, EVENT))
    other = take(("event:E2", MESSAGE))
    taken = await asyncio.gather(*(store.write(command) for command in [both, swapped, other] * 8))
    assert taken.count(True) == 1


async def test_a_failed_thing_at_once_is_taken_once(store: Store, north: Seeded) -> None:
    """Of many repeats of what failed, one runs."""
    await store.write(take((EVENT, MESSAGE)))
    await store.write(marked((EVENT, MESSAGE), "failed"))
    taken = await asyncio.gather(*(store.write(take((EVENT, MESSAGE))) for _ in range(16)))
    assert taken.count(True) == 1


async def test_words_are_kept_when_the_command_fails(store: Store, database: Database, north: Seeded) -> None:
    """The row lies outside of what the failed command wrote."""

    def run(transaction: Transaction) -> str:
        transaction.inbox.take((EVENT,), "north", "StartSession", "my words", later(seconds=1))
        raise RuntimeError("a fault")

    def explain(transaction: Transaction, error: Exception) -> str:
        transaction.inbox.take((EVENT,), "north", "StartSession", "my words", later(seconds=1))
        transaction.inbox.mark((EVENT,), "failed")
        return f"told of {error}"

    assert await store.write(run, explain) == "told of a fault"
    assert await database.sql("SELECT key, kind, state, words FROM inbox") == [
        (EVENT, "StartSession", "failed", "my words")
    ]
    assert await store.write(take((EVENT,)))


def wait(words: str, user: str = "u1") -> "partial[bool]":
    """A command that leaves a change of MESSAGE."""
    return partial(_wait, words, user)


def _wait(words: str, user: str, transaction: Transaction) -> bool:
    return transaction.inbox.wait(MESSAGE, "north", user, words, NOW)


def _arrive(keys: Sequence[str], transaction: Transaction) -> tuple[str, str] | bool | None:
    taken = transaction.inbox.take(keys, "north", "ReceiveMessage", "first words", NOW)
    return taken or transaction.inbox.arrive(keys, "ReceiveMessage")


@pytest.mark.parametrize("keys", [(MESSAGE,), (EVENT, MESSAGE), (MESSAGE, "alpha:1")])
async def test_a_change_waits_in_the_place_of_its_message(store: Store, keys: Sequence[str], north: Seeded) -> None:
    """Whatever other key the message comes with; it is handed over once, as its author left it last."""
    assert [await store.write(wait(words)) for words in ("second words", "third words")] == [True, True]
    assert not await store.write(wait("mine now", "u2"))
    assert await store.write(partial(_arrive, keys)) == ("u1", "third words")
    assert await store.write(partial(_arrive, keys)) is None
    assert not await store.write(wait("fourth words"))


@pytest.mark.parametrize("keys", [(MESSAGE,), (EVENT, MESSAGE)])
async def test_a_message_and_its_change_at_once_are_both_taken(
    store: Store, keys: Sequence[str], north: Seeded
) -> None:
    """Either the message finds the change, or the change is told that the message has come."""
    came, waits = await asyncio.gather(store.write(partial(_arrive, keys)), store.write(wait("second words")))
    assert (came, waits) in [(True, False), (("u1", "second words"), True)]


async def test_a_change_that_waits_is_not_marked_as_failed(store: Store, database: Database, north: Seeded) -> None:
    """Its message failed and comes again."""
    await store.write(wait("second words"))
    await store.write(marked((EVENT, MESSAGE), "failed"))
    assert await store.write(partial(_arrive, (EVENT, MESSAGE))) == ("u1", "second words")
    assert await database.sql("SELECT state, kind, words FROM inbox") == [("done", "ReceiveMessage", "second words")]


async def test_an_answer_is_given_again(store: Store, north: Seeded) -> None:
    """By either key."""
    for first, then in pairs():
        assert await store.write(take(first))
        assert await store.write(lambda tx, keys=then: tx.inbox.answer(keys)) == ""  # type: ignore[misc]
        await store.write(lambda tx, keys=first: tx.inbox.mark(keys, "refused", f"to {keys}"))  # type: ignore[misc]
        assert await store.write(lambda tx, keys=then: tx.inbox.answer(keys)) == f"to {first}"  # type: ignore[misc]
