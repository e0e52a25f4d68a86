"""What people write in Slack, as signed payloads: mentions, threads, direct messages, edits, deletions, files."""

import asyncio
from typing import Any

import pytest

from tests.integration.slack.desk import THREAD, SlackDesk

LOG = "F0LOG"


async def test_a_mention_starts_a_session_in_its_thread(desk: SlackDesk) -> None:
    """The words come without the mention, and the card lies in the thread."""
    assert await desk.event("app_mention") == 200
    await desk.work()
    assert await desk.sessions() == [("FP-1", "active", "Outlook will not open, it stops at Loading profile")]
    assert {message.get("thread_ts") for message in desk.api.posted("C0DESK")} == {THREAD}


async def test_one_post_that_arrives_in_two_events_counts_once(desk: SlackDesk) -> None:
    """Slack sends a mention as app_mention and as message, in any order, at the same time."""
    assert tuple(await asyncio.gather(desk.event("message"), desk.event("app_mention"))) == (200, 200)
    assert len(await desk.sessions()) == 1
    assert len(await desk.messages()) == 1


@pytest.mark.parametrize("same_id", [True, False])
async def test_what_is_delivered_again_counts_once(desk: SlackDesk, same_id: bool) -> None:
    """Three times with the retry header; and under another event id, which was seen, too."""
    for attempt in range(4):
        retry = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": "http_timeout"} if attempt else {}
        id = "Ev1" if same_id else f"Ev{attempt}"
        assert await desk.event("message", id=id, headers=retry) == 200
    await desk.work()
    assert len(await desk.sessions()) == 1
    assert len(await desk.messages()) == 1


async def test_a_retry_of_what_was_never_taken_is_taken(desk: SlackDesk) -> None:
    """The retry header alone says nothing about the first try."""
    assert await desk.event("message", headers={"X-Slack-Retry-Num": "2"}) == 200
    assert len(await desk.sessions()) == 1


async def test_further_messages_of_the_thread_need_no_mention(desk: SlackDesk) -> None:
    """Those that are for somebody else are context; those of other threads are nothing."""
    await desk.event("message")
    await desk.say("It began on Monday")
    await desk.say("<@U0SAM> do you know this one?")
    await desk.say("Elsewhere", thread="1714000000.000100")
    assert await desk.messages() == [
        "Outlook will not open, it stops at Loading profile",
        "It began on Monday",
        "@Sam Engineer do you know this one?",
    ]


async def test_talk_of_the_channel_itself_is_not_kept(desk: SlackDesk) -> None:
    """Nobody spoke to FlowPilot, and nobody is looked up."""
    assert await desk.event("message", text="Lunch?") == 200
    assert await desk.sessions() == []
    assert desk.api.called("users.info") == []
    assert await desk.system.store.read(lambda tx: tx.directory.actor("slack", "T0NORTHWIND", "U0ERIN")) is None


async def test_an_edit_of_the_channels_own_talk_is_not_kept(desk: SlackDesk) -> None:
    """It was not for FlowPilot before, and is not now."""
    changed = desk.payload("message_changed")["event"]
    now, before = (
        changed[name] | {"text": text} for name, text in (("message", "Lunch?"), ("previous_message", "Lnch"))
    )
    assert await desk.event("message_changed", message=now, previous_message=before) == 200
    assert desk.api.called("users.info") == []
    assert await desk.system.store.read(lambda tx: tx.directory.actor("slack", "T0NORTHWIND", "U0ERIN")) is None


@pytest.mark.parametrize("subtype", ["thread_broadcast", "me_message", "file_share"])
async def test_whatever_people_write_in_the_thread_is_heard(desk: SlackDesk, subtype: str) -> None:
    """A reply that is shown in the channel as well, and the like."""
    await desk.event("message")
    await desk.say("It began on Monday", subtype=subtype)
    assert (await desk.messages())[1:] == ["It began on Monday"]


async def test_a_file_sent_directly_starts_a_session(desk: SlackDesk) -> None:
    """With nothing written beside it."""
    await desk.event("file_share", channel="DU0ERIN", channel_type="im", text="")
    ((_, _, title),) = await desk.sessions()
    assert title.startswith("[file: outlook.log (text/plain)] [file: screen.png (image/png)]")


