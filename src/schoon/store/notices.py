"""Notices and the items on them on SQL."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, TextClause, bindparam, delete, func, select, text, update
from typing_extensions import override

from schoon.hosting import TraceId
from schoon.kinds import HosterId, ItemId, NoticeId, Transaction
from schoon.notices import (
    Dropped,
    Figures,
    Live,
    Moved,
    Notice,
    NoticeItem,
    NoticeKind,
    NoticeState,
    NoticesWanted,
    NoticeTimes,
    NoticeWish,
    TakenUp,
    Unnoticed,
)
from schoon.notices.ports import NoticeBook
from schoon.reports.ports import Vault
from schoon.store._notice_figures import figures_of
from schoon.store._notice_rows import ITEM_CHANGES, NOTICE_CHANGES, item_of, moved_of, notice_of, unnoticed_of
from schoon.store._sets import among
from schoon.store._upsert import insert_for, locked
from schoon.store.database import connection_of
from schoon.store.tables.notices import notice_items, notices, unnoticed

_ON_ITS_WAY = (NoticeState.OPEN, NoticeState.CLOSED)
_COUNT = (
    select(func.count())
    .where(notice_items.c.notice_id == notices.c.id, notice_items.c.dropped_at.is_(None))
    .scalar_subquery()
    .label("items")
)
_TAG = "notice-url"


class SqlNotices(NoticeBook):
    """Keeps notices in tables; addresses stand there as keyed tags."""

    def __init__(self, vault: Vault) -> None:
        """Take the vault."""
        self._vault = vault

    @override
    def open_for(self, tx: Transaction, wishes: Sequence[NoticeWish], now: datetime) -> list[Notice]:
        if not wishes:
            return []
        connection = connection_of(tx)
        rows = {_key(wish): _opened(wish, now) for wish in reversed(wishes)}
        statement = insert_for(connection, notices)
        target = ["hoster_id", "profile_id", "kind"]
        kept = statement.on_conflict_do_update(  # an update that changes nothing: it finds and locks in one statement
            index_elements=target, index_where=text("state = 'open'"), set_={"state": statement.excluded.state}
        ).returning(notices.c.id, *(notices.c[name] for name in target))
        found = connection.execute(kept, [rows[key] for key in sorted(rows)]).all()
        names = {(row.hoster_id, row.profile_id, row.kind): NoticeId(row.id) for row in found}
        by_id = self.notices(tx, names.values())
        return [by_id[names[_key(wish)]] for wish in wishes]

    @override
    def add_items(self, tx: Transaction, taken: Sequence[TakenUp]) -> None:
        if not taken:
            return
        connection = connection_of(tx)
        rows = [
            {
                "notice_id": one.notice.notice_id,
                "hoster_id": one.notice.hoster_id,
                "kind": one.notice.kind.value,
                "item_id": one.item_id,
                "url_tag": self._vault.tag(_TAG, one.url),
                "taken_up_at": one.at,
                "trace_id": one.trace_id,
                "from_hoster_id": one.from_hoster_id,
                "waiting": True,
                "dropped_because": "",
            }
            for one in sorted(taken, key=lambda one: (one.notice.hoster_id, one.item_id))
        ]
        connection.execute(insert_for(connection, notice_items).on_conflict_do_nothing(), rows)

    @override
    def notices(self, tx: Transaction, notice_ids: Collection[NoticeId]) -> dict[NoticeId, Notice]:
        if not notice_ids:
            return {}
        connection = connection_of(tx)
        chosen = select(notices.c.number).where(notices.c.id.in_(_given(connection, notice_ids)))
        if connection.dialect.name != "sqlite":
            connection.execute(locked(connection, chosen.order_by(notices.c.number))).all()
        query = select(notices, _COUNT).where(notices.c.number.in_(chosen)).order_by(notices.c.number)
        return {NoticeId(row.id): notice_of(row) for row in connection.execute(query)}

    @override
    def items_of(self, tx: Transaction, notice_ids: Collection[NoticeId]) -> dict[NoticeId, list[NoticeItem]]:
        found: dict[NoticeId, list[NoticeItem]] = {notice_id: [] for notice_id in notice_ids}
        if not found:
            return found
        connection = connection_of(tx)
        query = select(notice_items).where(
            notice_items.c.notice_id.in_(_given(connection, notice_ids)), notice_items.c.dropped_at.is_(None)
        )
        for row in connection.execute(query.order_by(notice_items.c.number)):
            found[NoticeId(row.notice_id)].append(item_of(row))
        return found

    @override
    def save(self, tx: Transaction, notices_: Sequence[Notice]) -> None:
        if not notices_:
            return
        connection = connection_of(tx)
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in NOTICE_CHANGES}
        rows = [
            {"notice": one.notice_id, **{f"new_{name}": getattr(one, name) for name in NOTICE_CHANGES}}
            for one in sorted(notices_, key=lambda one: one.notice_id)
        ]
        connection.execute(update(notices).where(notices.c.id == bindparam("notice")).values(values), rows)
        over = [one.notice_id for one in notices_ if one.state not in _ON_ITS_WAY]
        if over:
            of_them = notice_items.c.notice_id.in_(_given(connection, over))
            connection.execute(update(notice_items).where(of_them, notice_items.c.waiting).values(waiting=False))

    @override
    def save_items(self, tx: Transaction, items: Sequence[NoticeItem]) -> None:
        if not items:
            return
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in ITEM_CHANGES}
        values["waiting"] = notice_items.c.waiting & bindparam("stays", type_=notice_items.c.waiting.type)
        rows = [
            {
                "notice": one.notice_id,
                "item": one.item_id,
                "stays": one.dropped_at is None,
                **{f"new_{name}": getattr(one, name) for name in ITEM_CHANGES},
                "new_dropped_because": one.dropped_because or "",
            }
            for one in sorted(items, key=lambda one: (one.notice_id, one.item_id))
        ]
        chosen = (notice_items.c.notice_id == bindparam("notice"), notice_items.c.item_id == bindparam("item"))
        connection_of(tx).execute(update(notice_items).where(*chosen).values(values), rows)

    @override
    def live(self, tx: Transaction, item_ids: Collection[ItemId]) -> list[Live]:
        if not item_ids:
            return []
        connection = connection_of(tx)
        query = (
            select(notice_items.c.item_id, notice_items.c.trace_id, notices)
            .join_from(notice_items, notices, notices.c.id == notice_items.c.notice_id)
            .where(notice_items.c.item_id.in_(_given(connection, item_ids)), notice_items.c.dropped_at.is_(None))
            .where(notices.c.state != "empty")
            .order_by(notice_items.c.number.desc())
        )
        return [
            Live(
                item_id=ItemId(row.item_id),
                notice_id=NoticeId(row.id),
                hoster_id=HosterId(row.hoster_id),
                kind=NoticeKind(row.kind),
                state=NoticeState(row.state),
                sent_at=row.sent_at,
                trace_id=None if row.trace_id is None else TraceId(row.trace_id),
            )
            for row in connection.execute(query)
        ]

    @override
    def times_moved(self, tx: Transaction, item_ids: Collection[ItemId], since: datetime) -> dict[ItemId, int]:
        if not item_ids:
            return {}
        connection = connection_of(tx)
        query = (
            select(notice_items.c.item_id, func.count().label("many"))
            .where(notice_items.c.item_id.in_(_given(connection, item_ids)))
            .where(notice_items.c.dropped_because == Dropped.MOVED.value, notice_items.c.dropped_at >= since)
            .group_by(notice_items.c.item_id)
        )
        return {ItemId(row.item_id): row.many for row in connection.execute(query)}

    @override
    def last_hosters(self, tx: Transaction, item_ids: Collection[ItemId]) -> dict[ItemId, HosterId]:
        if not item_ids:
            return {}
        connection = connection_of(tx)
        query = (
            select(notice_items.c.item_id, notice_items.c.hoster_id)
            .where(notice_items.c.item_id.in_(_given(connection, item_ids)))
            .where(notice_items.c.kind == NoticeKind.FIRST.value)
            .order_by(notice_items.c.number)
        )
        return {ItemId(row.item_id): HosterId(row.hoster_id) for row in connection.execute(query)}

    @override
    def moved(self, tx: Transaction, *, before: int | None, limit: int) -> list[Moved]:
        query = select(notice_items).where(notice_items.c.from_hoster_id.is_not(None))
        if before is not None:
            query = query.where(notice_items.c.number < before)
        found = connection_of(tx).execute(query.order_by(notice_items.c.number.desc()).limit(limit))
        return [moved_of(row) for row in found]

    @override
    def times(self, tx: Transaction, item_ids: Collection[ItemId]) -> dict[ItemId, NoticeTimes]:
        if not item_ids:
            return {}
        connection = connection_of(tx)
        moment = notices.c.sent_at.type
        query = (
            select(
                notice_items.c.item_id,
                func.min(notices.c.sent_at, type_=moment).label("first_sent_at"),
                func.max(notices.c.sent_at, type_=moment).label("last_sent_at"),
                func.min(notices.c.delivered_at, type_=moment).label("first_delivered_at"),
                func.min(notices.c.acknowledged_at, type_=moment).label("first_acknowledged_at"),
                func.count().label("notices"),
            )
            .join_from(notice_items, notices, notices.c.id == notice_items.c.notice_id)
            .where(notice_items.c.item_id.in_(_given(connection, item_ids)), notice_items.c.dropped_at.is_(None))
            .where(notices.c.state == "sent")
            .group_by(notice_items.c.item_id)
        )
        return {ItemId(row.item_id): NoticeTimes(**row._mapping) for row in connection.execute(query)}

    @override
    def page(self, tx: Transaction, wanted: NoticesWanted) -> list[Notice]:
        query = select(notices, _COUNT).order_by(notices.c.number.desc()).limit(wanted.limit)
        return [notice_of(row) for row in connection_of(tx).execute(_narrowed(query, wanted))]

    @override
    def by_url(self, tx: Transaction, hoster_id: HosterId, urls: Collection[str]) -> dict[str, NoticeId]:
        if not urls:
            return {}
        connection = connection_of(tx)
        tags = {self._vault.tag(_TAG, url): url for url in urls}
        query = (
            select(notice_items.c.url_tag, notices.c.id)
            .join_from(notice_items, notices, notices.c.id == notice_items.c.notice_id)
            .where(notice_items.c.hoster_id == hoster_id, notice_items.c.url_tag.in_(_given(connection, tags)))
            .where(notice_items.c.dropped_at.is_(None), notices.c.closed_at.is_not(None))
            .order_by(notice_items.c.number)
        )
        return {tags[row.url_tag]: NoticeId(row.id) for row in connection.execute(query)}

    @override
    def keep_unnoticed(self, tx: Transaction, items: Sequence[Unnoticed]) -> None:
        if not items:
            return
        connection = connection_of(tx)
        rows = [
            {
                "item_id": one.item_id,
                "reason": one.reason.value,
                "since": one.since,
                "tried_at": one.tried_at,
                "tries": one.tries,
            }
            for one in sorted(items, key=lambda one: one.item_id)
        ]
        statement = insert_for(connection, unnoticed)
        anew = {name: statement.excluded[name] for name in ("reason", "since", "tried_at", "tries")}
        connection.execute(statement.on_conflict_do_update(index_elements=["item_id"], set_=anew), rows)

    @override
    def forget_unnoticed(self, tx: Transaction, item_ids: Collection[ItemId]) -> None:
        if item_ids:
            connection = connection_of(tx)
            connection.execute(delete(unnoticed).where(unnoticed.c.item_id.in_(_given(connection, item_ids))))

    @override
    def unnoticed(self, tx: Transaction, item_ids: Collection[ItemId] | None = None) -> dict[ItemId, Unnoticed]:
        connection = connection_of(tx)
        query = select(unnoticed).order_by(unnoticed.c.since, unnoticed.c.item_id)
        if item_ids is not None:
            query = query.where(unnoticed.c.item_id.in_(_given(connection, item_ids)))
        return {ItemId(row.item_id): unnoticed_of(row) for row in connection.execute(query)}

    @override
    def figures(
        self, tx: Transaction, hoster_id: HosterId | None, *, since: datetime, until: datetime, now: datetime
    ) -> dict[HosterId, Figures]:
        return figures_of(connection_of(tx), hoster_id, since=since, until=until, now=now)


def _given(connection: Connection, values: Collection[str]) -> TextClause:
    return among(connection, values, str)


def _key(wish: NoticeWish) -> tuple[HosterId, str, str]:
    return wish.hoster_id, wish.profile_id, wish.kind.value


def _opened(wish: NoticeWish, now: datetime) -> dict[str, Any]:
    return {
        "id": wish.notice_id,
        "hoster_id": wish.hoster_id,
        "profile_id": wish.profile_id,
        "kind": wish.kind.value,
        "state": NoticeState.OPEN.value,
        "email": wish.email,
        "police_backed": False,
        "opened_at": now,
        "closes_at": wish.closes_at,
    }


def _narrowed(query: Select[Any], wanted: NoticesWanted) -> Select[Any]:
    if wanted.hoster_id is not None:
        query = query.where(notices.c.hoster_id == wanted.hoster_id)
    if wanted.item_id is not None:
        on = select(notice_items.c.notice_id).where(notice_items.c.item_id == wanted.item_id)
        query = query.where(notices.c.id.in_(on))
    if wanted.states is not None:
        query = query.where(notices.c.state.in_(sorted(state.value for state in wanted.states)))
    if wanted.after is not None:
        last = select(notices.c.number).where(notices.c.id == wanted.after).scalar_subquery()
        query = query.where(notices.c.number < last)
    return query
