"""The agenda on SQL: a claim moves the moment from which a task may be claimed to its end, and so ends by itself."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    case,
    delete,
    func,
    select,
    update,
)
from typing_extensions import override

from schoon.agenda import Agenda, Claimed, Failing, Task, TaskKind, Waiting
from schoon.kinds import Transaction
from schoon.store._sets import among
from schoon.store._upsert import Insert, insert_in
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
            {"kind": kind, "subject": subject, "due_at": due_at, "free_at": due_at, "attempts": 0, "lapses": 0}
            for (kind, subject), due_at in sorted(last.items())
        ]
        connection.execute(_put(connection.dialect.name), rows)

    @override
    def drop(self, tx: Transaction, kind: TaskKind, subjects: Collection[str]) -> None:
        if not subjects:
            return
        connection = connection_of(tx)
        given = among(connection, subjects, str)
        connection.execute(delete(agenda).where(agenda.c.kind == kind.value, agenda.c.subject.in_(given)))

    @override
    def claim(
        self, tx: Transaction, *, now: datetime, until: datetime, limit: int, kinds: Collection[TaskKind] | None = None
    ) -> list[Claimed]:
        connection = connection_of(tx)
        rows = _free(connection, list(TaskKind) if kinds is None else kinds, now, limit)
        if not rows:
            return []
        lease = secrets.token_hex(16)
        given = among(connection, [row.number for row in rows], int)
        lapses = case((agenda.c.lease.is_not(None), agenda.c.lapses + 1), else_=0)
        taken = update(agenda).where(agenda.c.number.in_(given))
        connection.execute(taken.values(lease=lease, free_at=until, attempts=agenda.c.attempts + 1, lapses=lapses))
        return [
            Claimed(
                number=row.number,
                kind=TaskKind(row.kind),
                subject=row.subject,
                due_at=row.due_at,
                attempts=row.attempts,
                lease=lease,
                lapses=row.lapses + 1 if row.lease is not None else 0,
            )
            for row in rows
        ]

    @override
    def keep(self, tx: Transaction, claimed: Sequence[Claimed], *, until: datetime) -> list[Claimed]:
        connection = connection_of(tx)
        ours: set[int] = set()
        for held in _held(connection, claimed):
            kept = update(agenda).where(held).values(free_at=until)
            ours.update(connection.scalars(kept.returning(agenda.c.number)))
        return [task for task in claimed if task.number in ours]

    @override
    def done(self, tx: Transaction, claimed: Sequence[Claimed]) -> list[Claimed]:
        connection = connection_of(tx)
        ours: set[int] = set()
        for held in _held(connection, claimed):
            ours.update(connection.scalars(delete(agenda).where(held).returning(agenda.c.number)))
        return [task for task in claimed if task.number in ours]

    @override
    def again(self, tx: Transaction, claimed: Sequence[Claimed], *, due_at: datetime) -> None:
        connection = connection_of(tx)
        for held in _held(connection, claimed):
            back = update(agenda).where(held).values(lease=None, due_at=due_at, free_at=due_at, fault=None)
            connection.execute(back)

    @override
    def set_aside(self, tx: Transaction, claimed: Sequence[Claimed], *, fault: str, free_at: datetime) -> None:
        connection = connection_of(tx)
        for held in _held(connection, claimed):
            connection.execute(update(agenda).where(held).values(lease=None, fault=fault, free_at=free_at))

    @override
    def next_due(self, tx: Transaction, kinds: Collection[TaskKind]) -> dict[TaskKind, datetime]:
        if not kinds:
            return {}
        row = connection_of(tx).execute(_firsts(tuple(kinds))).one()
        return {kind: moment for kind, moment in zip(kinds, row, strict=True) if moment is not None}

    @override
    def waiting(self, tx: Transaction, now: datetime) -> list[Waiting]:
        connection, by_kind = connection_of(tx), agenda.c.kind
        is_due = and_(by_kind.in_([kind.value for kind in TaskKind]), agenda.c.free_at <= now)
        each = connection.execute(select(by_kind, func.count()).group_by(by_kind).order_by(by_kind)).all()
        since = select(by_kind, func.count(), func.min(agenda.c.due_at, type_=agenda.c.due_at.type))
        due = {row[0]: row for row in connection.execute(since.where(is_due).group_by(by_kind))}
        failing = Counter(connection.scalars(select(by_kind).where(agenda.c.fault.is_not(None))))
        return [
            Waiting(
                kind=TaskKind(kind),
                tasks=tasks,
                due=due[kind][1] if kind in due else 0,
                oldest=due[kind][2] if kind in due else None,
                failing=failing[kind],
            )
            for kind, tasks in each
        ]

    @override
    def failing(self, tx: Transaction, limit: int) -> list[Failing]:
        query = (
            select(agenda).where(agenda.c.fault.is_not(None)).order_by(agenda.c.due_at, agenda.c.number).limit(limit)
        )
        return [
            Failing(
                kind=TaskKind(row.kind),
                subject=row.subject,
                due_at=row.due_at,
                free_at=row.free_at,
                attempts=row.attempts,
                fault=row.fault,
            )
            for row in connection_of(tx).execute(query)
        ]


@lru_cache
def _put(dialect_name: str) -> Insert:
    statement = insert_in(dialect_name, agenda)
    anew = {
        "due_at": statement.excluded.due_at,
        "free_at": statement.excluded.due_at,
        "lease": None,
        "attempts": 0,
        "fault": None,
    }
    return statement.on_conflict_do_update(index_elements=["kind", "subject"], set_=anew)


@lru_cache
def _firsts(kinds: tuple[TaskKind, ...]) -> Select[Any]:
    """The first moment of each kind; made once, as a worker asks all the time."""
    firsts = [
        select(agenda.c.free_at).where(agenda.c.kind == kind.value).order_by(agenda.c.free_at).limit(1)
        for kind in kinds
    ]
    return select(*(first.scalar_subquery() for first in firsts))


_FREE = (
    select(agenda)
    .where(agenda.c.kind == bindparam("of_kind"), agenda.c.free_at <= bindparam("now"))
    .order_by(agenda.c.free_at, agenda.c.number)
    .limit(bindparam("limit", type_=Integer))
    .with_for_update(skip_locked=True)
)
"""Made once, as a worker asks all the time."""


def _free(connection: Connection, kinds: Collection[TaskKind], now: datetime, limit: int) -> list[Row[Any]]:
    """The longest due that nobody holds, and nobody else can take before this transaction ends."""
    found: list[Row[Any]] = []
    for kind in sorted(kinds):
        found += connection.execute(_FREE, {"of_kind": kind.value, "now": now, "limit": limit})
    return sorted(found, key=lambda row: (row.free_at, row.number))[:limit]


def _held(connection: Connection, claimed: Sequence[Claimed]) -> Iterator[ColumnElement[bool]]:
    """For each lease, the condition that names its tasks as long as they are held under it."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for task in claimed:
        numbers[task.lease].append(task.number)
    for lease, of_lease in numbers.items():
        given = among(connection, of_lease, int)
        yield and_(agenda.c.number.in_(given), agenda.c.lease == lease)
