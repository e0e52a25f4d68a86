"""What a process loads only when it is needed: the packages of vendors take a second, and tens of MiB."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.models import open_model
from bot.settings import load_settings
from core.thinking.thinker import ThinkingModel

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("package", ["anthropic", "slack_bolt", "slack_sdk"])
def test_what_is_not_configured_is_not_loaded(package: str) -> None:
    """The server's modules do without."""
    code = f"import bot.server, sys; print({package!r} in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("False", "")


async def test_with_a_key_claude_thinks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its package is loaded then."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-not-a-real-key")
    async with open_model(load_settings()) as model:
        assert isinstance(model, ThinkingModel)
        assert model.prompt_version.startswith("anthropic-")
