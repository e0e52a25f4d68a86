"""`python -m tests.evals [--only RUN] [--case WORDS]`: evaluates the documents, prints tables, and fails if a case does.

The drafts that need no model, recorded answers, and, where the settings name a model, its answers now.
"""

import argparse
import asyncio
import logging
import sys
from collections.abc import Sequence
from functools import partial

from bot.models import open_model
from bot.settings import Settings
from tests.evals import suite
from tests.evals.asking import by_model
from tests.evals.cases import cases
from tests.evals.recordings import recordings
from tests.evals.situations import SituationCase

_RUNS = ("drafts", "recorded", "live")
#: Requests to a model at once.
_AT_ONCE = 4


async def live(settings: Settings, of: Sequence[SituationCase]) -> suite.Report:
    """Ask the model that the settings name; there has to be one."""
    async with open_model(settings) as model:
        return await suite.run("live", of, partial(by_model, model), at_once=_AT_ONCE)


def _print(title: str, report: suite.Report) -> bool:
    print(f"\n### {title}\n")
    print("\n".join(suite.table(report)), flush=True)
    return not suite.broken(report)


def main() -> None:
    """Evaluate what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.evals", description="Evaluate FlowPilot's documents.")
    parser.add_argument("--only", choices=_RUNS, action="append", metavar="RUN", help=f"of {', '.join(_RUNS)}")
    parser.add_argument("--case", default="", metavar="WORDS", help="only cases whose name holds these words")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    wanted = arguments.only or _RUNS
    of, answered = (
        [case for case in found if arguments.case in (case.name or "")] for found in (cases(), recordings())
    )
    passed = True
    if "drafts" in wanted:
        passed &= _print("Drafts without a model", asyncio.run(suite.drafts(of)))
    if "recorded" in wanted:
        passed &= _print("Recorded answers", asyncio.run(suite.recorded(answered)))
    settings = Settings()
    if "live" in wanted and not (settings.model_url or settings.anthropic_api_key.get_secret_value()):
        print("\nNo model is configured, so none was asked: docs/models.md says how.")
    elif "live" in wanted:
        models, _ = settings.models
        names = ", ".join(dict.fromkeys(models.values()))
        passed &= _print(f"Live: {names}", asyncio.run(live(settings, of)))
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
