"""What every ChatPlatform does with cards: posted once, found again, updated in place, refused for good when gone."""

from dataclasses import replace

import pytest

from core.codec import decode, encode
from core.commands import DeleteFact, ShowHelp, ShowSession
from core.errors import Rejected
from core.people.model import ConversationRef
from core.text.neutralise import neutralise
from core.views import Badge, Button, Buttons, Card, Fields, File, Small, Style, Text
from tests.contract.chat.expected import missing
from tests.contract.chat.surroundings import SeenMessage, Surroundings
from tests.support.album import HOSTILE

DELETE = DeleteFact(session_id="FP-1", fact_id="f1")
CARD = Card(
    title="FP-1 · Outlook hangs",
    badge=Badge(text="Active"),
    body=(
        Text(markdown="Alpha **bravo**"),
        Fields(items=(("Owner", "Erin"), ("Ticket", "T-1001"))),
        Small(markdown="Charlie"),
        Buttons(
            items=(
                Button(label="Show", action=ShowSession(session_id="FP-1"), style=Style.PRIMARY),
                Button(label="Delete", action=DELETE, style=Style.DANGER, confirm="Delete “Alpha”?"),
            )
        ),
        Text(markdown="Delta"),
        Buttons(items=(Button(label="Help", action=ShowHelp()),)),
        File(name="FP-1.md", media_type="text/markdown", content="# FP-1\n\nEcho <b>&amp;</b> ü\n"),
    ),
    fallback="FP-1 (active): Outlook hangs",
)
OTHER = Card(title="FP-1 is resolved", body=(Text(markdown="Foxtrot"),), fallback="FP-1 is resolved")
LAST = Card(title="FP-1 is rated", body=(Text(markdown="Golf"),), fallback="FP-1 is rated")


async def posted(around: Surroundings) -> list[SeenMessage]:
    """The bot's public messages."""
    return [message for message in await around.seen(around.person) if not message.private]


class TestPosting:
    async def test_a_card_is_seen_with_all_it_holds_in_its_order(self, around: Surroundings) -> None:
        """Title, badge, texts, fields, small print, buttons, file: by everybody there."""
        ref = await around.platform.post(around.place, CARD, delivery="fp-1")
        messages = await posted(around)
        assert messages[0].ref == ref
        assert missing(CARD, messages, around.traits) == []
        assert missing(CARD, await around.seen(around.other), around.traits) == []
        assert {message.thread for message in messages} == {around.place.thread}

    async def test_each_button_decodes_to_the_very_action_it_carried(self, around: Surroundings) -> None:
        """Wherever they stand on the card, in the order given, with what they ask first."""
        await around.platform.post(around.place, CARD, delivery="fp-1")
        buttons = [button for message in await posted(around) for button in message.buttons]
        assert [button.action for button in buttons] == [ShowSession(session_id="FP-1"), DELETE, ShowHelp()]
        assert [button.confirm for button in buttons] == ["", "Delete “Alpha”?", ""]

    async def test_a_file_is_downloaded_as_it_was(self, around: Surroundings) -> None:
        """Byte for byte."""
        await around.platform.post(around.place, CARD, delivery="fp-1")
        files = [file for message in await posted(around) for file in message.files]
        assert [(file.name, file.content) for file in files] == [("FP-1.md", "# FP-1\n\nEcho <b>&amp;</b> ü\n")]

    async def test_cards_stand_in_the_order_in_which_they_were_posted(self, around: Surroundings) -> None:
        """A lane's posts are read from top to bottom."""
        refs = [await around.platform.post(around.place, card, delivery=card.title) for card in (OTHER, CARD, LAST)]
        seen = [message.ref for message in await posted(around)]
        assert [ref for ref in seen if ref in refs] == refs

    async def test_a_post_without_a_thread_opens_one(self, around: Surroundings) -> None:
        """Its reference names the thread, and what is posted there lands there."""
        ref = await around.platform.post(around.channel, CARD, delivery="fp-1")
        thread = replace(around.channel, thread=ref)
        reply = await around.platform.post(thread, OTHER, delivery="fp-2")
        by_ref = {message.ref: message for message in await posted(around)}
        assert reply != ref
        assert by_ref[ref].thread in ("", ref)
        assert (by_ref[reply].channel, by_ref[reply].thread) == (around.channel.channel, ref)

    async def test_a_channel_that_is_gone_refuses_for_good(self, around: Surroundings) -> None:
        """There is no use in trying again."""
        with pytest.raises(Rejected):
            await around.platform.post(around.nowhere, CARD, delivery="fp-1")
        assert await posted(around) == []


