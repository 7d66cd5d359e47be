"""Items with their links, digests and history on SQL."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    TextClause,
    and_,
    bindparam,
    func,
    insert,
    not_,
    or_,
    select,
    text,
    update,
)
from typing_extensions import override

from schoon.kinds import ItemId, Transaction
from schoon.reports import ItemState
from schoon.reports.ports import ItemBook, ItemQuery, StoredDigest, StoredItem, StoredMove
from schoon.store._report_rows import changing, digest_of, item_of, item_row, move_of, move_row
from schoon.store._sets import among, as_rows, set_to_come, this_set
from schoon.store._upsert import insert_for, is_read_only, locked, locking
from schoon.store.database import connection_of
from schoon.store.tables.reports import assessments, digests, history, items, links, report_items

_TURNS = 256
"""Transactions that work with the same digests take turns on so many locks, in their order."""

_SPACE = 6_210_377
"""Any constant: the first half of our advisory locks."""


class SqlItems(ItemBook):
    """Keeps items in tables. One item an address is an index; its state follows its history by trigger."""

    @override
    def take_turns(self, tx: Transaction, digest_tags: Collection[str]) -> None:
        connection = connection_of(tx)
        if connection.dialect.name != "postgresql" or not digest_tags:  # SQLite has one writer
            return
        turns = sorted({int(tag[:8], 16) % _TURNS for tag in digest_tags})
        given = as_rows(connection, turns, int)
        taken = select(func.pg_advisory_xact_lock(_SPACE, given.c.value.cast(Integer)))
        connection.execute(taken.order_by(given.c.value))

    @override
    def add_missing(self, tx: Transaction, items: Sequence[StoredItem]) -> dict[str, ItemId]:
        if not items:
            return {}
        connection = connection_of(tx)
        rows = [item_row(item) for item in sorted(items, key=lambda item: item.url_tag)]
        connection.execute(insert_for(connection, _items).on_conflict_do_nothing(index_elements=["url_tag"]), rows)
        there = select(_items.c.url_tag, _items.c.id).where(
            _items.c.url_tag.in_(_among(tx, {i.url_tag for i in items}))
        )
        return {tag: ItemId(item_id) for tag, item_id in connection.execute(there)}

    @override
    def items(self, tx: Transaction, item_ids: Collection[ItemId]) -> dict[ItemId, StoredItem]:
        if not item_ids:
            return {}
        connection = connection_of(tx)
        query = _by_id(connection.dialect.name, locks=not is_read_only(connection))
        rows = connection.execute(query, this_set(connection, item_ids))
        return {item.item_id: item for item in map(item_of, rows)}

    @override
    def save(self, tx: Transaction, items: Sequence[StoredItem]) -> None:
        if not items:
            return
        rows = [{"item": item.item_id, **changing(item)} for item in sorted(items, key=lambda item: item.item_id)]
        connection_of(tx).execute(_SAVE, rows)

    @override
    def move(self, tx: Transaction, moves: Sequence[StoredMove]) -> None:
        if moves:
            connection_of(tx).execute(insert(history), [move_row(move) for move in moves])

    @override
    def history(self, tx: Transaction, item_id: ItemId) -> list[StoredMove]:
        query = select(_history).where(_history.c.item_id == item_id).order_by(_history.c.number)
        return [move_of(row) for row in connection_of(tx).execute(query)]

    @override
    def link(self, tx: Transaction, links: Collection[tuple[ItemId, ItemId]]) -> None:
        if links:
            connection = connection_of(tx)
            rows = [{"page_id": page, "media_id": media} for page, media in sorted(set(links))]
            connection.execute(insert_for(connection, _links).on_conflict_do_nothing(), rows)

    @override
    def linked(self, tx: Transaction, item_id: ItemId) -> tuple[tuple[ItemId, ...], tuple[ItemId, ...]]:
        connection = connection_of(tx)
        pages = select(_links.c.page_id).where(_links.c.media_id == item_id).order_by(_links.c.page_id)
        media = select(_links.c.media_id).where(_links.c.page_id == item_id).order_by(_links.c.media_id)
        return tuple(connection.scalars(pages)), tuple(connection.scalars(media))

    @override
    def add_digests(self, tx: Transaction, digests: Sequence[StoredDigest]) -> None:
        if not digests:
            return
        connection = connection_of(tx)
        rows = [
            {"item_id": one.item_id, "tag": one.tag, "kind": one.kind.value, "sealed": one.sealed}
            for one in sorted(digests, key=lambda one: (one.item_id, one.tag))
        ]
        connection.execute(insert_for(connection, _digests).on_conflict_do_nothing(), rows)

    @override
    def digests(self, tx: Transaction, item_ids: Collection[ItemId]) -> list[StoredDigest]:
        return self._digests(tx, _digests.c.item_id.in_(_among(tx, item_ids))) if item_ids else []

    @override
    def sharing(self, tx: Transaction, digest_tags: Collection[str]) -> list[StoredDigest]:
        return self._digests(tx, _digests.c.tag.in_(_among(tx, digest_tags))) if digest_tags else []

    @override
    def alike(self, tx: Transaction, item: StoredItem) -> tuple[ItemId, ...]:
        others = select(_items.c.id).where(_items.c.key_tag == item.key_tag, _items.c.id != item.item_id)
        return tuple(ItemId(found) for found in connection_of(tx).scalars(others.order_by(_items.c.number)))

    @override
    def page(self, tx: Transaction, query: ItemQuery) -> list[StoredItem]:
        connection = connection_of(tx)
        order = (_items.c.moved_at, _items.c.number)
        found = select(_items).where(*_narrowed(query)).limit(query.limit)
        found = found.order_by(*(column.desc() for column in order)) if query.newest_first else found.order_by(*order)
        if query.after is not None:
            last = connection.execute(select(*order).where(_items.c.id == query.after)).one_or_none()
            if last is None:
                return []
            moved_at, number = order
            beyond = moved_at < last.moved_at if query.newest_first else moved_at > last.moved_at
            further = number < last.number if query.newest_first else number > last.number
            found = found.where(or_(beyond, and_(moved_at == last.moved_at, further)))
        return [item_of(row) for row in connection.execute(found)]

    @override
    def counts(self, tx: Transaction) -> dict[ItemState, int]:
        query = select(_items.c.state, func.count()).group_by(_items.c.state)
        return {ItemState(state): number for state, number in connection_of(tx).execute(query)}

    @override
    def lock(
        self, tx: Transaction, item_ids: Collection[ItemId], *, by: str, until: datetime, now: datetime
    ) -> set[ItemId]:
        if not item_ids:
            return set()
        connection = connection_of(tx)
        # Asked for, and no condition: by its state SQLite would look through every item that waits.
        free = and_(not_(_locked_by_other(by, now)), _TO_ASSESS).label("free")
        wanted = select(_items.c.id, free).where(_items.c.id.in_(_among(tx, item_ids))).order_by(_items.c.id)
        taken = {ItemId(row.id) for row in connection.execute(locked(connection, wanted)) if row.free}
        mine = _items.c.id.in_(_among(tx, taken))
        connection.execute(update(_items).where(mine).values(locked_by=by, locked_until=until))
        return taken

    @override
    def unlock(self, tx: Transaction, item_ids: Collection[ItemId], *, by: str) -> None:
        mine = and_(_items.c.id.in_(_among(tx, item_ids)), _items.c.locked_by == by)
        connection_of(tx).execute(update(_items).where(mine).values(locked_by=None, locked_until=None))

    def _digests(self, tx: Transaction, wanted: ColumnElement[bool]) -> list[StoredDigest]:
        query = select(_digests).where(wanted).order_by(_digests.c.item_id, _digests.c.tag)
        return [digest_of(row) for row in connection_of(tx).execute(query)]


_items, _history, _links, _digests = items, history, links, digests  # methods and arguments have the tables' names
_SAVE = update(items).where(items.c.id == bindparam("item"))  # sets what the rows have
_TO_ASSESS = items.c.state == ItemState.TO_ASSESS.value


@lru_cache
def _by_id(dialect_name: str, *, locks: bool) -> Select[*tuple[Any, ...]]:
    query = select(_items).where(_items.c.id.in_(set_to_come(dialect_name, str))).order_by(_items.c.id)
    return locking(query) if locks else query


def _narrowed(query: ItemQuery) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if query.states is not None:
        wanted.append(_items.c.state.in_(sorted(state.value for state in query.states)))
    plain = {
        "kind": query.kind,
        "judgement": query.judgement,
        "known": query.known,
        "key_tag": query.key_tag,
        "host_tag": query.host_tag,
        "site_tag": query.site_tag,
        "inherited_from": query.inherited_from,
    }
    wanted += [_items.c[name] == str(value) for name, value in plain.items() if value is not None]
    if query.disputed:
        wanted.append(_items.c.disputed)
    if query.report_id is not None:
        wanted.append(
            _items.c.id.in_(select(report_items.c.item_id).where(report_items.c.report_id == query.report_id))
        )
    if query.analyst is not None:
        judged = select(assessments.c.number).where(
            assessments.c.item_id == _items.c.id,
            assessments.c.round == _items.c.round,
            assessments.c.by == query.analyst,
            assessments.c.means == text("'analyst'"),
        )
        wanted += [not_(judged.exists()), not_(_locked_by_other(query.analyst, query.now))]
    return wanted


def _locked_by_other(analyst: str, now: datetime) -> ColumnElement[bool]:
    """Never NULL: SQL's third truth value would take the free ones out too."""
    return and_(_items.c.locked_by.is_not(None), _items.c.locked_by != analyst, _items.c.locked_until > now)


def _among(tx: Transaction, ids: Collection[str]) -> TextClause:
    """A set of ids or tags, in one order."""
    return among(connection_of(tx), ids, str)
