"""Hits, sightings, actions and disputes on SQL."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, TextClause, and_, bindparam, case, func, insert, or_, select, true, update
from typing_extensions import override

from schoon.check import Verdict
from schoon.hits import (
    Action,
    ActionTaken,
    Dispute,
    FileSighting,
    Hit,
    HitCounts,
    HitsAlike,
    HitState,
    HitStore,
    Shelf,
    Wanted,
)
from schoon.kinds import EntryId, HitId, MemberId, Transaction
from schoon.store import _hit_statements
from schoon.store._hit_rows import changing, dispute_of, hit_of, in_state, on_shelf, row_of
from schoon.store._hit_statements import OPEN
from schoon.store._sets import among, as_rows, these_ids, these_named_ids
from schoon.store._upsert import insert_for, locked
from schoon.store.database import connection_of
from schoon.store.tables.hits import actions, disputes, hits, sightings
from schoon.store.tables.members import members

_FIRST_DUE = {Shelf.OPEN, Shelf.OVERDUE}


class SqlHits(HitStore):
    """Keeps hits in tables. One open hit per member and entry is an index; who writes together takes turns on rows."""

    @override
    def take_turn(self, tx: Transaction, member_id: MemberId) -> None:
        connection = connection_of(tx)
        if connection.dialect.name != "sqlite":  # which has one writer
            connection.execute(locked(connection, select(members.c.id).where(members.c.id == member_id)))

    @override
    def open_hits(self, tx: Transaction, member_id: MemberId, entry_ids: Sequence[EntryId]) -> dict[EntryId, Hit]:
        if not entry_ids:
            return {}
        connection = connection_of(tx)
        query = _hit_statements.open_hits(connection.dialect.name)
        rows = connection.execute(query, {"member": member_id, **these_ids(connection, entry_ids)})
        return {EntryId(row.entry_id): hit_of(row) for row in rows}

    @override
    def ever_hit(self, tx: Transaction, member_id: MemberId, entry_ids: Sequence[EntryId]) -> set[EntryId]:
        connection = connection_of(tx)
        query = _hit_statements.ever_hit(connection.dialect.name)
        found = connection.scalars(query, {"member": member_id, **these_ids(connection, entry_ids)})
        return {EntryId(entry_id) for entry_id in found}

    @override
    def add_missing(self, tx: Transaction, hits: HitsAlike) -> HitsAlike:
        connection = connection_of(tx)
        statement = _hit_statements.add_missing(connection.dialect.name)
        given = row_of(hits.like) | these_named_ids(connection, hits.entries)
        added = connection.execute(statement, given, execution_options={"preserve_rowcount": True}).rowcount
        if added == len(hits.entries):
            return hits
        ours = as_rows(connection, list(hits.entries), str)
        there = connection.scalars(select(_hits.c.id).where(_hits.c.id.in_(select(ours.c.value))))
        return replace(hits, entries={HitId(hit_id): hits.entries[HitId(hit_id)] for hit_id in there})

    @override
    def save(self, tx: Transaction, hits: Sequence[Hit]) -> None:
        if not hits:
            return
        rows = [{"hit": hit.hit_id, **changing(hit)} for hit in sorted(hits, key=lambda hit: hit.hit_id)]
        values: dict[str, Any] = {name: bindparam(name) for name in changing(hits[0])}
        connection_of(tx).execute(update(_hits).where(_hits.c.id == bindparam("hit")).values(values), rows)

    @override
    def add_sightings(
        self,
        tx: Transaction,
        seen: Mapping[HitId, Mapping[str | None, int]],
        now: datetime,
        *,
        counted: Collection[HitId] = (),
    ) -> None:
        more = [
            {"hit": hit_id, "more": sum(refs.values())}
            for hit_id, refs in sorted(seen.items())
            if hit_id not in counted
        ]
        connection = connection_of(tx)
        files = [
            {"hit_id": hit_id, "file_ref": file_ref, "first_seen_at": now, "last_seen_at": now, "count": count}
            for hit_id, refs in sorted(seen.items())
            for file_ref, count in refs.items()
            if file_ref is not None
        ]
        if more:
            later = case((hits.c.last_seen_at < now, now), else_=hits.c.last_seen_at)
            again_seen = update(hits).where(hits.c.id == bindparam("hit"))
            connection.execute(
                again_seen.values(sightings=hits.c.sightings + bindparam("more"), last_seen_at=later), more
            )
        if files:
            statement = insert_for(connection, sightings)
            new = statement.excluded
            again = {"count": sightings.c.count + new.count, "last_seen_at": new.last_seen_at}
            connection.execute(
                statement.on_conflict_do_update(index_elements=["hit_id", "file_ref"], set_=again), files
            )

    @override
    def hits(self, tx: Transaction, hit_ids: Sequence[HitId], member_id: MemberId | None) -> dict[HitId, Hit]:
        return (
            {hit.hit_id: hit for hit in self._hits(tx, and_(hits.c.id.in_(hit_ids), _of(member_id)))} if hit_ids else {}
        )

    @override
    def hits_on(
        self, tx: Transaction, entry_ids: Sequence[EntryId], *, member_id: MemberId | None = None, open_only: bool
    ) -> list[Hit]:
        if not entry_ids:
            return []
        return self._hits(
            tx, and_(hits.c.entry_id.in_(_among(tx, entry_ids)), _of(member_id), OPEN if open_only else true())
        )

    @override
    def page(self, tx: Transaction, member_id: MemberId | None, wanted: Wanted) -> list[Hit]:
        query = select(hits).where(_of(member_id), on_shelf(wanted.shelf, wanted.now)).limit(wanted.limit)
        if wanted.state is not None:
            query = query.where(in_state(wanted.state))
        by_due = wanted.shelf in _FIRST_DUE
        query = query.order_by(hits.c.due_at, hits.c.number) if by_due else query.order_by(hits.c.number.desc())
        connection = connection_of(tx)
        if wanted.after is not None:
            known = select(hits.c.due_at, hits.c.number).where(hits.c.id == wanted.after, _of(member_id))
            last = connection.execute(known).one_or_none()
            if last is None:
                return []
            if not by_due:
                query = query.where(hits.c.number < last.number)
            elif last.due_at is not None:
                later = and_(hits.c.due_at == last.due_at, hits.c.number > last.number)
                query = query.where(or_(hits.c.due_at > last.due_at, later))
        return [hit_of(row) for row in connection.execute(query)]

    @override
    def counts(self, tx: Transaction, member_id: MemberId | None, now: datetime) -> HitCounts:
        listed = hits.c.verdict == Verdict.LISTED.value
        wanted: list[ColumnElement[bool]] = [and_(listed, in_state(state)) for state in HitState]
        wanted += [on_shelf(shelf, now) for shelf in Shelf]
        query = select(*(func.coalesce(func.sum(case((one, 1), else_=0)), 0) for one in wanted)).where(_of(member_id))
        numbers = [int(number) for number in connection_of(tx).execute(query).one()]
        by_shelf = dict(zip(Shelf, numbers[len(HitState) :], strict=True))
        return HitCounts(
            by_state=dict(zip(HitState, numbers[: len(HitState)], strict=True)),
            overdue=by_shelf[Shelf.OVERDUE],
            review=by_shelf[Shelf.REVIEW],
            by_shelf=by_shelf,
        )

    @override
    def due(self, tx: Transaction, now: datetime, *, limit: int, unmarked: bool) -> list[Hit]:
        query = select(hits).where(hits.c.due_at <= now).order_by(hits.c.due_at, hits.c.number).limit(limit)
        if unmarked:
            # Who else holds a row is acting on it; the next sweep looks again.
            query = query.where(hits.c.overdue_at.is_(None)).with_for_update(skip_locked=True, key_share=True)
        connection = connection_of(tx)
        return [hit_of(row) for row in connection.execute(query)]

    @override
    def opened_since(self, tx: Transaction, moment: datetime) -> list[Hit]:
        query = select(hits).where(hits.c.opened_at >= moment, hits.c.withdrawn_at.is_(None)).order_by(hits.c.id)
        return [hit_of(row) for row in connection_of(tx).execute(query)]

    @override
    def files(self, tx: Transaction, hit_id: HitId, limit: int) -> list[FileSighting]:
        query = (
            select(sightings)
            .where(sightings.c.hit_id == hit_id)
            .order_by(sightings.c.last_seen_at.desc(), sightings.c.file_ref)
            .limit(limit)
        )
        return [
            FileSighting(
                file_ref=row.file_ref,
                first_seen_at=row.first_seen_at,
                last_seen_at=row.last_seen_at,
                count=row._mapping["count"],
            )
            for row in connection_of(tx).execute(query)
        ]

    @override
    def file_count(self, tx: Transaction, hit_id: HitId) -> int:
        query = select(func.count()).select_from(sightings).where(sightings.c.hit_id == hit_id)
        return connection_of(tx).execute(query).scalar_one()

    @override
    def add_actions(self, tx: Transaction, taken: Sequence[tuple[HitId, ActionTaken]]) -> None:
        rows = [
            {"hit_id": hit_id, "action": done.action.value, "actor": done.actor, "note": done.note, "at": done.at}
            for hit_id, done in taken
        ]
        if rows:
            connection_of(tx).execute(insert(actions), rows)

    @override
    def actions(self, tx: Transaction, hit_id: HitId) -> list[ActionTaken]:
        query = select(actions).where(actions.c.hit_id == hit_id).order_by(actions.c.id)
        return [
            ActionTaken(action=Action(row.action), at=row.at, actor=row.actor, note=row.note)
            for row in connection_of(tx).execute(query)
        ]

    @override
    def add_disputes(self, tx: Transaction, disputes: Sequence[Dispute]) -> None:
        rows = [
            {
                "hit_id": dispute.hit_id,
                "member_id": dispute.member_id,
                "entry_id": dispute.entry_id,
                "reason": dispute.reason,
                "opened_at": dispute.opened_at,
                "due_at": dispute.due_at,
                "answer": "",
            }
            for dispute in sorted(disputes, key=lambda dispute: dispute.entry_id)
        ]
        if not rows:
            return
        connection = connection_of(tx)
        statement = insert_for(connection, _disputes)
        unanswered = _disputes.c.outcome.is_(None)
        connection.execute(
            statement.on_conflict_do_nothing(index_elements=["member_id", "entry_id"], index_where=unanswered), rows
        )

    @override
    def open_disputes(self, tx: Transaction, entry_ids: Sequence[EntryId]) -> list[Dispute]:
        if not entry_ids:
            return []
        connection = connection_of(tx)
        query = _hit_statements.open_disputes(connection.dialect.name)
        return [dispute_of(row) for row in connection.execute(query, these_ids(connection, entry_ids))]

    @override
    def dispute(self, tx: Transaction, dispute_id: int) -> Dispute | None:
        connection = connection_of(tx)
        query = locked(connection, select(disputes).where(disputes.c.id == dispute_id))
        row = connection.execute(query).one_or_none()
        return None if row is None else dispute_of(row)

    @override
    def disputes(
        self, tx: Transaction, member_id: MemberId | None, *, open_only: bool, hit_id: HitId | None = None
    ) -> list[Dispute]:
        query = select(disputes).order_by(disputes.c.due_at, disputes.c.id)
        if member_id is not None:
            query = query.where(disputes.c.member_id == member_id)
        if open_only:
            query = query.where(disputes.c.outcome.is_(None))
        if hit_id is not None:
            query = query.where(disputes.c.hit_id == hit_id)
        return [dispute_of(row) for row in connection_of(tx).execute(query)]

    @override
    def overdue_disputes(self, tx: Transaction, now: datetime) -> list[Dispute]:
        connection = connection_of(tx)
        query = select(disputes).where(
            disputes.c.outcome.is_(None), disputes.c.due_at <= now, disputes.c.overdue_at.is_(None)
        )
        return [dispute_of(row) for row in connection.execute(locked(connection, query.order_by(disputes.c.id)))]

    @override
    def save_dispute(self, tx: Transaction, dispute: Dispute) -> None:
        values = {
            "outcome": None if dispute.outcome is None else dispute.outcome.value,
            "answer": dispute.answer,
            "answered_by": dispute.answered_by,
            "answered_at": dispute.answered_at,
            "overdue_at": dispute.overdue_at,
        }
        connection_of(tx).execute(update(disputes).where(disputes.c.id == dispute.dispute_id).values(values))

    def _hits(self, tx: Transaction, wanted: ColumnElement[bool]) -> list[Hit]:
        connection = connection_of(tx)
        query = locked(connection, select(hits).where(wanted).order_by(hits.c.id))
        return [hit_of(row) for row in connection.execute(query)]


# The ports' arguments are called `hits` and `disputes` too.
_hits, _disputes = hits, disputes


def _among(tx: Transaction, entry_ids: Sequence[EntryId]) -> TextClause:
    return among(connection_of(tx), entry_ids, int)


def _of(member_id: MemberId | None) -> ColumnElement[bool]:
    return true() if member_id is None else hits.c.member_id == member_id