class TestFinding:
    async def test_a_delivery_is_found_and_no_other(self, around: Surroundings) -> None:
        """By its id, in its channel, from the thread or from the channel itself."""
        assert await around.platform.find(around.place, "fp-1") is None
        await around.platform.post(around.place, OTHER, delivery="fp-0")
        ref = await around.platform.post(around.place, CARD, delivery="fp-1")
        assert await around.platform.find(around.place, "fp-1") == ref
        assert await around.platform.find(around.place, "fp-") is None
        assert await around.platform.find(around.place, "fp-11") is None
        assert await around.platform.find(around.elsewhere, "fp-1") is None

    async def test_a_delivery_that_opened_a_thread_is_found_in_its_channel(self, around: Surroundings) -> None:
        """A retry knows no thread yet."""
        ref = await around.platform.post(around.channel, CARD, delivery="fp-1")
        assert await around.platform.find(around.channel, "fp-1") == ref

    async def test_a_delivery_is_still_found_once_its_card_was_updated(self, around: Surroundings) -> None:
        """The id stays with the message."""
        ref = await around.platform.post(around.place, CARD, delivery="fp-1")
        await around.platform.update(around.place, ref, OTHER)
        assert await around.platform.find(around.place, "fp-1") == ref

    async def test_a_delivery_that_is_posted_again_is_not_lost(self, around: Surroundings) -> None:
        """It is seen once; where a platform cannot know, one of the two is found."""
        first = await around.platform.post(around.place, CARD, delivery="fp-1")
        second = await around.platform.post(around.place, CARD, delivery="fp-1")
        assert await around.platform.find(around.place, "fp-1") in (first, second)
        if around.traits.once:
            assert first == second
        titles = [message for message in await posted(around) if "Outlook hangs" in message.text]
        assert len(titles) == (1 if around.traits.once else 2)


class TestUpdating:
    async def test_an_update_takes_the_cards_place(self, around: Surroundings) -> None:
        """Nothing of the old card is left, the message keeps its place, and no new one is there to notify of."""
        ref = await around.platform.post(around.place, CARD, delivery="fp-1")
        await around.platform.post(around.place, LAST, delivery="fp-2")
        before = [message.ref for message in await posted(around)]
        await around.platform.update(around.place, ref, OTHER)
        after = await posted(around)
        if not around.platform.capabilities.updates:
            assert missing(OTHER, after[len(before) :], around.traits) == []
            return
        assert [message.ref for message in after] == before
        changed = next(message for message in after if message.ref == ref)
        assert missing(OTHER, [changed], around.traits) == []
        assert "Alpha" not in changed.text
        assert (changed.buttons, changed.files, changed.private) == ((), (), False)

    async def test_the_last_update_wins(self, around: Surroundings) -> None:
        """Each replaces the one before, back to the first card too."""
        ref = await around.platform.post(around.place, OTHER, delivery="fp-1")
        for card in (LAST, OTHER, CARD):
            await around.platform.update(around.place, ref, card)
        messages = await posted(around)
        shown = messages if around.platform.capabilities.updates else messages[-1:]
        assert missing(CARD, shown, around.traits) == []
        assert len(messages) == (1 if around.platform.capabilities.updates else 4)

    async def test_the_same_card_again_changes_nothing(self, around: Surroundings) -> None:
        """A refresh that has nothing new is no error."""
        ref = await around.platform.post(around.place, CARD, delivery="fp-1")
        await around.platform.update(around.place, ref, CARD)
        assert missing(CARD, (await posted(around))[-1:], around.traits) == []

    @pytest.mark.parametrize("ref", ["", "0", "99999", "no-such-message", "1.5", "²", "x" * 300])
    async def test_a_message_that_is_unknown_refuses_for_good(self, around: Surroundings, ref: str) -> None:
        """Nothing else is changed by it."""
        await around.platform.post(around.place, CARD, delivery="fp-1")
        before = await posted(around)
        with pytest.raises(Rejected):
            await around.platform.update(around.place, ref, OTHER)
        assert await posted(around) == before

    async def test_a_message_that_was_deleted_refuses_for_good(self, around: Surroundings) -> None:
        """It does not come back."""
        ref = await around.platform.post(around.place, CARD, delivery="fp-1")
        await around.delete(ref)
        with pytest.raises(Rejected):
            await around.platform.update(around.place, ref, OTHER)
        assert all(message.ref != ref for message in await posted(around))


