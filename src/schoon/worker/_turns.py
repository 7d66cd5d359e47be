"""Takes what is due, one batch after the other, and hands each to who does it."""

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta

from schoon.agenda import Claimed, retry_after
from schoon.worker._tally import Tally
from schoon.worker._workplace import Job, Workplace

LEASE = timedelta(seconds=45)
"""How long a claim lasts: who dies is followed by another within a minute. Longer batches are kept, see `Keeper`."""

SUSPECT = 2
"""A task whose worker died in it so many times is done alone, so that it takes no others with it."""

_log = logging.getLogger(__name__)

Hold = Callable[[Sequence[Claimed]], AbstractContextManager[None]]
"""Keeps tasks ours while the block runs, however long it takes."""


def _no_hold(_: Sequence[Claimed]) -> AbstractContextManager[None]:
    return nullcontext()


class Turns:
    """Does one batch at a time. Kinds take turns, so that none waits behind the backlog of another."""

    def __init__(
        self, place: Workplace, *, tally: Tally | None = None, lease: timedelta = LEASE, hold: Hold = _no_hold
    ) -> None:
        """Take the workplace; nothing is claimed yet.

        Args:
            place: Its agenda, jobs and clock are used.
            tally: Counts what is done.
            lease: How long a claim lasts.
            hold: See `Hold`; without one, batches must end within the lease.
        """
        self.tally = tally or Tally()
        self._agenda, self._clock = place.agenda, place.clock
        self._lease, self._hold = lease, hold
        self._jobs = deque(place.jobs)
        self._kinds = [job.kind for job in place.jobs]

    def turn(self) -> datetime | None:
        """Do one batch, if anything is due; when to come again, or None when nothing is planned."""
        now = self._clock()
        due = self._agenda.next_due(self._kinds)
        job = next((one for one in self._jobs if one.kind in due and due[one.kind] <= now), None)
        if job is None:
            return min(due.values(), default=None)
        self._jobs.remove(job)
        self._jobs.append(job)
        self._do(job, self._agenda.claim(job.kind, now=now, until=now + self._lease, limit=job.batch), now)
        return now

    def _do(self, job: Job, claimed: Sequence[Claimed], now: datetime) -> None:
        self.tally.claimed(job.kind, claimed, now)
        suspects = [task for task in claimed if task.lapses >= SUSPECT]
        self._attempt(job, [task for task in claimed if task not in suspects], now, self._hold)
        for task in suspects:
            fields = {"event": "worker.suspect", "kind": task.kind.value, "subject": task.subject}
            _log.warning("task is done alone", extra=fields | {"attempts": task.attempts})
            kept = self._agenda.keep([task], until=self._clock() + retry_after(task.attempts))
            self._attempt(job, kept, now, _no_hold)

    def _attempt(self, job: Job, claimed: Sequence[Claimed], now: datetime, hold: Hold) -> None:
        if not claimed:
            return
        began = time.monotonic()
        try:
            with hold(claimed):
                job.run(claimed, now)
        except Exception as fault:  # noqa: BLE001 - one poisoned task must not stop the others, whatever it raises
            self._after_fault(job, claimed, now, fault)
        else:
            self.tally.did(job.kind, len(claimed), time.monotonic() - began)

    def _after_fault(self, job: Job, claimed: Sequence[Claimed], now: datetime, fault: Exception) -> None:
        """Halve the batch, without what is done already or somebody else's by now; set a single task aside."""
        if len(claimed) > 1:
            half = len(claimed) // 2
            for part in (claimed[:half], claimed[half:]):
                self._attempt(job, self._agenda.keep(part, until=self._clock() + self._lease), now, self._hold)
            return
        (task,) = claimed
        name = type(fault).__name__
        self._agenda.set_aside([task], fault=name, free_at=self._clock() + retry_after(task.attempts))
        self.tally.failed(job.kind)
        fields = {"event": "worker.set_aside", "kind": task.kind.value, "subject": task.subject, "error": name}
        _log.error("task set aside", extra=fields | {"attempts": task.attempts + 1}, exc_info=fault)
