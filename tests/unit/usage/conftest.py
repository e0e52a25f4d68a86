"""The desks of core's tests."""

from tests.unit.core.conftest import desk, template

__all__ = ["desk", "template"]
