"""Keyword search on FTS5 and on tsvector: both find the same, and no term is ever an operator."""

from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.ports import UnitOfWork
from storage.search import SESSION_SEARCH
from tests import builders as make
from tests.builders import Seeded
from tests.integration.databases import Database, Store, act, look

FLOWS = {
    "vpn": ("VPN drops every hour", "tunnel disconnects certificate gateway 0x80070005 wi-fi outlook.exe"),
    "mail": ("Outlook fails to start", "mailbox profile vpn AADSTS50053 5.7.1"),
    "druck": ("Drucker druckt nicht", "Größe café naïve 日本語 принтер"),
}


@pytest.fixture
async def library(store: Store, north: Seeded) -> Seeded:
    """An account with three flows."""

    def add(uow: UnitOfWork) -> None:
        for name, (title, words) in FLOWS.items():
            uow.flows.add(make.a_flow(id=name, slug=name, title=title, words=words))

    await act(store, north, add)
    return north


async def found(store: Store, north: Seeded, *terms: str) -> list[str]:
    """Names of the flows that hold one of the terms, best first."""
    return [flow.id for flow in await look(store, north, lambda uow: uow.flows.holding(terms))]


async def test_the_words_of_a_flow_find_it(store: Store, library: Seeded) -> None:
    """In any inflection and case, with or without accents, codes and hyphened words whole or in parts."""
    wanted = {
        "vpn": ["tunnels", "disconnecting", "CERTIFICATES", "0x80070005", "wi-fi", "wifi wi fi", "outlook.exe", "hour"],
        "mail": ["mailboxes", "aadsts50053", "5.7.1", "starting"],
        "druck": ["grösse", "Grosse", "CAFÉ", "cafe", "naive", "日本語", "принтер", "Drucker"],
    }
    answers = {
        name: [term for term in terms if name in await found(store, library, term)] for name, terms in wanted.items()
    }
    missed = {name: sorted(set(wanted[name]) - set(terms)) for name, terms in answers.items()}
    assert missed == {"vpn": ["wifi wi fi"], "mail": [], "druck": []}


async def test_a_title_weighs_more_than_the_rest(store: Store, library: Seeded) -> None:
    """Both hold the word; the one that is called so comes first."""
    assert await found(store, library, "vpn") == ["vpn", "mail"]
    assert await found(store, library, "outlook") == ["mail", "vpn"]


async def test_a_phrase_is_found_as_a_phrase(store: Store, library: Seeded) -> None:
    """A term of several words wants them side by side."""
    assert await found(store, library, "drops every") == ["vpn"]
    assert await found(store, library, "every drops") == []


HOSTILE = [
    "", " ", "*", "**", '"', '""', "'", "''", "\\", "\\'", "&", "|", "!", "(", ")", "&|!()", "NEAR", "NEAR(a b)",
    "AND", "OR", "NOT", "a:b", "title:vpn", ":*", "<->", "^vpn", "-vpn", "+vpn", "{}", "%s", "$x", "?", ";", "--",
    "'; DROP TABLE flows; --", '" OR 1=1', "vpn*", "\ufeff", "\u202e", "🙂", "e\u0301", "x" * 5_000, "a " * 5_000,
]  # fmt: skip


async def test_hostile_terms_are_words_or_nothing(store: Store, library: Seeded) -> None:
    """They raise nothing; what they find, they find as a word; and they leave the other terms alone."""
    for term in HOSTILE:
        expected = {"vpn", "mail"} if term.strip("^-+*") == "vpn" else set()
        assert set(await found(store, library, term)) == expected, term[:50]
        assert set(await found(store, library, "Drucker", term)) == expected | {"druck"}, term[:50]
    assert set(await found(store, library, *HOSTILE)) == {"vpn", "mail"}
    assert await found(store, library) == []


async def test_a_thousand_terms_are_too_many_but_no_error(store: Store, library: Seeded) -> None:
    """The first ones count."""
    assert await found(store, library, "mailbox", *(f"term{number}" for number in range(1_000))) == ["mail"]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(terms=st.lists(st.text(max_size=30), max_size=5), words=st.text(max_size=200))
async def test_any_text_can_be_indexed_and_searched(terms: list[str], words: str, store: Store, north: Seeded) -> None:
    """Whatever people write: even what no database could hold as it is."""
    await act(store, north, lambda uow: uow.sessions.index(north.session, words))
    found = await look(store, north, lambda uow: uow.sessions.alike(["vpn", *terms], limit=5))
    assert found == [north.session]


async def test_a_changed_flow_is_found_by_its_new_words_only(store: Store, database: Database, library: Seeded) -> None:
    """Also when it is changed several times; a removed one is not found, and FTS5 and the words it follows agree."""

    def change(words: str, uow: UnitOfWork) -> None:
        uow.flows.save(make.a_flow(id="vpn", slug="vpn", words=words))

    for words in ("first", "second", "third"):
        await act(store, library, partial(change, words))
    assert await found(store, library, "tunnel", "first", "second") == []
    assert await found(store, library, "third") == ["vpn"]
    await act(store, library, lambda uow: uow.flows.remove("vpn"))
    assert await found(store, library, "third") == []
    if database.kind == "sqlite":
        await database.sql("INSERT INTO flow_search_words (flow_search_words, rank) VALUES ('integrity-check', 1)")


async def test_very_long_texts_can_be_indexed(store: Store, north: Seeded) -> None:
    """A hundred thousand different words, or one of a hundred thousand letters."""
    many = " ".join(f"wort{number}" for number in range(100_000))

    def index(words: str, uow: UnitOfWork) -> None:
        uow.sessions.index(north.session, words)

    for words in (many, "x" * 100_000, "ﷺ" * 100_000, "日本" * 50_000):
        await act(store, north, partial(index, words))
        found = await look(store, north, lambda uow: uow.sessions.alike(["vpn"], limit=5))
        assert found == [north.session]
    assert SESSION_SEARCH.table == "session_search"


async def test_similar_sessions_come_best_first(store: Store, north: Seeded) -> None:
    """At most as many as are wanted."""

    def add(uow: UnitOfWork) -> None:
        for number, words in enumerate(["printer", "printer printer jam", "toner"], start=2):
            session = make.a_session(
                id=f"s{number}", number=number, title="printer jam" if number == 3 else "other",
                conversation_id=north.conversation.id,
            )  # fmt: skip
            uow.sessions.add(session)
            uow.sessions.index(session, words)

    await act(store, north, add)
    found = await look(store, north, lambda uow: uow.sessions.alike(["printer", "jam"], limit=5))
    assert [session.id for session in found] == ["s3", "s2"]
    assert len(await look(store, north, lambda uow: uow.sessions.alike(["printer", "jam"], limit=1))) == 1
    assert await look(store, north, lambda uow: uow.sessions.alike([], limit=5)) == []
