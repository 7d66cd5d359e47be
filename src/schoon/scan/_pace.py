"""Time as the scan sees it: now, waiting, the limits on reading and the hours in which files are read."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from schoon.kinds import Clock
from schoon.scan.types import Hours, Rate

_LOOK_AGAIN_SECONDS = 30.0
_MOST_SAVED_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """The only ways in which a scan meets time.

    Attributes:
        now: The present instant, for records and for what the file system's times are compared with.
        monotonic: Seconds that only rise, for rates and durations.
        wait: Waits so many seconds; True when the scan was stopped meanwhile.
        local: The same instant in the machine's own zone, for the hours of the day.
    """

    now: Clock
    monotonic: Callable[[], float]
    wait: Callable[[float], bool]
    local: Callable[[datetime], datetime] = datetime.astimezone


class Pace:
    """Lets threads go on no faster, and no other time of day, than the operator allows."""

    def __init__(self, rate: Rate, hours: Hours | None, time: Time) -> None:
        """Full speed at any hour when neither is given."""
        self._rate = rate
        self._hours = hours
        self._time = time
        self._lock = threading.Lock()
        self._free_at = time.monotonic()
        self.is_unlimited = hours is None and rate == Rate()

    def admit(self, size_bytes: int) -> bool:
        """Wait until a file of this size may be read; False when the scan was stopped instead."""
        if self.is_unlimited:
            return True
        if not self._wait_for_hours():
            return False
        pause = self._reserve(size_bytes)
        return pause <= 0 or not self._time.wait(pause)

    def is_open(self) -> bool:
        """Whether files may be read at this hour."""
        return self._hours is None or self._hours.holds(self._time.local(self._time.now()).time())

    def _wait_for_hours(self) -> bool:
        while not self.is_open():
            if self._time.wait(_LOOK_AGAIN_SECONDS):
                return False
        return True

    def _reserve(self, size_bytes: int) -> float:
        """Seconds until this file's turn; turns are handed out in order, and a second of idleness is saved at most."""
        cost = 0.0
        if self._rate.files_per_second is not None:
            cost = 1.0 / self._rate.files_per_second
        if self._rate.bytes_per_second is not None:
            cost = max(cost, size_bytes / self._rate.bytes_per_second)
        with self._lock:
            now = self._time.monotonic()
            turn = max(self._free_at, now - min(_MOST_SAVED_SECONDS, cost))
            self._free_at = turn + cost
        return turn - now
