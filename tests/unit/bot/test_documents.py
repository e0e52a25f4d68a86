"""The documents for operators tell what there is: every setting, command and metric."""

import re
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from pydantic.fields import FieldInfo

from bot.cli import cli
from bot.metrics import Metrics
from bot.settings import Settings
from bot.settings_sources import rule_of, variable_of

DOCS = Path(__file__).resolve().parents[3] / "docs"


def row(name: str, field: FieldInfo) -> str:
    """A setting's line in the table."""
    rule = rule_of(Settings, name)
    default = field.get_default()
    shown = rule["shown"] or (str(default) if isinstance(default, int | str | Path) else "")
    return f"| `{variable_of(Settings, name)}` | {shown or 'nothing'} | {field.description} | {rule['must']} |"


def commands(group: click.Group, before: str = "flowpilot") -> list[str]:
    """Every command with the groups it is in."""
    found = []
    for name, command in group.commands.items():
        whole = f"{before} {name}"
        found += commands(command, whole) if isinstance(command, click.Group) else [whole]
    return found


def test_the_table_of_settings_is_what_the_program_reads() -> None:
    """Line by line, in the order of bot/settings.py."""
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    listed = [line for line in text.splitlines() if line.startswith("| `") and line.count(" | ") == 3]
    assert listed == [row(name, field) for name, field in Settings.model_fields.items()]


@pytest.mark.parametrize("command", commands(cli))
def test_every_command_is_documented(command: str) -> None:
    """Where operators look for it."""
    assert f"{command}" in (DOCS / "operating.md").read_text(encoding="utf-8")


def test_every_metric_is_documented() -> None:
    """And no other."""
    written = Metrics().text({}, datetime(2026, 5, 4, tzinfo=UTC)).decode()
    text = (DOCS / "operating.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(flowpilot_\w+)`", text, re.MULTILINE)) == set(
        re.findall(r"^# TYPE (\S+)", written, re.MULTILINE)
    )