async def test_a_direct_message_needs_no_mention(desk: SlackDesk) -> None:
    """The thread is the message itself."""
    await desk.event("message", channel="DU0ERIN", channel_type="im", text="Printer offline at reception")
    await desk.work()
    assert [title for _, _, title in await desk.sessions()] == ["Printer offline at reception"]
    assert {message["thread_ts"] for message in desk.api.posted("DU0ERIN")} == {THREAD}


async def test_what_is_passed_on_belongs_to_the_message(desk: SlackDesk) -> None:
    """Its words lie beside those that were written; what Slack shows of an address is not anybody's words."""
    shared = {
        "is_share": True,
        "is_msg_unfurl": True,
        "author_name": "Dana",
        "text": "*Outlook* stops at Loading profile",
    }
    shown = {"from_url": "https://status.example.com", "text": "All systems operational"}
    await desk.event("message", text="<@U0FLOWPILOT> can you look?", attachments=[shown, shared])
    assert await desk.messages() == ["can you look?\nPassed on:\n**Outlook** stops at Loading profile"]


async def test_a_mention_of_the_bot_in_what_is_passed_on_is_none(desk: SlackDesk) -> None:
    """It was said elsewhere."""
    shared = {"is_share": True, "text": "<@U0FLOWPILOT> the printer is off"}
    await desk.event("message", text="look at this, Sam", attachments=[shared])
    assert await desk.sessions() == []


@pytest.mark.parametrize("words", [":+1:", ":wave::skin-tone-3: :tada:", "👍", "?"])
async def test_a_direct_message_without_a_word_starts_nothing(desk: SlackDesk, words: str) -> None:
    """It is told what can be said."""
    await desk.event("message", channel="D0ERIN", channel_type="im", text=words)
    assert await desk.sessions() == []
    assert "mention me with the problem" in str(desk.api.posted("D0ERIN"))


async def test_an_edit_changes_the_words(desk: SlackDesk) -> None:
    """Once, however often it arrives; an event that only unfolds a link is none."""
    await desk.event("message")
    for _ in range(2):
        await desk.event("message_changed")
    assert await desk.messages() == ["Teams will not open"]
    unfolded = desk.payload("message_changed")["event"]["message"] | {"text": "<@U0FLOWPILOT> Word", "edited": None}
    await desk.event("message_changed", message=unfolded)
    assert await desk.messages() == ["Teams will not open"]


async def test_words_that_are_edited_to_be_for_somebody_else_are_not_answered(desk: SlackDesk) -> None:
    """As they would not have been when they were written so."""
    await desk.event("message")
    await desk.work()
    before = len(desk.api.posted("C0DESK"))
    await desk.say("It began on Monday", ts="1715000900.000100")
    message = desk.payload("message_changed")["event"]["message"] | {
        "ts": "1715000900.000100",
        "thread_ts": THREAD,
        "text": "<@U0SAM> did it begin on Monday?",
        "edited": {"user": "U0ERIN", "ts": "1715000901.000000"},
    }
    await desk.event("message_changed", message=message)
    await desk.work()
    assert (await desk.messages())[1:] == ["@Sam Engineer did it begin on Monday?"]
    assert len(desk.api.posted("C0DESK")) == before


@pytest.mark.parametrize("thread", ["", "1714000000.000100"])
@pytest.mark.parametrize("mention_first", [True, False])
async def test_a_mention_may_be_added_afterwards(desk: SlackDesk, thread: str, mention_first: bool) -> None:
    """Whoever forgot it edits their message, which Slack tells in two events; what was said then counts once."""
    written: dict[str, Any] = {"ts": "1715000100.000100", "user": "U0ERIN"} | ({"thread_ts": thread} if thread else {})
    before, now = written | {"text": "Printer offline"}, written | {"text": "<@U0FLOWPILOT> Printer offline"}
    now["edited"] = edited = {"user": "U0ERIN", "ts": "1715000200.000000"}
    await desk.event("message", **before)
    assert await desk.sessions() == []
    if mention_first:
        await desk.event("app_mention", **now)
    await desk.event("message_changed", message=now, previous_message=before)
    if not mention_first:
        await desk.event("app_mention", **now)
    later = now | {"text": "<@U0FLOWPILOT> The printer is offline", "edited": edited | {"ts": "1715000300.000000"}}
    await desk.event("message_changed", message=later, previous_message=now)
    await desk.event("app_mention", **later)
    assert [title for _, _, title in await desk.sessions()] == ["The printer is offline"]
    assert await desk.messages() == ["The printer is offline"]


