"""Messages to hosters on SQL, packed and sealed; and what came back."""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from typing_extensions import override

from schoon.kinds import NoticeId, Transaction
from schoon.notices import ChannelKind, Delivery, DeliveryId, DeliveryState, KeptReturn, ReturnAction
from schoon.notices.ports import DeliveryBook
from schoon.reports.ports import Vault
from schoon.store._sets import among
from schoon.store._upsert import insert_for, locked
from schoon.store.database import connection_of
from schoon.store.tables.notices import deliveries, returns

_CHANGES = ("state", "attempts", "fault", "tried_at", "ended_at")
_LONGEST_FAULT = 200
_WITHOUT_CONTENT = [column for column in deliveries.c if column.name != "content"]


class SqlDeliveries(DeliveryBook):
    """Keeps messages in a table. They hold addresses of material and the token of a link, so they are sealed."""

    def __init__(self, vault: Vault) -> None:
        """Take the vault."""
        self._vault = vault

    @override
    def put(self, tx: Transaction, deliveries_: Sequence[tuple[Delivery, bytes]]) -> None:
        if not deliveries_:
            return
        rows = [
            {
                "id": one.delivery_id,
                "notice_id": one.notice_id,
                "channel": one.channel.value,
                "address": one.address,
                "message_id": one.message_id,
                "return_token": one.return_token,
                "content": seal_bytes(self._vault, _place(one.delivery_id), content),
                "put_at": one.put_at,
                **_changing(one),
            }
            for one, content in deliveries_
        ]
        connection_of(tx).execute(insert(deliveries), rows)

    @override
    def parcels(
        self, tx: Transaction, delivery_ids: Collection[DeliveryId]
    ) -> dict[DeliveryId, tuple[Delivery, bytes]]:
        if not delivery_ids:
            return {}
        connection = connection_of(tx)
        given = among(connection, delivery_ids, str)
        query = select(deliveries).where(deliveries.c.id.in_(given)).order_by(deliveries.c.number)
        return {
            DeliveryId(row.id): (_delivery(row), open_bytes(self._vault, _place(row.id), row.content))
            for row in connection.execute(locked(connection, query))
        }

    @override
    def of_notices(self, tx: Transaction, notice_ids: Collection[NoticeId]) -> list[Delivery]:
        if not notice_ids:
            return []
        connection = connection_of(tx)
        given = among(connection, notice_ids, str)
        query = select(*_WITHOUT_CONTENT).where(deliveries.c.notice_id.in_(given)).order_by(deliveries.c.number)
        return [_delivery(row) for row in connection.execute(query)]

    @override
    def by_token(self, tx: Transaction, return_tokens: Collection[str]) -> dict[str, Delivery]:
        if not return_tokens:
            return {}
        connection = connection_of(tx)
        given = among(connection, return_tokens, str)
        query = select(*_WITHOUT_CONTENT).where(deliveries.c.return_token.in_(given)).order_by(deliveries.c.number)
        return {row.return_token: _delivery(row) for row in connection.execute(locked(connection, query))}

    @override
    def save(self, tx: Transaction, deliveries_: Sequence[Delivery]) -> None:
        if not deliveries_:
            return
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in _CHANGES}
        rows = [
            {"delivery": one.delivery_id, **{f"new_{name}": value for name, value in _changing(one).items()}}
            for one in sorted(deliveries_, key=lambda one: one.delivery_id)
        ]
        connection_of(tx).execute(
            update(deliveries).where(deliveries.c.id == bindparam("delivery")).values(values), rows
        )

    @override
    def add_return(self, tx: Transaction, kept: KeptReturn) -> bool:
        connection = connection_of(tx)
        values = {
            "delivery_id": kept.delivery_id,
            "at": kept.at,
            "action": kept.action.value,
            "status": kept.status,
            "says": self._vault.seal(_says_place(kept.delivery_id), kept.says),
            "mail_sha256": kept.mail_sha256,
        }
        statement = insert_for(connection, returns).values(values)
        once = statement.on_conflict_do_nothing(index_elements=["delivery_id", "mail_sha256"])
        return connection.execute(once.returning(returns.c.number)).one_or_none() is not None

    @override
    def returns(self, tx: Transaction, notice_ids: Collection[NoticeId]) -> list[KeptReturn]:
        if not notice_ids:
            return []
        connection = connection_of(tx)
        given = among(connection, notice_ids, str)
        query = (
            select(returns)
            .join_from(returns, deliveries, deliveries.c.id == returns.c.delivery_id)
            .where(deliveries.c.notice_id.in_(given))
            .order_by(returns.c.number)
        )
        return [
            KeptReturn(
                delivery_id=DeliveryId(row.delivery_id),
                at=row.at,
                action=ReturnAction(row.action),
                status=row.status,
                says=self._vault.open(_says_place(row.delivery_id), row.says),
                mail_sha256=row.mail_sha256,
            )
            for row in connection.execute(query)
        ]


def seal_bytes(vault: Vault, place: str, content: bytes) -> bytes:
    """The content packed (a mail of reports in base64 becomes a third as long) and sealed."""
    return vault.seal(place, b64encode(zlib.compress(content)).decode("ascii"))


def open_bytes(vault: Vault, place: str, sealed: bytes) -> bytes:
    """The content."""
    return zlib.decompress(b64decode(vault.open(place, sealed)))


def _place(delivery_id: str) -> str:
    return f"notice_deliveries.content:{delivery_id}"


def _says_place(delivery_id: str) -> str:
    return f"notice_returns.says:{delivery_id}"


def _changing(one: Delivery) -> dict[str, Any]:
    return {
        "state": one.state.value,
        "attempts": one.attempts,
        "fault": one.fault[:_LONGEST_FAULT],
        "tried_at": one.tried_at,
        "ended_at": one.ended_at,
    }


def _delivery(row: Row[*tuple[Any, ...]]) -> Delivery:
    return Delivery(
        delivery_id=DeliveryId(row.id),
        notice_id=NoticeId(row.notice_id),
        channel=ChannelKind(row.channel),
        address=row.address,
        message_id=row.message_id,
        return_token=row.return_token,
        put_at=row.put_at,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        fault=row.fault,
        tried_at=row.tried_at,
        ended_at=row.ended_at,
    )
