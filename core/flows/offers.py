"""What of the library, and of earlier sessions, looks like the problem."""

from collections.abc import Sequence

from core.flows.matching import Candidate, Certainty, fuse, normalise, offer, recency
from core.flows.source import parse_flow
from core.flows.terms import coverage, telling, terms
from core.ports import UnitOfWork
from core.sessions.model import Session, SessionStatus
from core.turns.model import FlowOffer

__all__ = ["alike_to", "offers_for"]

#: Earlier sessions that are offered at most, and the share of the problem's words that they must hold.
MOST_ALIKE = 3
ALIKE = 0.4
#: The share of the problem's telling words that a flow must hold to be offered at all, and to stand out.
LEAST = 0.25
CLEAR = 0.5


def offers_for(uow: UnitOfWork, problem: str) -> tuple[tuple[FlowOffer, ...], bool]:
    """The flows to offer, best first, and whether the first stands out."""
    wanted = terms(problem)
    raw = uow.flows.scores(wanted)
    found = {id: record for id in raw if (record := uow.flows.get(id)) is not None}
    told = telling(wanted)
    held = {id: coverage(told, f"{record.title} {record.words}") for id, record in found.items()}
    records = {id: record for id, record in found.items() if held[id] >= LEAST}
    covered = {id: coverage(wanted, f"{record.title} {record.words}") for id, record in records.items()}
    keyword = normalise({id: raw[id] for id in records}, covered)
    matches = fuse(
        [
            Candidate(flow_id=id, keyword=keyword.get(id), recency=recency(record.matched_at, uow.now))
            for id, record in records.items()
        ],
        uow.rules.weights,
    )
    decided = offer(matches, uow.rules.gaps)
    offers = tuple(
        FlowOffer(
            flow_id=match.flow_id,
            flow=parse_flow(records[match.flow_id].source, records[match.flow_id].slug),
            score=match.score,
        )
        for match in decided.matches
    )
    clear = bool(offers) and held[offers[0].flow_id] >= CLEAR
    return offers, clear and decided.certainty in (Certainty.SURE, Certainty.LIKELY)


def alike_to(uow: UnitOfWork, session: Session) -> Sequence[Session]:
    """Resolved sessions of the account that look like this one's problem, best first."""
    wanted = terms(session.intake)
    found = uow.sessions.alike(wanted, limit=10)
    close = [
        other
        for other in found
        if other.id not in (session.id, session.carried_from)
        and other.status is SessionStatus.RESOLVED
        and coverage(wanted, f"{other.title} {other.intake}") >= ALIKE
    ]
    return close[:MOST_ALIKE]
