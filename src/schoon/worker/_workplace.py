"""What a worker works with: the agenda, the table of jobs, the chores that recur."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from schoon.agenda import Claimed, TaskKind, Waiting
from schoon.kinds import Clock
from schoon.worker._chores import Chore


class DueWork(Protocol):
    """Hands out what is due, one transaction a call: `schoon.agenda.service.AgendaService`."""

    def claim(self, kind: TaskKind, *, now: datetime, until: datetime, limit: int) -> list[Claimed]:
        """At most `limit` tasks of one kind that are due; ours until `until`."""
        ...

    def keep(self, claimed: Sequence[Claimed], *, until: datetime) -> list[Claimed]:
        """Those that are still ours, and stay so until then."""
        ...

    def set_aside(self, claimed: Sequence[Claimed], *, fault: str, free_at: datetime) -> None:
        """Give tasks back after a fault."""
        ...

    def next_due(self, kinds: Collection[TaskKind]) -> dict[TaskKind, datetime]:
        """When the next task of each kind may be claimed."""
        ...

    def waiting(self, now: datetime) -> list[Waiting]:
        """How each kind stands."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Who does one kind of task.

    Attributes:
        run: Does a batch, given the instant at which it was claimed; writes down by itself what became of each.
        batch: How many tasks are claimed at once. A worker that is told to stop ends its batch first.
    """

    kind: TaskKind
    run: Callable[[Sequence[Claimed], datetime], object]
    batch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """Everything that one process works with.

    Attributes:
        jobs: At most one of a kind. Tasks of other kinds are left alone.
        close: Ends the use of it: connections are closed.
    """

    agenda: DueWork
    jobs: Sequence[Job]
    chores: Sequence[Chore]
    clock: Clock
    close: Callable[[], None]
