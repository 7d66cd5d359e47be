"""Imported snapshots and the table of prefixes on SQL."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from ipaddress import ip_network

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from typing_extensions import override

from schoon.hosting import Route, Snapshot, SnapshotId, SnapshotKind, prefixes_of
from schoon.hosting.ports import SnapshotBook
from schoon.kinds import Transaction
from schoon.reports import Address
from schoon.store._sets import among
from schoon.store.database import connection_of
from schoon.store.tables.hosting import routes, snapshots


class SqlSnapshots(SnapshotBook):
    """Keeps snapshots in tables; that a file counts once is an index over the complete ones."""

    @override
    def begin(self, tx: Transaction, snapshot: Snapshot) -> Snapshot:
        values = {
            "kind": snapshot.kind.value,
            "dated": snapshot.dated,
            "sha256": snapshot.sha256,
            "rows": snapshot.rows,
            "refused": snapshot.refused,
            "content": "",
            "imported_by": snapshot.imported_by,
            "imported_at": snapshot.imported_at,
            "complete": False,
        }
        number = connection_of(tx).execute(insert(snapshots).values(values).returning(snapshots.c.id)).scalar_one()
        return replace(snapshot, snapshot_id=SnapshotId(number))

    @override
    def same(self, tx: Transaction, *, kind: SnapshotKind, dated: date, sha256: str) -> Snapshot | None:
        query = select(snapshots).where(
            snapshots.c.complete,
            snapshots.c.kind == kind.value,
            snapshots.c.dated == dated,
            snapshots.c.sha256 == sha256,
        )
        row = connection_of(tx).execute(query).one_or_none()
        return None if row is None else _snapshot(row)

    @override
    def add_routes(self, tx: Transaction, snapshot_id: SnapshotId, new: Sequence[Route]) -> None:
        rows = [
            {
                "snapshot_id": snapshot_id,
                "prefix": one.prefix,
                "asn": one.asn,
                "organisation": one.organisation,
                "country": one.country,
                "abuse": one.abuse,
            }
            for one in new
        ]
        connection_of(tx).execute(insert(routes), rows)

    @override
    def complete(self, tx: Transaction, snapshot: Snapshot, *, content: str = "") -> bool:
        connection = connection_of(tx)
        values = {"complete": True, "rows": snapshot.rows, "refused": snapshot.refused, "content": content}
        try:
            with connection.begin_nested():
                done = connection.execute(
                    update(snapshots).where(snapshots.c.id == snapshot.snapshot_id).values(values)
                )
        except IntegrityError:
            return False
        return done.rowcount == 1

    @override
    def abandoned(self, tx: Transaction, *, before: datetime) -> list[SnapshotId]:
        query = select(snapshots.c.id).where(~snapshots.c.complete, snapshots.c.imported_at < before)
        return [SnapshotId(number) for number in connection_of(tx).scalars(query)]

    @override
    def discard_some(self, tx: Transaction, snapshot_id: SnapshotId, *, limit: int) -> bool:
        connection = connection_of(tx)
        query = select(snapshots.c.complete).where(snapshots.c.id == snapshot_id).with_for_update()
        if connection.scalar(query) is not False:
            return True  # not there any more, or it counts: then it stays
        some = select(routes.c.prefix).where(routes.c.snapshot_id == snapshot_id).limit(limit)
        gone = connection.execute(
            delete(routes).where(routes.c.snapshot_id == snapshot_id, routes.c.prefix.in_(some))
        ).rowcount
        if gone:
            return False
        connection.execute(delete(snapshots).where(snapshots.c.id == snapshot_id))
        return True

    @override
    def newest(self, tx: Transaction, kind: SnapshotKind) -> tuple[Snapshot, str] | None:
        query = (
            select(snapshots)
            .where(snapshots.c.complete, snapshots.c.kind == kind.value)
            .order_by(snapshots.c.dated.desc(), snapshots.c.id.desc())
            .limit(1)
        )
        row = connection_of(tx).execute(query).one_or_none()
        return None if row is None else (_snapshot(row), row.content)

    @override
    def all(self, tx: Transaction) -> list[Snapshot]:
        query = (
            select(snapshots)
            .where(snapshots.c.complete)
            .order_by(snapshots.c.kind, snapshots.c.dated.desc(), snapshots.c.id.desc())
        )
        return [_snapshot(row) for row in connection_of(tx).execute(query)]

    @override
    def route_for(self, tx: Transaction, snapshot_id: SnapshotId, address: Address) -> Route | None:
        connection = connection_of(tx)
        could_hold = among(connection, prefixes_of(address), str)
        query = select(routes).where(routes.c.snapshot_id == snapshot_id, routes.c.prefix.in_(could_hold))
        found = [_route(row) for row in connection.execute(query)]
        return max(found, key=lambda one: ip_network(one.prefix).prefixlen, default=None)


def _snapshot(row: Row[*tuple[object, ...]]) -> Snapshot:
    found = row._mapping
    return Snapshot(
        snapshot_id=SnapshotId(found["id"]),
        kind=SnapshotKind(found["kind"]),
        dated=found["dated"],
        sha256=found["sha256"],
        rows=found["rows"],
        refused=found["refused"],
        imported_by=found["imported_by"],
        imported_at=found["imported_at"],
    )


def _route(row: Row[*tuple[object, ...]]) -> Route:
    found = row._mapping
    return Route(
        prefix=found["prefix"],
        asn=found["asn"],
        organisation=found["organisation"],
        country=found["country"],
        abuse=found["abuse"],
    )
