"""What the documentation shows works."""

import re
from pathlib import Path

from core.flows.advice import advise
from core.flows.source import parse_flow

ROOT = Path(__file__).parents[3]


def test_the_flow_in_the_documentation_is_valid_and_needs_no_advice() -> None:
    """Somebody will copy it."""
    blocks = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/flows.md").read_text(), re.DOTALL)
    assert [advise(parse_flow(block, "flows.md")) for block in blocks] == [()]


def test_every_link_between_pages_leads_somewhere() -> None:
    """Relative links of README, docs and the change log name files that exist."""
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{page.name}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert broken == []
