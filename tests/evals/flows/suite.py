"""The problems as engineers tell them, what is offered for each, and the table of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from core.flows.offers import offers_for
from core.ports import UnitOfWork
from tests.support.desk import desk_at

__all__ = ["NONE", "Offered", "Rates", "offered", "rates", "table"]

#: Where the flow stands of problems that no starter flow fits.
NONE = "none"
_PROBLEMS = Path(__file__).with_name("problems.yaml")


@dataclass(frozen=True, kw_only=True)
class Offered:
    """What is offered for a problem. `fits`: the slug of the flow that does, or NONE; `sure`: the first stands out."""

    problem: str
    fits: str
    slugs: tuple[str, ...]
    sure: bool
    #: Whether the problem was left unread while matching was made better.
    unseen: bool


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Counts over some problems."""

    fitting: int
    first: int
    among_three: int
    #: The first stood out: rightly, over the flow that fits, and where none fits.
    sure: int
    sure_wrongly: int
    none: int
    sure_of_none: int


async def offered() -> list[Offered]:
    """What an account with the starter flows, none of them used yet, is offered for every problem."""
    problems: dict[str, list[str]] = yaml.safe_load(_PROBLEMS.read_text(encoding="utf-8"))

    def look(uow: UnitOfWork) -> list[Offered]:
        return [
            _offered(uow, problem, fits, unseen=number % 2 == 1)
            for fits, told in problems.items()
            for number, problem in enumerate(told)
        ]

    with TemporaryDirectory() as folder:
        async with desk_at(Path(folder)) as desk:
            return await desk.look(look)


def rates(found: Sequence[Offered]) -> Rates:
    """Count."""
    fitting = [one for one in found if one.fits != NONE]
    none = [one for one in found if one.fits == NONE]
    first = [one for one in fitting if one.slugs[:1] == (one.fits,)]
    return Rates(
        fitting=len(fitting),
        first=len(first),
        among_three=sum(one.fits in one.slugs for one in fitting),
        sure=sum(one.sure for one in first),
        sure_wrongly=sum(one.sure for one in fitting) - sum(one.sure for one in first),
        none=len(none),
        sure_of_none=sum(one.sure for one in none),
    )


def table(found: Sequence[Offered]) -> Iterator[str]:
    """A markdown table by the flow that fits, and below it what was surely offered and does not fit."""
    yield "| fits | problems | first | among three | sure | wrongly sure |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for slug in dict.fromkeys(one.fits for one in found):
        yield _row(slug, [one for one in found if one.fits == slug])
    yield _row("**unseen**", [one for one in found if one.unseen])
    yield _row("**all**", found)
    wrong = [one for one in found if one.sure and one.slugs[0] != one.fits]
    yield from ("", *(f"- {one.problem}: {one.slugs[0]}, not {one.fits}" for one in wrong)) if wrong else ()


def _offered(uow: UnitOfWork, problem: str, fits: str, *, unseen: bool) -> Offered:
    offers, sure = offers_for(uow, problem)
    return Offered(problem=problem, fits=fits, slugs=tuple(o.flow.slug for o in offers), sure=sure, unseen=unseen)


def _row(name: str, found: Sequence[Offered]) -> str:
    told = rates(found)
    counts = (told.first, told.among_three, told.sure, told.sure_wrongly + told.sure_of_none)
    return f"| {name} | {len(found)} | {' | '.join(map(str, counts))} |"
