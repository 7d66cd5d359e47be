"""Counts what a worker did, to be added up by the crew."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from schoon.agenda import Claimed, TaskKind


@dataclass(slots=True)
class Tally:
    """What was done since the last time somebody took the counts.

    Attributes:
        done: Tasks whose batch ended without a fault, by kind.
        set_aside: Tasks that failed alone, by kind.
        seconds: Spent on batches that ended, by kind.
        lag: The longest time in seconds between due and claimed, by kind.
    """

    done: dict[TaskKind, int] = field(default_factory=dict)
    set_aside: dict[TaskKind, int] = field(default_factory=dict)
    seconds: dict[TaskKind, float] = field(default_factory=dict)
    lag: dict[TaskKind, float] = field(default_factory=dict)

    def claimed(self, kind: TaskKind, tasks: Sequence[Claimed], now: datetime) -> None:
        """Count how late the tasks are taken up."""
        late = max(((now - task.due_at).total_seconds() for task in tasks), default=0.0)
        self.lag[kind] = max(self.lag.get(kind, 0.0), late)

    def did(self, kind: TaskKind, tasks: int, seconds: float) -> None:
        """Count a batch that ended."""
        self.done[kind] = self.done.get(kind, 0) + tasks
        self.seconds[kind] = self.seconds.get(kind, 0.0) + seconds

    def failed(self, kind: TaskKind) -> None:
        """Count a task that was set aside."""
        self.set_aside[kind] = self.set_aside.get(kind, 0) + 1

    def add(self, other: "Tally") -> None:
        """Add what another one counted."""
        for kind, count in other.done.items():
            self.done[kind] = self.done.get(kind, 0) + count
        for kind, count in other.set_aside.items():
            self.set_aside[kind] = self.set_aside.get(kind, 0) + count
        for kind, seconds in other.seconds.items():
            self.seconds[kind] = self.seconds.get(kind, 0.0) + seconds
        for kind, lag in other.lag.items():
            self.lag[kind] = max(self.lag.get(kind, 0.0), lag)
