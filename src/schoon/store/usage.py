"""Quotas and digests near entries on SQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from typing_extensions import override

from schoon.check import NearAlarm, NearStore, UsageStore
from schoon.kinds import EntryId, MemberId, Transaction
from schoon.norms import MEMBER_AGREEMENT
from schoon.store._upsert import insert_for, locked
from schoon.store.database import connection_of
from schoon.store.tables.members import members, near_alarms, near_digests, usage


class SqlUsage(UsageStore):
    """Keeps what was leased per member and hour; the row lock keeps processes from leasing the same digests."""

    @override
    def lease(
        self, tx: Transaction, member_id: MemberId, hour: datetime, *, at_least: int, wanted: int, limit: int
    ) -> int:
        connection = connection_of(tx)
        row = insert_for(connection, usage).values(member_id=member_id, hour=hour, leased=0)
        connection.execute(row.on_conflict_do_nothing(index_elements=["member_id", "hour"]))
        this = (usage.c.member_id == member_id, usage.c.hour == hour)
        leased: int = connection.execute(locked(connection, select(usage.c.leased).where(*this))).scalar_one()
        left = limit - leased
        if left < at_least:
            return 0
        granted = min(wanted, left)
        connection.execute(update(usage).where(*this).values(leased=usage.c.leased + granted))
        return granted

    @override
    def used(self, tx: Transaction, member_id: MemberId, hour: datetime) -> int:
        query = select(usage.c.leased).where(usage.c.member_id == member_id, usage.c.hour == hour)
        return connection_of(tx).execute(query).scalar() or 0

    @override
    def forget_before(self, tx: Transaction, hour: datetime) -> int:
        return connection_of(tx).execute(delete(usage).where(usage.c.hour < hour)).rowcount


class SqlNear(NearStore):
    """Keeps keyed tags of near digests for a day, and alarms for good."""

    @override
    def note(
        self, tx: Transaction, member_id: MemberId, near: Mapping[EntryId, Sequence[bytes]], now: datetime, *, keep: int
    ) -> dict[EntryId, int]:
        connection = connection_of(tx)
        # Two processes that note one digest each must see each other's: they take turns on the member.
        connection.execute(locked(connection, select(members.c.id).where(members.c.id == member_id)))
        counts = self._counts(tx, member_id, list(near), now)
        rows = [
            {"member_id": member_id, "entry_id": entry_id, "tag": tag, "seen_at": now}
            for entry_id, tags in near.items()
            for tag in tags
            if counts.get(entry_id, 0) < keep
        ]
        if rows:
            statement = insert_for(connection, near_digests)
            again = {"seen_at": statement.excluded.seen_at}
            connection.execute(
                statement.on_conflict_do_update(index_elements=["member_id", "entry_id", "tag"], set_=again), rows
            )
        return self._counts(tx, member_id, list(near), now)

    @override
    def raise_alarm(self, tx: Transaction, alarm: NearAlarm) -> bool:
        connection = connection_of(tx)
        recent = select(func.count()).where(
            near_alarms.c.member_id == alarm.member_id,
            near_alarms.c.entry_id == alarm.entry_id,
            near_alarms.c.raised_at > alarm.raised_at - MEMBER_AGREEMENT.near_window,
        )
        if connection.execute(recent).scalar_one():
            return False
        statement = insert_for(connection, near_alarms).values(
            member_id=alarm.member_id,
            entry_id=alarm.entry_id,
            day=alarm.raised_at.date().isoformat(),
            raised_at=alarm.raised_at,
            digests=alarm.digests,
        )
        statement = statement.on_conflict_do_nothing(index_elements=["member_id", "entry_id", "day"])
        return connection.execute(statement.returning(near_alarms.c.id)).first() is not None

    @override
    def alarms(self, tx: Transaction, member_id: MemberId | None = None) -> list[NearAlarm]:
        query = select(near_alarms).order_by(near_alarms.c.id.desc())
        if member_id is not None:
            query = query.where(near_alarms.c.member_id == member_id)
        return [
            NearAlarm(
                member_id=MemberId(row.member_id),
                entry_id=EntryId(row.entry_id),
                raised_at=row.raised_at,
                digests=row.digests,
            )
            for row in connection_of(tx).execute(query)
        ]

    @override
    def forget_before(self, tx: Transaction, moment: datetime) -> int:
        return connection_of(tx).execute(delete(near_digests).where(near_digests.c.seen_at <= moment)).rowcount

    def _counts(
        self, tx: Transaction, member_id: MemberId, entry_ids: Sequence[EntryId], now: datetime
    ) -> dict[EntryId, int]:
        query = (
            select(near_digests.c.entry_id, func.count())
            .where(
                near_digests.c.member_id == member_id,
                near_digests.c.entry_id.in_(entry_ids),
                near_digests.c.seen_at > now - MEMBER_AGREEMENT.near_window,
            )
            .group_by(near_digests.c.entry_id)
        )
        return {EntryId(entry_id): count for entry_id, count in connection_of(tx).execute(query)}
