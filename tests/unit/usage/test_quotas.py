"""Quotas on a desk: no call beyond one, one clear sentence a day, flows and notes go on, the admins are warned (SPEC 9)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.commands import OpenPreview, OpenSettings, SaveSettings, ShowUsage
from core.documents.bundle import DocumentKind
from core.people.model import Role
from core.ports import UnitOfWork
from core.prompts import Purpose
from core.rules import AccountSettings
from core.thinking.asking import Asker
from core.thinking.thinker import ThinkingModel
from core.usage.model import End, Tokens
from core.usage.periods import Limits
from core.views import Close, FieldErrors, Input, Notice, Picture
from tests import builders as make
from tests.fakes.platform import words_of
from tests.fakes.provider import ScriptedProvider
from tests.support.desk import Desk, desk_at, form_of, notice_of
from tests.unit.core.walking import preview, started

MODEL = "claude-sonnet-5-5"
#: Costs $0.30.
USED = Tokens(input=100_000, output=10_000)
OVER = "quota for the language model is used up"
WITHOUT = "from the record, without the model"


@pytest.fixture
def provider() -> ScriptedProvider:
    return ScriptedProvider(tokens=USED)


@pytest.fixture
async def desk(template: Path, tmp_path: Path, provider: ScriptedProvider) -> AsyncIterator[Desk]:
    """At 09:00 UTC on Monday, 2 March 2026."""
    asker = Asker(provider=provider, models=dict.fromkeys(Purpose, MODEL))
    async with desk_at(tmp_path, template=template, model=ThinkingModel(asker)) as opened:
        yield opened


async def allow(desk: Desk, account: str = "northwind", **chosen: str) -> None:
    """Put the account's settings so."""

    def put(uow: UnitOfWork) -> None:
        known = uow.accounts.get()
        uow.accounts.save(replace(known, settings={**known.settings, **chosen}))

    await desk.change(put, account)


async def say(desk: Desk, words: str, *, who: str = "erin", thread: str = "1", mention: bool = False) -> None:
    await desk.say(who, words, thread=thread, mention=mention)
    await desk.work()


def told(desk: Desk) -> list[tuple[str, str]]:
    """Who was told privately that a quota runs low."""
    return [(who, words_of(notice)) for who, notice in desk.platform.told if "are spent" in words_of(notice)]


class TestReached:
    async def test_no_call_is_made_and_the_thread_says_which_quota_and_when_it_resets(
        self, desk: Desk, provider: ScriptedProvider
    ) -> None:
        await allow(desk, daily_quota="0.30", zone="Europe/Berlin")
        await started(desk)
        await say(desk, "It is Dana's mailbox")
        assert len(provider.requests) == 1
        assert f"The daily {OVER}. It resets at 00:00 on Tuesday 3 March (Europe/Berlin)" in desk.said()
        session = await desk.session()
        assert not await desk.look(lambda uow: uow.messages.pending(session.id))

    async def test_below_it_calls_go_on(self, desk: Desk, provider: ScriptedProvider) -> None:
        await allow(desk, daily_quota="0.31", monthly_quota="none")
        await started(desk)
        await say(desk, "It is Dana's mailbox")
        assert len(provider.requests) == 2

    async def test_it_is_said_once_a_session_and_day(self, desk: Desk, provider: ScriptedProvider) -> None:
        """And again the next day, where it is the month's."""
        await allow(desk, monthly_quota="0.30")
        await started(desk)
        await say(desk, "It is Dana's mailbox")
        await say(desk, "And Erik's")
        assert desk.said().count(OVER) == 1
        await say(desk, "The printer is on fire", thread="2", mention=True)
        assert desk.said().count(OVER) == 2
        desk.clock.pass_by(days=1)
        await say(desk, "And Frida's")
        assert desk.said().count(OVER) == 3
        assert "It resets at 00:00 on Wednesday 1 April (UTC)" in desk.said()
        assert len(provider.requests) == 1

    async def test_flows_guide_meanwhile(self, desk: Desk, provider: ScriptedProvider) -> None:
        await allow(desk, daily_quota="0")
        await say(desk, "Outlook does not start, it hangs at loading profile", mention=True)
        assert OVER in desk.said()
        card = desk.card("[Use this flow]")
        await desk.click("erin", card, "Use this flow")
        await desk.work()
        session = await desk.session()
        assert await desk.look(lambda uow: uow.steps.open_in(session.id))
        assert provider.requests == []

    async def test_at_the_zones_midnight_the_model_answers_again(self, desk: Desk, provider: ScriptedProvider) -> None:
        """Kolkata's is at 18:30 UTC."""
        await allow(desk, daily_quota="0.30", zone="Asia/Kolkata")
        await started(desk)
        desk.clock.pass_by(hours=9, minutes=29, seconds=59)
        await say(desk, "It is Dana's mailbox")
        assert len(provider.requests) == 1
        desk.clock.pass_by(seconds=1)
        await say(desk, "Still there?")
        assert len(provider.requests) == 2

    async def test_on_the_billing_day_the_month_begins_anew(self, desk: Desk, provider: ScriptedProvider) -> None:
        """The 31st is the last day of a shorter month."""
        await allow(desk, monthly_quota="0.30", billing_day="31")
        await started(desk)
        desk.clock.pass_by(days=28, hours=14, minutes=59)
        await say(desk, "It is Dana's mailbox")
        assert len(provider.requests) == 1
        assert "It resets at 00:00 on Tuesday 31 March" in desk.said()
        desk.clock.pass_by(minutes=1)
        await say(desk, "Still there?")
        assert len(provider.requests) == 2

    async def test_another_accounts_spending_is_not_counted(self, desk: Desk, provider: ScriptedProvider) -> None:
        await allow(desk, daily_quota="0.30")
        await allow(desk, "fabrikam", daily_quota="0.30")
        await started(desk)
        await say(desk, "The scanner beeps", who="frida", thread="9", mention=True)
        assert len(provider.requests) == 2

    async def test_the_deployments_quota_holds_where_the_account_has_none(
        self, desk: Desk, provider: ScriptedProvider
    ) -> None:
        rules = replace(desk.application.rules, limits=Limits(daily=300_000))
        desk.application.rules = rules
        await started(desk)
        await say(desk, "It is Dana's mailbox")
        assert len(provider.requests) == 1
        await allow(desk, daily_quota="none")
        await say(desk, "And Erik's")
        assert len(provider.requests) == 2

    async def test_documents_are_drafted_from_the_record_until_it_resets(
        self, desk: Desk, provider: ScriptedProvider
    ) -> None:
        session = await started(desk)
        await allow(desk, daily_quota="0.30")
        form = form_of(await desk.send("erin", OpenPreview(session_id=session.id)))
        assert WITHOUT in words_of(await preview(desk, form))
        assert len(provider.requests) == 1
        desk.clock.pass_by(days=1)
        again = form_of(await desk.send("erin", OpenPreview(session_id=session.id)))
        assert WITHOUT in words_of(again), "what stands in is there at once"
        await desk.work()
        assert len(provider.requests) > 1, "the model's takes its place"


