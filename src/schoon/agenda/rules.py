"""How long to wait before a task is tried again."""

from datetime import timedelta

_WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 4, 16, 60))


def retry_after(attempts: int) -> timedelta:
    """The wait after that many failed attempts: a minute, then four times as long each time, an hour at most."""
    return _WAITS[min(attempts, len(_WAITS) - 1)]
