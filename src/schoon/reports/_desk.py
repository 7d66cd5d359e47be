"""What the desk shows: pages of items and reports, one of each whole, and how things stand."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from schoon.journal import Event
from schoon.kinds import Digest, ItemId, ReportId, Transaction
from schoon.reports._assessment_types import Exposure
from schoon.reports._intake import status_tag
from schoon.reports._opened import open_assessment, open_digest, open_item, open_move, open_report
from schoon.reports._parts import ReportParts
from schoon.reports._urls import TargetUrl, canonical_host, comparison_key
from schoon.reports.errors import NoSuchItemError, NoSuchReportError, NoSuchStatusCodeError
from schoon.reports.ports import ItemQuery, StoredItem, StoredReport
from schoon.reports.rules import progress_of
from schoon.reports.types import Item, ItemDetails, ItemState, Progress, Report, Wanted

_LONGEST_PAGE = 1_000


def find(parts: ReportParts, wanted: Wanted, *, now: datetime) -> list[Item]:
    """See `ReportService.find`."""
    tag = parts.vault.tag
    query = ItemQuery(
        states=wanted.states,
        kind=wanted.kind,
        judgement=wanted.judgement,
        known=wanted.known,
        key_tag=None if wanted.url is None else tag("key", comparison_key(TargetUrl.parse(wanted.url))),
        host_tag=None if wanted.host is None else tag("host", canonical_host(wanted.host)),
        site_tag=None if wanted.site is None else tag("site", parts.sites.site_of(canonical_host(wanted.site))),
        report_id=wanted.report_id,
        disputed=wanted.disputed_votes,
        inherited_from=wanted.inherited_from,
        analyst=wanted.analyst,
        newest_first=wanted.newest_first,
        after=wanted.after,
        limit=max(1, min(wanted.limit, _LONGEST_PAGE)),
        now=now,
    )
    with parts.transactions.read() as tx:
        return [open_item(parts.vault, stored) for stored in parts.item_book.page(tx, query)]


def items(parts: ReportParts, tx: Transaction, item_ids: Sequence[ItemId]) -> dict[ItemId, Item]:
    """See `ReportService.items`."""
    found = parts.item_book.items(tx, set(item_ids))
    return {item_id: open_item(parts.vault, stored) for item_id, stored in found.items()}


def digests(parts: ReportParts, tx: Transaction, item_ids: Collection[ItemId]) -> dict[ItemId, tuple[Digest, ...]]:
    """See `ReportService.digests`."""
    found: defaultdict[ItemId, list[Digest]] = defaultdict(list)
    for stored in parts.item_book.digests(tx, item_ids):
        found[stored.item_id].append(open_digest(parts.vault, stored))
    return {item_id: tuple(some) for item_id, some in found.items()}


def item(parts: ReportParts, item_id: ItemId) -> ItemDetails:
    """See `ReportService.item`."""
    with parts.transactions.read() as tx:
        stored = parts.item_book.items(tx, {item_id}).get(item_id)
        if stored is None:
            raise NoSuchItemError(f"there is no item {item_id[:64]!r}")
        return _details(parts, tx, stored)


def _details(parts: ReportParts, tx: Transaction, stored: StoredItem) -> ItemDetails:
    item_id = stored.item_id
    pages, media = parts.item_book.linked(tx, item_id)
    digests = parts.item_book.digests(tx, {item_id})
    sharing = parts.item_book.sharing(tx, {one.tag for one in digests})
    return ItemDetails(
        item=open_item(parts.vault, stored),
        report_ids=parts.report_book.report_ids(tx, item_id),
        history=tuple(open_move(parts.vault, one) for one in parts.item_book.history(tx, item_id)),
        assessments=tuple(open_assessment(parts.vault, one) for one in parts.assessment_book.of_item(tx, item_id)),
        pages=pages,
        media=media,
        alike=parts.item_book.alike(tx, stored),
        digest_kinds=tuple(sorted({one.kind.value for one in digests})),
        same_file=tuple(sorted({one.item_id for one in sharing} - {item_id})),
    )


def report(parts: ReportParts, report_id: ReportId) -> Report:
    """See `ReportService.report`."""
    with parts.transactions.read() as tx:
        found = parts.report_book.reports(tx, {report_id})
        if not found:
            raise NoSuchReportError(f"there is no report {report_id[:64]!r}")
        return _reports(parts, tx, list(found.values()))[0]


def reports(parts: ReportParts, *, to_read: bool, reference: str, after: ReportId | None, limit: int) -> list[Report]:
    """See `ReportService.reports`."""
    length = max(1, min(limit, _LONGEST_PAGE))
    with parts.transactions.read() as tx:
        found = parts.report_book.page(tx, to_read=to_read, reference=reference, after=after, limit=length)
        return _reports(parts, tx, found)


def _reports(parts: ReportParts, tx: Transaction, found: Sequence[StoredReport]) -> list[Report]:
    ids = {one.report_id for one in found}
    item_ids, reporters = parts.report_book.item_ids(tx, ids), parts.report_book.with_reporter(tx, ids)
    shown = []
    for one in found:
        text, refused = open_report(parts.vault, one.report_id, one.sealed)
        shown.append(
            Report(
                report_id=one.report_id,
                source=one.source,
                reference=one.reference,
                language=one.language,
                received_at=one.received_at,
                item_ids=item_ids.get(one.report_id, ()),
                text=text,
                refused=refused,
                to_read=one.to_read,
                has_reporter=one.report_id in reporters,
            )
        )
    return shown


def mark_read(parts: ReportParts, report_ids: Sequence[ReportId], *, by: str, now: datetime) -> list[ReportId]:
    """See `ReportService.mark_read`."""
    with parts.transactions.write() as tx:
        read = parts.report_book.mark_read(tx, set(report_ids))
        parts.write_down(tx, [Event(action="report:read", actor=by, subject=f"report:{one}", at=now) for one in read])
    return read


def status(parts: ReportParts, code: str) -> Progress:
    """See `ReportService.status`."""
    with parts.transactions.read() as tx:
        found = parts.report_book.by_status(tx, status_tag(parts, code))
        if found is None:
            raise NoSuchStatusCodeError("no report has that code")
        return _progress(parts, tx, found)


def progress(parts: ReportParts, report_id: ReportId) -> Progress:
    """See `ReportService.progress`."""
    with parts.transactions.read() as tx:
        found = parts.report_book.reports(tx, {report_id}).get(report_id)
        if found is None:
            raise NoSuchReportError(f"there is no report {report_id[:64]!r}")
        return _progress(parts, tx, found)


def _progress(parts: ReportParts, tx: Transaction, report: StoredReport) -> Progress:
    item_ids = parts.report_book.item_ids(tx, {report.report_id}).get(report.report_id, ())
    states = [one.state for one in parts.item_book.items(tx, set(item_ids)).values()]
    return progress_of(states, to_read=report.to_read)


def counts(parts: ReportParts) -> dict[ItemState, int]:
    """See `ReportService.counts`."""
    with parts.transactions.read() as tx:
        found = parts.item_book.counts(tx)
    return {state: found.get(state, 0) for state in ItemState}


def exposures(parts: ReportParts, *, days: int, analyst: str | None, now: datetime) -> list[Exposure]:
    """See `ReportService.exposures`."""
    with parts.transactions.read() as tx:
        return parts.assessment_book.exposures(tx, since=now.date() - timedelta(days=days - 1), analyst=analyst)


def lock(parts: ReportParts, item_ids: Sequence[ItemId], *, by: str, until: datetime, now: datetime) -> list[ItemId]:
    """See `ReportService.lock`."""
    with parts.transactions.write() as tx:
        taken = parts.item_book.lock(tx, set(item_ids), by=by, until=until, now=now)
    return [one for one in item_ids if one in taken]
