"""The crew's figures: for Prometheus, and as a line in the log every minute."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge

from schoon.agenda import TaskKind, Waiting
from schoon.worker._tally import Tally

OVERDUE_SECONDS = 60.0
"""A task that nobody has claimed so long after it became due is overdue: workers are missing, or too few."""

_log = logging.getLogger(__name__)


class Figures:
    """What the processes did, and what waits. No label holds more than a kind of task."""

    def __init__(self, kinds: Sequence[TaskKind]) -> None:
        """Every figure starts at zero, so that none is missing from the first scrape."""
        self.registry = registry = CollectorRegistry(auto_describe=False)
        self._lag: dict[TaskKind, float] = {}
        self._done_since = 0
        names = {
            "done": "Tasks whose batch ended without a fault.",
            "set_aside": "Times that a task failed alone and was set aside.",
            "seconds": "Seconds spent on batches that ended.",
        }
        self._counters = {
            name: Counter(f"schoon_worker_{name}", text, ["kind"], registry=registry) for name, text in names.items()
        }
        waits = {
            "tasks": "Tasks in the agenda, claimed ones too.",
            "tasks_due": "Tasks that are due and claimed by nobody.",
            "tasks_waiting_seconds": "How long the longest due of those waits.",
            "tasks_failing": "Tasks that were set aside after a fault and not done since.",
        }
        self._gauges = {
            name: Gauge(f"schoon_{name}", text, ["kind"], registry=registry) for name, text in waits.items()
        }
        self._starts = Counter("schoon_worker_starts", "Working processes started.", registry=registry)
        self._alive = Gauge("schoon_worker_processes", "Working processes that run.", registry=registry)
        for one in (*self._counters.values(), *self._gauges.values()):
            for kind in kinds:
                one.labels(kind.value)

    def started(self) -> None:
        """Count a process that was started."""
        self._starts.inc()

    def add(self, tally: Tally) -> None:
        """Add what a process counted."""
        by_name: Mapping[str, Mapping[TaskKind, float]] = {
            "done": tally.done,
            "set_aside": tally.set_aside,
            "seconds": tally.seconds,
        }
        for name, counts in by_name.items():
            for kind, count in counts.items():
                self._counters[name].labels(kind.value).inc(count)
        self._done_since += sum(tally.done.values())
        self._lag |= {kind: max(lag, self._lag.get(kind, 0.0)) for kind, lag in tally.lag.items()}

    def show(self, waiting: Sequence[Waiting], now: datetime, *, processes: int) -> None:
        """Replace the figures that are looked up, and write the line of this minute."""
        self._alive.set(processes)
        shown = {one.kind: one for one in waiting}
        for kind in TaskKind:
            one = shown.get(kind) or Waiting(kind=kind, tasks=0, due=0, oldest=None)
            self._gauges["tasks"].labels(kind.value).set(one.tasks)
            self._gauges["tasks_due"].labels(kind.value).set(one.due)
            self._gauges["tasks_waiting_seconds"].labels(kind.value).set(_seconds(one, now))
            self._gauges["tasks_failing"].labels(kind.value).set(one.failing)
        self._write_line(waiting, now, processes)

    def _write_line(self, waiting: Sequence[Waiting], now: datetime, processes: int) -> None:
        overdue = [one.kind.value for one in waiting if _seconds(one, now) >= OVERDUE_SECONDS]
        fields = {
            "event": "worker.heartbeat",
            "processes": processes,
            "done": self._done_since,
            "lag_seconds": round(max(self._lag.values(), default=0.0), 1),
            "due": sum(one.due for one in waiting),
            "failing": sum(one.failing for one in waiting),
            "overdue": overdue,
        }
        self._lag, self._done_since = {}, 0
        _log.log(logging.WARNING if overdue else logging.INFO, "worker heartbeat", extra=fields)


def _seconds(one: Waiting, now: datetime) -> float:
    return 0.0 if one.oldest is None else max((now - one.oldest).total_seconds(), 0.0)
