"""What a run of the bench is told."""

from dataclasses import dataclass

from tests.bench.places import Place

__all__ = ["Options"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """`quick`: fewer and shorter rounds, a tenth of the sessions; for a look, not for numbers."""

    places: dict[str, Place]
    quick: bool

    @property
    def rounds(self) -> int:
        """Of each side."""
        return 3 if self.quick else 5

    @property
    def seconds(self) -> float:
        """A round takes about."""
        return 0.3 if self.quick else 0.8

    @property
    def many(self) -> int:
        """Sessions of a large database."""
        return 100_000 if self.quick else 1_000_000
