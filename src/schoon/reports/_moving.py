"""Steps after the assessment: later rooms', the police's, and people's corrections; each by the table of moves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from schoon.agenda import Task, TaskKind
from schoon.hits import ReasonsMissingError
from schoon.journal import Event
from schoon.kinds import ItemId, OrganisationId, Transaction
from schoon.parties import Role
from schoon.reports._assessment_types import Judgement, Means
from schoon.reports._counting import is_own_baseline, tasks_of
from schoon.reports._opened import seal_reason
from schoon.reports._parts import ReportParts
from schoon.reports.errors import ItemMovedError, NoSuchItemError, NotPoliceError
from schoon.reports.ports import StoredAssessment, StoredItem, StoredMove
from schoon.reports.rules import may_move
from schoon.reports.types import ItemState, Move, PoliceAct

_SHORTEST_REASON = 10
_LONGEST_REASON = 2_000
_DECIDED = {ItemState.NOT_ILLEGAL: Judgement.NOT_ILLEGAL, ItemState.IGNORED: Judgement.IGNORE}
_CLOSED = frozenset({*_DECIDED, ItemState.TO_ASSESS})


def move(parts: ReportParts, tx: Transaction, moves: Sequence[Move], *, now: datetime) -> None:
    """See `ReportService.move`."""
    items = parts.item_book.items(tx, {one.item_id for one in moves})
    before = dict(items)
    rows, decisions = [], []
    for one in moves:
        item = items.get(one.item_id)
        if item is None:
            raise NoSuchItemError(f"there is no item {one.item_id[:64]!r}")
        items[one.item_id] = after = _moved(item, one, now)
        reason = seal_reason(parts.vault, one.item_id, after.moves, one.reason)
        rows.append(_row(one, after, now, reason))
        if after.means is Means.DECISION and after.round > item.round:
            decisions.append(_decision(one, after, now))
    _write(parts, tx, items=list(items.values()), rows=rows, decisions=decisions, now=now)
    _follow(parts, tx, [(before[item_id], item) for item_id, item in items.items()], now=now)


def correct(parts: ReportParts, moves: Sequence[Move], *, now: datetime) -> None:
    """See `ReportService.correct`."""
    for one in moves:
        require_reason(one.reason)
    with parts.transactions.write() as tx:
        move(parts, tx, moves, now=now)


def reopen(parts: ReportParts, item_ids: Sequence[ItemId], *, by: str, reason: str, now: datetime) -> None:
    """See `ReportService.reopen`."""
    require_reason(reason)
    with parts.transactions.write() as tx:
        items = parts.item_book.items(tx, set(item_ids))
        steps = [
            Move(item_id=item.item_id, from_state=item.state, to_state=ItemState.TO_ASSESS, by=by, reason=reason)
            for item in items.values()
        ]
        move(parts, tx, steps, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a police unit wants done, who gave it in, and why; `to` is where a release goes."""

    act: PoliceAct
    unit: OrganisationId
    by: str
    reason: str
    to: ItemState = ItemState.TO_NOTICE


def police(parts: ReportParts, item_ids: Sequence[ItemId], order: Order, *, now: datetime) -> None:
    """See `ReportService.police`."""
    require_reason(order.reason)
    act, who = order.act, f"{order.by} for organisation:{order.unit}"
    with parts.transactions.write() as tx:
        if parts.parties.organisation(tx, order.unit).role is not Role.POLICE:
            raise NotPoliceError(f"organisation {order.unit} is not of the police")
        items = parts.item_book.items(tx, set(item_ids))
        for item_id in item_ids:
            if item_id not in items:
                raise NoSuchItemError(f"there is no item {item_id[:64]!r}")
        flagged = [_flagged(item, act) for item in items.values()]
        parts.item_book.save(tx, [item for item in flagged if item != items[item.item_id]])
        targets = {item.item_id: _target(item, act, order.to) for item in items.values()}
        steps = [
            Move(item_id=item_id, from_state=items[item_id].state, to_state=target, by=who, reason=order.reason)
            for item_id, target in targets.items()
            if target is not items[item_id].state
        ]
        move(parts, tx, steps, now=now)
        parts.write_down(
            tx,
            [
                Event(action=f"report:police:{act}", actor=who, subject=f"item:{item_id}", at=now)
                for item_id in sorted(items)
            ],
        )


def require_reason(reason: str) -> str:
    """The reason, without the space around it.

    Raises:
        ReasonsMissingError: It says too little, or too much.
    """
    cleaned = reason.strip()
    if not _SHORTEST_REASON <= len(cleaned) <= _LONGEST_REASON:
        raise ReasonsMissingError(f"{len(cleaned)} characters")
    return cleaned


