"""Tickets named in what engineers write."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.tickets.mention import MOST, bare_number, ticket_mentions

CONNECTWISE = (
    "https://na.myconnectwise.net/v4_6_release/services/system_io/Service/fv_sr100_request.rails?service_recid=4711"
)
AUTOTASK = "https://ww5.autotask.net/Autotask/AutotaskExtend/ExecuteCommand.aspx?Code=OpenTicketDetail&TicketNumber=T20260101.0001"
HALO = "https://desk.halopsa.example/tickets?area=1&id=4711"
REDMINE = "https://redmine.example/issues/4711#note-3"
LOCAL = "http://localhost:3978/#ticket/T-1001"

NAMED = {
    "CW #4711": ("#4711",),
    "CW#4711 Outlook is slow": ("#4711",),
    "cw 4711: Outlook is slow": ("#4711",),
    "#4711": ("#4711",),
    "Outlook is slow (#4711).": ("#4711",),
    "“#4711”, again": ("#4711",),
    "ticket 4711": ("#4711",),
    "Ticket: 4711": ("#4711",),
    "ticket no. 4711!": ("#4711",),
    "Ticket number 4711, please": ("#4711",),
    "see ticket #4711?": ("#4711",),
    "TICKET 4711": ("#4711",),
    "service request 4711": ("#4711",),
    "incident 123": ("#123",),
    "T-1001": ("T-1001",),
    "t-1001 is back": ("T-1001",),
    "ticket T-1001.": ("T-1001",),
    "T20260101.0001": ("T20260101.0001",),
    "ticket T20260101.0001, printer": ("T20260101.0001",),
    "#4711 and #4712, then #4711 again": ("#4711", "#4712"),
    "ticket 4711 (CW #4711)": ("#4711",),
    "T-1001 like #4711 and T20260101.0001": ("T-1001", "#4711", "T20260101.0001"),
    f"see {CONNECTWISE}": (CONNECTWISE,),
    f"see {AUTOTASK}.": (AUTOTASK,),
    f"<{HALO}|the ticket>": (HALO,),
    f"[it]({REDMINE})": (REDMINE,),
    f"{LOCAL}, please": (LOCAL,),
    f"{LOCAL} (#4711)": (LOCAL, "#4711"),
    "**#4711**": ("#4711",),
    "_ticket 4711_, _#4712_, _T-1001_": ("#4711", "#4712", "T-1001"),
    "#4711: The printer of room #204 jams": ("#4711",),
    "first line\n#4711\nlast line": ("#4711",),
    "issue #4711": ("#4711",),
    "Since 4 p.m. #4711 rings; error 0x80070005": ("#4711",),
}
NOT_NAMED = [
    "",
    "Outlook asks for the password",
    "#channel #general #2nd-floor",
    "<#C024BE7LR|general> <#1234567>",
    "colours #ff0000, #12ab34, #123abc and color: #336699, background #000000",
    "KB5034441 and #KB5034441",
    "error 0x80070005, event ID 4740, code #1603",
    "call +49 30 1234567, 555-0100, ext. #4711, phone #5550100",
    "issue #1 of 2, step #3, #12",
    "room #204, build #22631, PR #1234, PO #99812, invoice #20260",
    "&#8217; and &#1234;",
    "#4711abc #4711% #4711-2 #4711.5 #4711,5 #4711/3 #4711:30",
    "##4711 a#4711 /#4711 =#4711",
    "#0123 ticket 007",
    "#1234567890 ticket 12345678901",
    "ticket 2026-01-01, ticket 192.168.0.1, ticket 500%, ticket 1,234",
    "ticket 12 and ticket a4711 and the tickets",
    "T-SQL, T-1, T-10, XT-1001, BT-1001, T-1001-A, T-1001b",
    "T2026.0001 XT20260101.0001 T20260101.0001.2",
    "https://learn.example/page#4711 https://example.com/4711?x=#4711",
    "https://example.com/tickets/ https://example.com/ticketing/4711",
    "https://[ http:// https://",
    "10.0.0.1#5353 192.168.1.1#5353",
    "in case 100 users call, Autotask 2024, ConnectWise 2025.1, since Halo 365",
    "at 4711 metres, 4711 mails, T 4711",
    "＃4711 #４７１１ ticket ４７１１",
]


@pytest.mark.parametrize(("text", "mentions"), NAMED.items(), ids=NAMED)
def test_tickets_are_found_in_what_engineers_write(text: str, mentions: tuple[str, ...]) -> None:
    """Each once, in order, in one spelling."""
    assert ticket_mentions(text) == mentions


@pytest.mark.parametrize("text", NOT_NAMED)
def test_other_numbers_are_no_tickets(text: str) -> None:
    """Channels, colours, updates, errors, telephone numbers, dates, addresses and small numbers."""
    assert ticket_mentions(text) == ()


def test_a_list_of_tickets_is_cut() -> None:
    """Nobody works on forty tickets at once, and each is a question to the ticket system."""
    assert ticket_mentions(" ".join(f"#{number}" for number in range(1000, 1040))) == tuple(
        f"#{number}" for number in range(1000, 1000 + MOST)
    )


PIECES = st.sampled_from(
    [
        "#",
        "T-",
        "T20260101.0001",
        "ticket ",
        "CW ",
        "4711",
        "no. ",
        ":",
        "https://x.example/",
        "tickets/",
        "?id=",
        "\n",
        "é",
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=12).map("".join)))
def test_mentions_are_words_of_the_text_in_one_spelling(text: str) -> None:
    """Whatever is said: no error, no ticket that was not named, none twice."""
    mentions = ticket_mentions(text)
    assert len(mentions) == len(set(mentions)) <= MOST
    for mention in mentions:
        assert re.fullmatch(r"#[1-9]\d{2,8}|T-[1-9]\d{2,8}|T\d{8}\.\d{4,6}|https?://\S+", mention, re.ASCII | re.I)
        assert mention.removeprefix("#").lower() in text.lower()


@given(st.integers(100, 999_999_999), st.sampled_from(["CW #{}", "#{}", "ticket {}", "Ticket #{}", "incident: {}"]))
def test_every_number_of_three_to_nine_digits_can_be_named(number: int, form: str) -> None:
    """In every form, inside a sentence."""
    assert ticket_mentions(f"Outlook is slow, {form.format(number)}, since noon.") == (f"#{number}",)


@pytest.mark.parametrize(
    "text", ["ticket " * 20_000, "#" * 100_000, "https://x?" * 10_000, "T-" * 50_000, "no. " * 25_000]
)
def test_long_texts_take_no_long_time(text: str) -> None:
    """Hostile text costs time in proportion to its length."""
    assert ticket_mentions(text) == ()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("4711", 4711), (" 4711\n", 4711), ("#4711", 4711), ("# 4711", 4711), ("CW #4711", 4711), ("cw4711", 4711),
        ("ticket 4711", 4711), ("Ticket: 4711", 4711), ("ticket no. 4711", 4711), ("7", 7), ("HaloPSA #7", 7), ("case 7", 7),
        ("", None), ("0", None), ("printer 204", None), ("4711 4712", None), ("T-4711", None), ("-1", None),
        ("1234567890", None), ("４７１１", None), ("4711\0", None), ("#", None), ("ticket", None),
    ],
)  # fmt: skip
def test_a_text_that_is_nothing_but_a_number_is_one(text: str, number: int | None) -> None:
    """With the words that people put before it."""
    assert bare_number(text) == number
