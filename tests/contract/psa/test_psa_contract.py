"""What every Psa adapter must do, on every desk of conftest.py."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from core.errors import Rejected, Unavailable, Uncertain
from core.ids import new_marker
from core.ports import Psa
from core.tickets.model import NoteRef, NoteWrite, Ticket, TicketNote, TimeWrite
from tests.contract.psa.desk import Desk
from tests.fakes.faulty_psa import Down, FaultyPsa, Ignored, LostReply, Refused

ENDED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NOBODY = "0" * 32

MARKDOWN = """## Problem

- **Outlook** asks for `user@contoso.example`
  1. nested

```powershell
Get-Mailbox -Id 'x' | fl *
```
| a | b |
|---|---|
"""
TEXTS = {
    "plain": "Restarted the spooler.",
    "markdown": MARKDOWN,
    "accents": "Größe, naïve, señor, Łódź, Ελληνικά, кириллица",
    "cjk": "プリンターが動きません。重新启动。",
    "emoji": "Fixed \U0001f389 by \U0001f469\u200d\U0001f4bb \U0001f1e9\U0001f1ea",
    "right to left": "הדפסה נכשלה \u200fשגיאה 0x0000011b\u200e",
    "combining": "e\u0301 is not \u00e9",
    "markup": "<b>bold</b> &amp; <script>alert(1)</script> %s {0} ${x} \\n",
    "quotes": 'it\'s "quoted"; DROP TABLE notes; --',
    "blanks": "  indented\n\n\nthree lines up\t tab",
}


def note(
    text: str = "Restarted the spooler.", *, marker: str = "", internal: bool = True, resolution: bool = False
) -> NoteWrite:
    marker = marker or f"ref {new_marker()}"
    return NoteWrite(text=f"{text}\n\n{marker}", marker=marker, internal=internal, resolution=resolution)


def time(minutes: int = 25, text: str = "Restarted the spooler.", *, marker: str = "") -> TimeWrite:
    marker = marker or f"ref {new_marker()}"
    return TimeWrite(minutes=minutes, text=f"{text}\n\n{marker}", marker=marker, ended_at=ENDED)


def words(notes: tuple[TicketNote, ...]) -> list[TicketNote]:
    return [replace(note, id="") for note in notes]


async def read(psa: Psa, desk: Desk) -> Ticket:
    ticket = await psa.ticket(desk.ticket.ref.id)
    assert ticket is not None
    return ticket


class TestReading:
    async def test_a_ticket_is_read_with_all_that_a_session_wants_to_know(self, desk: Desk) -> None:
        """Number, link, summary, description, company, contact, device, status and notes arrive as they are."""
        ticket = await read(desk.psa, desk)
        assert replace(ticket, notes=()) == replace(desk.ticket, notes=())
        assert words(ticket.notes) == words(desk.ticket.notes)
        assert {note.internal for note in ticket.notes} == {True, False}

    async def test_a_ticket_that_does_not_exist_is_none(self, desk: Desk) -> None:
        """A wrong id is an answer, no error."""
        assert await desk.psa.ticket(NOBODY) is None

    async def test_only_the_recent_notes_are_read_oldest_first(self, desk: Desk) -> None:
        """A ticket with a long history is read with the end of it."""
        for number in range(25):
            await desk.psa.add_note(desk.ticket.ref.id, note(f"Note {number}"))
        ids = [note.id for note in (await read(desk.psa, desk)).notes]
        everything = [note.id for note in await desk.behind.notes(desk.ticket.ref.id)]
        assert 10 <= len(ids) < len(everything)
        assert ids == everything[-len(ids) :]

    async def test_every_way_to_name_a_ticket_finds_it(self, desk: Desk) -> None:
        """Number, id and URL name the same ticket, with spaces around them or not."""
        found = {text: await desk.psa.find_ticket(text) for text in (*desk.named, f"  {desk.named[0]}\n")}
        assert found == dict.fromkeys(found, desk.ticket.ref)

    @pytest.mark.parametrize(
        "text",
        [
            "", " ", "#", "T-", "9999999", "T-999999999", "9" * 40, "-1", "0", "1e3", "printer", "#general", "CW #",
            "https://tickets.example/", "https://[", "http://localhost:3978/#ticket/", "' OR 1=1 --", "%", "*", "../1",
            "\0", "\ud800", "1\0", "１００４", "T-1004\n#1005", "{}", "x" * 5000, "\u202e4001", NOBODY,
        ],
    )  # fmt: skip
    async def test_what_names_no_ticket_finds_none(self, desk: Desk, text: str) -> None:
        """Unknown numbers, other words and hostile text are no ticket, and no error."""
        assert await desk.psa.find_ticket(text) is None

    async def test_an_address_is_its_own_only_where_it_is_shown(self, desk: Desk) -> None:
        """Whatever another system calls its tickets."""
        url = desk.ticket.ref.url
        assert desk.psa.owns(url)
        host = urlsplit(url).netloc
        others = [
            url.replace(host, other) for other in ("tickets.example", f"{host}.example", f"{host}@tickets.example")
        ]
        assert [desk.psa.owns(other) for other in (*others, "", "https://[", "http://a:b/", "\ud800", "4711")] == [
            False
        ] * 8
        assert [await desk.psa.find_ticket(other) for other in others] == [None] * 3


class TestNotes:
    @pytest.mark.parametrize("internal", [True, False])
    async def test_a_note_has_the_visibility_it_was_written_with(self, desk: Desk, internal: bool) -> None:
        """An internal note is never shown to the customer, a visible one is."""
        ref = await desk.psa.add_note(desk.ticket.ref.id, note(internal=internal))
        written = (await desk.behind.notes(desk.ticket.ref.id))[-1]
        assert (written.id, written.internal) == (ref.id, internal)
        assert (await read(desk.psa, desk)).notes[-1].internal is internal

    @pytest.mark.parametrize("resolution", [True, False])
    async def test_a_note_is_marked_as_the_resolution_only_when_told(self, desk: Desk, resolution: bool) -> None:
        """The flag arrives; where there is none, the note is a plain one."""
        await desk.psa.add_note(desk.ticket.ref.id, note(resolution=resolution))
        expected = resolution and desk.traits.resolutions
        assert (await desk.behind.notes(desk.ticket.ref.id))[-1].resolution is expected
        assert (await read(desk.psa, desk)).notes[-1].resolution is expected

    @pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
    async def test_a_note_stands_as_it_was_written(self, desk: Desk, text: str) -> None:
        """Markdown, emoji and any script arrive unchanged and are read back unchanged."""
        new = note(text)
        await desk.psa.add_note(desk.ticket.ref.id, new)
        assert (await desk.behind.notes(desk.ticket.ref.id))[-1].text == new.text
        assert (await read(desk.psa, desk)).notes[-1].text == new.text

    async def test_a_note_may_be_as_long_as_the_vendor_allows(self, desk: Desk) -> None:
        """Nothing is cut off the end, where the marker is."""
        new = note()
        filling = "Ünïcode " * (desk.traits.note_limit // 8)
        new = replace(new, text=filling[: desk.traits.note_limit - len(new.text)] + new.text)
        await desk.psa.add_note(desk.ticket.ref.id, new)
        assert len(new.text) == desk.traits.note_limit
        assert (await desk.behind.notes(desk.ticket.ref.id))[-1].text == new.text

    async def test_a_note_is_found_by_its_marker_however_many_follow(self, desk: Desk) -> None:
        """Looking finds the note that was written, and not one with another marker."""
        new = note()
        ref = await desk.psa.add_note(desk.ticket.ref.id, new)
        for number in range(30):
            await desk.psa.add_note(desk.ticket.ref.id, note(f"Note {number}"))
        found = await desk.psa.find_note(desk.ticket.ref.id, new.marker)
        assert found is not None
        assert found.id == ref.id

    async def test_a_note_that_was_not_written_is_not_found(self, desk: Desk) -> None:
        """A marker that nobody wrote, half a marker, and one that another note only quotes find nothing."""
        new, quoted = note(), f"ref {new_marker()}"
        await desk.psa.add_note(desk.ticket.ref.id, new)
        await desk.psa.add_note(desk.ticket.ref.id, note(f"It looks like the note\n{quoted}\nis missing."))
        absent = [f"ref {new_marker()}", new.marker[:-1], quoted, "%", ""]
        assert [await desk.psa.find_note(desk.ticket.ref.id, marker) for marker in absent] == [None] * len(absent)

    async def test_a_note_belongs_to_its_ticket(self, desk: Desk) -> None:
        """The marker of one ticket's note is not found on another ticket, nor is a time entry's."""
        new, entry = note(), time()
        await desk.psa.add_note(desk.ticket.ref.id, new)
        await desk.psa.add_time(desk.ticket.ref.id, entry)
        assert await desk.psa.find_note(NOBODY, new.marker) is None
        assert await desk.psa.find_note(desk.ticket.ref.id, entry.marker) is None
        assert await desk.psa.find_time(desk.ticket.ref.id, new.marker) is None

    async def test_notes_that_are_written_at_once_all_arrive(self, desk: Desk) -> None:
        """Two deliveries to one ticket do not take each other's place."""
        new = [note(f"Note {number}") for number in range(4)]
        refs = await asyncio.gather(*(desk.psa.add_note(desk.ticket.ref.id, each) for each in new))
        texts = {seen.id: seen.text for seen in await desk.behind.notes(desk.ticket.ref.id)}
        assert [texts[ref.id] for ref in refs] == [each.text for each in new]


