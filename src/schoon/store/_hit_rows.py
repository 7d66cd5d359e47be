"""Hits and disputes to rows and back, and the words of SQL for where a hit stands."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, false, not_, or_, true

from schoon.check import Band, Strength, Verdict
from schoon.hits import Action, Dispute, DisputeOutcome, Hit, HitState, Hold, Shelf
from schoon.kinds import Category, EntryId, HitId, Kind, MemberId, OrganisationId
from schoon.store.tables.hits import hits

_MICROSECOND = timedelta(microseconds=1)
_c = hits.c


def row_of(hit: Hit) -> dict[str, Any]:
    """The values of a new row, but for its name and its entry."""
    return {
        "member_id": hit.member_id,
        "opened_at": hit.opened_at,
        "last_seen_at": hit.last_seen_at,
        "sightings": hit.sightings,
        "reopened": hit.reopened,
        **changing(hit),
    }


def changing(hit: Hit) -> dict[str, Any]:
    """The values that can change, but for those that sightings change."""
    return {
        "verdict": hit.verdict.value,
        "kind": hit.kind.value,
        "strength": hit.strength.value,
        "band": None if hit.band is None else hit.band.value,
        "category": hit.category.value,
        "supplier_class": hit.supplier_class,
        "list_version": hit.list_version,
        "due_at": hit.due_at,
        "remaining_us": None if hit.remaining is None else hit.remaining // _MICROSECOND,
        "action": None if hit.action is None else hit.action.value,
        "acted_at": hit.acted_at,
        "closed_at": hit.closed_at,
        "disputed": hit.disputed,
        "suspended": hit.suspended,
        "withdrawn_at": hit.withdrawn_at,
        "overdue_at": hit.overdue_at,
        "held_by": None if hit.hold is None else hit.hold.by,
        "held_reason": None if hit.hold is None else hit.hold.reason,
        "held_at": None if hit.hold is None else hit.hold.at,
    }


def hit_of(row: Row[*tuple[Any, ...]]) -> Hit:
    """The hit in a row."""
    return Hit(
        hit_id=HitId(row.id),
        member_id=MemberId(row.member_id),
        entry_id=EntryId(row.entry_id),
        verdict=Verdict(row.verdict),
        kind=Kind(row.kind),
        strength=Strength(row.strength),
        band=None if row.band is None else Band(row.band),
        category=Category(row.category),
        supplier_class=row.supplier_class,
        list_version=row.list_version,
        opened_at=row.opened_at,
        last_seen_at=row.last_seen_at,
        sightings=row.sightings,
        reopened=row.reopened,
        due_at=row.due_at,
        remaining=None if row.remaining_us is None else row.remaining_us * _MICROSECOND,
        action=None if row.action is None else Action(row.action),
        acted_at=row.acted_at,
        closed_at=row.closed_at,
        disputed=row.disputed,
        suspended=row.suspended,
        withdrawn_at=row.withdrawn_at,
        overdue_at=row.overdue_at,
        hold=None if row.held_at is None else Hold(by=row.held_by, reason=row.held_reason, at=row.held_at),
    )


def dispute_of(row: Row[*tuple[Any, ...]]) -> Dispute:
    """The dispute in a row."""
    return Dispute(
        dispute_id=row.id,
        hit_id=HitId(row.hit_id),
        member_id=MemberId(row.member_id),
        entry_id=EntryId(row.entry_id),
        reason=row.reason,
        opened_at=row.opened_at,
        due_at=row.due_at,
        outcome=None if row.outcome is None else DisputeOutcome(row.outcome),
        answer=row.answer,
        answered_by=None if row.answered_by is None else OrganisationId(row.answered_by),
        answered_at=row.answered_at,
        overdue_at=row.overdue_at,
    )


def in_state(state: HitState) -> ColumnElement[bool]:
    """What `Hit.state` says, in SQL; the same order of precedence."""
    restored = _is(Action.RESTORED)
    withdrawn = and_(not_(restored), _c.withdrawn_at.is_not(None))
    on_list = and_(not_(restored), _c.withdrawn_at.is_(None))
    undisputed = and_(on_list, not_(_c.disputed))
    idle = and_(undisputed, _c.action.is_(None))
    match state:
        case HitState.RESTORED:
            return restored
        case HitState.WITHDRAWN:
            return withdrawn
        case HitState.DISPUTED:
            return and_(on_list, _c.disputed)
        case HitState.REMOVED:
            return and_(undisputed, _is(Action.REMOVED))
        case HitState.QUARANTINED:
            return and_(undisputed, _is(Action.QUARANTINED))
        case HitState.SUSPENDED:
            return and_(idle, _c.suspended)
        case HitState.OPEN:
            return and_(idle, not_(_c.suspended))


def on_shelf(shelf: Shelf, now: datetime) -> ColumnElement[bool]:
    """What `Shelf` says, in SQL."""
    listed = _c.verdict == Verdict.LISTED.value
    match shelf:
        case Shelf.ALL:
            return true()
        case Shelf.OPEN:
            return and_(listed, in_state(HitState.OPEN))
        case Shelf.OVERDUE:
            return and_(listed, in_state(HitState.OPEN), _c.due_at <= now)
        case Shelf.DISPUTED:
            return and_(listed, or_(in_state(HitState.DISPUTED), in_state(HitState.SUSPENDED)))
        case Shelf.ACTED:
            return or_(in_state(HitState.REMOVED), in_state(HitState.QUARANTINED))
        case Shelf.RESTORE:
            return and_(in_state(HitState.WITHDRAWN), _c.action.is_not(None))
        case Shelf.REVIEW:
            return and_(_c.verdict == Verdict.REVIEW.value, _c.closed_at.is_(None))


def _is(action: Action) -> ColumnElement[bool]:
    # Never NULL: a NULL inside NOT would hide the row.
    return or_(and_(_c.action.is_not(None), _c.action == action.value), false())
