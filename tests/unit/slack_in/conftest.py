"""A desk whose database the adapter writes to."""

from tests.unit.core.conftest import desk, template

__all__ = ["desk", "template"]
