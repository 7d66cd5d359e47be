"""Hosters on SQL."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from typing_extensions import override

from schoon.check import Webhook
from schoon.kinds import HosterId, Transaction
from schoon.notices import ChannelKind, Hoster, HosterDraft
from schoon.notices.ports import HosterBook
from schoon.reports.ports import Vault
from schoon.store._notice_rows import hoster_of
from schoon.store._sets import among
from schoon.store._upsert import insert_for
from schoon.store.database import connection_of
from schoon.store.tables.notices import hosters


class SqlHosters(HosterBook):
    """Keeps hosters in a table; the secret of a webhook is sealed."""

    def __init__(self, vault: Vault) -> None:
        """Take the vault."""
        self._vault = vault

    @override
    def by_key(self, tx: Transaction, keys: Collection[str]) -> dict[str, Hoster]:
        if not keys:
            return {}
        connection = connection_of(tx)
        given = among(connection, keys, str)
        rows = connection.execute(select(hosters).where(hosters.c.key.in_(given)))
        return {row.key: self._hoster(row) for row in rows}

    @override
    def hosters(self, tx: Transaction, hoster_ids: Collection[HosterId] | None = None) -> dict[HosterId, Hoster]:
        connection = connection_of(tx)
        query = select(hosters).order_by(hosters.c.id)
        if hoster_ids is not None:
            query = query.where(hosters.c.id.in_(among(connection, hoster_ids, int)))
        return {HosterId(row.id): self._hoster(row) for row in connection.execute(query)}

    @override
    def add_missing(self, tx: Transaction, drafts: Sequence[HosterDraft], now: datetime) -> dict[str, Hoster]:
        if not drafts:
            return {}
        connection = connection_of(tx)
        first_of = {draft.email.casefold(): draft for draft in reversed(drafts)}
        rows = [
            {
                "organisation": draft.organisation,
                "country": draft.country,
                "email": draft.email,
                "key": key,
                "language": draft.language.value,
                "channel": ChannelKind.MAIL.value,
                "reviewed": False,
                "reseller_of": draft.reseller_of,
                "added_at": now,
            }
            for key, draft in sorted(first_of.items())
        ]
        connection.execute(insert_for(connection, hosters).on_conflict_do_nothing(index_elements=["key"]), rows)
        return self.by_key(tx, first_of)

    @override
    def save(self, tx: Transaction, hosters_: Sequence[Hoster]) -> None:
        connection = connection_of(tx)
        for hoster in hosters_:
            connection.execute(update(hosters).where(hosters.c.id == hoster.hoster_id).values(self._changing(hoster)))

    @override
    def set_bounced(self, tx: Transaction, hoster_ids: Collection[HosterId], at: datetime | None) -> None:
        if not hoster_ids:
            return
        connection = connection_of(tx)
        given = among(connection, hoster_ids, int)
        connection.execute(update(hosters).where(hosters.c.id.in_(given)).values(bounced_at=at))

    def _changing(self, hoster: Hoster) -> dict[str, Any]:
        webhook = hoster.webhook
        place = _place(hoster.hoster_id)
        return {
            "organisation": hoster.organisation,
            "country": hoster.country,
            "email": hoster.email,
            "language": hoster.language.value,
            "channel": hoster.channel.value,
            "webhook_url": None if webhook is None else webhook.url,
            "webhook_sealed": None if webhook is None else self._vault.seal(place, webhook.secret.decode("ascii")),
            "bounced_at": hoster.bounced_at,
            "reviewed": hoster.reviewed,
            "party": hoster.party,
        }

    def _hoster(self, row: Row[*tuple[Any, ...]]) -> Hoster:
        if row.webhook_url is None:
            return hoster_of(row, None)
        secret = self._vault.open(_place(row.id), row.webhook_sealed).encode("ascii")
        return hoster_of(row, Webhook(url=row.webhook_url, secret=secret))


def _place(hoster_id: int) -> str:
    return f"hosters.webhook_sealed:{hoster_id}"