TEXTS = {
    "html": '<script>alert(1)</script><img src=x onerror="alert(2)"> &lt;b&gt; <!-- x -->',
    "link": "[click](javascript:alert(1)) [there](https://example.com/a?b=1&c=2) <javascript:x>",
    "mentions": "<!channel> <!here> <@U024BE7LH> @everyone @here <at>Ann</at> <!subteam^S1|@ops>",
    "right to left": "הדפסה נכשלה \u200fשגיאה \u202egnp.exe\u202c",
    "emoji": "\U0001f469\u200d\U0001f4bb \U0001f1e9\U0001f1ea ok \U0001f3f4\U000e0067\U000e0062\U000e007f e\u0301",
    "control": "before\x00after \x07 \x1b[31m \ufeff \ufffe \x7f end",
    "lone surrogate": "before \ud83d after",
    "fences": "```\nopen ~~~ `` ` never closed",
    "table": "| a | b |\n|---|---|\n| 1 | 2 |",
    "blank": " \n\t ",
    "mixed": HOSTILE.text,
    "one word": "x" * 100_000,
    "long": "The prompt comes back after each restart. " * 2400,
    "long code": "```powershell\n" + "Get-ChildItem C:\\Users | fl *\n" * 3400 + "```",
    "lines": "\n" * 3000 + "end",
}


class TestHostileTexts:
    @pytest.mark.parametrize("name", TEXTS)
    async def test_any_text_arrives_as_text(self, around: Surroundings, name: str) -> None:
        """Or shortened and parted as declared; it never breaks the message, and it pings nobody."""
        text = TEXTS[name]
        said = neutralise(text)
        button = Button(label=text[:2000] or "-", action=ShowHelp(), confirm=text[:2000])
        card = Card(
            title=said[:2000],
            badge=Badge(text=text[:2000]),
            body=(Text(markdown=said), Fields(items=((said[:200], said[:2000]),)), Buttons(items=(button,))),
            fallback=text,
        )
        ref = await around.platform.post(around.place, card, delivery="fp-1")
        messages = await posted(around)
        assert missing(card, messages, around.traits) == []
        assert await around.platform.find(around.place, "fp-1") == ref
        await around.platform.update(around.place, ref, card)
        assert missing(card, (await posted(around))[-len(messages) :], around.traits) == []

    async def test_words_inside_an_action_come_back_as_they_were(self, around: Surroundings) -> None:
        """Quotes, brackets and emoji do not end the value early."""
        action = ShowSession(session_id="\"'}]<>&\\ \U0001f469\u200d\U0001f4bb \u2028 ü")
        await around.platform.post(
            around.place, Card(title="x", body=(Buttons(items=(Button(label="x", action=action),)),)), delivery="fp-1"
        )
        (button,) = [button for message in await posted(around) for button in message.buttons]
        assert button.action == action == decode(encode(action))


def test_the_places_of_the_suite_differ(around: Surroundings) -> None:
    """Or the tests above would find what they look for by accident."""
    places: list[ConversationRef] = [around.place, around.channel, around.elsewhere, around.nowhere]
    assert len({(place.channel, place.thread) for place in places}) == 4
    assert len({place.workspace for place in places}) == 1
    assert around.person != around.other