async def test_a_mention_that_is_added_to_a_note_makes_no_second_one(desk: SlackDesk) -> None:
    """The note is changed with its message."""
    await desk.event("message")
    written = {"ts": "1715000100.000100", "user": "U0ERIN", "thread_ts": THREAD}
    before = written | {"text": "fact: the disk is full"}
    now: dict[str, Any] = written | {"text": "<@U0FLOWPILOT> fact: the disk was full"}
    now["edited"] = {"user": "U0ERIN", "ts": "1715000200.000000"}
    await desk.say(before["text"], ts=before["ts"])
    await desk.event("message_changed", message=now, previous_message=before)
    await desk.command("/flowpilot", "facts FP-1")
    assert "the disk was full" in desk.whispered()
    assert "the disk is full" not in desk.whispered()


async def test_nobody_edits_the_words_of_another(desk: SlackDesk) -> None:
    """An admin of the workspace may in Slack; here they stay as they were said."""
    await desk.event("message")
    message = desk.payload("message_changed")["event"]["message"] | {"user": "U0SAM"}
    await desk.event("message_changed", message=message)
    assert await desk.messages() == ["Outlook will not open, it stops at Loading profile"]


async def test_what_comes_before_its_message_is_kept_for_it(desk: SlackDesk) -> None:
    """Events come out of order: the message is taken as it was edited, and not at all when it was deleted."""
    assert await desk.event("message_changed") == 200
    assert await desk.event("message_deleted") == 200
    assert await desk.event("message") == 200
    await desk.say("the password is on the note", ts="1715000030.000100")
    assert await desk.messages() == ["Teams will not open"]


async def test_a_deletion_removes_the_words(desk: SlackDesk) -> None:
    """A deleted message is not read again."""
    await desk.event("message")
    await desk.say("the password is on the note", ts="1715000030.000100")
    assert await desk.event("message_deleted") == 200
    assert await desk.messages() == ["Outlook will not open, it stops at Loading profile"]


async def test_bots_are_not_heard(desk: SlackDesk) -> None:
    """Neither FlowPilot itself nor another; nor what Slack says about the channel."""
    await desk.event("message", user="U0FLOWPILOT")
    await desk.event("message", bot_id="B0OTHER")
    await desk.event("message", subtype="bot_message", user=None, bot_id="B0OTHER")
    await desk.event("message", subtype="channel_join")
    assert await desk.sessions() == []


async def test_files_are_named_and_text_files_read(desk: SlackDesk) -> None:
    """Names and types at once, the text of the log as soon as Slack hands it out."""
    desk.api.files[LOG] = {"content": b"Error 0x8004010F: profile not found", "length": 35}
    files = desk.payload("file_share")["event"]["files"]
    files[0] |= {"url_private_download": desk.api.url.replace("/api/", f"/files/{LOG}")}
    await desk.event("file_share", files=files)
    (words,) = await desk.messages()
    assert words.startswith("see the log\n[file: outlook.log (text/plain)]\n[file: screen.png (image/png)]")
    assert "Error 0x8004010F: profile not found" in words


async def test_an_edit_keeps_what_the_file_says(desk: SlackDesk) -> None:
    """The words change, the log stays."""
    desk.api.files[LOG] = {"content": b"Error 0x8004010F", "length": 16}
    files = desk.payload("file_share")["event"]["files"]
    files[0] |= {"url_private_download": desk.api.url.replace("/api/", f"/files/{LOG}")}
    await desk.event("file_share", files=files)
    message = desk.payload("message_changed")["event"]["message"] | {"files": files}
    await desk.event("message_changed", message=message)
    (words,) = await desk.messages()
    assert words.startswith("Teams will not open")
    assert "Error 0x8004010F" in words


