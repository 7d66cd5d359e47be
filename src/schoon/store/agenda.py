"""The agenda on SQL: a claim moves the moment from which a task may be claimed to its end, and so ends by itself."""

import secrets
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, case, delete, func, select, update
from typing_extensions import override

from schoon.agenda import Agenda, Claimed, Task, TaskKind, Waiting
from schoon.kinds import Transaction
from schoon.store._sets import as_rows
from schoon.store._upsert import insert_for
from schoon.store.database import connection_of
from schoon.store.tables.agenda import agenda


class SqlAgenda(Agenda):
    """Keeps tasks in a table; claims are rows that two workers cannot both change."""

    @override
    def put(self, tx: Transaction, tasks: Sequence[Task]) -> None:
        if not tasks:
            return
        connection = connection_of(tx)
        last = {(task.kind.value, task.subject): task.due_at for task in tasks}
        rows = [
            {"kind": kind, "subject": subject, "due_at": due_at, "free_at": due_at, "attempts": 0}
            for (kind, subject), due_at in sorted(last.items())
        ]
        statement = insert_for(connection, agenda)
        anew = {"due_at": statement.excluded.due_at, "free_at": statement.excluded.due_at, "lease": None, "attempts": 0}
        connection.execute(statement.on_conflict_do_update(index_elements=["kind", "subject"], set_=anew), rows)

    @override
    def drop(self, tx: Transaction, kind: TaskKind, subjects: Collection[str]) -> None:
        if not subjects:
            return
        connection = connection_of(tx)
        given = select(as_rows(connection, sorted(subjects), str).c.value)
        connection.execute(delete(agenda).where(agenda.c.kind == kind.value, agenda.c.subject.in_(given)))

    @override
    def claim(
        self, tx: Transaction, *, now: datetime, until: datetime, limit: int, kinds: Collection[TaskKind] | None = None
    ) -> list[Claimed]:
        connection = connection_of(tx)
        query = select(agenda).where(agenda.c.free_at <= now).order_by(agenda.c.free_at, agenda.c.number).limit(limit)
        if kinds is not None:
            query = query.where(agenda.c.kind.in_(sorted(kind.value for kind in kinds)))
        rows = connection.execute(query.with_for_update(skip_locked=True)).all()
        if not rows:
            return []
        lease = secrets.token_hex(16)
        given = select(as_rows(connection, [row.number for row in rows], int).c.value)
        taken = update(agenda).where(agenda.c.number.in_(given))
        connection.execute(taken.values(lease=lease, free_at=until, attempts=agenda.c.attempts + 1))
        return [
            Claimed(
                number=row.number,
                kind=TaskKind(row.kind),
                subject=row.subject,
                due_at=row.due_at,
                attempts=row.attempts,
                lease=lease,
            )
            for row in rows
        ]

    @override
    def done(self, tx: Transaction, claimed: Sequence[Claimed]) -> list[Claimed]:
        connection = connection_of(tx)
        ours: set[int] = set()
        for lease, numbers in _by_lease(claimed).items():
            given = select(as_rows(connection, numbers, int).c.value)
            ended = delete(agenda).where(agenda.c.number.in_(given), agenda.c.lease == lease)
            ours.update(connection.scalars(ended.returning(agenda.c.number)))
        return [task for task in claimed if task.number in ours]

    @override
    def again(self, tx: Transaction, claimed: Sequence[Claimed], *, due_at: datetime) -> None:
        connection = connection_of(tx)
        for lease, numbers in _by_lease(claimed).items():
            given = select(as_rows(connection, numbers, int).c.value)
            held = and_(agenda.c.number.in_(given), agenda.c.lease == lease)
            connection.execute(update(agenda).where(held).values(lease=None, due_at=due_at, free_at=due_at))

    @override
    def next_due(self, tx: Transaction, kinds: Collection[TaskKind] | None = None) -> datetime | None:
        query = select(agenda.c.free_at).order_by(agenda.c.free_at).limit(1)
        if kinds is not None:
            query = query.where(agenda.c.kind.in_(sorted(kind.value for kind in kinds)))
        found: datetime | None = connection_of(tx).scalar(query)
        return found

    @override
    def waiting(self, tx: Transaction, now: datetime) -> list[Waiting]:
        due = case((agenda.c.free_at <= now, 1), else_=0)
        since = func.min(case((agenda.c.free_at <= now, agenda.c.due_at)), type_=agenda.c.due_at.type)
        query = (
            select(agenda.c.kind, func.count(), func.sum(due), since).group_by(agenda.c.kind).order_by(agenda.c.kind)
        )
        return [
            Waiting(kind=TaskKind(kind), tasks=tasks, due=int(number), oldest=oldest)
            for kind, tasks, number, oldest in connection_of(tx).execute(query)
        ]


def _by_lease(claimed: Sequence[Claimed]) -> dict[str, list[int]]:
    numbers: dict[str, list[int]] = defaultdict(list)
    for task in claimed:
        numbers[task.lease].append(task.number)
    return numbers
