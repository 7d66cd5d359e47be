"""A workplace for real worker processes: each task is told before it is done, takes a while, and is written down once.

What it is told by its environment: the database, the instant at which its clock stood at T0, how many times as fast as
the machine's that clock runs (so that a claim lapses while a test waits), how long a task takes.
"""

import os
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Column, DateTime, Integer, MetaData, Table, Text, insert

from schoon.agenda import Claimed, TaskKind
from schoon.agenda.service import AgendaService
from schoon.kinds import Clock
from schoon.store import Database
from schoon.store.agenda import SqlAgenda
from schoon.worker import Job, Workplace

T0 = datetime(2026, 3, 1, 12, tzinfo=UTC)
KIND = TaskKind.ITEM_PROBE
BATCH = 5

tables = MetaData()
begun = Table("test_begun", tables, Column("subject", Text), Column("pid", Integer))
ended = Table("test_ended", tables, Column("subject", Text), Column("pid", Integer), Column("at", DateTime))


def clock_from(started: float, faster: int) -> Clock:
    return lambda: T0 + faster * timedelta(seconds=time.time() - started)  # noqa: TID251 - one clock for many processes


def workplace() -> Workplace:
    told = os.environ  # noqa: TID251 - what the test told
    database, agenda, takes = Database(told["SITE_DATABASE"]), SqlAgenda(), float(told["SITE_TASK_SECONDS"])
    clock = clock_from(float(told["SITE_STARTED"]), int(told["SITE_FASTER"]))

    def do(claimed: Sequence[Claimed], _now: datetime) -> None:
        rows = [{"subject": task.subject, "pid": os.getpid()} for task in claimed]
        with database.write() as tx:
            tx.execute(insert(begun), rows)
        time.sleep(takes * len(claimed))
        with database.write() as tx:
            ours = [task.subject for task in agenda.done(tx, claimed)]
            at = clock().replace(tzinfo=None)
            rows = [{"subject": subject, "pid": os.getpid(), "at": at} for subject in ours]
            if rows:
                tx.execute(insert(ended), rows)

    return Workplace(
        agenda=AgendaService(database, agenda),
        jobs=[Job(kind=KIND, run=do, batch=BATCH)],
        chores=[],
        clock=clock,
        close=database.close,
    )
