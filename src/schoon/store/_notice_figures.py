"""Hosters' figures: one statement over the items of their first notices."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Float, Row, and_, case, cast, extract, func, literal, select, true
from sqlalchemy.types import Integer

from schoon.kinds import HosterId
from schoon.notices import Figures
from schoon.store.tables.notices import notice_items, notices

_SECONDS_A_DAY = 86_400


def figures_of(
    connection: Connection, hoster_id: HosterId | None, *, since: datetime, until: datetime, now: datetime
) -> dict[HosterId, Figures]:
    """Of one hoster, or of all; the median is the middle one, or lies between the two in the middle."""
    gone, due, start = notice_items.c.gone_at, notices.c.due_at, notices.c.clock_at
    took = _seconds(connection, start, gone)
    alike = (notices.c.hoster_id, gone.is_(None))
    counted = (
        select(
            notices.c.hoster_id,
            gone,
            due,
            took.label("took"),
            func.row_number().over(partition_by=alike, order_by=took).label("place"),
            func.count().over(partition_by=alike).label("many"),
        )
        .join_from(notice_items, notices, notices.c.id == notice_items.c.notice_id)
        .where(notices.c.kind == "first", notices.c.state == "sent")
        .where(notices.c.sent_at >= since, notices.c.sent_at < until, notice_items.c.dropped_at.is_(None))
        .where(true() if hoster_id is None else notices.c.hoster_id == hoster_id)
        .subquery()
    )
    is_gone, clock = counted.c.gone_at.is_not(None), counted.c.due_at
    middle = and_(is_gone, (2 * counted.c.place).between(counted.c.many, counted.c.many + 2))
    passed = and_(counted.c.gone_at.is_(None), clock.is_not(None), clock <= literal(now, clock.type))
    query = select(
        counted.c.hoster_id,
        func.count().label("items"),
        _how_many(and_(is_gone, counted.c.gone_at < clock)).label("in_time"),
        _how_many(and_(is_gone, counted.c.gone_at >= clock)).label("too_late"),
        _how_many(passed).label("overdue"),
        func.avg(case((middle, counted.c.took))).label("median"),
    ).group_by(counted.c.hoster_id)
    return {HosterId(row.hoster_id): _figures(row) for row in connection.execute(query)}


def _figures(row: Row[*tuple[Any, ...]]) -> Figures:
    ended = row.in_time + row.too_late + row.overdue
    median = None if row.median is None else timedelta(seconds=round(float(row.median)))
    return Figures(
        items=row.items,
        in_time=row.in_time,
        too_late=row.too_late,
        overdue=row.overdue,
        running=row.items - ended,
        median=median,
    )


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0, type_=Integer())


def _seconds(
    connection: Connection, start: ColumnElement[datetime], end: ColumnElement[datetime]
) -> ColumnElement[float]:
    if connection.dialect.name == "sqlite":
        return (func.julianday(end) - func.julianday(start)) * _SECONDS_A_DAY
    return cast(extract("epoch", end) - extract("epoch", start), Float)
