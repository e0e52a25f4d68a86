"""What every LocalChat keeps to: order, cursors, once only, and who sees what."""

import asyncio
from dataclasses import replace

import pytest

from core.errors import NotFound
from core.local import BOT, LocalChat, LocalMessage, LocalWorkspace, NewMessage
from tests.contract.local_chat.conftest import AT, CHANNELS, PEOPLE

ERIN, GUS = PEOPLE["northwind"]
(FRIDA,) = PEOPLE["fabrikam"]
HELLO = NewMessage(workspace="northwind", channel="desk", author="erin", delivery="d1", text="Outlook will not open")


async def seen(chat: LocalChat, person: object = ERIN, after: int = 0, limit: int = 100) -> list[LocalMessage]:
    return list(await chat.messages(person, after=after, limit=limit))  # type: ignore[arg-type]


async def open_form(chat: LocalChat, id: str = "s1", person: str = "erin") -> int:
    surface = await chat.open_surface(
        workspace="northwind", id=id, person=person, channel="desk", thread="", view="one"
    )
    return surface.seq


class TestPlaces:
    """Workspaces, channels, people, and who sees what."""

    async def test_what_was_made_is_listed_in_its_order(self, chat: LocalChat) -> None:
        assert await chat.workspaces() == [
            LocalWorkspace(id="northwind", name="Northwind"),
            LocalWorkspace(id="fabrikam", name="Fabrikam"),
        ]
        assert tuple(await chat.channels("northwind")) == CHANNELS["northwind"]
        assert tuple(await chat.people("northwind")) == PEOPLE["northwind"]
        assert await chat.newest("northwind") == 0

    async def test_making_a_workspace_again_renames_and_removes_nothing(self, chat: LocalChat) -> None:
        await chat.post(HELLO)
        renamed = replace(CHANNELS["northwind"][0], name="service-desk", topic="New words.")
        await chat.ensure(
            LocalWorkspace(id="northwind", name="Northwind IT"), [renamed], [replace(ERIN, name="Erin E.")]
        )

        assert "Northwind IT" in {workspace.name for workspace in await chat.workspaces()}
        assert renamed in await chat.channels("northwind")
        assert len(await chat.channels("northwind")) == 4
        assert len(await chat.people("northwind")) == 2
        assert await chat.newest("northwind") == 1

    async def test_one_delivery_may_stand_in_two_workspaces(self, chat: LocalChat) -> None:
        await chat.post(HELLO)
        other = await chat.post(replace(HELLO, workspace="fabrikam", author="frida"))
        assert other.author == "frida"
        assert [message.author for message in await seen(chat, FRIDA)] == ["frida"]

    async def test_nothing_crosses_workspaces(self, chat: LocalChat) -> None:
        first = await chat.post(HELLO)
        assert await chat.message("fabrikam", first.id) is None
        assert await seen(chat, FRIDA) == []
        with pytest.raises(NotFound):
            await chat.edit("fabrikam", first.id, "other words")

    async def test_a_private_message_is_seen_by_one_person(self, chat: LocalChat) -> None:
        await chat.post(replace(HELLO, channel="shared", private_to="erin"))
        assert len(await seen(chat, ERIN)) == 1
        assert await seen(chat, GUS) == []

    async def test_a_guest_sees_shared_channels_and_their_own_only(self, chat: LocalChat) -> None:
        for channel in ("desk", "shared", "direct-erin", "direct-gus"):
            await chat.post(replace(HELLO, channel=channel, delivery=channel))
        assert [message.channel for message in await seen(chat, ERIN)] == ["desk", "shared", "direct-erin"]
        assert [message.channel for message in await seen(chat, GUS)] == ["shared", "direct-gus"]


class TestPosting:
    """Writing, once."""

    async def test_a_message_comes_back_as_it_was_posted(self, chat: LocalChat) -> None:
        posted = await chat.post(replace(HELLO, text="<b>ü 🧭</b>\n`x`", view='{"a": 1}', private_to="erin"))

        assert posted == LocalMessage(
            workspace="northwind",
            channel="desk",
            id=posted.id,
            thread="",
            author="erin",
            text="<b>ü 🧭</b>\n`x`",
            view='{"a": 1}',
            private_to="erin",
            delivery="d1",
            edited=False,
            deleted=False,
            created_at=posted.created_at,
            seq=1,
        )
        assert posted.created_at > AT
        assert await seen(chat) == [posted]
        assert await chat.message("northwind", posted.id) == posted

    async def test_a_delivery_is_posted_once(self, chat: LocalChat) -> None:
        first = await chat.post(HELLO)
        again = await chat.post(replace(HELLO, text="other words"))
        assert again == first
        assert await chat.newest("northwind") == 1
        assert await chat.find("northwind", "d1") == first
        assert await chat.find("northwind", "d2") is None
        assert await chat.find("fabrikam", "d1") is None

    async def test_posting_one_delivery_many_times_at_once_posts_it_once(self, chat: LocalChat) -> None:
        posted = await asyncio.gather(*(chat.post(HELLO) for _ in range(8)))
        assert len({message.id for message in posted}) == 1
        assert len(await seen(chat)) == 1

    async def test_what_does_not_exist_is_not_written_to(self, chat: LocalChat) -> None:
        first = await chat.post(HELLO)
        reply = await chat.post(replace(HELLO, delivery="d2", thread=first.id))
        for wrong in (
            replace(HELLO, delivery="x", workspace="nowhere"),
            replace(HELLO, delivery="x", channel="nowhere"),
            replace(HELLO, delivery="x", thread="77"),
            replace(HELLO, delivery="x", thread=reply.id),
            replace(HELLO, delivery="x", channel="shared", thread=first.id),
        ):
            with pytest.raises(NotFound):
                await chat.post(wrong)
        assert await chat.newest("northwind") == 2


