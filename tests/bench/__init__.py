"""Measurements against baselines of the same run: `make bench`. What they mean is in docs/performance.md."""