class TestRepeating:
    async def deliver(self, psa: FaultyPsa, ticket_id: str, new: NoteWrite, *, look: bool) -> NoteRef:
        """Write, and when the reply was lost write again; with a look before, as ARCHITECTURE 8 has it, or without."""
        try:
            return await psa.add_note(ticket_id, new)
        except Uncertain:
            found = await psa.find_note(ticket_id, new.marker) if look else None
            return found or await psa.add_note(ticket_id, new)

    async def written(self, desk: Desk, marker: str) -> int:
        return sum(note.text.endswith(marker) for note in await desk.behind.notes(desk.ticket.ref.id))

    @pytest.mark.parametrize(("look", "notes"), [(True, 1), (False, 2)])
    async def test_who_looks_before_repeating_leaves_one_note(self, desk: Desk, look: bool, notes: int) -> None:
        """The reply is lost after the commit: a naive repeat is written twice, a look finds the first."""
        psa, new = FaultyPsa(desk.psa), note()
        psa.script("add_note", LostReply())
        ref = await self.deliver(psa, desk.ticket.ref.id, new, look=look)
        assert await self.written(desk, new.marker) == notes
        assert ref.id in {seen.id for seen in await desk.behind.notes(desk.ticket.ref.id)}

    async def test_what_is_refused_or_not_there_leaves_no_note(self, desk: Desk) -> None:
        """A refusal and an outage say so, and nothing was written; the outage says when to come again."""
        psa, new = FaultyPsa(desk.psa), note()
        psa.script("add_note", Refused(), Down(retry_after=30))
        with pytest.raises(Rejected):
            await psa.add_note(desk.ticket.ref.id, new)
        with pytest.raises(Unavailable) as down:
            await psa.add_note(desk.ticket.ref.id, new)
        assert down.value.retry_after == 30
        assert await self.written(desk, new.marker) == 0

    async def test_a_time_entry_whose_reply_was_lost_is_found(self, desk: Desk) -> None:
        """Time is not billed twice, either."""
        psa, entry = FaultyPsa(desk.psa), time()
        psa.script("add_time", LostReply())
        with pytest.raises(Uncertain):
            await psa.add_time(desk.ticket.ref.id, entry)
        found = await psa.find_time(desk.ticket.ref.id, entry.marker)
        assert found is not None
        assert [seen.id for seen in await desk.behind.times(desk.ticket.ref.id)].count(found.id) == 1


