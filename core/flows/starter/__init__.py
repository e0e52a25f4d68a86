"""The flows that every new account begins with."""

from importlib import resources

__all__ = ["sources"]


def sources() -> tuple[tuple[str, str], ...]:
    """The starter flows as (file name, YAML text), by name."""
    files = (file for file in resources.files(__name__).iterdir() if file.name.endswith(".yaml"))
    return tuple(sorted((file.name, file.read_text(encoding="utf-8")) for file in files))