async def test_a_file_that_cannot_be_read_keeps_its_name(desk: SlackDesk) -> None:
    """The token goes nowhere but to Slack; why there is no more of it stands below."""
    files = desk.payload("file_share")["event"]["files"]
    files[0] |= {"url_private_download": "https://files.example.com/outlook.log"}
    assert await desk.event("file_share", files=files) == 200
    (words,) = await desk.messages()
    assert words.endswith(
        "[file: screen.png (image/png)]\n\noutlook.log could not be read: That file is not kept by Slack."
    )


@pytest.mark.parametrize("words", ["help", "list", "doc FP-9"])
async def test_a_mention_in_the_channel_is_answered_where_it_is_seen(desk: SlackDesk, words: str) -> None:
    """Slack shows nobody what is whispered in a thread that does not exist yet."""
    await desk.event("message", text=f"<@U0FLOWPILOT> {words}")
    (whisper,) = desk.api.whispers
    assert (whisper["channel"], whisper["user"], whisper.get("thread_ts")) == ("C0DESK", "U0ERIN", None)
    await desk.say(f"<@U0FLOWPILOT> {words}")
    assert desk.api.whispers[-1]["thread_ts"] == THREAD
    assert desk.api.unseen == []


async def test_a_click_on_a_message_without_a_thread_is_answered_where_it_is_seen(desk: SlackDesk) -> None:
    """Such as the card of an escalation in its channel."""
    await desk.event("message")
    message = desk.payload("block_actions")["message"]
    del message["thread_ts"]
    await desk.click('{"c":"ClaimSession","session_id":"gone"}', message=message, container={"type": "message"})
    (answer,) = [answer for answers in desk.api.answers.values() for answer in answers]
    assert "thread_ts" not in answer
    assert desk.api.unseen == []


async def test_what_is_answered_in_direct_messages_stays_there(desk: SlackDesk) -> None:
    """In the thread of what was asked; nobody else reads along."""
    await desk.event("message", channel="D0ERIN", channel_type="im", text="help")
    (answer,) = desk.api.posted("D0ERIN")
    assert answer["thread_ts"] == THREAD
    assert answer["metadata"]["event_type"] == "flowpilot_delivery"
    assert desk.api.whispers == desk.api.unseen == []


async def test_words_that_open_a_form_offer_a_button(desk: SlackDesk) -> None:
    """A message has no trigger; the button of the private answer has one."""
    await desk.event("message")
    await desk.say("<@U0FLOWPILOT> resolve")
    (whisper,) = desk.api.whispers
    assert "Resolve FP-1" in str(whisper)
    button = next(e for block in whisper["blocks"] for e in block.get("elements", []) if e["type"] == "button")
    await desk.click(button["value"])
    assert desk.view()["title"]["text"] == "Resolve FP-1"


async def test_a_guest_gets_no_role(desk: SlackDesk) -> None:
    """Not even at the very first contact."""
    assert await desk.event("message", user="U0GUS") == 200
    assert await desk.sessions() == []
    gus = await desk.system.store.read(lambda tx: tx.directory.actor("slack", "T0NORTHWIND", "U0GUS"))
    assert gus is not None
    assert gus.role is None


async def test_a_person_of_another_organisation_is_context(desk: SlackDesk) -> None:
    """In a shared channel Slack says whose people they are."""
    assert await desk.event("message", user="U0STRANGER", user_team="T0CONTOSO") == 200
    assert await desk.sessions() == []


async def test_slacks_own_stop_button_stops_the_answer(desk: SlackDesk) -> None:
    """Once, however often it arrives; it means the session of that thread, and a turn that is still to run."""
    await desk.event("message")
    for _ in range(2):
        assert await desk.event("agent_session_stopped", id="EvStop") == 200
    await desk.work()
    said = [str(message["blocks"]) for message in desk.api.posted("C0DESK")]
    assert sum("*Stopped.*" in words for words in said) == 1
    assert await desk.event("agent_session_stopped", event_ts="1715000500.000200") == 200
    (whisper,) = desk.api.whispers
    assert "not answering" in str(whisper["blocks"])


async def test_a_stop_by_somebody_who_takes_no_part_is_refused_privately(desk: SlackDesk) -> None:
    """Sam is asked to join first."""
    await desk.event("message")
    assert await desk.event("agent_session_stopped", user="U0SAM") == 200
    (whisper,) = desk.api.whispers
    assert whisper["user"] == "U0SAM"
    assert "Join" in str(whisper["blocks"])