class TestWarning:
    async def test_at_80_percent_the_admins_are_told_privately_once_a_day(self, desk: Desk) -> None:
        await allow(desk, daily_quota="0.75")
        await started(desk)
        assert told(desk) == []
        await say(desk, "It is Dana's mailbox")
        assert sorted(who for who, _ in told(desk)) == ["adam", "olivia"]
        words = told(desk)[0][1]
        assert "80 % of the daily quota" in words
        assert "$0.60 of $0.75" in words
        assert "[Usage]" in words
        assert "are spent" not in desk.said()
        await say(desk, "And Erik's")
        assert len(told(desk)) == 2
        desk.clock.pass_by(days=1)
        for number in range(3):
            await say(desk, f"More of it: {number}")
        assert len(told(desk)) == 4

    async def test_each_quota_has_its_own(self, desk: Desk) -> None:
        await allow(desk, daily_quota="0.30", monthly_quota="0.37")
        await started(desk)
        assert sorted(words.split(" quota")[0].split()[-1] for _, words in told(desk)) == [
            "daily", "daily", "monthly", "monthly",
        ]  # fmt: skip

    async def test_without_a_quota_nobody_is_told(self, desk: Desk) -> None:
        await started(desk)
        assert told(desk) == []


class TestDocumentsWithoutModel:
    async def test_an_account_can_forbid_that_a_model_drafts(self, desk: Desk, provider: ScriptedProvider) -> None:
        """No call is made for any document, and none stands in for another: it is the document."""
        session = await started(desk)
        await allow(desk, model_documents="no")
        for kind in (DocumentKind.RESOLUTION, DocumentKind.ESCALATION):
            form = form_of(await desk.send("erin", OpenPreview(session_id=session.id, kind=kind)))
            shown = words_of(await preview(desk, form))
            assert "## Problem" in shown
            assert WITHOUT not in shown
        assert len(provider.requests) == 1
        again = form_of(await desk.send("erin", OpenPreview(session_id=session.id)))
        assert not again.busy

    async def test_what_a_model_drafted_before_is_not_shown_then(self, desk: Desk, provider: ScriptedProvider) -> None:
        """And what was drafted from the record is not, once a model may draft again."""
        session = await started(desk)
        asked, shown = [], []
        for allowed in ("yes", "no", "yes"):
            await allow(desk, model_documents=allowed)
            form = form_of(await desk.send("erin", OpenPreview(session_id=session.id)))
            shown.append("what the model wrote could not be used" in words_of(await preview(desk, form)))
            asked.append(len(provider.requests))
        assert shown == [True, False, True]
        assert asked == [3, 3, 3]


