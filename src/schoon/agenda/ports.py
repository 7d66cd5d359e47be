"""Where tasks are kept."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from schoon.agenda.types import Claimed, Failing, Task, TaskKind, Waiting
from schoon.kinds import Transaction


class Agenda(Protocol):
    """Keeps tasks until they are done. Every call takes many at once, in a number of statements that does not grow."""

    def put(self, tx: Transaction, tasks: Sequence[Task]) -> None:
        """Add tasks. One that is there already gets the new due time and no attempts; who claimed it has lost it."""
        ...

    def drop(self, tx: Transaction, kind: TaskKind, subjects: Collection[str]) -> None:
        """Take tasks off, claimed or not; those that are not there are left out."""
        ...

    def claim(
        self, tx: Transaction, *, now: datetime, until: datetime, limit: int, kinds: Collection[TaskKind] | None = None
    ) -> list[Claimed]:
        """At most `limit` tasks due at `now`, the longest due first, claimed by nobody or by a claim that has ended.

        They are ours until `until`. Two workers never get the same one; neither waits for the other.
        """
        ...

    def keep(self, tx: Transaction, claimed: Sequence[Claimed], *, until: datetime) -> list[Claimed]:
        """Those that are still ours, and stay so until then."""
        ...

    def done(self, tx: Transaction, claimed: Sequence[Claimed]) -> list[Claimed]:
        """End tasks, and say which were still ours; of the others nothing may be written down.

        Ask first, in the transaction that writes down what was done.
        """
        ...

    def again(self, tx: Transaction, claimed: Sequence[Claimed], *, due_at: datetime) -> None:
        """Give tasks that are still ours back, to be claimed again from then on; attempts count up."""
        ...

    def set_aside(self, tx: Transaction, claimed: Sequence[Claimed], *, fault: str, free_at: datetime) -> None:
        """Give tasks that are still ours back after a fault, to be tried again from `free_at` on.

        Args:
            tx: The transaction.
            claimed: Those that could not be done; they stay due since they were.
            fault: The name of the error, for people; it goes when the task is put again or given back without one.
            free_at: When they may be claimed again.
        """
        ...

    def next_due(self, tx: Transaction, kinds: Collection[TaskKind]) -> dict[TaskKind, datetime]:
        """When the next task of each kind may be claimed: its due time, or the end of its claim.

        Kinds without tasks are left out.
        """
        ...

    def waiting(self, tx: Transaction, now: datetime) -> list[Waiting]:
        """How each kind stands, for the desk and for monitoring; kinds without tasks are left out."""
        ...

    def failing(self, tx: Transaction, limit: int) -> list[Failing]:
        """Tasks that were set aside and not done since, the longest due first."""
        ...
