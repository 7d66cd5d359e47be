"""The workplace of an installation: the table of jobs over its rooms."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from schoon.agenda import Claimed, TaskKind
from schoon.rooms import Rooms
from schoon.worker._chores import Chore
from schoon.worker._workplace import Job, Workplace

_MINUTE = 60.0


def workplace_over(rooms: Rooms) -> Workplace:
    """Every kind of task with the room that does it, and the chores of rooms that keep no tasks."""
    return Workplace(
        agenda=rooms.agenda, jobs=jobs_of(rooms), chores=_chores(rooms), clock=rooms.clock, close=rooms.close
    )


class _Due(Protocol):
    """A use case that does tasks, many at a time."""

    def __call__(self, claimed: Sequence[Claimed], *, now: datetime) -> None: ...


def jobs_of(rooms: Rooms) -> list[Job]:
    """The table of jobs. A batch that speaks to the outside world is small: its claims are held meanwhile."""
    reports, notices, followup, clock = rooms.reports, rooms.notices, rooms.followup, rooms.clock
    return [
        Job(kind=TaskKind.NOTICE_SEND, run=_at(notices.send_due), batch=20),
        Job(kind=TaskKind.DELIVERY_ATTEMPT, run=lambda tasks, _: notices.deliver_due(tasks, clock), batch=50),
        Job(kind=TaskKind.REFERRAL_SEND, run=lambda tasks, _: notices.refer_due(tasks, clock), batch=20),
        Job(kind=TaskKind.CLOCK_STEP, run=_at(followup.step_due), batch=500),
        Job(kind=TaskKind.ITEM_PROBE, run=_at(followup.probe_due), batch=100),
        Job(kind=TaskKind.ITEM_ATTRIBUTE, run=_at(notices.attribute_due), batch=100),
        Job(kind=TaskKind.ITEM_MATCH, run=_at(reports.match_due), batch=500),
        Job(kind=TaskKind.ITEM_PROPOSE, run=_at(reports.propose_due), batch=500),
        Job(kind=TaskKind.REPORT_EXPIRE, run=_at(reports.expire_due), batch=500),
    ]


def _at(run: _Due) -> Callable[[Sequence[Claimed], datetime], object]:
    return lambda claimed, now: run(claimed, now=now)


def _chores(rooms: Rooms) -> list[Chore]:
    return [
        Chore(name="hits-due", every_seconds=_MINUTE, run=lambda: rooms.hits.due_work(rooms.clock())),
        Chore(
            name="hits-delivery",
            every_seconds=_MINUTE,
            run=lambda: rooms.hits.deliver_due(rooms.clock, rooms.sender),
        ),
    ]
