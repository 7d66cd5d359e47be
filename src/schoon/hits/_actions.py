"""What members say they did, thousands at a time, each answered for itself."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime

from schoon.hits import _messages
from schoon.hits._parts import HitParts
from schoon.hits.errors import TooManyActionsError
from schoon.hits.rules import act as act_on
from schoon.hits.rules import rejected_in
from schoon.hits.types import (
    Action,
    ActionOutcome,
    ActionResult,
    ActionTaken,
    Dispute,
    Hit,
    HitAction,
)
from schoon.kinds import HitId, MemberId, Transaction
from schoon.norms import MEMBER_AGREEMENT, after_working_days

MAX_ACTIONS = 10_000
_AT_ONCE = 1_000


def act(
    parts: HitParts, member_id: MemberId, actions: Sequence[HitAction], *, actor: str, now: datetime
) -> list[ActionResult]:
    """See `HitService.act`. A thousand a transaction: others' hits never wait long, and each is answered for itself."""
    _require_few(len(actions))
    results: list[ActionResult] = []
    for start in range(0, len(actions), _AT_ONCE):
        results += _act(parts, member_id, actions[start : start + _AT_ONCE], actor=actor, now=now)
    return results


def add_sightings(
    parts: HitParts, member_id: MemberId, sightings: Sequence[tuple[HitId, str]], *, now: datetime
) -> list[ActionResult]:
    """See `HitService.add_sightings`. A thousand a transaction."""
    _require_few(len(sightings))
    results: list[ActionResult] = []
    for start in range(0, len(sightings), _AT_ONCE):
        results += _add_sightings(parts, member_id, sightings[start : start + _AT_ONCE], now=now)
    return results


def _act(
    parts: HitParts, member_id: MemberId, actions: Sequence[HitAction], *, actor: str, now: datetime
) -> list[ActionResult]:
    results: list[ActionResult] = []
    taken: dict[Action, list[tuple[HitId, ActionTaken]]] = defaultdict(list)
    with parts.transactions.write() as tx:
        parts.store.take_turn(tx, member_id)
        before = parts.store.hits(tx, sorted({action.hit_id for action in actions}), member_id)
        hits = dict(before)
        rejected, waiting = _disputed_before(parts, tx, member_id, actions)
        for action in actions:
            hit = hits.get(action.hit_id)
            if hit is None:
                results.append(_missing(action.hit_id))
                continue
            step = act_on(
                hit,
                action,
                now,
                stops_clock=action.hit_id not in rejected,
                is_waiting=action.hit_id in waiting,
            )
            hits[action.hit_id] = step.hit
            results.append(step.result)
            if step.result.outcome is ActionOutcome.DONE:
                done = ActionTaken(action=action.action, at=now, actor=actor, note=action.note)
                taken[action.action].append((action.hit_id, done))
                if action.action is Action.DISPUTED:
                    waiting.add(action.hit_id)
        parts.store.save(tx, [hit for hit_id, hit in hits.items() if hit is not before[hit_id]])
        _open_disputes(parts, tx, hits, taken[Action.DISPUTED], now=now)
        late = [hit_id for hit_id, hit in hits.items() if hit.overdue_at != before[hit_id].overdue_at]
        for event in _messages.notes("hit:overdue", late, actor=actor, subject=f"member:{member_id}", now=now):
            parts.journal.append(tx, event)
        for kind, some in taken.items():
            parts.store.add_actions(tx, some)
            names = [hit_id for hit_id, _ in some]
            subject = f"member:{member_id}"
            for event in _messages.notes(f"hit:act:{kind}", names, actor=actor, subject=subject, now=now):
                parts.journal.append(tx, event)
    return results


def _add_sightings(
    parts: HitParts, member_id: MemberId, sightings: Sequence[tuple[HitId, str]], *, now: datetime
) -> list[ActionResult]:
    with parts.transactions.write() as tx:
        hits = parts.store.hits(tx, sorted({hit_id for hit_id, _ in sightings}), member_id)
        seen: dict[HitId, Counter[str | None]] = defaultdict(Counter)
        for hit_id, file_ref in sightings:
            if hit_id in hits:
                seen[hit_id][file_ref] += 1
        parts.store.add_sightings(tx, seen, now)
    return [
        ActionResult(hit_id=hit_id, outcome=ActionOutcome.DONE, state=hits[hit_id].state)
        if hit_id in hits
        else _missing(hit_id)
        for hit_id, _ in sightings
    ]


def _disputed_before(
    parts: HitParts, tx: Transaction, member_id: MemberId, actions: Sequence[HitAction]
) -> tuple[set[HitId], set[HitId]]:
    """Hits with a dispute that was rejected, and hits with one that waits for its answer.

    Disputing over and over must not hold a clock for ever: who was answered may object again, and the clock runs.
    """
    if all(action.action is not Action.DISPUTED for action in actions):
        return set(), set()
    disputes = parts.store.disputes(tx, member_id, open_only=False)
    return rejected_in(disputes), {dispute.hit_id for dispute in disputes if dispute.outcome is None}


def _open_disputes(
    parts: HitParts,
    tx: Transaction,
    hits: dict[HitId, Hit],
    taken: Sequence[tuple[HitId, ActionTaken]],
    *,
    now: datetime,
) -> None:
    if not taken:
        return
    due_at = after_working_days(now, MEMBER_AGREEMENT.dispute_working_days)
    parts.store.add_disputes(
        tx,
        [
            Dispute(
                dispute_id=0,
                hit_id=hit_id,
                member_id=hits[hit_id].member_id,
                entry_id=hits[hit_id].entry_id,
                reason=done.note.strip(),
                opened_at=now,
                due_at=due_at,
            )
            for hit_id, done in taken
        ],
    )


def _missing(hit_id: HitId) -> ActionResult:
    return ActionResult(hit_id=hit_id, outcome=ActionOutcome.MISSING, detail="there is no such hit")


def _require_few(count: int) -> None:
    if count > MAX_ACTIONS:
        raise TooManyActionsError(f"{count} are too many for one call; it holds at most {MAX_ACTIONS}")