def _flagged(item: StoredItem, act: PoliceAct) -> StoredItem:
    return replace(
        item,
        police_backed=item.police_backed or act is PoliceAct.SEND,
        preserve=item.preserve or act is PoliceAct.PRESERVE,
    )


def _target(item: StoredItem, act: PoliceAct, to: ItemState) -> ItemState:
    """Where the act takes an item; its own state where it stays."""
    if act is PoliceAct.PRESERVE or (act is PoliceAct.HOLD and item.state is ItemState.HELD):
        return item.state
    if act is PoliceAct.HOLD:
        return ItemState.HELD
    if act is PoliceAct.SEND and item.state in {ItemState.TO_NOTICE, ItemState.NOTICED}:
        return item.state
    if item.state is not ItemState.HELD:
        raise ItemMovedError(f"item {item.item_id} is {item.state}, and the police release what is held")
    return ItemState.TO_NOTICE if act is PoliceAct.SEND else to


def _moved(item: StoredItem, one: Move, now: datetime) -> StoredItem:
    if item.state is not one.from_state:
        raise ItemMovedError(f"item {item.item_id} is {item.state}, not {one.from_state}")
    if not may_move(item.state, one.to_state):
        raise ItemMovedError(f"item {item.item_id} does not go from {item.state} to {one.to_state}")
    after = replace(item, state=one.to_state, moves=item.moves + 1, moved_at=now, locked_by=None, locked_until=None)
    if item.state is ItemState.TO_ASSESS:
        if one.to_state is not ItemState.HELD:
            raise ItemMovedError(f"item {item.item_id} is to be assessed: it moves by a judgement")
        return replace(after, judgement=Judgement.POLICE_FIRST, means=Means.DECISION, round=item.round + 1)
    if one.to_state is ItemState.TO_ASSESS:
        return replace(after, judgement=None, means=None, inherited_from=None, disputed=False, round=item.round + 1)
    if one.to_state in _DECIDED:
        decided = _DECIDED[one.to_state]
        return replace(after, judgement=decided, means=Means.DECISION, inherited_from=None, round=item.round + 1)
    return after


def _row(one: Move, after: StoredItem, now: datetime, reason: bytes | None) -> StoredMove:
    return StoredMove(
        item_id=one.item_id,
        number=after.moves,
        from_state=one.from_state,
        to_state=one.to_state,
        at=now,
        by=one.by,
        sealed=reason,
    )


def _decision(one: Move, after: StoredItem, now: datetime) -> StoredAssessment:
    if after.judgement is None:
        raise ValueError(f"item {one.item_id} was decided without a judgement")
    return StoredAssessment(
        item_id=one.item_id,
        round=after.round,
        judgement=after.judgement,
        means=Means.DECISION,
        by=one.by,
        at=now,
        counts=True,
    )


def _write(
    parts: ReportParts,
    tx: Transaction,
    *,
    items: Sequence[StoredItem],
    rows: Sequence[StoredMove],
    decisions: Sequence[StoredAssessment],
    now: datetime,
) -> None:
    parts.assessment_book.add(tx, decisions)
    leaving = [item for item in items if item.judgement is not None]
    parts.item_book.save(tx, leaving)  # before the move: what leaves `to_assess` has a judgement
    parts.item_book.move(tx, rows)
    parts.item_book.save(tx, [item for item in items if item.judgement is None])
    parts.write_down(
        tx,
        [
            Event(
                action="report:item:move",
                actor=row.by,
                subject=f"item:{row.item_id}",
                at=now,
                detail={"from": row.from_state, "to": row.to_state, "number": row.number},
            )
            for row in rows
        ],
    )


def _follow(
    parts: ReportParts, tx: Transaction, changes: Sequence[tuple[StoredItem, StoredItem]], *, now: datetime
) -> None:
    """What begins and ends with a move: finding the hoster, and the entry on the hash list."""
    gone = [
        after.item_id
        for before, after in changes
        if before.state is ItemState.TO_NOTICE and after.state is not ItemState.TO_NOTICE
    ]
    parts.agenda.drop(tx, TaskKind.ITEM_ATTRIBUTE, gone)
    tasks = tasks_of(parts, [after for before, after in changes if after.state is not before.state], now=now)
    if parts.proposals is not None:
        tasks += [
            Task(kind=TaskKind.ITEM_PROPOSE, subject=after.item_id, due_at=now)
            for before, after in changes
            if (before.proposed or is_own_baseline(before)) and after.state in _CLOSED
        ]
    parts.agenda.put(tx, tasks)
