"""Where tasks are kept."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from schoon.agenda.types import Claimed, Task, TaskKind, Waiting
from schoon.kinds import Transaction


class Agenda(Protocol):
    """Keeps tasks until they are done. Every call takes many at once, in a number of statements that does not grow."""

    def put(self, tx: Transaction, tasks: Sequence[Task]) -> None:
        """Add tasks. One that is there gets the new due time and no attempts, and whoever claimed it has lost it."""
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

    def done(self, tx: Transaction, claimed: Sequence[Claimed]) -> list[Claimed]:
        """End tasks, and say which were still ours; of the others nothing may be written down.

        Ask first, in the transaction that writes down what was done.
        """
        ...

    def again(self, tx: Transaction, claimed: Sequence[Claimed], *, due_at: datetime) -> None:
        """Give tasks that are still ours back, to be claimed again from then on; attempts count up."""
        ...

    def next_due(self, tx: Transaction, kinds: Collection[TaskKind] | None = None) -> datetime | None:
        """When the next task may be claimed: its due time, or the end of its claim. None with nothing to do."""
        ...

    def waiting(self, tx: Transaction, now: datetime) -> list[Waiting]:
        """How each kind stands, for the desk and for monitoring; kinds without tasks are left out."""
        ...
