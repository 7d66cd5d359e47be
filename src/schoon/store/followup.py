"""The follow-up on SQL."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, TextClause, and_, bindparam, case, func, insert, or_, select, update
from typing_extensions import override

from schoon.followup import AuthorityRecord, ItemClock, LegalBasis, Look, StepTaken, Wanted, Watch
from schoon.followup.ports import FollowUpStore
from schoon.kinds import ItemId, NoticeId, Transaction
from schoon.store._followup_rows import (
    WATCH_COLUMNS,
    basis_of,
    changing,
    clock_of,
    clock_row,
    look_of,
    look_row,
    record_of,
    step_of,
    step_row,
    watch_of,
    watch_row,
)
from schoon.store._sets import among, set_to_come, this_set
from schoon.store._upsert import Insert, insert_in, is_read_only, locking
from schoon.store.database import connection_of
from schoon.store.tables.followup import authority_records, clocks, legal_bases, observations, steps, watches

_HOLDS = legal_bases.c.ended_at.is_(None)
_RUNS = and_(clocks.c.deadline.is_not(None), clocks.c.ended_at.is_(None))
_WENT = and_(clocks.c.deadline.is_not(None), clocks.c.end == "inaccessible")
_LEADS = (
    case((_RUNS, 0), (_WENT, 1), else_=2),
    case((_RUNS, clocks.c.deadline)),
    case((_WENT, clocks.c.gone_at)).desc(),
    clocks.c.number,
)
_RECORD = tuple(column.name for column in authority_records.c if column.name != "number")


class SqlFollowUp(FollowUpStore):
    """Keeps the room's tables; constraints and triggers hold that nothing goes back and no step is taken twice."""

    @override
    def watches(self, tx: Transaction, item_ids: Collection[ItemId]) -> dict[ItemId, Watch]:
        if not item_ids:
            return {}
        connection = connection_of(tx)
        rows = connection.execute(_watches_by_item(connection.dialect.name), this_set(connection, item_ids))
        return {watch.item_id: watch for watch in map(watch_of, rows)}

    @override
    def put_watches(self, tx: Transaction, watches: Sequence[Watch]) -> None:
        if not watches:
            return
        connection = connection_of(tx)
        rows = [watch_row(watch) for watch in sorted(watches, key=lambda watch: watch.item_id)]
        connection.execute(_put_watches(connection.dialect.name), rows)

    @override
    def clocks(self, tx: Transaction, item_ids: Collection[ItemId]) -> list[ItemClock]:
        return _clocks_by(tx, "item_id", item_ids)

    @override
    def clocks_of(self, tx: Transaction, notice_ids: Collection[NoticeId]) -> list[ItemClock]:
        return _clocks_by(tx, "notice_id", notice_ids)

    @override
    def leading_clocks(self, tx: Transaction, notice_ids: Collection[NoticeId]) -> list[ItemClock]:
        if not notice_ids:
            return []
        place = func.row_number().over(partition_by=clocks.c.notice_id, order_by=_LEADS).label("place")
        ranked = select(clocks.c.number, place).where(clocks.c.notice_id.in_(_among(tx, notice_ids))).subquery()
        query = select(clocks).join(ranked, and_(ranked.c.number == clocks.c.number, ranked.c.place == 1))
        return [clock_of(row) for row in connection_of(tx).execute(query)]

    @override
    def add_clocks(self, tx: Transaction, clocks: Sequence[ItemClock]) -> None:
        rows = [clock_row(clock) for clock in clocks]
        if rows:
            connection_of(tx).execute(insert(_clocks), rows)

    @override
    def save_clocks(self, tx: Transaction, clocks: Sequence[ItemClock]) -> None:
        if not clocks:
            return
        ordered = sorted(clocks, key=lambda clock: clock.number)
        rows = [{"clock": clock.number, **changing(clock)} for clock in ordered]
        connection_of(tx).execute(_SAVE_CLOCK, rows)

    @override
    def add_looks(self, tx: Transaction, looks: Sequence[Look]) -> None:
        rows = [look_row(look) for look in looks]
        if rows:
            connection_of(tx).execute(insert(observations), rows)

    @override
    def looks(self, tx: Transaction, item_id: ItemId, *, limit: int) -> list[Look]:
        query = select(observations).where(observations.c.item_id == item_id)
        return [
            look_of(row) for row in connection_of(tx).execute(query.order_by(observations.c.number.desc()).limit(limit))
        ]

    @override
    def add_steps(self, tx: Transaction, steps: Sequence[StepTaken]) -> None:
        rows = [step_row(step) for step in steps]
        if rows:
            connection_of(tx).execute(insert(_steps), rows)

    @override
    def steps(self, tx: Transaction, item_ids: Collection[ItemId]) -> list[StepTaken]:
        query = select(steps).where(steps.c.item_id.in_(_among(tx, item_ids))).order_by(steps.c.number)
        return [step_of(row) for row in connection_of(tx).execute(query)] if item_ids else []

    @override
    def add_records(self, tx: Transaction, records: Sequence[AuthorityRecord]) -> None:
        rows = [{name: getattr(record, name) for name in _RECORD} for record in records]
        if rows:
            connection_of(tx).execute(insert(authority_records), rows)

    @override
    def records(self, tx: Transaction, *, after: int, limit: int) -> list[AuthorityRecord]:
        query = select(authority_records).where(authority_records.c.number > after)
        query = query.order_by(authority_records.c.number).limit(limit)
        return [record_of(row) for row in connection_of(tx).execute(query)]

    @override
    def page(self, tx: Transaction, wanted: Wanted) -> list[ItemClock]:
        first = clocks.c.disputed_at if wanted.disputed else clocks.c.deadline
        query = select(clocks).where(first.is_not(None)).order_by(first, clocks.c.number).limit(wanted.limit)
        if wanted.disputed:
            query = query.where(clocks.c.answered_at.is_(None))
        else:
            query = query.where(clocks.c.ended_at.is_(None))
        if wanted.hoster_id is not None:
            query = query.where(clocks.c.hoster_id == wanted.hoster_id)
        if wanted.before is not None:
            query = query.where(clocks.c.deadline < wanted.before)
        if wanted.after is not None:
            last = wanted.after.disputed_at if wanted.disputed else wanted.after.deadline
            query = query.where(or_(first > last, and_(first == last, clocks.c.number > wanted.after.number)))
        return [clock_of(row) for row in connection_of(tx).execute(query)]

    @override
    def basis(self, tx: Transaction) -> LegalBasis | None:
        row = connection_of(tx).execute(select(legal_bases).where(_HOLDS)).one_or_none()
        return None if row is None else basis_of(row)

    @override
    def bases(self, tx: Transaction) -> list[LegalBasis]:
        return [basis_of(row) for row in connection_of(tx).execute(select(legal_bases).order_by(legal_bases.c.number))]

    @override
    def add_basis(self, tx: Transaction, basis: LegalBasis) -> LegalBasis:
        words = ("basis", "signatory", "recorded_by", "recorded_at")
        new = insert(legal_bases).values({name: getattr(basis, name) for name in words}).returning(legal_bases)
        return basis_of(connection_of(tx).execute(new).one())

    @override
    def end_basis(self, tx: Transaction, number: int, *, by: str, at: datetime) -> None:
        that = and_(legal_bases.c.number == number, _HOLDS)
        connection_of(tx).execute(update(legal_bases).where(that).values(ended_by=by, ended_at=at))


