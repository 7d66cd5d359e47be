"""Messages to the police on SQL, sealed, in tables that nothing of a notice refers to."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from typing_extensions import override

from schoon.kinds import ItemId, Transaction
from schoon.notices import DeliveryState, PoliceReferral, ReferralId, ReferralLine, ReferralParcel
from schoon.notices.ports import ReferralBook
from schoon.reports.ports import Vault
from schoon.store._sets import among
from schoon.store._upsert import locked
from schoon.store.database import connection_of
from schoon.store.deliveries import open_bytes, seal_bytes
from schoon.store.tables.notices import referral_items, referrals


class SqlReferrals(ReferralBook):
    """Keeps referrals in a table; reasons and addresses stand there sealed."""

    def __init__(self, vault: Vault) -> None:
        """Take the vault."""
        self._vault = vault

    @override
    def put(self, tx: Transaction, parcels: Sequence[ReferralParcel]) -> None:
        if not parcels:
            return
        rows = [
            {
                "id": one.referral.referral_id,
                "opened_at": one.referral.opened_at,
                "told": self._vault.seal(_told_place(one.referral.referral_id), _to_json(one.referral)),
                "message_id": one.message_id,
                **self._changing(one),
            }
            for one in parcels
        ]
        connection = connection_of(tx)
        connection.execute(insert(referrals), rows)
        items = [
            {"referral_id": one.referral.referral_id, "item_id": line.item_id}
            for one in parcels
            for line in one.referral.lines
        ]
        connection.execute(insert(referral_items), items)

    @override
    def parcels(self, tx: Transaction, referral_ids: Collection[ReferralId]) -> dict[ReferralId, ReferralParcel]:
        if not referral_ids:
            return {}
        connection = connection_of(tx)
        given = among(connection, referral_ids, str)
        query = select(referrals).where(referrals.c.id.in_(given)).order_by(referrals.c.number)
        return {ReferralId(row.id): self._parcel(row) for row in connection.execute(locked(connection, query))}

    @override
    def save(self, tx: Transaction, parcels: Sequence[ReferralParcel]) -> None:
        if not parcels:
            return
        rows = [
            {
                "referral": one.referral.referral_id,
                **{f"new_{name}": value for name, value in self._changing(one).items()},
            }
            for one in sorted(parcels, key=lambda one: one.referral.referral_id)
        ]
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in self._changing(parcels[0])}
        connection_of(tx).execute(update(referrals).where(referrals.c.id == bindparam("referral")).values(values), rows)

    @override
    def referrals(self, tx: Transaction, *, limit: int) -> list[ReferralParcel]:
        query = select(referrals).order_by(referrals.c.number.desc()).limit(limit)
        return [self._parcel(row) for row in connection_of(tx).execute(query)]

    def _changing(self, one: ReferralParcel) -> dict[str, Any]:
        place = _content_place(one.referral.referral_id)
        return {
            "content": seal_bytes(self._vault, place, one.content) if one.content else None,
            "state": one.state.value,
            "attempts": one.attempts,
            "fault": one.fault,
            "ended_at": one.ended_at,
        }

    def _parcel(self, row: Row[*tuple[Any, ...]]) -> ReferralParcel:
        referral_id = ReferralId(row.id)
        told = self._vault.open(_told_place(referral_id), row.told)
        place = _content_place(referral_id)
        return ReferralParcel(
            referral=_from_json(referral_id, row.opened_at, told),
            message_id=row.message_id,
            content=b"" if row.content is None else open_bytes(self._vault, place, row.content),
            state=DeliveryState(row.state),
            attempts=row.attempts,
            fault=row.fault,
            ended_at=row.ended_at,
        )


def _told_place(referral_id: str) -> str:
    return f"police_referrals.told:{referral_id}"


def _content_place(referral_id: str) -> str:
    return f"police_referrals.content:{referral_id}"


def _to_json(referral: PoliceReferral) -> str:
    lines = [
        {
            "item": line.item_id,
            "url": line.url,
            "notices": line.notices,
            "first": None if line.first_noticed_at is None else line.first_noticed_at.isoformat(),
        }
        for line in referral.lines
    ]
    return json.dumps({"reasons": referral.reasons, "lines": lines})


def _from_json(referral_id: ReferralId, opened_at: datetime, told: str) -> PoliceReferral:
    value = json.loads(told)
    lines = tuple(
        ReferralLine(
            item_id=ItemId(line["item"]),
            url=line["url"],
            notices=line["notices"],
            first_noticed_at=None if line["first"] is None else datetime.fromisoformat(line["first"]),
        )
        for line in value["lines"]
    )
    return PoliceReferral(referral_id=referral_id, opened_at=opened_at, reasons=value["reasons"], lines=lines)
