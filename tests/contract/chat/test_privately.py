"""What every ChatPlatform shows to one person only: notices, forms; what it shows while working; and how it fails."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from core.commands import PostResolution, PrepareResolution, RefreshPreview, ShowHelp, ShowSession
from core.errors import Fault, Rejected, Unavailable
from core.text.neutralise import neutralise
from core.views import Button, Buttons, Card, Choice, Form, Input, Notice, Option, Person, Text
from tests.contract.chat.expected import missing, missing_of_form
from tests.contract.chat.surroundings import SeenForm, SeenMessage, Surroundings
from tests.contract.chat.test_posting import CARD, TEXTS

NOTICE = Notice(
    markdown="**You do not take part yet.**",
    body=(Text(markdown="Join, and it is done."), Buttons(items=(Button(label="Join", action=ShowHelp()),))),
    error=True,
)
BUSY = Form(
    surface="s1",
    title="Resolve FP-1",
    body=(),
    action=RefreshPreview(session_id="FP-1", surface="s1"),
    submit=None,
    busy="Drafting the note…",
)
NOTE = Form(
    surface="s1",
    title="Resolve FP-1",
    body=(
        Text(markdown="## Problem\n\nOutlook hangs."),
        Buttons(items=(Button(label="Show", action=ShowSession(session_id="FP-1")),)),
        Choice(
            name="visibility",
            label="Note",
            options=(Option(value="internal", label="Internal"), Option(value="customer", label="Visible")),
            selected="customer",
        ),
        Person(name="person", label="To whom?", people=(Option(value="u1", label="Sam"),), hint="Empty for anyone."),
        Input(name="minutes", label="Minutes", value="25", max_length=4),
        Input(name="text", label="Note", value="## Problem\n\nOutlook <b>hangs</b>.", multiline=True, required=True),
    ),
    action=PostResolution(session_id="FP-1", surface="s1"),
    submit="Post",
)
ASK = Form(
    surface="s2",
    title="Resolve FP-2",
    body=(Input(name="resolved_by", label="What resolved it?"),),
    action=PrepareResolution(session_id="FP-2", surface="s2"),
)


async def told(around: Surroundings, person: str) -> list[SeenMessage]:
    """The private messages that a person sees."""
    return [message for message in await around.seen(person) if message.private]


async def form(around: Surroundings, person: str, surface: str = "s1") -> SeenForm:
    """The form of that surface before a person."""
    (shown,) = [each for each in await around.forms(person) if each.surface == surface]
    return shown


class TestTelling:
    async def test_a_notice_is_seen_by_that_person_only(self, around: Surroundings) -> None:
        """Whole, and marked as private; in the place, or else in a direct message."""
        await around.platform.tell(around.place, around.person, NOTICE, delivery="fp-1")
        messages = await told(around, around.person)
        assert missing(NOTICE, messages, around.traits) == []
        assert list(await around.seen(around.other)) == []
        if around.platform.capabilities.private_messages:
            assert {(each.channel, each.thread) for each in messages} == {(around.place.channel, around.place.thread)}

    async def test_each_gets_their_own(self, around: Surroundings) -> None:
        """Two people are told different things in one thread."""
        other = replace(NOTICE, markdown="Something else", body=())
        await around.platform.tell(around.place, around.person, NOTICE, delivery="fp-1")
        await around.platform.tell(around.place, around.other, other, delivery="fp-2")
        assert missing(NOTICE, await told(around, around.person), around.traits) == []
        assert missing(other, await told(around, around.other), around.traits) == []
        assert all("Something else" not in message.text for message in await told(around, around.person))

    async def test_a_notice_in_a_channel_that_is_gone_is_refused_or_said_directly(self, around: Surroundings) -> None:
        """There is no use in trying again there; nobody else sees it."""
        try:
            await around.platform.tell(around.nowhere, around.person, NOTICE, delivery="fp-1")
        except Rejected:
            assert await told(around, around.person) == []
        else:
            (message,) = await told(around, around.person)
            assert message.channel != around.nowhere.channel
        assert await told(around, around.other) == []

    async def test_where_no_channel_is_named_a_notice_is_said_in_the_person_s_own_messages(
        self, around: Surroundings
    ) -> None:
        """Whole, to nobody else, and in none of the channels in which others read."""
        await around.platform.tell(around.directly, around.person, NOTICE, delivery="fp-1")
        messages = list(await around.seen(around.person))
        assert missing(NOTICE, messages, around.traits) == []
        assert list(await around.seen(around.other)) == []
        assert {each.channel for each in messages}.isdisjoint({around.channel.channel, around.elsewhere.channel})

    async def test_somebody_who_has_no_messages_of_their_own_is_not_taken_for_told(self, around: Surroundings) -> None:
        """Whoever waits for an answer must learn that there will be none."""
        with pytest.raises(Rejected):
            await around.platform.tell(around.directly, around.stranger, NOTICE, delivery="fp-1")
        assert list(await around.seen(around.other)) == []

    @pytest.mark.parametrize("name", TEXTS)
    async def test_any_text_can_be_told(self, around: Surroundings, name: str) -> None:
        """Hostile ones and long ones."""
        notice = Notice(markdown=neutralise(TEXTS[name]), body=NOTICE.body)
        await around.platform.tell(around.place, around.person, notice, delivery="fp-1")
        assert missing(notice, await told(around, around.person), around.traits) == []


class TestFilling:
    async def test_an_open_form_is_replaced_for_that_person(self, around: Surroundings) -> None:
        """Texts, fields, what it hands in; forms of others stay. Without forms, it is told."""
        if not around.platform.capabilities.forms:
            await around.platform.fill(around.place, around.person, "", NOTE)
            (said,) = await told(around, around.person)
            assert [button.action for button in said.buttons] == [ShowSession(session_id="FP-1"), NOTE.action]
            assert await told(around, around.other) == []
            return
        handle = await around.open(around.person, BUSY)
        await around.open(around.other, ASK)
        assert missing_of_form(BUSY, await form(around, around.person), around.traits) == []
        await around.platform.fill(around.place, around.person, handle, NOTE)
        assert missing_of_form(NOTE, await form(around, around.person), around.traits) == []
        assert missing_of_form(ASK, await form(around, around.other, "s2"), around.traits) == []
        assert [each.surface for each in await around.forms(around.other)] == ["s2"]

    async def test_a_form_is_filled_again_and_again(self, around: Surroundings) -> None:
        """The last one stands; what is not filled stays as it is."""
        if not around.platform.capabilities.forms:
            assert await around.forms(around.person) == []
            return
        handle = await around.open(around.person, BUSY)
        await around.open(around.person, ASK)
        for shown in (NOTE, BUSY, NOTE):
            await around.platform.fill(around.place, around.person, handle, shown)
        assert missing_of_form(NOTE, await form(around, around.person), around.traits) == []
        assert missing_of_form(ASK, await form(around, around.person, "s2"), around.traits) == []

    async def test_a_form_that_was_closed_stays_closed(self, around: Surroundings) -> None:
        """It is no error: the engineer has gone on."""
        handle = await around.open(around.person, BUSY)
        await around.close(around.person, "s1")
        await around.platform.fill(around.place, around.person, handle, NOTE)
        assert list(await around.forms(around.person)) == []

    async def test_a_form_that_was_never_opened_is_waited_for(self, around: Surroundings) -> None:
        """A draft can be faster than the answer that opens its form: it comes again soon, or is kept."""
        if not around.traits.waits_for_forms:
            await around.platform.fill(around.place, around.person, "handle", NOTE)
            assert await around.forms(around.other) == []
            return
        with pytest.raises(Unavailable) as caught:
            await around.platform.fill(around.place, around.person, "handle", NOTE)
        assert caught.value.retry_after is not None
        assert caught.value.retry_after < 5
        handle = await around.open(around.person, BUSY)
        await around.platform.fill(around.place, around.person, handle, NOTE)
        assert missing_of_form(NOTE, await form(around, around.person), around.traits) == []

    async def test_filling_says_nothing_in_the_thread(self, around: Surroundings) -> None:
        """What is being written privately is nobody else's."""
        handle = await around.open(around.person, BUSY)
        await around.platform.fill(around.place, around.person, handle, NOTE)
        assert list(await around.seen(around.other)) == []