class TestSettings:
    async def test_admins_set_quotas_zone_and_billing_day(self, desk: Desk) -> None:
        form = form_of(await desk.send("adam", OpenSettings()))
        chosen = {"daily_quota": "$ 5", "monthly_quota": "None", "billing_day": "31", "account_zone": "Asia/Kolkata"}
        assert isinstance(await desk.submit("adam", form, **chosen, model_documents="no"), Close)
        settings = AccountSettings.of((await desk.look(lambda uow: uow.accounts.get())).settings)
        assert (settings.daily_quota, settings.monthly_quota) == ("5", "none")
        assert (settings.billing_day, settings.zone, settings.model_documents) == (31, "Asia/Kolkata", False)
        again = form_of(await desk.send("adam", OpenSettings()))
        shown = {block.name: block.value for block in again.body if isinstance(block, Input)}
        assert (shown["daily_quota"], shown["account_zone"]) == ("5", "Asia/Kolkata")

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("daily_quota", "much"),
            ("monthly_quota", "-3"),
            ("billing_day", "0"),
            ("billing_day", "32"),
            ("billing_day", "x"),
            ("account_zone", "Mars/Olympus"),
        ],
    )
    async def test_what_is_no_good_is_marked_and_nothing_is_saved(self, desk: Desk, field: str, value: str) -> None:
        form = form_of(await desk.send("adam", OpenSettings()))
        reply = await desk.submit("adam", form, **{field: value})
        assert isinstance(reply, FieldErrors)
        assert list(reply.fields) == [field]
        assert (await desk.look(lambda uow: uow.accounts.get())).settings == {}

    async def test_a_form_from_before_there_were_quotas_changes_neither_zone_nor_day(self, desk: Desk) -> None:
        await allow(desk, zone="Asia/Kolkata", billing_day="7")
        await desk.send("adam", SaveSettings(account=True, zone="UTC"))
        settings = AccountSettings.of((await desk.look(lambda uow: uow.accounts.get())).settings)
        assert (settings.zone, settings.billing_day) == ("Asia/Kolkata", 7)

    async def test_engineers_see_and_change_none_of_it(self, desk: Desk) -> None:
        form = form_of(await desk.send("erin", OpenSettings()))
        assert [block.name for block in form.body if isinstance(block, Input)] == ["zone"]
        await desk.send("erin", SaveSettings(account=True, zone="UTC", daily_quota="99"))
        assert (await desk.look(lambda uow: uow.accounts.get())).settings == {}


class TestUsage:
    async def use(self, desk: Desk) -> None:
        """Erin's session, and a call of Sam's by a model without a price."""
        session = await started(desk)
        sam = await desk.look(lambda uow: next(user for user in uow.users.with_role(*Role) if user.name == "Sam"))
        account, now = desk.accounts["northwind"], desk.clock.now()

        def add(uow: UnitOfWork) -> None:
            row = make.a_usage(
                account, id=uow.new_id(), session_id=session.id, user_id=sam.id, model="llama", cost=None, at=now
            )
            uow.usage.add(row, now.date())
            failed = replace(row, id=uow.new_id(), model=MODEL, end=End.FAILED, cost=0)
            uow.usage.add(failed, now.date())

        await desk.change(add)

    async def shown(self, desk: Desk, who: str) -> Notice:
        return notice_of(await desk.type(who, "usage"))

    async def test_an_engineer_sees_their_own(self, desk: Desk) -> None:
        await allow(desk, daily_quota="5")
        await self.use(desk)
        words = words_of(await self.shown(desk, "erin"))
        assert "Your use of the language model" in words
        assert "$0.30 · 1 call" in words
        assert "$4.70 of $5.00 left; resets at 00:00 on Tuesday 3 March (UTC)" in words
        assert "- diagnosis: $0.30 · 1 call" in words
        assert "Sam" not in words
        assert "llama" not in words
        assert not any(isinstance(block, Picture) for block in (await self.shown(desk, "erin")).body)

    async def test_an_admin_sees_the_accounts_with_a_chart(self, desk: Desk) -> None:
        await self.use(desk)
        notice = await self.shown(desk, "adam")
        words = words_of(notice)
        assert "$0.30 · 3 calls, 1 failed" in words
        assert "- Erin: $0.30 · 1 call" in words
        assert "- Sam: $0.00 · 2 calls, 1 failed" in words
        assert "1 call is counted without cost: no price is known of llama." in words
        assert "no limit" in words
        (picture,) = [block for block in notice.body if isinstance(block, Picture)]
        assert picture.alt == "Cost a day since 1 March; the most was $0.30 on 2 March."
        assert picture.data.startswith(b"\x89PNG")

    async def test_another_account_sees_nothing_of_it(self, desk: Desk) -> None:
        await self.use(desk)
        words = words_of(await self.shown(desk, "frida"))
        assert "$0.00 · 0 calls" in words
        assert "$0.3" not in words

    async def test_a_viewer_is_refused(self, desk: Desk) -> None:
        reply = notice_of(await desk.send("vera", ShowUsage()))
        assert reply.error
        assert "engineer" in reply.markdown

    async def test_without_a_model_there_is_nothing_to_show(self, template: Path, tmp_path: Path) -> None:
        folder = tmp_path / "offline"
        folder.mkdir()
        async with desk_at(folder, template=template) as offline:
            assert "No language model is configured" in words_of(await self.shown(offline, "erin"))
