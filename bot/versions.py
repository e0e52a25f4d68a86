"""Which FlowPilot this is."""

from importlib.metadata import PackageNotFoundError, version

__all__ = ["flowpilot_version"]


def flowpilot_version() -> str:
    """The installed version."""
    try:
        return version("flowpilot")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "unknown"
