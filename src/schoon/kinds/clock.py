"""Time comes in as an argument; this module only names the shape of a clock and refuses naive times."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the present instant as an aware datetime in UTC. Only `main` makes one that reads the machine's clock."""


def require_utc(moment: datetime) -> datetime:
    """The same instant, expressed in UTC.

    Raises:
        ValueError: `moment` has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone; give an aware datetime")
    return moment.astimezone(UTC)
