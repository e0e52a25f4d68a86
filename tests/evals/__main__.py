"""`python -m tests.evals [--only RUN] [--case WORDS]`: evaluates documents and facts, prints tables, and fails if a case does.

The drafts that need no model, recorded answers, and, where the settings name a model, its answers now. Which flows are offered
for a problem is counted: tests/evals/test_flows.py says how many have to be right.
"""

import argparse
import asyncio
import logging
import sys
from collections.abc import Sequence
from functools import partial
from typing import TypeVar

from bot.models import open_model
from bot.settings import Settings
from core.prompts import Purpose
from tests.evals import suite
from tests.evals.asking import by_model
from tests.evals.cases import cases
from tests.evals.facts import suite as facts
from tests.evals.facts.cases import FactCase
from tests.evals.facts.cases import cases as fact_cases
from tests.evals.facts.cases import recordings as fact_recordings
from tests.evals.flows import suite as flows
from tests.evals.recordings import recordings
from tests.evals.situations import SituationCase

_RUNS = ("drafts", "recorded", "flows", "live")
#: Requests to a model at once.
_AT_ONCE = 4
Named = TypeVar("Named", SituationCase, FactCase)


async def live(settings: Settings, of: Sequence[SituationCase]) -> suite.Report:
    """Ask the model that the settings name for documents; there has to be one."""
    async with open_model(settings) as model:
        return await suite.run("live", of, partial(by_model, model), at_once=_AT_ONCE)


async def live_facts(settings: Settings, of: Sequence[FactCase]) -> facts.Report:
    """Ask it for facts."""
    async with open_model(settings) as model:
        return await facts.run("live facts", of, partial(facts.by_model, model), at_once=_AT_ONCE)


def _print(title: str, report: suite.Report) -> bool:
    print(f"\n### {title}\n")
    print("\n".join(suite.table(report)), flush=True)
    return not suite.broken(report)


def _print_facts(title: str, report: facts.Report) -> bool:
    print(f"\n### {title}\n")
    print("\n".join(suite.table(report, "step", facts.WAYS)), flush=True)
    return not suite.broken(report)


def _named(words: str, of: Sequence[Named]) -> list[Named]:
    """The cases whose name holds these words."""
    return [case for case in of if words in (case.name or "")]


def main() -> None:
    """Evaluate what was asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.evals", description="Evaluate FlowPilot's documents, facts and matching."
    )
    parser.add_argument("--only", choices=_RUNS, action="append", metavar="RUN", help=f"of {', '.join(_RUNS)}")
    parser.add_argument("--case", default="", metavar="WORDS", help="only cases whose name holds these words")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    wanted = arguments.only or _RUNS
    of, answered = _named(arguments.case, cases()), _named(arguments.case, recordings())
    steps, told = _named(arguments.case, fact_cases()), _named(arguments.case, fact_recordings())
    passed = True
    if "drafts" in wanted:
        passed &= _print("Drafts without a model", asyncio.run(suite.drafts(of)))
    if "recorded" in wanted:
        passed &= _print("Recorded answers", asyncio.run(suite.recorded(answered)))
        passed &= _print_facts("Recorded answers: facts", asyncio.run(facts.recorded(told)))
    if "flows" in wanted:
        print("\n### Flows offered for a problem\n")
        print("\n".join(flows.table(asyncio.run(flows.offered()))), flush=True)
    settings = Settings()
    if "live" in wanted and not (settings.model_url or settings.anthropic_api_key.get_secret_value()):
        print("\nNo model is configured, so none was asked: docs/models.md says how.")
    elif "live" in wanted:
        models, _ = settings.models
        names = ", ".join(dict.fromkeys(models.values()))
        passed &= _print(f"Live: {names}", asyncio.run(live(settings, of)))
        passed &= _print_facts(f"Live facts: {models[Purpose.FACTS]}", asyncio.run(live_facts(settings, steps)))
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
