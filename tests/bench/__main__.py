"""`python -m tests.bench [--quick] [--only NAME]`: measures, prints markdown tables, and exits 0 whatever they say."""

import argparse
import asyncio
import logging
import signal
import sys
import time
from collections.abc import Mapping
from types import ModuleType

from tests.bench import busy, clicks, cost, facts, growth, outcomes, previews, starting, timers
from tests.bench.machine import machine
from tests.bench.options import Options
from tests.bench.places import places
from tests.bench.table import print_head, print_lines

TOPICS: Mapping[str, ModuleType] = {
    "outcomes": outcomes,
    "clicks": clicks,
    "busy": busy,
    "growth": growth,
    "facts": facts,
    "timers": timers,
    "previews": previews,
    "cost": cost,
    "starting": starting,
}


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure FlowPilot against baselines.")
    parser.add_argument(
        "--quick", action="store_true", help="shorter rounds and less data: for a look, not for numbers"
    )
    parser.add_argument("--only", choices=TOPICS, action="append", metavar="NAME", help=f"of {', '.join(TOPICS)}")
    arguments = parser.parse_args()
    logging.disable(logging.INFO)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # so that servers and files go, too
    started = time.perf_counter()
    with places() as found:
        print_head("Machine")
        print(machine(found))
        options = Options(places=found, quick=arguments.quick)
        for name in arguments.only or TOPICS:
            topic = TOPICS[name]
            print_head(topic.TITLE, topic.NOTES)
            print_lines(asyncio.run(topic.measure(options)))
    print(f"\nMeasured in {time.perf_counter() - started:.0f} s.")


if __name__ == "__main__":
    main()