class TestProgress:
    async def test_it_is_shown_until_it_is_ended(self, around: Surroundings) -> None:
        """The newest words, in that thread."""
        shown = []
        for text in ("Looking into it…", "Reading the ticket…", ""):
            await around.platform.progress(around.place, text)
            shown.append(await around.progress())
        wanted = ["Looking into it…", "Reading the ticket…", ""] if around.traits.shows_progress else [""] * 3
        assert shown == wanted
        assert list(await around.seen(around.person)) == []

    async def test_it_never_raises(self, around: Surroundings) -> None:
        """Best effort: in a place that is gone, with any text, with everything broken, ended twice."""
        for place in (around.nowhere, around.channel, around.place):
            for text in (*TEXTS.values(), "", ""):
                await around.platform.progress(place, text)
        around.fail(next(iter(around.faults)))
        await around.platform.progress(around.place, "Looking into it…")
        await around.platform.progress(around.place, "")
        assert await around.progress() == ""


class TestFailing:
    @pytest.mark.parametrize("call", ["post", "find", "update", "fill", "tell"])
    async def test_every_error_is_one_that_the_worker_knows(self, around: Surroundings, call: str) -> None:
        """Unavailable, Uncertain or Rejected, as fits what went wrong, with words for the log."""
        platform, place, person = around.platform, around.place, around.person
        ref = await platform.post(place, CARD, delivery="fp-1")
        handle = await around.open(person, BUSY)
        calls: dict[str, Callable[[], Awaitable[object]]] = {
            "post": lambda: platform.post(place, CARD, delivery="fp-2"),
            "find": lambda: platform.find(place, "fp-1"),
            "update": lambda: platform.update(place, ref, CARD),
            "fill": lambda: platform.fill(place, person, handle, NOTE),
            "tell": lambda: platform.tell(place, person, NOTICE, delivery="fp-3"),
        }
        met: dict[str, type[Fault]] = {}
        for how in around.faults:
            around.fail(how)
            with pytest.raises(Fault) as caught:
                await calls[call]()
            met[how] = type(caught.value)
            assert str(caught.value)
        assert met == around.faults

    def test_it_says_what_it_is_and_can_do(self, around: Surroundings) -> None:
        """The name of its conversations, and a limit that can hold a note's page."""
        assert around.platform.name == around.place.platform
        assert around.platform.capabilities.post_limit >= 1000

    async def test_a_card_without_anything_is_no_harm(self, around: Surroundings) -> None:
        """Core makes none; a platform that refuses empty messages still must not break in another way."""
        await around.platform.post(around.place, Card(title="FP-1"), delivery="fp-1")
        assert "FP-1" in (await around.seen(around.person))[-1].text
