"""The page's own door: who may ask, what goes out with every answer, cursors, and the stream."""

import asyncio
import json
from datetime import UTC, datetime

import pytest
from aiohttp import ClientResponse

from adapters.playground import routes
from adapters.playground.guard import MAX_BODY, Hosts
from core.local import BOT, NewMessage
from core.people.model import ConversationRef
from core.tickets.local import LocalTicket, LocalTime
from core.tickets.model import TicketNote, TicketRef
from tests.unit.playground.conftest import Page

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DATA = ["/playground/people", "/playground/state?as=northwind/erin"]
PATHS = ["/", "/playground/page/main.js", "/playground/page/base.css", "/playground/page/favicon.svg", *DATA]


@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_carries_the_security_headers(page: Page, path: str) -> None:
    response = await page.client.get(path)
    assert response.status == 200
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == ("no-store" if path in DATA else "no-cache")


@pytest.mark.parametrize("path", [*PATHS, "/playground/events?as=northwind/erin"])
async def test_another_name_for_this_address_is_refused(page: Page, path: str) -> None:
    for host in ("evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example", "", "[", "a b"):
        response = await page.client.get(path, headers={"Host": host})
        assert response.status == 403, host
        assert "address it listens on" in (await response.json())["error"]
        assert "Content-Security-Policy" in response.headers


@pytest.mark.parametrize("host", ["localhost", "localhost:3978", "127.0.0.1:9", "127.0.0.1", "[::1]:3978", "LOCALHOST"])
async def test_the_names_of_this_machine_are_let_in(page: Page, host: str) -> None:
    assert (await page.client.get("/playground/people", headers={"Host": host})).status == 200


def test_a_server_on_all_addresses_is_reached_by_digits_and_never_by_a_strange_name() -> None:
    everywhere, named = Hosts("0.0.0.0"), Hosts("flowpilot.lan")
    assert everywhere.allows("192.168.1.20:3978")
    assert everywhere.allows("localhost:8080")
    assert not everywhere.allows("evil.example")
    assert named.allows("flowpilot.lan:3978")
    assert not named.allows("192.168.1.20:3978")


async def test_pages_of_other_sites_cannot_ask_or_act(page: Page) -> None:
    origin = f"http://127.0.0.1:{page.client.port}"
    body = {"kind": "send", "id": "abcdefgh", "channel": "service-desk", "text": "hello"}
    url = "/playground/act?as=northwind/erin"
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Origin": origin + ".evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        assert (await page.client.post(url, json=body, headers=headers)).status == 403, headers
        assert (await page.client.get(DATA[1], headers=headers)).status == 403, headers
    assert page.application.seen == []
    own = {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
    assert (await page.client.post(url, json=body, headers=own)).status == 200


async def test_a_link_from_elsewhere_may_open_the_page_itself(page: Page) -> None:
    assert (await page.client.get("/", headers={"Sec-Fetch-Site": "cross-site"})).status == 200


async def test_a_form_post_is_not_taken(page: Page) -> None:
    response = await page.client.post("/playground/act?as=northwind/erin", data={"kind": "send"})
    assert response.status == 415


async def send_raw(page: Page, text: str) -> ClientResponse:
    """As browsers do: letters as they are, without escapes."""
    payload = {"kind": "send", "id": f"letter-{ord(text[0]):04}", "channel": "service-desk", "text": text}
    return await page.client.post(
        "/playground/act",
        params={"as": "northwind/erin"},
        data=json.dumps(payload, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json"},
    )


async def test_a_long_message_gets_through_and_a_longer_one_is_declined(page: Page) -> None:
    for letter in ("x", "語", "\U0001f9ed"):
        assert (await send_raw(page, letter * 100_000)).status == 200
    response = await send_raw(page, "x" * MAX_BODY)
    assert response.status == 413
    assert (await response.json())["error"] == "That is too long: one message may have 512 kilobytes."


@pytest.mark.parametrize(
    "path", ["/playground/page/nothing.js", "/playground/page/..%2froutes.py", "/playground/page/x.py"]
)
async def test_only_the_page_s_own_files_are_served(page: Page, path: str) -> None:
    assert (await page.client.get(path)).status == 404


async def test_who_there_is_by_workspace(page: Page) -> None:
    data = await (await page.client.get("/playground/people")).json()
    names = {workspace["id"]: [person["id"] for person in workspace["people"]] for workspace in data["workspaces"]}
    assert names == {
        "northwind": ["erin", "sam", "adam", "olivia", "vera", "gus"],
        "fabrikam": ["frida", "felix"],
    }
    assert data["workspaces"][0]["name"] == "Northwind IT"
    assert data["workspaces"][0]["people"][4] == {
        "id": "vera",
        "name": "Vera Viewer",
        "title": "viewer",
        "member": True,
    }


async def test_each_person_sees_their_own_channels(page: Page) -> None:
    def names(state: dict[str, list[dict[str, str]]]) -> list[str]:
        return [channel["id"] for channel in state["channels"]]

    assert names(await page.state()) == ["service-desk", "escalations", "shared-contoso", "direct-erin"]
    assert names(await page.state("northwind/gus")) == ["shared-contoso", "direct-gus"]
    assert names(await page.state("fabrikam/frida")) == ["helpdesk", "direct-frida"]


async def test_the_page_reads_after_its_cursor(page: Page) -> None:
    await page.act(kind="send", channel="service-desk", text="one")
    first = await page.state()
    assert ([m["text"] for m in first["messages"]], first["more"]) == (["one"], False)
    assert (await page.state(after=first["cursor"]))["messages"] == []

    await page.act(kind="send", id="my-own-act", channel="service-desk", text="two")
    await page.act(kind="edit", message=first["messages"][0]["id"], text="one, edited")
    second = await page.state(after=first["cursor"])
    assert [(m["text"], m["sent_as"]) for m in second["messages"]] == [
        ("two", "my-own-act"),
        ("one, edited", "act-00000001"),
    ]
    assert (await page.state("northwind/sam"))["messages"][0]["sent_as"] == ""


async def test_a_long_history_comes_in_pages_without_a_gap(page: Page) -> None:
    for n in range(1201):
        message = NewMessage(workspace="northwind", channel="service-desk", author="sam", delivery=f"m{n}", text=str(n))
        await page.chat.post(message)
    texts: list[str] = []
    cursor, more = 0, True
    while more:
        state = await page.state(after=cursor)
        texts += [message["text"] for message in state["messages"]]
        cursor, more = state["cursor"], state["more"]
    assert texts == [str(n) for n in range(1201)]


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "²", "9" * 40, ""])
async def test_a_cursor_is_a_number(page: Page, after: str) -> None:
    response = await page.client.get("/playground/state", params={"as": "northwind/erin", "after": after})
    assert response.status == 400


