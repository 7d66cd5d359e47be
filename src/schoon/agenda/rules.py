"""How long to wait before a task is tried again."""

from datetime import timedelta

_FIRST = timedelta(minutes=1)
_GROWS = 4
_LONGEST = timedelta(hours=1)
_ENOUGH = 8
"""Attempts after which the wait has long stopped growing."""


def retry_after(attempts: int) -> timedelta:
    """The wait after that many earlier attempts failed: a minute at first, an hour at most."""
    return min(_FIRST * _GROWS ** min(attempts, _ENOUGH), _LONGEST)