class TestChanging:
    """Other words, and none."""

    async def test_the_same_words_again_are_no_edit(self, chat: LocalChat) -> None:
        first = await chat.post(HELLO)
        assert await chat.edit("northwind", first.id, HELLO.text) == first
        edited = await chat.edit("northwind", first.id, "other words")
        assert edited.edited
        assert await chat.edit("northwind", first.id, "other words") == edited

    async def test_a_deleted_message_has_no_words_and_stays_deleted(self, chat: LocalChat) -> None:
        first = await chat.post(replace(HELLO, view="{}"))
        gone = await chat.delete("northwind", first.id)
        assert (gone.deleted, gone.text, gone.view) == (True, "", "")
        assert await chat.delete("northwind", first.id) == gone
        assert await seen(chat, after=1) == [gone]
        with pytest.raises(NotFound):
            await chat.edit("northwind", first.id, "back again")
        with pytest.raises(NotFound):
            await chat.update("northwind", first.id, "{}")
        reply = await chat.post(replace(HELLO, delivery="d2", thread=first.id))
        assert reply.thread == first.id

    @pytest.mark.parametrize("id", ["", "0", "99", "-1", "1.0", "01", "abc", "²", "9" * 30])
    async def test_an_id_that_is_none_names_nothing(self, chat: LocalChat, id: str) -> None:
        await chat.post(HELLO)
        assert await chat.message("northwind", id) is None
        with pytest.raises(NotFound):
            await chat.edit("northwind", id, "other words")
        with pytest.raises(NotFound):
            await chat.delete("northwind", id)


class TestReading:
    """Order, and reading after a cursor."""

    async def test_every_write_has_the_next_seq(self, chat: LocalChat) -> None:
        first = await chat.post(HELLO)
        second = await chat.post(replace(HELLO, delivery="d2", thread=first.id, author=BOT))
        changed = await chat.update("northwind", second.id, '{"b": 2}')
        edited = await chat.edit("northwind", first.id, "Outlook opens, but is slow")
        assert [first.seq, second.seq, changed.seq, edited.seq] == [1, 2, 3, 4]
        assert await chat.newest("northwind") == 4
        assert await chat.newest("fabrikam") == 0

    async def test_a_reader_after_a_cursor_sees_what_changed_since(self, chat: LocalChat) -> None:
        first = await chat.post(HELLO)
        second = await chat.post(replace(HELLO, delivery="d2"))
        await chat.edit("northwind", first.id, "other words")

        assert [message.id for message in await seen(chat, after=1)] == [second.id, first.id]
        assert [message.text for message in await seen(chat, after=2)] == ["other words"]
        assert await seen(chat, after=3) == []
        assert [message.id for message in await seen(chat, limit=1)] == [second.id]

    async def test_ids_rise_with_time(self, chat: LocalChat) -> None:
        ids = [int((await chat.post(replace(HELLO, delivery=f"d{n}"))).id) for n in range(12)]
        assert ids == sorted(ids)
        assert len(set(ids)) == 12

    async def test_many_writers_leave_no_gap_and_no_double(self, chat: LocalChat) -> None:
        await asyncio.gather(*(chat.post(replace(HELLO, delivery=f"d{n}")) for n in range(40)))
        assert [message.seq for message in await seen(chat)] == list(range(1, 41))


class TestForms:
    """Forms before one person."""

    async def test_a_form_is_opened_filled_and_closed(self, chat: LocalChat) -> None:
        assert await open_form(chat) == 1
        filled = await chat.fill_surface(workspace="northwind", id="s1", person="erin", view="two")
        assert filled is not None
        assert (filled.view, filled.open, filled.seq) == ("two", True, 2)
        assert list(await chat.surfaces(ERIN, after=1)) == [filled]
        assert await chat.surface("northwind", "s1") == filled

        await chat.close_surface(workspace="northwind", id="s1", person="erin")
        (closed,) = await chat.surfaces(ERIN, after=2)
        assert (closed.view, closed.open, closed.seq) == ("", False, 3)
        await chat.close_surface(workspace="northwind", id="s1", person="erin")
        assert await chat.newest("northwind") == 3

    async def test_a_closed_or_unknown_form_is_not_filled(self, chat: LocalChat) -> None:
        await open_form(chat)
        await chat.close_surface(workspace="northwind", id="s1", person="erin")
        assert await chat.fill_surface(workspace="northwind", id="s1", person="erin", view="two") is None
        assert await chat.fill_surface(workspace="northwind", id="s2", person="erin", view="two") is None
        assert await chat.newest("northwind") == 2
        assert await chat.surface("northwind", "s2") is None

    async def test_a_form_belongs_to_one_person(self, chat: LocalChat) -> None:
        await open_form(chat)
        assert await chat.fill_surface(workspace="northwind", id="s1", person="gus", view="two") is None
        await chat.close_surface(workspace="northwind", id="s1", person="gus")
        with pytest.raises(NotFound):
            await open_form(chat, person="gus")
        (surface,) = await chat.surfaces(ERIN, after=0)
        assert (surface.view, surface.open) == ("one", True)
        assert list(await chat.surfaces(GUS, after=0)) == []

    async def test_a_form_opened_again_is_open_again(self, chat: LocalChat) -> None:
        await open_form(chat)
        await chat.close_surface(workspace="northwind", id="s1", person="erin")
        assert await open_form(chat) == 3
        surface = await chat.surface("northwind", "s1")
        assert surface is not None
        assert surface.open