# The ports' arguments are called `watches`, `clocks` and `steps` too.
_watches, _clocks, _steps = watches, clocks, steps
_SAVE_CLOCK = update(clocks).where(clocks.c.number == bindparam("clock"))  # sets what the rows have


@lru_cache
def _watches_by_item(dialect_name: str) -> Select[*tuple[Any, ...]]:
    return select(_watches).where(_watches.c.item_id.in_(set_to_come(dialect_name, str)))


@lru_cache
def _put_watches(dialect_name: str) -> Insert:
    statement = insert_in(dialect_name, _watches)
    anew = {name: statement.excluded[name] for name in WATCH_COLUMNS if name != "item_id"}
    return statement.on_conflict_do_update(index_elements=["item_id"], set_=anew)


def _clocks_by(tx: Transaction, column: str, ids: Collection[str]) -> list[ItemClock]:
    if not ids:
        return []
    connection = connection_of(tx)
    query = _clocks_query(connection.dialect.name, column, locks=not is_read_only(connection))
    return [clock_of(row) for row in connection.execute(query, this_set(connection, ids))]


@lru_cache
def _clocks_query(dialect_name: str, column: str, *, locks: bool) -> Select[*tuple[Any, ...]]:
    query = select(_clocks).where(_clocks.c[column].in_(set_to_come(dialect_name, str))).order_by(_clocks.c.number)
    return locking(query) if locks else query


def _among(tx: Transaction, ids: Collection[ItemId] | Collection[NoticeId]) -> TextClause:
    return among(connection_of(tx), ids, str)
