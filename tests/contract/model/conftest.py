"""The models that the contract suite runs on. One joins with a function, and a line here."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from adapters.models.offline import OfflineModel
from core.ports import Model


@dataclass(frozen=True, kw_only=True)
class Joined:
    """A model, and whether it goes by rule: the same for the same input, and nothing of its own."""

    model: Model
    by_rule: bool


MODELS: dict[str, Callable[[], Joined]] = {"offline": lambda: Joined(model=OfflineModel(), by_rule=True)}


@pytest.fixture(params=MODELS)
def model(request: pytest.FixtureRequest) -> Model:
    """One model."""
    return MODELS[request.param]().model


@pytest.fixture(params=[name for name, make in MODELS.items() if make().by_rule])
def ruled(request: pytest.FixtureRequest) -> Model:
    """One that goes by rule."""
    return MODELS[request.param]().model
