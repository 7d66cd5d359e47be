"""Keeps a batch ours that takes longer than a claim lasts."""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from schoon.agenda import Claimed
from schoon.kinds import Clock, OutageError
from schoon.worker._workplace import DueWork

LONGEST_BATCH = timedelta(minutes=10)
"""A batch that takes longer has lost its way: its claims are let go, and the crew ends the process."""

_log = logging.getLogger(__name__)


class Keeper:
    """A thread that renews the claims of the batch at hand, three times a lease."""

    def __init__(self, agenda: DueWork, clock: Clock, *, lease: timedelta, longest: timedelta = LONGEST_BATCH) -> None:
        """Start the thread."""
        self._most_renewals = int(longest / (lease / 3))
        self._agenda, self._clock, self._lease = agenda, clock, lease
        self._held: Sequence[Claimed] = ()
        self._renewals = 0
        self._lock, self._ended = threading.Lock(), threading.Event()
        threading.Thread(target=self._renew, name="schoon-keeper", daemon=True).start()

    def end(self) -> None:
        """Let the thread end."""
        self._ended.set()

    @contextmanager
    def hold(self, claimed: Sequence[Claimed]) -> Iterator[None]:
        """Keep these ours while the block runs, but not for ever."""
        with self._lock:
            self._held, self._renewals = claimed, self._most_renewals
        try:
            yield
        finally:
            with self._lock:
                self._held = ()

    def _renew(self) -> None:
        while not self._ended.wait(self._lease.total_seconds() / 3):
            with self._lock:  # so that no claim is renewed once its batch has ended
                if not self._held or not self._renewals:
                    continue
                self._renewals -= 1
                try:
                    self._agenda.keep(self._held, until=self._clock() + self._lease)
                except OutageError as fault:
                    fields = {"event": "worker.not_kept", "error": type(fault).__name__}
                    _log.warning("claims not renewed", extra=fields)
