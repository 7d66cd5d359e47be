"""Reports, their reporters, and requests to see one, on SQL."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import TextClause, and_, delete, func, insert, select, update
from typing_extensions import override

from schoon.kinds import ItemId, ReportId, Transaction
from schoon.reports.ports import KeyClaim, ReportBook, StoredReport, StoredReporter, StoredRequest
from schoon.store._report_rows import report_of, report_row, request_of
from schoon.store._sets import among
from schoon.store._upsert import insert_for
from schoon.store.database import connection_of
from schoon.store.tables.reports import identity_requests, keys, report_items, reporters, reports


class SqlReports(ReportBook):
    """Keeps reports in tables; who claims a key first is a matter of its primary key."""

    @override
    def claim(self, tx: Transaction, claims: Sequence[KeyClaim], *, now: datetime) -> dict[str, KeyClaim]:
        if not claims:
            return {}
        connection = connection_of(tx)
        statement = insert_for(connection, keys)
        anew = {name: statement.excluded[name] for name in ("report_id", "body", "until")}
        over = and_(keys.c.until.is_not(None), keys.c.until <= now)
        rows = [
            {"tag": one.tag, "report_id": one.report_id, "body": one.body, "until": one.until}
            for one in sorted(claims, key=lambda one: one.tag)
        ]
        connection.execute(statement.on_conflict_do_update(index_elements=["tag"], set_=anew, where=over), rows)
        found = select(keys).where(keys.c.tag.in_(_among(tx, {one.tag for one in claims})))
        return {
            row.tag: KeyClaim(tag=row.tag, report_id=ReportId(row.report_id), body=row.body, until=row.until)
            for row in connection.execute(found)
        }

    @override
    def add(self, tx: Transaction, reports: Sequence[StoredReport], reporters: Sequence[StoredReporter]) -> None:
        connection = connection_of(tx)
        if reports:
            connection.execute(insert(_reports), [report_row(one) for one in reports])
        if reporters:
            rows = [
                {"report_id": one.report_id, "sealed": one.sealed, "expires_at": one.expires_at} for one in reporters
            ]
            connection.execute(insert(_reporters), rows)

    @override
    def add_items(self, tx: Transaction, items: Mapping[ReportId, Sequence[ItemId]]) -> None:
        rows = [
            {"report_id": report_id, "place": place, "item_id": item_id}
            for report_id, some in items.items()
            for place, item_id in enumerate(some)
        ]
        if rows:
            connection_of(tx).execute(insert(report_items), rows)

    @override
    def reports(self, tx: Transaction, report_ids: Collection[ReportId]) -> dict[ReportId, StoredReport]:
        query = select(_reports).where(_reports.c.id.in_(_among(tx, report_ids)))
        return {ReportId(row.id): report_of(row) for row in connection_of(tx).execute(query)} if report_ids else {}

    @override
    def with_reporter(self, tx: Transaction, report_ids: Collection[ReportId]) -> set[ReportId]:
        query = select(_reporters.c.report_id).where(_reporters.c.report_id.in_(_among(tx, report_ids)))
        return {ReportId(found) for found in connection_of(tx).scalars(query)} if report_ids else set()

    @override
    def item_ids(self, tx: Transaction, report_ids: Collection[ReportId]) -> dict[ReportId, tuple[ItemId, ...]]:
        if not report_ids:
            return {}
        query = select(report_items.c.report_id, report_items.c.item_id)
        query = query.where(report_items.c.report_id.in_(_among(tx, report_ids)))
        found: dict[ReportId, list[ItemId]] = defaultdict(list)
        for report_id, item_id in connection_of(tx).execute(query.order_by(report_items.c.place)):
            found[ReportId(report_id)].append(ItemId(item_id))
        return {report_id: tuple(items) for report_id, items in found.items()}

    @override
    def report_ids(self, tx: Transaction, item_id: ItemId) -> tuple[ReportId, ...]:
        query = (
            select(_reports.c.id)
            .join(report_items, report_items.c.report_id == _reports.c.id)
            .where(report_items.c.item_id == item_id)
            .order_by(_reports.c.number)
        )
        return tuple(ReportId(found) for found in connection_of(tx).scalars(query))

    @override
    def by_status(self, tx: Transaction, status_tag: str) -> StoredReport | None:
        row = connection_of(tx).execute(select(_reports).where(_reports.c.status_tag == status_tag)).one_or_none()
        return None if row is None else report_of(row)

    @override
    def page(
        self, tx: Transaction, *, to_read: bool, reference: str, after: ReportId | None, limit: int
    ) -> list[StoredReport]:
        number = _reports.c.number
        query = select(_reports).order_by(number if to_read else number.desc()).limit(limit)
        if to_read:
            query = query.where(_reports.c.to_read)
        if reference:
            query = query.where(_reports.c.reference == reference, _reports.c.reference != "")
        if after is not None:
            last = select(number).where(_reports.c.id == after).scalar_subquery()
            query = query.where(number > last if to_read else number < last)
        return [report_of(row) for row in connection_of(tx).execute(query)]

    @override
    def mark_read(self, tx: Transaction, report_ids: Collection[ReportId]) -> list[ReportId]:
        wanted = _reports.c.id.in_(_among(tx, report_ids))
        read = update(_reports).where(wanted, _reports.c.to_read).values(to_read=False).returning(_reports.c.id)
        return sorted(ReportId(found) for found in connection_of(tx).scalars(read)) if report_ids else []

    @override
    def forget(self, tx: Transaction, report_ids: Collection[ReportId], *, now: datetime) -> list[ReportId]:
        if not report_ids:
            return []
        connection = connection_of(tx)
        over = _reporters.c.report_id.in_(_among(tx, report_ids)), _reporters.c.expires_at <= now
        connection.execute(delete(_reporters).where(*over))
        claims_over = select(keys.c.tag).where(keys.c.until <= now).with_for_update(skip_locked=True)
        connection.execute(delete(keys).where(keys.c.tag.in_(claims_over)))
        wanted = _reports.c.id.in_(_among(tx, report_ids))
        connection.execute(update(_reports).where(wanted, ~_reports.c.to_read).values(sealed=None))
        kept = select(_reports.c.id).where(wanted, _reports.c.to_read).order_by(_reports.c.number)
        return [ReportId(found) for found in connection.scalars(kept)]

    @override
    def reporter(self, tx: Transaction, report_id: ReportId) -> bytes | None:
        found: bytes | None = connection_of(tx).scalar(
            select(_reporters.c.sealed).where(_reporters.c.report_id == report_id)
        )
        return found

    @override
    def ask(self, tx: Transaction, request: StoredRequest) -> StoredRequest:
        values = {
            "report_id": request.report_id,
            "asked_by": request.asked_by,
            "asked_at": request.asked_at,
            "sealed": request.sealed,
        }
        statement = insert(identity_requests).values(values).returning(identity_requests)
        return request_of(connection_of(tx).execute(statement).one())

    @override
    def approve(self, tx: Transaction, number: int, *, by: str, at: datetime, ends_at: datetime) -> bool:
        asked = and_(
            identity_requests.c.number == number,
            identity_requests.c.approved_by.is_(None),
            func.lower(identity_requests.c.asked_by) != func.lower(by),
        )
        statement = update(identity_requests).where(asked).values(approved_by=by, approved_at=at, ends_at=ends_at)
        return connection_of(tx).execute(statement).rowcount == 1

    @override
    def mark_opened(self, tx: Transaction, number: int, *, by: str, at: datetime) -> bool:
        open_now = and_(
            identity_requests.c.number == number,
            identity_requests.c.asked_by == by,
            identity_requests.c.read_at.is_(None),
            identity_requests.c.approved_at <= at,
            identity_requests.c.ends_at > at,
        )
        return connection_of(tx).execute(update(identity_requests).where(open_now).values(read_at=at)).rowcount == 1

    @override
    def requests(self, tx: Transaction, *, number: int | None = None) -> list[StoredRequest]:
        query = select(identity_requests).order_by(identity_requests.c.number.desc())
        if number is not None:
            query = query.where(identity_requests.c.number == number)
        return [request_of(row) for row in connection_of(tx).execute(query)]


_reports, _reporters = reports, reporters  # methods of the class and their arguments have the tables' names


def _among(tx: Transaction, ids: Collection[str]) -> TextClause:
    """A set of ids or tags, in one order."""
    return among(connection_of(tx), ids, str)
