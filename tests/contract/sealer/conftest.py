"""The sealers that the contract suite runs on. One joins with a function that makes it of keys, and a line here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from core.ports import Sealer
from storage.secrets import FernetSealer, new_key


@dataclass(frozen=True, kw_only=True)
class Keys:
    """How a kind of sealer is made: of keys, the first of which seals."""

    new: Callable[[], str]
    sealer: Callable[[Sequence[str]], Sealer]


SEALERS = {"fernet": Keys(new=new_key, sealer=FernetSealer)}


@pytest.fixture(params=SEALERS)
def keys(request: pytest.FixtureRequest) -> Keys:
    """One kind of sealer."""
    return SEALERS[request.param]
