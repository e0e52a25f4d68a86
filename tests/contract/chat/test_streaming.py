"""What every ChatPlatform that streams does: a message grows, is found again after a crash, and ends in one card."""

from collections.abc import Awaitable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from core.commands import ShowHelp
from core.errors import Fault, Rejected
from core.text.neutralise import neutralise
from core.views import Button, Buttons, Card, Text
from tests.contract.chat.expected import letters, missing
from tests.contract.chat.surroundings import SeenMessage, Surroundings
from tests.contract.chat.test_posting import TEXTS

ANSWER = Card(
    body=(
        Text(markdown="Restart the **spooler** first."),
        Buttons(items=(Button(label="Use this flow", action=ShowHelp()),)),
    ),
    fallback="Restart the spooler first.",
)
LONG = Card(body=(Text(markdown="\n\n".join(f"Step {number}: " + "look closer " * 40 for number in range(60))),))
BEFORE = datetime.now(UTC) - timedelta(hours=1)


async def public(around: Surroundings, person: str = "") -> Sequence[SeenMessage]:
    return [message for message in await around.seen(person or around.person) if not message.private]


class TestGrowing:
    async def test_a_text_grows_in_one_message_before_everybody(self, around: Surroundings) -> None:
        """Each look shows all that was said so far."""
        stream = await around.platform.stream(around.place, person=around.person, delivery="turn-1")
        for text in ("Restart", "Restart the **spooler**", "Restart the **spooler** first."):
            await stream.show(text)
            for person in (around.person, around.other):
                (message,) = await public(around, person)
                assert letters(message.text) == letters(text)
                assert (message.ref, message.thread) == (stream.ref, around.place.thread)

    async def test_a_text_that_begins_anew_takes_the_place_of_the_old(self, around: Surroundings) -> None:
        """The model has thought better of it."""
        stream = await around.platform.stream(around.place, person=around.person, delivery="turn-1")
        for text in ("Restart the spooler", "Check the cable", "Check the cable first"):
            await stream.show(text)
            await stream.show(text)
            (message,) = await public(around)
            assert letters(message.text) == letters(text)

    @pytest.mark.parametrize("name", ["html", "mentions", "control", "lone surrogate", "fences", "emoji", "table"])
    async def test_any_text_is_seen_and_pings_nobody(self, around: Surroundings, name: str) -> None:
        """A preview is as safe as a post."""
        stream = await around.platform.stream(around.place, person=around.person, delivery="turn-1")
        await stream.show(neutralise(TEXTS[name]))
        (message,) = await public(around)
        assert message.pings == ()
        assert letters(message.text)

    async def test_as_much_as_one_post_holds_can_be_shown(self, around: Surroundings) -> None:
        """The platform said how much."""
        stream = await around.platform.stream(around.place, person=around.person, delivery="turn-1")
        text = "word " * (around.platform.capabilities.post_limit // 5)
        for part in (text[: len(text) // 2], text):
            await stream.show(part)
        (message,) = await public(around)
        assert letters(message.text) == letters(text)

    async def test_a_channel_that_is_gone_refuses(self, around: Surroundings) -> None:
        """Nothing is begun there."""
        with pytest.raises(Rejected):
            await around.platform.stream(replace(around.nowhere, thread="1"), person=around.person, delivery="turn-1")

    async def test_showing_in_a_message_that_is_gone_says_nothing(self, around: Surroundings) -> None:
        """It does not come back."""
        stream = await around.platform.stream(around.place, person=around.person, delivery="turn-1")
        await stream.show("Restart")
        await around.delete(stream.ref)
        await stream.show("Restart the spooler")
        assert await public(around) == []


class TestEnding:
    async def test_the_final_card_takes_the_place_of_the_preview(self, around: Surroundings) -> None:
        """One message, with its buttons, where the preview stood; nothing of the preview is left."""
        stream = await around.platform.stream(around.place, person=around.person, delivery="turn-1")
        await stream.show("Wait, I am thinking")
        await around.platform.post(around.place, LONG, delivery="fp-1")
        await around.platform.replace(around.place, stream.ref, ANSWER, delivery="fp-2")
        first = (await public(around))[0]
        assert first.ref == stream.ref
        assert missing(ANSWER, [first], around.traits) == []
        assert "thinking" not in first.text
        assert [button.action for button in first.buttons] == [ShowHelp()]

    async def test_ending_twice_changes_nothing(self, around: Surroundings) -> None:
        """An uncertain end is repeated."""
        stream = await around.platform.stream(around.place, person=around.person, delivery="turn-1")
        await stream.show("Wait")
        for _ in range(2):
            await around.platform.replace(around.place, stream.ref, ANSWER, delivery="fp-2")
        (message,) = await public(around)
        assert missing(ANSWER, [message], around.traits) == []

    async def test_a_message_in_which_nothing_was_seen_ends_as_well(self, around: Surroundings) -> None:
        """The process died before."""
        stream = await around.platform.stream(around.place, person=around.person, delivery="turn-1")
        await around.platform.replace(around.place, stream.ref, ANSWER, delivery="fp-2")
        (message,) = await public(around)
        assert message.ref == stream.ref

    async def test_a_long_answer_is_whole_in_the_end(self, around: Surroundings) -> None:
        """In as many messages as it needs, also when it is ended twice."""
        stream = await around.platform.stream(around.place, person=around.person, delivery="turn-1")
        await stream.show("Step 0")
        for _ in range(2):
            await around.platform.replace(around.place, stream.ref, LONG, delivery="fp-2")
        messages = await public(around)
        assert messages[0].ref == stream.ref
        assert missing(LONG, messages, around.traits) == []
        assert sum("Step 3:" in message.text for message in messages) == 1

    async def test_a_card_that_ended_a_stream_is_updated_like_any_other(self, around: Surroundings) -> None:
        """A flow was chosen on it."""
        stream = await around.platform.stream(around.place, person=around.person, delivery="turn-1")
        await around.platform.replace(around.place, stream.ref, ANSWER, delivery="fp-2")
        if around.platform.capabilities.updates:
            await around.platform.update(around.place, stream.ref, replace(ANSWER, body=(Text(markdown="Chosen"),)))
            (message,) = await public(around)
            assert "Chosen" in message.text

    async def test_a_message_that_is_gone_refuses(self, around: Surroundings) -> None:
        """So that the answer is posted instead."""
        stream = await around.platform.stream(around.place, person=around.person, delivery="turn-1")
        await around.delete(stream.ref)
        with pytest.raises(Rejected):
            await around.platform.replace(around.place, stream.ref, ANSWER, delivery="fp-2")


class TestAfterACrash:
    async def test_a_stream_is_found_by_its_delivery(self, around: Surroundings) -> None:
        """Its reference was lost; posts beside it are not taken for it."""
        await around.platform.post(around.place, ANSWER, delivery="fp-1")
        assert await around.platform.find_stream(around.place, "turn-1", since=BEFORE) is None
        stream = await around.platform.stream(around.place, person=around.person, delivery="turn-1")
        await around.platform.post(around.place, ANSWER, delivery="fp-2")
        assert await around.platform.find_stream(around.place, "turn-1", since=BEFORE) == stream.ref

    async def test_it_goes_on_in_the_same_message_with_a_text_of_its_own(self, around: Surroundings) -> None:
        """What was said before the crash is not said again, nor left there."""
        begun = await around.platform.stream(around.place, person=around.person, delivery="turn-1")
        await begun.show("Restart the spooler")
        stream = await around.platform.stream(around.place, person=around.person, delivery="turn-1", ref=begun.ref)
        assert stream.ref == begun.ref
        await stream.show("Check the cable")
        (message,) = await public(around)
        assert letters(message.text) == letters("Check the cable")
        await around.platform.replace(around.place, stream.ref, ANSWER, delivery="fp-2")
        (message,) = await public(around)
        assert missing(ANSWER, [message], around.traits) == []


class TestFaults:
    async def test_what_goes_wrong_is_a_fault_or_nothing(self, around: Surroundings) -> None:
        """Opening, finding and ending say so; showing and addresses are best effort."""
        stream = await around.platform.stream(around.place, person=around.person, delivery="turn-1")
        met: dict[str, set[type[Exception]]] = {}
        for how in around.faults:
            around.fail(how)
            await stream.show(f"Restart when it is {how}")
            await around.platform.permalink(around.place, stream.ref)
            place = around.place
            met[how] = {
                await fault_of(around.platform.replace(place, stream.ref, ANSWER, delivery="fp-2")),
                await fault_of(around.platform.stream(place, person=around.person, delivery="turn-2")),
                await fault_of(around.platform.find_stream(place, "turn-2", since=BEFORE)),
            }
        assert met == {how: {fault} for how, fault in around.faults.items()}


async def fault_of(call: Awaitable[object]) -> type[Exception]:
    with pytest.raises(Fault) as raised:
        await call
    return type(raised.value)


async def test_each_thread_has_an_address_of_its_own(around: Surroundings) -> None:
    """For people who read of it on the ticket."""
    refs = [await around.platform.post(around.channel, ANSWER, delivery=f"fp-{number}") for number in range(2)]
    found = {await around.platform.permalink(around.channel, ref) for ref in refs}
    assert len(found) == 2
    assert all(address is not None and urlsplit(address).scheme in ("http", "https") for address in found)
