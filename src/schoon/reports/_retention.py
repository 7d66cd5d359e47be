"""What may no longer be kept of reports: reporters and texts are deleted when their time is over."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from schoon.agenda import Claimed, Task, TaskKind
from schoon.journal import Event
from schoon.kinds import ReportId
from schoon.reports._parts import ReportParts

_LOOK_AGAIN = timedelta(days=1)
_CLAIM = timedelta(minutes=5)
_AT_ONCE = 500
_RETENTION = "retention"


def expire(parts: ReportParts, *, now: datetime) -> int:
    """See `ReportService.expire`."""
    done = 0
    while True:
        with parts.transactions.write() as tx:
            claimed = parts.agenda.claim(
                tx, now=now, until=now + _CLAIM, limit=_AT_ONCE, kinds=[TaskKind.REPORT_EXPIRE]
            )
        if not claimed:
            return done
        expire_due(parts, claimed, now=now)
        done += len(claimed)


def expire_due(parts: ReportParts, claimed: Sequence[Claimed], *, now: datetime) -> None:
    """See `ReportService.expire_due`."""
    with parts.transactions.write() as tx:
        ours = [ReportId(task.subject) for task in parts.agenda.done(tx, claimed)]
        unread = set(parts.report_book.forget(tx, ours, now=now))
        kept = parts.report_book.with_reporter(tx, ours)
        parts.agenda.put(
            tx,
            [
                Task(kind=TaskKind.REPORT_EXPIRE, subject=report_id, due_at=now + _LOOK_AGAIN)
                for report_id in ours
                if report_id in unread or report_id in kept
            ],
        )
        parts.write_down(
            tx,
            [
                Event(
                    action="report:expire",
                    actor=_RETENTION,
                    subject=f"report:{report_id}",
                    at=now,
                    detail={"reporter": report_id not in kept, "text": report_id not in unread},
                )
                for report_id in ours
            ],
        )
