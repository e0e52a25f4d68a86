"""Python's collector of garbage, as it suits a server."""

import gc

__all__ = ["settle_heap"]

#: Objects that are made, and not let go again, before the collector looks at the young ones. Python's own number (700) suits a
#: script: a server that answers many at once passes it with what is under way (docs/performance.md).
YOUNG = 20_000


def settle_heap() -> None:
    """Call it when everything is made that stays: it is not looked at again, which would stop everybody for 50 ms."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
