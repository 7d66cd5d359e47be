"""The agenda in memory, written from the port's words alone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count

from schoon.agenda import Claimed, Task, TaskKind, Waiting
from schoon.kinds import Transaction


@dataclass
class _Row:
    number: int
    task: Task
    free_at: datetime
    attempts: int = 0
    lease: str = ""


@dataclass
class MemoryAgenda:
    rows: dict[tuple[TaskKind, str], _Row] = field(default_factory=dict)
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def put(self, tx: Transaction, tasks: Sequence[Task]) -> None:
        for task in tasks:
            key = (task.kind, task.subject)
            number = self.rows[key].number if key in self.rows else next(self.numbers)
            self.rows[key] = _Row(number, task, task.due_at)

    def drop(self, tx: Transaction, kind: TaskKind, subjects: Collection[str]) -> None:
        for subject in subjects:
            self.rows.pop((kind, subject), None)

    def claim(
        self, tx: Transaction, *, now: datetime, until: datetime, limit: int, kinds: Collection[TaskKind] | None = None
    ) -> list[Claimed]:
        free = [row for row in self._among(kinds) if row.free_at <= now][:limit]
        lease = f"lease {next(self.numbers)}"
        claimed = [self._claimed(replace(row, lease=lease)) for row in free]
        for row in free:
            row.lease, row.free_at, row.attempts = lease, until, row.attempts + 1
        return claimed

    def done(self, tx: Transaction, claimed: Sequence[Claimed]) -> list[Claimed]:
        ours = [one for one in claimed if self._holds(one)]
        for one in ours:
            del self.rows[one.kind, one.subject]
        return ours

    def again(self, tx: Transaction, claimed: Sequence[Claimed], *, due_at: datetime) -> None:
        for one in claimed:
            if self._holds(one):
                row = self.rows[one.kind, one.subject]
                row.task, row.free_at, row.lease = replace(row.task, due_at=due_at), due_at, ""

    def next_due(self, tx: Transaction, kinds: Collection[TaskKind] | None = None) -> datetime | None:
        return next((row.free_at for row in self._among(kinds)), None)

    def waiting(self, tx: Transaction, now: datetime) -> list[Waiting]:
        found = []
        for kind in sorted({kind for kind, _ in self.rows}):
            rows = self._among([kind])
            due = [row.task.due_at for row in rows if row.free_at <= now]
            found.append(Waiting(kind=kind, tasks=len(rows), due=len(due), oldest=min(due, default=None)))
        return found

    def _among(self, kinds: Collection[TaskKind] | None) -> list[_Row]:
        rows = [row for row in self.rows.values() if kinds is None or row.task.kind in kinds]
        return sorted(rows, key=lambda row: (row.free_at, row.number))

    def _holds(self, one: Claimed) -> bool:
        row = self.rows.get((one.kind, one.subject))
        return row is not None and row.number == one.number and row.lease == one.lease

    def _claimed(self, row: _Row) -> Claimed:
        return Claimed(
            number=row.number,
            kind=row.task.kind,
            subject=row.task.subject,
            due_at=row.task.due_at,
            attempts=row.attempts,
            lease=row.lease,
        )