class TestStatus:
    async def test_a_ticket_can_be_set_to_each_of_its_statuses(self, desk: Desk) -> None:
        """What a ticket is set to is read back by its name, closed where the status is."""
        for status in await desk.psa.statuses(desk.ticket.ref.id):
            await desk.psa.set_status(desk.ticket.ref.id, status.id)
            ticket = await read(desk.psa, desk)
            assert (ticket.status, ticket.closed) == (status.name, status.closed)
            assert await desk.behind.status(desk.ticket.ref.id) == status.name

    async def test_the_statuses_are_told_apart_and_some_are_closed(self, desk: Desk) -> None:
        """Ids and names are unique; the ticket's own status is among them."""
        statuses = await desk.psa.statuses(desk.ticket.ref.id)
        assert len({status.id for status in statuses}) == len({status.name for status in statuses}) == len(statuses)
        assert {status.closed for status in statuses} == {True, False}
        assert desk.ticket.status in {status.name for status in statuses}

    async def test_an_unknown_status_is_rejected_and_the_ticket_stays(self, desk: Desk) -> None:
        """A status that was configured and since removed is said so."""
        with pytest.raises(Rejected):
            await desk.psa.set_status(desk.ticket.ref.id, "no-such-status")
        assert await desk.behind.status(desk.ticket.ref.id) == desk.ticket.status

    async def test_setting_a_status_again_is_no_error(self, desk: Desk) -> None:
        """A repeat after an uncertain outcome needs no look."""
        psa = FaultyPsa(desk.psa)
        closed = next(status for status in await psa.statuses(desk.ticket.ref.id) if status.closed)
        psa.script("set_status", LostReply())
        with pytest.raises(Uncertain):
            await psa.set_status(desk.ticket.ref.id, closed.id)
        await psa.set_status(desk.ticket.ref.id, closed.id)
        assert (await read(psa, desk)).status == closed.name

    async def test_a_silent_refusal_shows_when_the_ticket_is_read_again(self, desk: Desk) -> None:
        """The change is answered with success, and the ticket still has its old status."""
        psa = FaultyPsa(desk.psa)
        closed = next(status for status in await psa.statuses(desk.ticket.ref.id) if status.closed)
        psa.script("set_status", Ignored())
        await psa.set_status(desk.ticket.ref.id, closed.id)
        ticket = await read(psa, desk)
        assert (ticket.status, ticket.closed) == (desk.ticket.status, False)

    async def test_a_closed_ticket_still_takes_notes_and_time(self, desk: Desk) -> None:
        """The status change and the note of a resolve may arrive in either order."""
        closed = next(status for status in await desk.psa.statuses(desk.ticket.ref.id) if status.closed)
        await desk.psa.set_status(desk.ticket.ref.id, closed.id)
        new, entry = note(), time()
        await desk.psa.add_note(desk.ticket.ref.id, new)
        await desk.psa.add_time(desk.ticket.ref.id, entry)
        assert await desk.psa.find_note(desk.ticket.ref.id, new.marker) is not None
        assert await desk.psa.find_time(desk.ticket.ref.id, entry.marker) is not None


