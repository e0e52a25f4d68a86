"""The ticket list of the scripted bot."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from core.tickets.local import LocalTicket, LocalTime
from core.tickets.model import TicketNote, TicketRef


@dataclass
class Board:
    """A ticket list in memory."""

    tickets: dict[str, list[LocalTicket]] = field(default_factory=dict)

    async def board(self, workspace: str) -> Sequence[LocalTicket]:
        return self.tickets.get(workspace, [])

    def add_note(self, workspace: str, text: str, *, internal: bool, resolution: bool, status: str) -> None:
        ticket, *rest = self.tickets[workspace]
        note = TicketNote(
            id=str(len(ticket.notes) + 100),
            text=text,
            author="FlowPilot",
            internal=internal,
            resolution=resolution,
            created_at=datetime.now(UTC),
        )
        at = datetime.now(UTC)
        time = LocalTime(id="1", minutes=14, text="Remote session.", author="FlowPilot", ended_at=at)
        changed = replace(
            ticket, notes=(*ticket.notes, note), status=status, closed=resolution, times=(time,), changed_at=at
        )
        self.tickets[workspace] = [changed, *rest]


def some_tickets() -> Board:
    """Tickets as a small MSP might have them."""
    at = datetime.now(UTC)
    first = LocalTicket(
        ref=TicketRef(id="4711", number="4711"),
        summary="Outlook will not open",
        description="Dana rang: Outlook stops at “Loading profile” since this morning. Restarted twice already.",
        company="Contoso Dental",
        contact="Dana Reyes",
        device="NW-LT-0142",
        status="New",
        changed_at=at,
        notes=(
            TicketNote(id="1", text="Called in by phone at 08:52.", author="Front desk", internal=True, created_at=at),
        ),
    )
    second = LocalTicket(
        ref=TicketRef(id="4708", number="4708"),
        summary="Account locked out again",
        company="Fourth Coffee",
        contact="Maria Lopes",
        device="FC-PC-07",
        status="In progress",
        changed_at=at,
    )
    third = LocalTicket(
        ref=TicketRef(id="4699", number="4699"),
        summary="Printer on the second floor offline",
        company="Contoso Dental",
        contact="Reception",
        status="Closed",
        changed_at=at,
        closed=True,
    )
    other = replace(first, ref=TicketRef(id="12", number="12"), summary="VPN drops", company="Wingtip Toys")
    return Board({"northwind": [first, second, third], "fabrikam": [other]})
