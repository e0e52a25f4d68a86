"""The cases: the outcomes, each for both notes, then what makes notes hard, then conclusions."""

from collections.abc import Iterator
from dataclasses import replace

from core.documents.bundle import Bundle, BundleEscalation, BundleFact, DocumentKind, Said
from core.facts.model import SourceType
from core.fixes.model import FixStatus
from tests.evals.sessions import (
    BARE,
    CERTIFICATE,
    EARLIER,
    HOSTILE,
    MAIL,
    SCRIPTED,
    SECRET,
    VPN,
    in_state,
)
from tests.evals.situations import Expected, Situation, SituationCase

__all__ = ["cases"]

_NOTES = (DocumentKind.RESOLUTION, DocumentKind.ESCALATION)
_STATES = ("proposed", "verifying", "pending", "partial", "success", "failed", "dismissed")
_TOLD = (
    "so the thing is that whenever dana comes back from lunch and moves the mouse the little icon in the corner turns grey and "
    "she has to click through the whole sign in again before anything at all opens"
)
Says = tuple[tuple[str, str], ...]


def cases() -> list[SituationCase]:
    """All of them, each under a name of its own."""
    return [*_outcomes(), *_earlier(), *_little(), *_secrets(), *_people(), *_hostile(), *_conclusions()]


def _case(
    kind: DocumentKind, outcome: str, bundle: Bundle, name: str = "", *, says: Says = (), never: tuple[str, ...] = ()
) -> SituationCase:
    return SituationCase(
        name=f"{kind.value} {name or outcome}",
        inputs=Situation(kind=kind, bundle=bundle),
        metadata=Expected(outcome=outcome, says=says, never=never),
    )


def _both(
    outcome: str, bundle: Bundle, name: str = "", *, says: Says = (), never: tuple[str, ...] = ()
) -> Iterator[SituationCase]:
    yield from (_case(kind, outcome, bundle, name, says=says, never=never) for kind in _NOTES)


def _outcomes() -> Iterator[SituationCase]:
    """Each state of a fix for both notes; a proposed one by its confidence, too."""
    yield from _both("no fix", VPN)
    for state in _STATES:
        yield from _both(state, in_state(state))
    for percent in (59, 60, 80, 81):
        yield _case(
            DocumentKind.ESCALATION,
            "proposed",
            in_state("proposed", confidence=percent / 100),
            f"proposed at {percent} percent",
            says=(("Suggested next steps", r"\A(?:1\.|-) .*power saving"),) if percent > 80 else (),
            never=() if percent > 80 else (r"\n1\. (?:try|apply) ",),
        )
    yield from _both("low confidence", in_state("proposed", confidence=0.35), never=(r"very likely|certainly|clearly",))
    yield from _both("dismissed", in_state("dismissed", applied=True), "dismissed after it was applied")
    yield from _both("success", CERTIFICATE, "success with another fix")
    unexplained = in_state("success")
    assert unexplained.active is not None
    yield from _both(
        "success",
        replace(unexplained, active=replace(unexplained.active, cause="")),
        "success without a cause",
        never=("power saving switched",),
    )


def _earlier() -> Iterator[SituationCase]:
    """Fixes that were applied before the active one, which superseded them."""
    for state in ("proposed", "pending", "success", "failed"):
        yield from _both("superseded", replace(in_state(state), tried=(EARLIER,)), f"superseded, then {state}")
    worked = replace(EARLIER, status=FixStatus.SUCCESS, notes="")
    yield from _both("superseded", replace(VPN, tried=(worked,)), "superseded after it worked")


def _little() -> Iterator[SituationCase]:
    """Where little is known, or the engineer alone knows it."""
    yield from _both("no fix, no facts", BARE)
    for state in ("success", "pending", "failed"):
        yield from _both("no facts", replace(in_state(state), facts=(), checks=()), f"no facts, {state}")
    questions = replace(VPN, checks=VPN.checks[:1])
    yield _case(DocumentKind.ESCALATION, "no fix", questions, "only questions asked")
    by_hand = "Unplugged the old docking station"
    yield _case(
        DocumentKind.RESOLUTION, "resolved otherwise", replace(VPN, resolved_by=by_hand), "no fix, resolved by hand"
    )
    yield _case(
        DocumentKind.RESOLUTION,
        "resolved otherwise",
        replace(in_state("failed"), resolved_by=by_hand),
        "failed, resolved by hand",
    )


