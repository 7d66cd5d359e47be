"""The outbox on SQL: a lease moves a message's due time to its end, and so ends by itself."""

import secrets
from base64 import b32encode
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, delete, func, select, update
from typing_extensions import override

from schoon.hits import DeadLetter, Leased, Message, Outbox
from schoon.kinds import MemberId, Transaction
from schoon.store._upsert import insert_for
from schoon.store.database import connection_of
from schoon.store.tables.hits import outbox

_WAITING = and_(outbox.c.delivered_at.is_(None), outbox.c.dead_at.is_(None))
_LONGEST_FAULT = 200


class SqlOutbox(Outbox):
    """Keeps messages in a table; leases are rows that two deliverers cannot both change."""

    @override
    def put(self, tx: Transaction, messages: Sequence[Message], now: datetime) -> int:
        if not messages:
            return 0
        connection = connection_of(tx)
        rows = [
            {
                "key": message.key,
                "delivery_id": _random_name(),
                "member_id": message.member_id,
                "body": message.body,
                "created_at": now,
                "due_at": message.due_at,
                "attempts": 0,
                "fault": "",
            }
            for message in sorted(messages, key=lambda message: message.key)
        ]
        statement = insert_for(connection, outbox).on_conflict_do_nothing(index_elements=["key"])
        return len(connection.execute(statement.returning(outbox.c.id), rows).all())

    @override
    def lease(
        self, tx: Transaction, now: datetime, *, until: datetime, without: frozenset[MemberId] = frozenset()
    ) -> Leased | None:
        connection = connection_of(tx)
        query = select(outbox).where(_WAITING, outbox.c.due_at <= now).order_by(outbox.c.due_at, outbox.c.id).limit(1)
        if without:
            query = query.where(outbox.c.member_id.not_in(sorted(without)))
        row = connection.execute(query.with_for_update(skip_locked=True)).one_or_none()
        if row is None:
            return None
        lease = _random_name()
        connection.execute(update(outbox).where(outbox.c.id == row.id).values(lease=lease, due_at=until))
        return Leased(
            message_id=row.id,
            delivery_id=row.delivery_id,
            member_id=MemberId(row.member_id),
            body=row.body,
            attempts=row.attempts,
            lease=lease,
        )

    @override
    def delivered(self, tx: Transaction, leased: Leased, now: datetime) -> bool:
        return self._end(tx, leased, delivered_at=now, fault="")

    @override
    def retry(self, tx: Transaction, leased: Leased, *, due_at: datetime, fault: str) -> bool:
        return self._end(tx, leased, due_at=due_at, fault=fault[:_LONGEST_FAULT])

    @override
    def give_up(self, tx: Transaction, leased: Leased, now: datetime, *, fault: str) -> bool:
        return self._end(tx, leased, dead_at=now, fault=fault[:_LONGEST_FAULT])

    @override
    def dead_letters(self, tx: Transaction, limit: int) -> list[DeadLetter]:
        query = select(outbox).where(outbox.c.dead_at.is_not(None)).order_by(outbox.c.id.desc()).limit(limit)
        return [
            DeadLetter(
                message_id=row.id,
                delivery_id=row.delivery_id,
                member_id=MemberId(row.member_id),
                attempts=row.attempts,
                dead_at=row.dead_at,
                fault=row.fault,
            )
            for row in connection_of(tx).execute(query)
        ]

    @override
    def requeue(self, tx: Transaction, message_id: int, now: datetime) -> bool:
        dead = and_(outbox.c.id == message_id, outbox.c.dead_at.is_not(None))
        statement = update(outbox).where(dead).values(dead_at=None, due_at=now, attempts=0)
        return connection_of(tx).execute(statement).rowcount == 1

    @override
    def waiting(self, tx: Transaction) -> int:
        return connection_of(tx).execute(select(func.count()).select_from(outbox).where(_WAITING)).scalar_one()

    @override
    def forget_before(self, tx: Transaction, moment: datetime) -> int:
        return connection_of(tx).execute(delete(outbox).where(outbox.c.delivered_at < moment)).rowcount

    def _end(self, tx: Transaction, leased: Leased, **values: datetime | str) -> bool:
        held = and_(outbox.c.id == leased.message_id, outbox.c.lease == leased.lease, _WAITING)
        statement = update(outbox).where(held).values(lease=None, attempts=outbox.c.attempts + 1, **values)
        return connection_of(tx).execute(statement).rowcount == 1


def _random_name() -> str:
    return b32encode(secrets.token_bytes(16)).decode().lower().rstrip("=")