async def test_tickets_are_those_of_the_account(page: Page) -> None:
    note = TicketNote(id="1", text="Rang.", author="Front desk", internal=True, resolution=False, created_at=AT)
    time = LocalTime(id="2", minutes=5, text="Call", author="Erin", ended_at=AT)
    page.board.tickets["northwind"] = [
        LocalTicket(
            ref=TicketRef(id="a", number="T-1001"),
            summary="<b>Outlook</b>",
            company="Contoso",
            status="New",
            notes=(note,),
            times=(time,),
            changed_at=AT,
        )
    ]
    (ticket,) = (await page.state())["tickets"]
    assert (ticket["number"], ticket["summary"], ticket["status"]) == ("T-1001", "<b>Outlook</b>", "New")
    assert ticket["notes"][0] == {
        "id": "1",
        "text": "Rang.",
        "author": "Front desk",
        "internal": True,
        "resolution": False,
        "at": "2026-03-02T09:00:00+00:00",
    }
    assert ticket["times"][0]["minutes"] == 5
    assert (await page.state("fabrikam/frida"))["tickets"] == []


def a_ticket(status: str) -> LocalTicket:
    ref = TicketRef(id="a", number="T-1001")
    return LocalTicket(ref=ref, summary="Outlook", company="Contoso", status=status, notes=(), times=(), changed_at=AT)


async def test_a_guest_sees_no_tickets_and_hears_of_none(page: Page) -> None:
    page.board.tickets["northwind"] = [a_ticket("New")]
    assert len((await page.state())["tickets"]) == 1
    assert (await page.state("northwind/gus"))["tickets"] == []
    async with page.client.get("/playground/events", params={"as": "northwind/gus"}) as stream:
        async with asyncio.timeout(5):
            await stream.content.readuntil(b"\n\n")
        page.board.tickets["northwind"] = [a_ticket("Resolved")]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2 * routes.POLL):
                await stream.content.readuntil(b"\n\n")


async def test_progress_is_shown_to_those_who_see_the_channel(page: Page) -> None:
    place = ConversationRef(platform="playground", workspace="northwind", channel="service-desk", thread="7")
    page.changes.show_progress(place, "FlowPilot is thinking…")
    shown = [{"channel": "service-desk", "thread": "7", "text": "FlowPilot is thinking…"}]
    assert (await page.state())["progress"] == shown
    assert (await page.state("northwind/gus"))["progress"] == []
    assert (await page.state("fabrikam/frida"))["progress"] == []
    page.changes.show_progress(place, "")
    assert (await page.state())["progress"] == []


async def test_the_stream_says_only_that_something_changed(page: Page) -> None:
    async with page.client.get("/playground/events", params={"as": "northwind/erin"}) as stream:
        assert stream.content_type == "text/event-stream"
        assert stream.headers["Cache-Control"] == "no-store"
        async with asyncio.timeout(5):
            assert await stream.content.readuntil(b"\n\n") == b"data: changed\n\n"
            await page.act(kind="send", channel="service-desk", text="a secret word")
            assert await stream.content.readuntil(b"\n\n") == b"data: changed\n\n"


async def test_a_write_by_another_process_is_noticed(page: Page) -> None:
    async with page.client.get("/playground/events", params={"as": "northwind/erin"}) as stream:
        async with asyncio.timeout(5):
            await stream.content.readuntil(b"\n\n")
            message = NewMessage(
                workspace="northwind", channel="service-desk", author=BOT, delivery="elsewhere", view="{}"
            )
            await page.chat.post(message)
            assert await stream.content.readuntil(b"\n\n") == b"data: changed\n\n"


async def test_a_stream_ends_when_the_server_stops(page: Page) -> None:
    async with page.client.get("/playground/events", params={"as": "northwind/erin"}) as stream:
        async with asyncio.timeout(5):
            await stream.content.readuntil(b"\n\n")
            page.changes.close()
            assert await stream.content.read() in (b"", b"data: changed\n\n")