class TestTime:
    @pytest.mark.parametrize("minutes", [1, 25, 480])
    async def test_a_time_entry_has_its_minutes_and_its_words(self, desk: Desk, minutes: int) -> None:
        """The minutes are whole ones, as they were written."""
        entry = time(minutes)
        ref = await desk.psa.add_time(desk.ticket.ref.id, entry)
        written = (await desk.behind.times(desk.ticket.ref.id))[-1]
        assert (written.id, written.minutes, written.text) == (ref.id, minutes, entry.text)

    async def test_a_time_entry_is_found_by_its_marker_only(self, desk: Desk) -> None:
        """As notes are."""
        entry = time()
        ref = await desk.psa.add_time(desk.ticket.ref.id, entry)
        await desk.psa.add_time(desk.ticket.ref.id, time())
        found = await desk.psa.find_time(desk.ticket.ref.id, entry.marker)
        assert found is not None
        assert found.id == ref.id
        assert await desk.psa.find_time(desk.ticket.ref.id, f"ref {new_marker()}") is None

    @pytest.mark.parametrize("minutes", [0, -5])
    async def test_no_time_is_rejected(self, desk: Desk, minutes: int) -> None:
        """An entry without minutes is a mistake, and is not written."""
        with pytest.raises(Rejected):
            await desk.psa.add_time(desk.ticket.ref.id, time(minutes))
        assert await desk.behind.times(desk.ticket.ref.id) == []


class TestStrangers:
    """What one account has, another cannot reach, even knowing its ids."""

    async def test_a_ticket_of_another_account_is_not_there(self, desk: Desk) -> None:
        """By its id it is not found and not read; by its number, another ticket may be."""
        id = desk.ticket.ref.id
        assert await desk.stranger.ticket(id) is None
        found = [await desk.stranger.find_ticket(text) for text in desk.named]
        assert all(ref is None or ref.id != id for ref in found)

    @pytest.mark.parametrize("psa", ["own", "stranger"])
    @pytest.mark.parametrize("method", ["add_note", "add_time", "set_status", "statuses"])
    async def test_what_is_not_there_is_rejected(self, desk: Desk, method: str, psa: str) -> None:
        """Writing to a ticket that does not exist, or belongs to another account, changes nothing."""
        some = (await desk.psa.statuses(desk.ticket.ref.id))[-1].id
        given: dict[str, tuple[Any, ...]] = {
            "add_note": (note(),), "add_time": (time(),), "set_status": (some,), "statuses": (),
        }  # fmt: skip
        who, id = (desk.psa, NOBODY) if psa == "own" else (desk.stranger, desk.ticket.ref.id)
        before = await desk.behind.notes(desk.ticket.ref.id)
        with pytest.raises(Rejected):
            await getattr(who, method)(id, *given[method])
        assert await desk.behind.notes(desk.ticket.ref.id) == before
        assert await desk.behind.times(desk.ticket.ref.id) == []
        assert await desk.behind.status(desk.ticket.ref.id) == desk.ticket.status

    async def test_a_note_of_another_account_is_not_found(self, desk: Desk) -> None:
        """Not even by its marker."""
        new, entry = note(), time()
        await desk.psa.add_note(desk.ticket.ref.id, new)
        await desk.psa.add_time(desk.ticket.ref.id, entry)
        assert await desk.stranger.find_note(desk.ticket.ref.id, new.marker) is None
        assert await desk.stranger.find_time(desk.ticket.ref.id, entry.marker) is None