def _secrets() -> Iterator[SituationCase]:
    """Sensitive parameters, and passwords that were typed."""
    hidden = (SECRET, "Tr0ub4dor")
    yield from _both("sensitive parameters", SCRIPTED, never=hidden)
    worked = in_state("success", bundle=SCRIPTED)
    yield from _both("sensitive parameters", worked, "sensitive parameters, success", never=hidden)
    yield _case(DocumentKind.CONCLUSION, "sensitive parameters", SCRIPTED, never=hidden)


def _people() -> Iterator[SituationCase]:
    """Engineers, sessions and the bot, whom no document names; and words of the chat, which none quotes."""
    told = "Anna Kovacs saw the same in FP-31, and FlowPilot suggested a cable to Ben Okafor"
    named = replace(in_state("failed"), facts=(*VPN.facts, BundleFact(text=told, source_type=SourceType.NOTE)))
    yield from _both(
        "people", named, "names of engineers and sessions", says=(("", "same in an earlier session|cable"),)
    )
    talkative = replace(in_state("pending"), intake=_TOLD, summary="", title=f"{_TOLD[:90]}…")
    yield from _both("people", talkative, "a long story in the chat")


def _hostile() -> Iterator[SituationCase]:
    """Texts of people and systems that look like markup, commands or instructions, everywhere at once."""
    for name, text in HOSTILE.items():
        for kind, state in zip(_NOTES, ("failed", "proposed"), strict=True):
            base = in_state(state)
            assert base.active is not None
            assert base.ticket is not None
            bundle = replace(
                base,
                facts=(*base.facts, BundleFact(text=text, source_type=SourceType.TICKET)),
                ticket=replace(base.ticket, summary=text),
                checks=(*base.checks, replace(base.checks[1], text="Read the log", finding=text)),
                active=replace(base.active, description=text, notes=f"{base.active.notes} {text}".strip()),
            )
            yield _case(kind, "hostile text", bundle, f"hostile {name}")


def _conclusions() -> Iterator[SituationCase]:
    """Where a session stands: in each of its states."""
    conclusion = DocumentKind.CONCLUSION
    said = (Said(who="engineer", text=_TOLD, number=1), Said(who="bot", text="Does it also drop on a cable?", number=2))
    paused = replace(
        in_state("pending"), status="paused", transcript=said, next_steps=("Read the adapter's event log",)
    )
    yield _case(conclusion, "pending", paused, "paused, pending", says=(("Current Status", "await|wait"),))
    escalated = replace(
        in_state("failed"),
        status="escalated",
        tried=(EARLIER,),
        transcript=said,
        escalation=BundleEscalation(reason="needs somebody at the site", to="Field service", urgency="urgent"),
    )
    asked = (("Escalation Details", "site"), ("Escalation Details", "field service"), ("Escalation Details", "urgent"))
    yield _case(conclusion, "failed", escalated, "escalated, failed", says=asked)
    resolved = replace(in_state("success"), status="resolved", engineer_notes=("A cabled connection does not drop",))
    yield _case(conclusion, "success", resolved, "resolved, success", says=(("Outcome", "resolved"),))
    partial = replace(in_state("partial"), status="resolved")
    yield _case(conclusion, "partial", partial, "resolved, partial", says=(("Outcome", "left|part"),))
    yield _case(conclusion, "proposed", in_state("proposed"), "active, proposed", says=(("Outcome", "not|suggested"),))
    yield _case(conclusion, "no fix, no facts", BARE, "active, nothing known")
    for name in ("markup", "instructions"):
        hostile = replace(MAIL, status="paused", engineer_notes=(HOSTILE[name],), intake=HOSTILE[name])
        yield _case(conclusion, "hostile text", hostile, f"hostile {name}")
