"""What of the library, and of earlier sessions, looks like the problem."""

from collections.abc import Sequence

from core.flows.guide import flow_of
from core.flows.keywords import Fit, fits
from core.flows.matching import Candidate, Certainty, fuse, offer, recency
from core.flows.terms import coverage, terms, variants
from core.ports import UnitOfWork
from core.sessions.model import Session, SessionStatus
from core.turns.model import FlowOffer

__all__ = ["alike_to", "offers_for"]

#: Earlier sessions that are offered at most, and the share of the problem's words that they must hold.
MOST_ALIKE = 3
ALIKE = 0.4
#: The keyword score below which a flow is not offered, though the first may lead over it.
LEAST = 0.18
#: The share of the problem that a flow must hold to stand out, and how many of its words it must be asked for with: one alone
#: ("Outlook") names what it is about, and not what is wrong with it.
CLEAR = 0.35
CLEAR_WORDS = 2


def offers_for(uow: UnitOfWork, problem: str) -> tuple[tuple[FlowOffer, ...], bool]:
    """The flows to offer, best first, and whether the first stands out."""
    texts = {text.id: text for text in uow.flows.holding(variants(terms(problem)))}
    fit = fits(problem, {id: (text.title, text.words) for id, text in texts.items()}, uow.flows.size())
    matches = fuse(
        [
            Candidate(flow_id=id, keyword=found.score, recency=recency(texts[id].matched_at, uow.now))
            for id, found in fit.items()
        ],
        uow.rules.weights,
    )
    decided = offer(matches, uow.rules.gaps)
    offers = tuple(
        FlowOffer(flow_id=match.flow_id, flow=flow_of(uow, match.flow_id), score=match.score)
        for match in decided.matches
        if fit[match.flow_id].score >= LEAST
    )
    leads = decided.certainty in (Certainty.SURE, Certainty.LIKELY)
    return offers, leads and _clear(fit[decided.matches[0].flow_id])


def _clear(fit: Fit) -> bool:
    return fit.held >= CLEAR and fit.asked >= CLEAR_WORDS


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
