"""The tickets that the built-in list starts with: what the desks of the playground's two accounts have before them.

Plain data. The composition root hands each account's tickets to core.tickets.local.LocalTickets.ensure.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from core.tickets.local import NewNote, NewTicket, NewTime

__all__ = ["seed_tickets"]


def seed_tickets(now: datetime) -> Mapping[str, tuple[NewTicket, ...]]:
    """The name of an account → its tickets, opened in the days before `now`."""
    return {"Northwind IT": _northwind(now), "Fabrikam Support": _fabrikam(now)}


def _ago(now: datetime, *, days: int = 0, hours: int = 0, minutes: int = 0) -> datetime:
    return now - timedelta(days=days, hours=hours, minutes=minutes)


def _northwind(now: datetime) -> tuple[NewTicket, ...]:
    tickets = (*_contoso(now), *_tailspin(now), *_litware(now), *_woodgrove(now))
    return tuple(sorted(tickets, key=lambda ticket: ticket.number))


def _contoso(now: datetime) -> tuple[NewTicket, ...]:
    return (
        NewTicket(
            number=1001,
            summary="Outlook asks for the password again and again",
            description=(
                "Since this morning Outlook keeps asking for my password. I type it, the window goes away and comes back "
                "a minute later. Mail on my phone works. I changed my password yesterday as I was told to.\n\n"
                "Thanks, Dana"
            ),
            company="Contoso",
            contact="Dana Whitfield <dana.whitfield@contoso.example>",
            device="CON-LT-0147 (Windows 11 23H2)",
            opened_at=_ago(now, minutes=50),
        ),
        NewTicket(
            number=1004,
            summary="Locked out again, third time this week",
            description="My account is locked again although I have not typed anything wrong. Please unlock it for good.",
            company="Contoso",
            contact="Theo Marchetti <theo.marchetti@contoso.example>",
            device="CON-LT-0090 (Windows 11 23H2)",
            status="waiting",
            opened_at=_ago(now, days=2),
            notes=(
                NewNote(
                    text="Hello Theo, your account is unlocked. Which other devices know your password: a phone, a tablet, "
                    "an older laptop? One of them still uses the old one.",
                    author="Erin Engineer",
                    internal=False,
                    at=_ago(now, days=2, hours=-1),
                ),
                NewNote(
                    text="Event 4740 on CON-DC01 names the caller CON-TAB-0011 all three times. Waiting for Theo to find it.",
                    author="Erin Engineer",
                    internal=True,
                    at=_ago(now, days=1),
                ),
            ),
        ),
    )


def _tailspin(now: datetime) -> tuple[NewTicket, ...]:
    return (
        NewTicket(
            number=1002,
            summary="VPN drops after a few minutes at home",
            description=(
                "The VPN connects, but after five to ten minutes it is gone and I lose the file shares. In the office "
                "everything is fine. It started when my provider changed the router last week."
            ),
            company="Tailspin Toys",
            contact="Marek Oduya <marek.oduya@tailspin.example>",
            device="TST-LT-0032 (Windows 11 24H2)",
            status="in_progress",
            opened_at=_ago(now, hours=5),
            notes=(
                NewNote(
                    text="Called Marek. Drops at home only, by Wi-Fi and by cable. The client's log says `DPD timeout`.",
                    author="Sam Engineer",
                    internal=True,
                    at=_ago(now, hours=3),
                ),
            ),
            times=(
                NewTime(
                    minutes=20,
                    text="Call, read the client's log",
                    author="Sam Engineer",
                    ended_at=_ago(now, hours=3),
                    at=_ago(now, hours=3),
                ),
            ),
        ),
        NewTicket(
            number=1007,
            summary="New starter needs the accounts mailbox",
            description="Jonas starts on Monday and needs to read and send from accounts@tailspin.example.",
            company="Tailspin Toys",
            contact="Renske Abara <renske.abara@tailspin.example>",
            status="resolved",
            opened_at=_ago(now, days=4),
            notes=(
                NewNote(
                    text="Jonas can read the accounts mailbox and send from it. It appears in Outlook within an hour.",
                    author="Erin Engineer",
                    internal=False,
                    resolution=True,
                    at=_ago(now, days=3),
                ),
            ),
            times=(
                NewTime(
                    minutes=15,
                    text="Full Access and Send As granted",
                    author="Erin Engineer",
                    ended_at=_ago(now, days=3),
                    at=_ago(now, days=3),
                ),
            ),
        ),
    )


def _litware(now: datetime) -> tuple[NewTicket, ...]:
    return (
        NewTicket(
            number=1003,
            summary="Label printer in the dispatch hall prints nothing",
            description=(
                "The label printer at gate 3 shows Ready, but nothing comes out. Jobs stay in the queue. We write labels by "
                "hand now and the driver comes at four."
            ),
            company="Litware Logistics",
            contact="Imani Brandt <imani.brandt@litware.example>",
            device="LIT-PRT-GATE3 on LIT-SRV-PRINT01",
            opened_at=_ago(now, hours=2),
        ),
        NewTicket(
            number=1006,
            summary="Drive C: nearly full on the file server",
            description="Monitoring: LIT-SRV-FILE01, drive C: has 1.9 GB free of 120 GB (threshold 10 %).",
            company="Litware Logistics",
            contact="Imani Brandt <imani.brandt@litware.example>",
            device="LIT-SRV-FILE01 (Windows Server 2022)",
            opened_at=_ago(now, minutes=25),
        ),
    )


def _woodgrove(now: datetime) -> tuple[NewTicket, ...]:
    return (
        NewTicket(
            number=1005,
            summary="BitLocker asks for a recovery key after the update",
            description="The laptop shows a blue screen asking for a BitLocker recovery key. I have a court date at 2 pm.",
            company="Woodgrove Legal",
            contact="Priscilla Nakamura <p.nakamura@woodgrove.example>",
            device="WGL-LT-0008 (Windows 11 24H2)",
            status="escalated",
            opened_at=_ago(now, hours=7),
            notes=(
                NewNote(
                    text="No key for WGL-LT-0008 in Entra ID; the device was joined before keys were stored there.",
                    author="Sam Engineer",
                    internal=True,
                    at=_ago(now, hours=6),
                ),
            ),
        ),
    )


def _fabrikam(now: datetime) -> tuple[NewTicket, ...]:
    return (
        NewTicket(
            number=1001,
            summary="Wi-Fi in the showroom is connected, but no internet",
            description="Tablets in the showroom are connected to FF-Showroom and say “no internet”. The office is fine.",
            company="Fourth Coffee",
            contact="Lucinda Achterberg <lucinda@fourthcoffee.example>",
            device="FC-AP-SHOW02",
            opened_at=_ago(now, hours=1),
        ),
        NewTicket(
            number=1002,
            summary="New phone, the sign-in code goes to the old one",
            description="I got a new phone and wiped the old one. Now I cannot sign in to anything: the code goes nowhere.",
            company="Alpine Ski House",
            contact="Bastian Oyelaran <bastian@alpineskihouse.example>",
            status="in_progress",
            opened_at=_ago(now, hours=4),
            notes=(
                NewNote(
                    text="Identity confirmed by a call to the number in our records.",
                    author="Frida Lindqvist",
                    internal=True,
                    at=_ago(now, hours=3),
                ),
            ),
        ),
        NewTicket(
            number=1003,
            summary="Very slow PC at the reception",
            description="The PC takes ten minutes to start, and every click waits. It was fine before the holidays.",
            company="Fourth Coffee",
            contact="Lucinda Achterberg <lucinda@fourthcoffee.example>",
            device="FC-PC-0003 (Windows 10 22H2)",
            status="closed",
            opened_at=_ago(now, days=6),
            notes=(
                NewNote(
                    text="The disk was failing and has been replaced. The PC starts in 30 seconds now.",
                    author="Frida Lindqvist",
                    internal=False,
                    resolution=True,
                    at=_ago(now, days=5),
                ),
            ),
        ),
    )
