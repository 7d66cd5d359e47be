"""The agenda in memory, written from the port's words alone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count

from schoon.agenda import Claimed, Failing, Task, TaskKind, Waiting
from schoon.kinds import Transaction


@dataclass
class _Row:
    number: int
    task: Task
    free_at: datetime
    attempts: int = 0
    lease: str = ""
    fault: str = ""
    lapses: int = 0


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
        claimed = [self._claimed(row, lease) for row in free]
        for row in free:
            row.lapses = row.lapses + 1 if row.lease else 0
            row.lease, row.free_at, row.attempts = lease, until, row.attempts + 1
        return claimed

    def keep(self, tx: Transaction, claimed: Sequence[Claimed], *, until: datetime) -> list[Claimed]:
        ours = [one for one in claimed if self._holds(one)]
        for one in ours:
            self.rows[one.kind, one.subject].free_at = until
        return ours

    def done(self, tx: Transaction, claimed: Sequence[Claimed]) -> list[Claimed]:
        ours = [one for one in claimed if self._holds(one)]
        for one in ours:
            del self.rows[one.kind, one.subject]
        return ours

    def again(self, tx: Transaction, claimed: Sequence[Claimed], *, due_at: datetime) -> None:
        for one in claimed:
            if self._holds(one):
                row = self.rows[one.kind, one.subject]
                row.task, row.free_at, row.lease, row.fault = replace(row.task, due_at=due_at), due_at, "", ""

    def set_aside(self, tx: Transaction, claimed: Sequence[Claimed], *, fault: str, free_at: datetime) -> None:
        for one in claimed:
            if self._holds(one):
                row = self.rows[one.kind, one.subject]
                row.free_at, row.lease, row.fault = free_at, "", fault

    def next_due(self, tx: Transaction, kinds: Collection[TaskKind]) -> dict[TaskKind, datetime]:
        return {kind: rows[0].free_at for kind in kinds if (rows := self._among([kind]))}

    def waiting(self, tx: Transaction, now: datetime) -> list[Waiting]:
        found = []
        for kind in sorted({kind for kind, _ in self.rows}):
            rows = self._among([kind])
            due = [row.task.due_at for row in rows if row.free_at <= now]
            failing = sum(bool(row.fault) for row in rows)
            oldest = min(due, default=None)
            found.append(Waiting(kind=kind, tasks=len(rows), due=len(due), oldest=oldest, failing=failing))
        return found

    def failing(self, tx: Transaction, limit: int) -> list[Failing]:
        rows = sorted((row for row in self.rows.values() if row.fault), key=lambda row: (row.task.due_at, row.number))
        return [
            Failing(
                kind=row.task.kind,
                subject=row.task.subject,
                due_at=row.task.due_at,
                free_at=row.free_at,
                attempts=row.attempts,
                fault=row.fault,
            )
            for row in rows[:limit]
        ]

    def _among(self, kinds: Collection[TaskKind] | None) -> list[_Row]:
        rows = [row for row in self.rows.values() if kinds is None or row.task.kind in kinds]
        return sorted(rows, key=lambda row: (row.free_at, row.number))

    def _holds(self, one: Claimed) -> bool:
        row = self.rows.get((one.kind, one.subject))
        return row is not None and row.number == one.number and row.lease == one.lease

    def _claimed(self, row: _Row, lease: str) -> Claimed:
        return Claimed(
            number=row.number,
            kind=row.task.kind,
            subject=row.task.subject,
            due_at=row.task.due_at,
            attempts=row.attempts,
            lease=lease,
            lapses=row.lapses + 1 if row.lease else 0,
        )
