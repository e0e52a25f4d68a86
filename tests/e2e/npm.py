"""Servers of others that come as npm packages, installed by name into a cache folder."""

import shutil
import subprocess
from pathlib import Path

import pytest

__all__ = ["installed"]

CACHE = Path(__file__).resolve().parents[2] / ".cache"


def installed(package: str, folder: str, program: str) -> Path:
    """The program of a package (name@version), which none of its scripts has touched. Skips where npm or the registry is
    missing; in CI a skip is a failure."""
    cache = CACHE / folder
    path = cache / "node_modules" / program
    if path.is_file():
        return path
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip(f"no npm for {package}")
    cache.mkdir(parents=True, exist_ok=True)
    command = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(cache), package]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode or not path.is_file():
        pytest.skip(f"npm could not install {package}: {done.stderr[-300:]}")
    return path
