"""What calls cost, on both databases: rows come out as they went in, and sums by day are the sums of the rows."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.ports import UnitOfWork
from core.prompts import Purpose
from core.thinking.asking import Asker
from core.thinking.thinker import ThinkingModel
from core.usage.model import End, Tokens, UsageRow
from core.usage.periods import Period
from tests import builders as make
from tests.builders import NOW, Seeded
from tests.fakes.platform import words_of
from tests.fakes.provider import ScriptedProvider
from tests.integration.databases import Database, Store, act, look
from tests.support.desk import desk_at

DAY = NOW.date()
BIG = 2**40


async def add(store: Store, seeded: Seeded, rows: dict[UsageRow, date]) -> None:
    def run(uow: UnitOfWork) -> None:
        for row, day in rows.items():
            uow.usage.add(row, day)

    await act(store, seeded, run)


async def test_a_call_comes_out_as_it_went_in(store: Store, north: Seeded) -> None:
    plain = make.a_usage(id="1", cost=None, user_id=None, provider="", prompt_version="")
    full = make.a_usage(id="2", cost=BIG, end=End.FAILED, error='It\'s "overloaded" 🙂')
    elsewhere = make.a_usage(id="3", session_id=None)
    await add(store, north, dict.fromkeys((plain, full, elsewhere), DAY))
    assert await look(store, north, lambda uow: uow.usage.of(north.session.id)) == [plain, full]


async def test_a_call_that_is_stored_again_counts_once(store: Store, north: Seeded) -> None:
    """As it is after a COMMIT of which nobody knows whether it went through; on another day, too."""
    call = make.a_usage()
    again = await act(
        store,
        north,
        lambda uow: [
            uow.usage.add(row, day) for row, day in ((call, DAY), (call, DAY), (call, DAY + timedelta(days=1)))
        ],
    )
    assert again == [True, False, False]
    assert await look(store, north, lambda uow: uow.usage.of(north.session.id)) == [call]
    (total,) = await look(store, north, lambda uow: uow.usage.totals(DAY))
    assert (total.calls, total.cost) == (1, call.cost)


calls = st.builds(
    lambda **of: of,
    user_id=st.sampled_from([None, "north-user", "somebody"]),
    purpose=st.sampled_from(["diagnosis", "resolution"]),
    model=st.sampled_from(["big", "small"]),
    end=st.sampled_from(End),
    cost=st.none() | st.integers(0, BIG),
    input=st.integers(0, 2**31 - 1),
    output=st.integers(0, 2**31 - 1),
    cached_read=st.integers(0, 2**31 - 1),
    cached_write=st.integers(0, 2**31 - 1),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    made=st.lists(st.tuples(calls, st.integers(0, 3)), max_size=25), since=st.integers(0, 3), today=st.integers(0, 3)
)
async def test_the_sums_are_those_of_the_calls(
    store: Store, database: Database, north: Seeded, made: list[tuple[dict[str, Any], int]], since: int, today: int
) -> None:
    """However the calls are spread over days, people, purposes and models, and in whichever transactions they came."""
    for table in ("usage", "usage_days"):
        await database.sql(f"DELETE FROM {table}")
    rows = {make.a_usage(id=str(at), **of): DAY + timedelta(days=day) for at, (of, day) in enumerate(made)}
    await add(store, north, dict(list(rows.items())[::2]))
    await add(store, north, dict(list(rows.items())[1::2]))
    first = DAY + timedelta(days=since)
    totals = await look(store, north, lambda uow: uow.usage.totals(first))
    wanted = Counter[tuple[object, ...]]()
    for row, day in rows.items():
        if day < first:
            continue
        key = (day, row.user_id or "", row.purpose, row.model)
        numbers = {"calls": 1, "failed": row.end is End.FAILED, "unpriced": row.cost is None, "cost": row.cost or 0}
        kinds = ("input", "output", "cached_read", "cached_write")
        for name, number in {**numbers, **{kind: getattr(row, kind) for kind in kinds}}.items():
            wanted[(*key, name)] += int(number)
    names = ("calls", "failed", "unpriced", "cost", "input", "output", "cached_read", "cached_write")
    found = {(t.day, t.user_id, t.purpose, t.model, name): getattr(t, name) for t in totals for name in names}
    assert found == dict(wanted)
    later = max(since, today)
    spent = await look(store, north, lambda uow: uow.usage.spent(DAY + timedelta(days=later), first))
    assert spent == tuple(
        sum(row.cost or 0 for row, day in rows.items() if day >= DAY + timedelta(days=start))
        for start in (later, since)
    )


async def test_a_turn_stores_its_calls_and_is_held_to_the_quota(database: Database, tmp_path: Path) -> None:
    """From the thread to the sums and back."""
    provider = ScriptedProvider(script=["Look at the outbox."], tokens=Tokens(input=100_000, output=10_000))
    asker = Asker(provider=provider, models=dict.fromkeys(Purpose, "claude-sonnet-5-5"))
    async with desk_at(tmp_path, url=database.url, model=ThinkingModel(asker)) as desk:

        def limit(uow: UnitOfWork) -> None:
            account = uow.accounts.get()
            uow.accounts.save(replace(account, settings={**account.settings, "daily_quota": "0.30"}))

        await desk.change(limit)
        for words in ("Outlook does not send", "It is Dana's mailbox"):
            await desk.say("erin", words, mention=True)
            await desk.work()
        session = await desk.session()
        stored = await desk.look(lambda uow: uow.usage.of(session.id))
        assert [(call.purpose, call.cost, call.user_id) for call in stored] == [
            ("diagnosis", 300_000, session.owner_id)
        ]
        assert "The daily quota for the language model is used up" in desk.said()
        warned = [words_of(notice) for _, notice in desk.platform.told]
        assert sum("100 % of the daily quota" in words for words in warned) == 2


async def test_what_an_account_spent_is_no_other_accounts(store: Store, north: Seeded, south: Seeded) -> None:
    await add(store, north, {make.a_usage(): DAY})
    assert await look(store, north, lambda uow: uow.usage.spent(DAY, DAY)) == (10_000, 10_000)
    assert await look(store, south, lambda uow: uow.usage.spent(DAY, DAY)) == (0, 0)


@pytest.mark.parametrize("period", Period)
async def test_a_warning_is_noted_once_a_period(store: Store, north: Seeded, south: Seeded, period: Period) -> None:
    async def warn(seeded: Seeded, first: date) -> bool:
        return await act(store, seeded, lambda uow: uow.usage.warn(period, first))

    assert [await warn(north, DAY), await warn(north, DAY), await warn(north, DAY + timedelta(days=1))] == [
        True,
        False,
        True,
    ]
    assert await warn(south, DAY)


async def test_erasing_a_session_takes_its_calls_and_leaves_the_sums(store: Store, north: Seeded) -> None:
    """Otherwise erasing would give a quota back. The sums name no session."""
    await add(store, north, {make.a_usage(): DAY})
    await act(store, north, lambda uow: uow.sessions.erase(north.session.id))
    assert await look(store, north, lambda uow: uow.usage.of(north.session.id)) == []
    assert await look(store, north, lambda uow: uow.usage.spent(DAY, DAY)) == (10_000, 10_000)
