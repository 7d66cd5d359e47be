"""A reporter's identity: one person asks with a reason, another approves, and who asked reads it once, in time."""

from datetime import datetime, timedelta

from schoon.journal import Event
from schoon.kinds import ReportId, Transaction
from schoon.reports._assessment_types import IdentityRequest
from schoon.reports._moving import require_reason
from schoon.reports._opened import open_reporter
from schoon.reports._parts import ReportParts
from schoon.reports.errors import IdentityRequestError, NoSuchIdentityRequestError, NoSuchReportError
from schoon.reports.ports import StoredRequest
from schoon.reports.types import Reporter

READ_WITHIN = timedelta(minutes=15)


def ask(parts: ReportParts, report_id: ReportId, *, by: str, reason: str, now: datetime) -> IdentityRequest:
    """See `ReportService.ask_identity`."""
    cleaned = require_reason(reason)
    with parts.transactions.write() as tx:
        if report_id not in parts.report_book.reports(tx, {report_id}):
            raise NoSuchReportError(f"there is no report {report_id[:64]!r}")
        sealed = parts.vault.seal(f"identity_requests.sealed:{report_id}", cleaned)
        stored = parts.report_book.ask(tx, StoredRequest(report_id=report_id, asked_by=by, asked_at=now, sealed=sealed))
        _note(parts, tx, "ask", stored, by=by, now=now)
    return _opened(parts, stored)


def approve(parts: ReportParts, number: int, *, by: str, now: datetime) -> IdentityRequest:
    """See `ReportService.approve_identity`."""
    with parts.transactions.write() as tx:
        before = _request(parts, tx, number)
        if before.asked_by.casefold() == by.casefold():
            raise IdentityRequestError("who asked cannot approve")
        if not parts.report_book.approve(tx, number, by=by, at=now, ends_at=now + READ_WITHIN):
            raise IdentityRequestError(f"request {number} was approved before")
        after = _request(parts, tx, number)
        _note(parts, tx, "approve", after, by=by, now=now)
    return _opened(parts, after)


def read(parts: ReportParts, number: int, *, by: str, now: datetime) -> Reporter:
    """See `ReportService.read_identity`."""
    with parts.transactions.write() as tx:
        request = _request(parts, tx, number)
        sealed = parts.report_book.reporter(tx, request.report_id)
        if sealed is None:
            raise IdentityRequestError("nobody is kept for this report: it was anonymous, or the time is over")
        if not parts.report_book.mark_opened(tx, number, by=by, at=now):
            raise IdentityRequestError(f"request {number} is not open to you now")
        _note(parts, tx, "read", request, by=by, now=now)
    return open_reporter(parts.reporter_vault, request.report_id, sealed)


def requests(parts: ReportParts) -> list[IdentityRequest]:
    """See `ReportService.identity_requests`."""
    with parts.transactions.read() as tx:
        return [_opened(parts, one) for one in parts.report_book.requests(tx)]


def _request(parts: ReportParts, tx: Transaction, number: int) -> StoredRequest:
    found = parts.report_book.requests(tx, number=number)
    if not found:
        raise NoSuchIdentityRequestError(f"there is no request {number}")
    return found[0]


def _opened(parts: ReportParts, stored: StoredRequest) -> IdentityRequest:
    return IdentityRequest(
        number=stored.number,
        report_id=stored.report_id,
        asked_by=stored.asked_by,
        asked_at=stored.asked_at,
        reason=parts.vault.open(f"identity_requests.sealed:{stored.report_id}", stored.sealed),
        approved_by=stored.approved_by,
        approved_at=stored.approved_at,
        read_at=stored.read_at,
    )


def _note(parts: ReportParts, tx: Transaction, verb: str, request: StoredRequest, *, by: str, now: datetime) -> None:
    subject, detail = f"report:{request.report_id}", {"request": request.number}
    parts.journal.append(tx, Event(action=f"report:identity:{verb}", actor=by, subject=subject, at=now, detail=detail))
