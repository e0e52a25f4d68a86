"""The desks of core's tests."""

from tests.unit.core.conftest import desk, model, scripted, template

__all__ = ["desk", "model", "scripted", "template"]
