"""The demonstration's clock: it lies days behind the machine's, and leaps to the next thing that happens."""

from datetime import datetime, timedelta

from schoon.kinds import Clock


class LeapingClock:
    """Runs at the machine's pace, some time behind it, and leaps ahead until it has caught up; it never goes back."""

    def __init__(self, machine: Clock, behind: timedelta) -> None:
        """Start so far behind the machine's clock."""
        self._machine = machine
        self._behind = behind

    def __call__(self) -> datetime:
        """The present instant of the demonstration."""
        return self._machine() - self._behind

    @property
    def has_caught_up(self) -> bool:
        """Whether it is the machine's clock by now."""
        return not self._behind

    def leap(self, to: datetime) -> None:
        """Go on at that instant, or at the machine's present one, whichever comes first."""
        self._behind = max(timedelta(0), min(self._behind, self._machine() - to))
