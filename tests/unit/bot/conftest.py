"""Settings are read from an empty folder and an environment without FlowPilot's names."""

import os
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: empty, and nothing is set."""
    for name in list(os.environ):
        if name.upper().startswith("FLOWPILOT_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path
