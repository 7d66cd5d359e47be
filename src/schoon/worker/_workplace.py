"""What a worker works with: the agenda, the table of jobs, the chores that recur."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from schoon.agenda import Claimed, TaskKind
from schoon.agenda.service import AgendaService
from schoon.kinds import Clock


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
class Chore:
    """Something to do again and again that needs no claim: any number of processes may do it at once.

    Attributes:
        name: For the log.
        every_seconds: Pause between the end of one run and the start of the next.
        run: Does it once.
    """

    name: str
    every_seconds: float
    run: Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """Everything that one process works with.

    Attributes:
        jobs: At most one of a kind. Tasks of other kinds are left alone.
        close: Ends the use of it: connections are closed.
    """

    agenda: AgendaService
    jobs: Sequence[Job]
    chores: Sequence[Chore]
    clock: Clock
    close: Callable[[], None]
