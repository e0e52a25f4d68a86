"""A length of time in words, for people: rounded up, so that nobody comes back too early."""

import math

__all__ = ["roughly"]


def roughly(seconds: float) -> str:
    """A finite number of seconds, such as "a minute", "10 minutes", "2 hours"."""
    minutes, hours, days = (math.ceil(seconds / unit) for unit in (60, 3_600, 86_400))
    if minutes <= 1:
        return "a minute"
    if minutes <= 90:
        return f"{minutes} minutes"
    if hours <= 36:
        return f"{hours} hours"
    return f"{days} days" if days <= 14 else "more than two weeks"
